// Agents that speak the Agent Client Protocol: started by a command of the configuration, through `steroids acp`.

import type { Command } from '../../process/work.ts';
import type { Agent, Said, Started, Starting } from './agent.ts';
import {
  aboutOf,
  costOf,
  countOf,
  type Fields,
  fieldsOf,
  oneLine,
  plainText,
  textOf,
  toolCall,
} from './event.ts';
import { errorOf, limitOf } from './limit.ts';

/** Two commands are two agents: a provider that refuses one says nothing about the other. */
export function acpAgent(command: Command): Agent {
  const [words, text] =
    typeof command === 'string' ? [['/bin/sh', '-c', command], command] : [command, command.join(' ')];
  return {
    name: `acp: ${text}`,
    title: `${text}, over ACP`,
    program: words[0] ?? '',
    install: 'Install it, or correct the command in .steroids/config.yaml and commit that.',
    keys: [],
    login: `${text}, and log in there`,
    tools: true,
    reads: [],
    traces: [],
    start: (starting) => start(words, starting),
    read,
  };
}

function start(words: readonly string[], { model, args, self, tools, gitFolders }: Starting): Started {
  return {
    command: [
      ...[...self, 'acp'],
      ...(model === null ? [] : [`--model=${model}`]),
      ...gitFolders.map((folder) => `--writable=${folder}`),
      ...(tools === null ? [] : [`--tools=${JSON.stringify(tools)}`]),
      `--command=${JSON.stringify([...words, ...args])}`,
    ],
    environment: {},
    files: {},
  };
}

/** The events of `coder/acp.ts`. */
function read(event: unknown): readonly Said[] {
  if (typeof event === 'string') return readLine(event);
  const fields = fieldsOf(event);
  const call = fieldsOf(fields.call);
  switch (fields.type) {
    case 'update':
      return readUpdate(fieldsOf(fields.update));
    case 'call':
      // Some agents tell of no input.
      return [
        toolCall(
          textOf(call.kind) || 'tool',
          [call.title, call.input],
          aboutOf(call.input) || oneLine(textOf(call.title)),
        ),
      ];
    case 'called':
      return readCalled(call);
    case 'permission':
      return fields.allowed === false
        ? [toolCall('refused', fields.outside, oneLine([fields.outside].flat().map(textOf).join(' ')))]
        : [];
    case 'error':
      return readError(fields);
    case 'end':
      return readEnd(fields);
    default:
      return [];
  }
}

function readUpdate(update: Fields): readonly Said[] {
  const content = fieldsOf(update.content);
  if (update.sessionUpdate !== 'agent_message_chunk' || content.type !== 'text') return [];
  return [{ kind: 'message', text: textOf(content.text), piece: true }];
}

const CHANGING = ['edit', 'delete', 'move'];

function readCalled(call: Fields): readonly Said[] {
  if (call.status !== 'completed') return [];
  const shown = textsOf(call.changes);
  const named = CHANGING.includes(textOf(call.kind)) ? textsOf(call.locations) : [];
  return [...new Set([...shown, ...named])].map((path) => ({ kind: 'changed', path }));
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf).filter((text) => text !== '') : [];
}

/** Of the protocol: it has to be logged in to first. */
const AUTH_REQUIRED = -32000;

function readError(fields: Fields): readonly Said[] {
  const text = textOf(fields.text) || 'it names no reason';
  const login = fields.code === AUTH_REQUIRED ? ({ kind: 'login', until: null } as const) : null;
  return [
    { kind: 'error', text, limit: limitOf(text) ?? limitOf(JSON.stringify(fields.data ?? '')) ?? login },
    { kind: 'result', ok: false, text },
  ];
}

const STOPPED: Readonly<Record<string, string>> = {
  max_tokens: 'it stopped at the most tokens that its model may use',
  max_turn_requests: 'it stopped at the most requests that one turn may make',
  cancelled: 'its turn was cancelled',
};

function readEnd(fields: Fields): readonly Said[] {
  const usage = readUsage(fieldsOf(fields.usage), costOf(fields.cost), fieldsOf(fields._meta));
  const reason = textOf(fields.stopReason);
  if (reason === 'end_turn') return [...usage, { kind: 'result', ok: true, text: '' }];
  const text =
    STOPPED[reason] ?? (reason === 'refusal' ? 'the model refused to answer' : `it stopped: ${reason}`);
  const limit = reason === 'refusal' ? ({ kind: 'refusal', until: null } as const) : null;
  return [...usage, { kind: 'error', text, limit }, { kind: 'result', ok: false, text }];
}

/** A draft of the protocol counts them over the whole session. Gemini has a place of its own; others say nothing yet. */
function readUsage(usage: Fields, cost: number | null, meta: Fields): readonly Said[] {
  const own = fieldsOf(fieldsOf(meta.quota).token_count);
  if ([usage, own].every((one) => Object.keys(one).length === 0) && cost === null) return [];
  return [
    {
      kind: 'usage',
      input: countOf(usage.inputTokens) || countOf(own.input_tokens),
      output: countOf(usage.outputTokens) + countOf(usage.thoughtTokens) || countOf(own.output_tokens),
      cacheRead: countOf(usage.cachedReadTokens),
      cacheWrite: countOf(usage.cachedWriteTokens),
      cost,
      total: true,
    },
  ];
}

function readLine(line: string): readonly Said[] {
  const told = plainText(line);
  return /^Error:/.test(told) ? [errorOf(told)] : [];
}
