// Codex: developers.openai.com/codex/noninteractive for its options and events.

import type { Agent, Said, Started, Starting } from './agent.ts';
import { countOf, type Fields, fieldsOf, listOf, oneLine, plainText, textOf, toolCall } from './event.ts';
import { errorOf } from './limit.ts';
import { SERVER } from './server.ts';

export const codex: Agent = {
  name: 'codex',
  title: 'Codex',
  program: 'codex',
  install: 'npm install -g @openai/codex',
  keys: ['CODEX_API_KEY'],
  login: 'codex login',
  tools: true,
  reads: ['AGENTS.md'],
  traces: ['.codex/auth.json', '.codex/config.toml'],
  start,
  read,
};

function start({ model, args, gitFolders, readOnly, tools }: Starting): Started {
  // A linked worktree's commits go into folders outside of it, which its sandbox does not let it write into.
  const writable = `sandbox_workspace_write.writable_roots=${JSON.stringify(gitFolders)}`;
  const sandbox = readOnly ? ['--sandbox', 'read-only'] : ['--sandbox', 'workspace-write', '-c', writable];
  return {
    command: [
      ...['codex', 'exec', '--json', '--ephemeral', '--color', 'never', ...sandbox],
      ...['-c', 'analytics.enabled=false', '-c', 'check_for_update_on_startup=false'],
      ...(tools === null ? [] : serverOptions(tools)),
      ...(model === null ? [] : ['--model', model]),
      ...args,
    ],
    environment: {},
    files: {},
  };
}

/** Seconds until a server that does not start fails the attempt: on a machine with many runners it takes a while. */
const START_S = 120;

/** JSON's texts and lists are TOML's too. */
function serverOptions([command, ...args]: readonly string[]): readonly string[] {
  const server = `mcp_servers.${SERVER}`;
  const settings = {
    command: JSON.stringify(command),
    args: JSON.stringify(args),
    // Without it Codex begins before a server that is slow to start has said what it has, and its tools are missing.
    required: 'true',
    startup_timeout_sec: String(START_S),
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${server}.${key}=${value}`]);
}

function read(event: unknown): readonly Said[] {
  if (typeof event === 'string') return readLine(event);
  const fields = fieldsOf(event);
  switch (fields.type) {
    case 'item.started':
      return readStarted(fieldsOf(fields.item));
    case 'item.completed':
      return readItem(fieldsOf(fields.item));
    case 'turn.completed':
      return [readUsage(fieldsOf(fields.usage)), { kind: 'result', ok: true, text: '' }];
    case 'turn.failed': {
      const text = textOf(fieldsOf(fields.error).message);
      return [errorOf(text), { kind: 'result', ok: false, text }];
    }
    case 'error':
      return [errorOf(textOf(fields.message))];
    default:
      return [];
  }
}

function readStarted(item: Fields): readonly Said[] {
  switch (item.type) {
    case 'command_execution':
      return [toolCall('shell', { command: item.command })];
    case 'mcp_tool_call':
      return [toolCall(`${textOf(item.server)}/${textOf(item.tool)}`, item.arguments, '')];
    default:
      return [];
  }
}

function readItem(item: Fields): readonly Said[] {
  switch (item.type) {
    case 'agent_message':
      return [{ kind: 'message', text: textOf(item.text) }];
    case 'file_change': {
      if (item.status === 'failed') return [];
      const paths = listOf(item.changes).map((change) => textOf(change.path));
      return [
        toolCall('apply_patch', item.id, oneLine(paths.join(' '))),
        ...paths.map((path) => ({ kind: 'changed', path }) as const),
      ];
    }
    case 'web_search':
      return [toolCall('web_search', { query: item.query })];
    default:
      return []; // its "error" items are warnings
  }
}

/** Its input tokens include the cached ones. */
function readUsage(usage: Fields): Said {
  const cached = countOf(usage.cached_input_tokens);
  return {
    kind: 'usage',
    input: Math.max(0, countOf(usage.input_tokens) - cached),
    output: countOf(usage.output_tokens),
    cacheRead: cached,
    cacheWrite: 0,
    cost: null,
    total: true,
  };
}

function readLine(line: string): readonly Said[] {
  const told = plainText(line);
  return /^Error:|^Not inside a trusted directory/.test(told) ? [errorOf(told)] : [];
}
