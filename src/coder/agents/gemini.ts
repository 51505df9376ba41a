// Gemini CLI: geminicli.com/docs/cli/headless for its options and events.

import { join } from 'node:path';
import type { Agent, Said, Started, Starting } from './agent.ts';
import { countOf, type Fields, fieldsOf, plainText, textOf, toolCall } from './event.ts';
import { errorOf } from './limit.ts';
import { serversFile } from './server.ts';

export const gemini: Agent = {
  name: 'gemini',
  title: 'Gemini CLI',
  program: 'gemini',
  install: 'npm install -g @google/gemini-cli',
  keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  login: 'gemini, then /auth',
  tools: true,
  reads: [],
  traces: ['.gemini/oauth_creds.json', '.gemini/settings.json', '.gemini/.env'],
  start,
  read,
};

const OPTIONS = ['--output-format', 'stream-json', '--skip-trust'];

/** Without a person to ask, what is not allowed by itself is refused: writing and running. */
const modeFor = (readOnly: boolean) => ['--approval-mode', readOnly ? 'default' : 'yolo'];

const DEFAULTS = 'defaults.json';

function start({ model, args, home, tools, readOnly }: Starting): Started {
  return {
    command: [
      'gemini',
      ...OPTIONS,
      ...modeFor(readOnly),
      ...(model === null ? [] : ['--model', model]),
      ...args,
    ],
    // The file that holds least of all: a person's own settings stand over it.
    environment: tools === null ? {} : { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: join(home, DEFAULTS) },
    files: tools === null ? {} : { [DEFAULTS]: serversFile(tools, { trust: true }) },
  };
}

function read(event: unknown): readonly Said[] {
  if (typeof event === 'string') return readLine(event);
  const fields = fieldsOf(event);
  switch (fields.type) {
    case 'message':
      return fields.role === 'assistant' ? [readMessage(fields)] : [];
    case 'tool_use':
      return readCall(textOf(fields.tool_name), fieldsOf(fields.parameters));
    case 'error':
      return fields.severity === 'error' ? [errorOf(textOf(fields.message))] : [];
    case 'result':
      return readResult(fields);
    default:
      return [];
  }
}

/** It passes on what it is streamed, piece by piece. */
function readMessage(fields: Fields): Said {
  const text = textOf(fields.content);
  return fields.delta === true ? { kind: 'message', text, piece: true } : { kind: 'message', text };
}

function readCall(name: string, input: Fields): readonly Said[] {
  const path = textOf(input.file_path);
  const changes = (name === 'write_file' || name === 'replace') && path !== '';
  return [toolCall(name, input), ...(changes ? [{ kind: 'changed', path } as const] : [])];
}

function readResult(fields: Fields): readonly Said[] {
  const stats = fieldsOf(fields.stats);
  const cached = countOf(stats.cached);
  const ok = fields.status === 'success';
  const text = textOf(fieldsOf(fields.error).message);
  return [
    {
      kind: 'usage',
      input: countOf(stats.input) || Math.max(0, countOf(stats.input_tokens) - cached),
      output: countOf(stats.output_tokens),
      cacheRead: cached,
      cacheWrite: 0,
      cost: null,
      total: true,
    },
    ...(ok || text === '' ? [] : [errorOf(text)]),
    { kind: 'result', ok, text },
  ];
}

function readLine(line: string): readonly Said[] {
  const told = plainText(line);
  return /^Error|^Attempt \d+ failed|set an auth method|invalid auth method|must specify/i.test(told)
    ? [errorOf(told)]
    : [];
}
