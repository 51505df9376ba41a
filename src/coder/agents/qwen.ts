// Qwen Code: github.com/QwenLM/qwen-code, docs/users/features/headless.md. Its events are Claude Code's.

import { join } from 'node:path';
import type { Agent, Said, Started, Starting } from './agent.ts';
import { claude } from './claude.ts';
import { plainText } from './event.ts';
import { limitOf } from './limit.ts';
import { serversFile } from './server.ts';

export const qwen: Agent = {
  name: 'qwen',
  title: 'Qwen Code',
  program: 'qwen',
  install: 'npm install -g @qwen-code/qwen-code',
  keys: ['OPENAI_API_KEY', 'DASHSCOPE_API_KEY'],
  login: 'qwen, then /auth',
  tools: true,
  reads: [],
  traces: ['.qwen/oauth_creds.json', '.qwen/settings.json', '.qwen/.env'],
  start,
  read: (event) => (typeof event === 'string' ? readLine(event) : claude.read(event).map(withoutCached)),
};

const OPTIONS = ['--output-format', 'stream-json', '--chat-recording=false'];

/** Without a person to ask, what is not allowed by itself is refused: writing and running. */
const modeFor = (readOnly: boolean) => ['--approval-mode', readOnly ? 'default' : 'yolo'];

const SERVERS = 'servers.json';

function start({ model, args, home, tools, readOnly }: Starting): Started {
  return {
    command: [
      ...['qwen', ...OPTIONS, ...modeFor(readOnly)],
      ...(tools === null ? [] : ['--mcp-config', join(home, SERVERS)]),
      ...(model === null ? [] : ['--model', model]),
      ...args,
    ],
    environment: {},
    files: tools === null ? {} : { [SERVERS]: serversFile(tools) },
  };
}

/** Its input tokens include the cached ones, and it names no price. */
function withoutCached(said: Said): Said {
  if (said.kind !== 'usage') return said;
  return { ...said, input: Math.max(0, said.input - said.cacheRead) };
}

/** `Retrying in 60s (attempt 1/10): [API Error: 429 …]`: only its text names the reason. */
function readLine(line: string): readonly Said[] {
  const told = plainText(line);
  const retried = /^Retrying in .*?: (\[API Error: .*\])$/.exec(told)?.[1];
  const text = retried ?? (/^Error|^No auth type/i.test(told) ? told : undefined);
  return text === undefined ? [] : [{ kind: 'error', text, limit: limitOf(text) }];
}
