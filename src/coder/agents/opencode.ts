// opencode: opencode.ai/docs/cli for its options.

import type { Agent, Said, Started, Starting } from './agent.ts';
import { costOf, countOf, type Fields, fieldsOf, plainText, textOf, toolCall } from './event.ts';
import { limitOf } from './limit.ts';
import { SERVER } from './server.ts';

export const opencode: Agent = {
  name: 'opencode',
  title: 'opencode',
  program: 'opencode',
  install: 'npm install -g opencode-ai',
  keys: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'OPENCODE_API_KEY'],
  login: 'opencode auth login',
  tools: true,
  reads: ['AGENTS.md', 'CLAUDE.md'],
  traces: ['.local/share/opencode/auth.json', '.config/opencode'],
  start,
  read,
};

function start({ model, args, readOnly, tools }: Starting): Started {
  return {
    command: [
      // Its log is the only place that tells of the requests that it makes again, without an end to that.
      ...['opencode', 'run', '--format', 'json', '--print-logs', '--log-level', 'ERROR'],
      ...(readOnly ? ['--agent', 'plan'] : ['--auto']),
      ...(model === null ? [] : ['--model', model]),
      ...args,
    ],
    environment: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      // Its "plan" may not edit, but may run commands.
      ...(readOnly ? { OPENCODE_PERMISSION: '{"edit":"deny","bash":"deny"}' } : {}),
      ...(tools === null ? {} : { OPENCODE_CONFIG_CONTENT: settingsWith(tools) }),
    },
    files: {},
  };
}

/** Joined with a person's own settings. */
function settingsWith(tools: readonly string[]): string {
  return JSON.stringify({ mcp: { [SERVER]: { type: 'local', command: tools, enabled: true } } });
}

function read(event: unknown): readonly Said[] {
  if (typeof event === 'string') return readLine(event);
  const fields = fieldsOf(event);
  const part = fieldsOf(fields.part);
  switch (fields.type) {
    case 'text':
      return [{ kind: 'message', text: textOf(part.text) }];
    case 'tool_use':
      return readCall(textOf(part.tool), fieldsOf(part.state));
    case 'step_finish':
      return [
        readUsage(part),
        ...(part.reason === 'stop' ? [{ kind: 'result', ok: true, text: '' } as const] : []),
      ];
    case 'error':
      return [readError(fieldsOf(fields.error))];
    default:
      return [];
  }
}

const CHANGING = ['write', 'edit', 'patch', 'multiedit'];

function readCall(name: string, state: Fields): readonly Said[] {
  const input = fieldsOf(state.input);
  const path = textOf(input.filePath);
  const changed = state.status === 'completed' && CHANGING.includes(name) && path !== '';
  return [toolCall(name, input), ...(changed ? [{ kind: 'changed', path } as const] : [])];
}

function readUsage(part: Fields): Said {
  const tokens = fieldsOf(part.tokens);
  const cache = fieldsOf(tokens.cache);
  return {
    kind: 'usage',
    input: countOf(tokens.input),
    output: countOf(tokens.output) + countOf(tokens.reasoning),
    cacheRead: countOf(cache.read),
    cacheWrite: countOf(cache.write),
    cost: costOf(part.cost),
    total: false,
  };
}

function readError(error: Fields): Said {
  const data = fieldsOf(error.data);
  const text = textOf(data.message) || textOf(error.name) || 'it names no reason';
  const status = typeof data.statusCode === 'number' ? data.statusCode : null;
  return { kind: 'error', text, limit: limitOf(`${textOf(error.name)} ${text}`, status ?? undefined) };
}

function readLine(line: string): readonly Said[] {
  const told = plainText(line);
  // "small": of the model that only finds a title.
  const logged = /\blevel=ERROR\b.* message="stream error".* small=false .*error\.error="(.*?)"/.exec(
    told,
  )?.[1];
  if (logged !== undefined) return [{ kind: 'error', text: logged, limit: limitOf(logged) }];
  return /^Error:/.test(told) ? [{ kind: 'error', text: told, limit: limitOf(told) }] : [];
}
