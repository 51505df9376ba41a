// pi: github.com/badlogic/pi-mono, docs/json.md for its events.

import type { Agent, Said, Started, Starting } from './agent.ts';
import { costOf, countOf, type Fields, fieldsOf, listOf, plainText, textOf, toolCall } from './event.ts';
import { errorOf } from './limit.ts';

export const pi: Agent = {
  name: 'pi',
  title: 'pi',
  program: 'pi',
  install: 'npm install -g @mariozechner/pi-coding-agent',
  keys: [
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_OAUTH_TOKEN',
    'OPENAI_API_KEY',
    'GEMINI_API_KEY',
    'OPENROUTER_API_KEY',
  ],
  login: 'pi, then /login',
  tools: false,
  reads: ['AGENTS.md', 'CLAUDE.md'],
  traces: ['.pi/agent/auth.json', '.pi/agent/models.json'],
  start,
  read,
};

/**
 * While it streams, each event repeats the whole message so far: to write a file of 45 KB it printed more than 150 MB.
 * Those lines are left out, and its exit code is passed on.
 */
const WITHOUT_PIECES = `exec 4>&1
code=$({ { pi "$@" 3>&- 4>&-; echo $? >&3; } | LC_ALL=C grep -av --line-buffered \\
  -e '^{"type":"message_update"' -e '^{"type":"tool_execution_update"' >&4; } 3>&1)
exit "$code"`;

/** Its tools that neither write nor run anything. */
const READS = ['--tools', 'read,grep,find,ls'];

function start({ model, args, readOnly }: Starting): Started {
  return {
    command: [
      ...['/bin/sh', '-c', WITHOUT_PIECES, 'pi'],
      // "--mode" stands right after "-p": a word without a dash there would be taken for the brief.
      ...['-p', '--mode', 'json', '--no-session', ...(readOnly ? READS : [])],
      ...(model === null ? [] : ['--model', model]),
      ...args,
    ],
    environment: { PI_OFFLINE: '1', PI_SKIP_VERSION_CHECK: '1', PI_TELEMETRY: '0' },
    files: {},
  };
}

function read(event: unknown): readonly Said[] {
  if (typeof event === 'string') return readLine(event);
  const fields = fieldsOf(event);
  switch (fields.type) {
    case 'message_end':
      return readMessage(fieldsOf(fields.message));
    case 'tool_execution_start':
      return readCall(textOf(fields.toolName), fieldsOf(fields.args));
    case 'agent_end':
      return readEnd(listOf(fields.messages));
    default:
      return [];
  }
}

function readMessage(message: Fields): readonly Said[] {
  if (message.role !== 'assistant') return [];
  const text = textIn(message);
  const usage = fieldsOf(message.usage);
  return [
    ...(text === '' ? [] : [{ kind: 'message', text } as const]),
    {
      kind: 'usage',
      input: countOf(usage.input),
      output: countOf(usage.output),
      cacheRead: countOf(usage.cacheRead),
      cacheWrite: countOf(usage.cacheWrite),
      cost: costOf(fieldsOf(usage.cost).total),
      total: false,
    },
    ...(failed(message)
      ? [errorOf(textOf(message.errorMessage) || `it ended with ${message.stopReason}`)]
      : []),
  ];
}

function readCall(name: string, args: Fields): readonly Said[] {
  const path = textOf(args.path);
  const changes = (name === 'write' || name === 'edit') && path !== '';
  return [toolCall(name, args), ...(changes ? [{ kind: 'changed', path } as const] : [])];
}

/** It exits with 0 after an error too: the last message's reason to stop is what tells. */
function readEnd(messages: readonly Fields[]): readonly Said[] {
  const last = messages.findLast((message) => message.role === 'assistant');
  if (last === undefined) return [];
  return failed(last)
    ? [{ kind: 'result', ok: false, text: textOf(last.errorMessage) }]
    : [{ kind: 'result', ok: true, text: textIn(last) }];
}

/** What keeps it from starting is told in plain words. */
function readLine(line: string): readonly Said[] {
  const told = /^(?:Error: )?((?:No API key|No models? |Model "|Unknown provider).*)/.exec(
    plainText(line),
  )?.[1];
  return told === undefined ? [] : [errorOf(told)];
}

function failed(message: Fields): boolean {
  return message.stopReason === 'error' || message.stopReason === 'aborted';
}

function textIn(message: Fields): string {
  return listOf(message.content)
    .map((part) => (part.type === 'text' ? textOf(part.text) : ''))
    .join('');
}
