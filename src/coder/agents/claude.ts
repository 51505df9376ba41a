// Claude Code: code.claude.com/docs/en/headless for its options, …/en/agent-sdk for its events.

import { join } from 'node:path';
import type { Agent, Said, Started, Starting } from './agent.ts';
import {
  costOf,
  countOf,
  type Fields,
  fieldsOf,
  listOf,
  plainText,
  textOf,
  timeOf,
  toolCall,
} from './event.ts';
import { limitOf } from './limit.ts';
import { SERVER, serversFile } from './server.ts';

export const claude: Agent = {
  name: 'claude',
  title: 'Claude Code',
  program: 'claude',
  install: 'npm install -g @anthropic-ai/claude-code',
  keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
  login: 'claude auth login',
  tools: true,
  reads: ['CLAUDE.md'],
  traces: ['.claude/.credentials.json', '.claude/settings.json'],
  start,
  read,
};

const OPTIONS = ['-p', '--output-format', 'stream-json', '--verbose', '--no-session-persistence'];

const CODES = [
  // It may edit and run commands, and is refused whatever else would ask a person. Skipping the questions altogether is
  // refused to root, and would let it write outside of the worktree.
  ...['--permission-mode', 'acceptEdits', '--permission-prompts', 'none', '--allowedTools'],
];
/** Its tools that neither write nor run anything. */
const READS = ['--tools', 'Read,Grep,Glob', '--permission-prompts', 'none'];

const SERVERS = 'servers.json';

function start({ model, args, home, tools, readOnly }: Starting): Started {
  const codes =
    tools === null
      ? [...CODES, 'Bash']
      : [...CODES, `Bash,mcp__${SERVER}`, `--mcp-config=${join(home, SERVERS)}`];
  return {
    command: [
      ...['claude', ...OPTIONS, ...(readOnly ? READS : codes)],
      ...(model === null ? [] : ['--model', model]),
      ...args,
    ],
    environment: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      // Its ten take three minutes, for a wrong key too; five take twenty seconds.
      CLAUDE_CODE_MAX_RETRIES: '5',
    },
    files: tools === null ? {} : { [SERVERS]: serversFile(tools) },
  };
}

function read(event: unknown): readonly Said[] {
  if (typeof event === 'string') return readLine(event);
  const fields = fieldsOf(event);
  switch (fields.type) {
    case 'assistant':
      return readAssistant(fields);
    case 'system':
      return fields.subtype === 'api_retry' ? [readRetry(fields)] : [];
    case 'rate_limit_event':
      return readRateLimit(fieldsOf(fields.rate_limit_info));
    case 'result':
      return readResult(fields);
    default:
      return [];
  }
}

function readAssistant(fields: Fields): readonly Said[] {
  const message = fieldsOf(fields.message);
  const parts = listOf(message.content);
  const code = textOf(fields.error);
  if (code !== '') {
    const text = parts.map((part) => textOf(part.text)).join('') || code;
    return [message.stop_reason === 'refusal' ? refused(text) : wrong(text, statusOf(fields) ?? code)];
  }
  return parts.flatMap((part): readonly Said[] => {
    if (part.type === 'text') return [{ kind: 'message', text: textOf(part.text) }];
    return part.type === 'tool_use' ? readCall(textOf(part.name), fieldsOf(part.input)) : [];
  });
}

/** The last two are Qwen's. */
const CHANGING = ['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'write_file', 'edit'];

function readCall(name: string, input: Fields): readonly Said[] {
  const path = textOf(input.file_path) || textOf(input.notebook_path);
  return [
    toolCall(name, input),
    ...(CHANGING.includes(name) && path !== '' ? [{ kind: 'changed', path } as const] : []),
  ];
}

function readRetry(fields: Fields): Said {
  const code = textOf(fields.error);
  const status = typeof fields.error_status === 'number' ? fields.error_status : code;
  return wrong(`API Error: ${status} ${code}, trying again`, status);
}

/** It tells of a subscription's limits all the time; only a rejection is one. */
function readRateLimit(info: Fields): readonly Said[] {
  if (info.status !== 'rejected') return [];
  const limit = { kind: 'quota', until: timeOf(info.resetsAt) } as const;
  return [{ kind: 'error', text: `usage limit reached (${textOf(info.rateLimitType)})`, limit }];
}

/** `subtype: "success"` stands there with `is_error: true` too. */
function readResult(fields: Fields): readonly Said[] {
  const usage = fieldsOf(fields.usage);
  const errors = Array.isArray(fields.errors) ? fields.errors.map(textOf).join('; ') : '';
  const told = textOf(fields.result) || textOf(fieldsOf(fields.error).message);
  const text = told || errors || (fields.is_error ? textOf(fields.subtype) : '');
  const wrongly = fields.stop_reason === 'refusal' ? refused(text) : wrong(text, statusOf(fields));
  const ok = fields.is_error === false && fields.subtype === 'success';
  return [
    {
      kind: 'usage',
      input: countOf(usage.input_tokens),
      output: countOf(usage.output_tokens),
      cacheRead: countOf(usage.cache_read_input_tokens),
      cacheWrite: countOf(usage.cache_creation_input_tokens),
      cost: costOf(fields.total_cost_usd),
      total: true,
    },
    ...(ok ? [] : [wrongly]),
    { kind: 'result', ok, text },
  ];
}

function readLine(line: string): readonly Said[] {
  const told = plainText(line);
  return /^(Error|error):|^Invalid API key|^Not logged in/.test(told) ? [wrong(told, null)] : [];
}

function statusOf(fields: Fields): number | null {
  return typeof fields.api_error_status === 'number' ? fields.api_error_status : null;
}

/** @param told the HTTP status, or its own word for what happened (`rate_limit`) */
function wrong(text: string, told: number | string | null): Said {
  const limit = typeof told === 'number' ? limitOf(text, told) : (limitOf(text) ?? limitOf(told ?? ''));
  return { kind: 'error', text, limit };
}

function refused(text: string): Said {
  return { kind: 'error', text, limit: { kind: 'refusal', until: null } };
}
