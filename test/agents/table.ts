// The agents that are really run: from which package, at which version, and how each is told to ask the stub.

import path from 'node:path';
import type { Agent } from '../../src/coder/agents/agent.ts';
import { findAgent } from '../../src/coder/agents/agents.ts';
import type { Call } from './dialect.ts';

export interface Real {
  readonly agent: Agent;
  readonly package: string;
  /** Looked at on 2026-11-25. */
  readonly version: string;
  readonly model: string;
  /** Scenes of which it says nothing while it tries again, for longer than is waited for here. */
  readonly silent?: readonly string[];
  /** What a person would have set up: a key, and where the provider is. Files stand under HOME. */
  readonly setup: (url: string) => {
    readonly environment: Readonly<Record<string, string>>;
    readonly files: Readonly<Record<string, string>>;
    readonly args: readonly string[];
  };
  /** Its own tools' calls that write a file in the worktree. */
  readonly write: (file: string, text: string, worktree: string) => Call;
  readonly run: (command: string) => Call;
}

type Table = Readonly<Record<string, Omit<Real, 'agent'>>>;

const json = (value: unknown) => JSON.stringify(value, null, 2);

const TABLE: Table = {
  pi: {
    package: '@mariozechner/pi-coding-agent',
    version: '0.73.1',
    model: 'anthropic/claude-sonnet-4-5',
    setup: (url) => ({
      environment: { ANTHROPIC_API_KEY: 'sk-ant-dummy' },
      files: { '.pi/agent/models.json': json({ providers: { anthropic: { baseUrl: url } } }) },
      args: [],
    }),
    write: (file, content) => ({ tool: 'write', input: { path: file, content } }),
    run: (command) => ({ tool: 'bash', input: { command } }),
  },
  claude: {
    package: '@anthropic-ai/claude-code',
    version: '2.1.332',
    model: 'claude-sonnet-4-5',
    setup: (url) => ({
      environment: { ANTHROPIC_API_KEY: 'sk-ant-dummy', ANTHROPIC_BASE_URL: url },
      files: {},
      args: [],
    }),
    write: (file, content, worktree) => ({
      tool: 'Write',
      input: { file_path: path.join(worktree, file), content },
    }),
    run: (command) => ({ tool: 'Bash', input: { command, description: 'Run a command' } }),
  },
  codex: {
    package: '@openai/codex',
    version: '0.169.0',
    // One that it knows: to others it offers no apply_patch.
    model: 'gpt-5.5',
    setup: (url) => ({
      environment: { CODEX_API_KEY: 'sk-dummy' },
      files: { '.codex/config.toml': `openai_base_url = "${url}/v1"\n` },
      args: [],
    }),
    write: (file, text) => ({
      tool: 'apply_patch',
      input: { text: `*** Begin Patch\n*** Add File: ${file}\n+${text.trimEnd()}\n*** End Patch` },
    }),
    run: (cmd) => ({ tool: 'exec_command', input: { cmd } }),
  },
  opencode: {
    package: 'opencode-ai',
    version: '1.18.33',
    model: 'anthropic/claude-sonnet-4-5',
    setup: (url) => ({
      environment: { ANTHROPIC_API_KEY: 'sk-ant-dummy' },
      files: {
        '.config/opencode/opencode.json': json({
          provider: { anthropic: { options: { baseURL: `${url}/v1` }, models: { 'no-such-model': {} } } },
        }),
      },
      args: [],
    }),
    write: (file, content, worktree) => ({
      tool: 'write',
      input: { filePath: path.join(worktree, file), content },
    }),
    run: (command) => ({ tool: 'bash', input: { command, description: 'Run a command' } }),
  },
  gemini: {
    package: '@google/gemini-cli',
    version: '0.61.0',
    model: 'gemini-2.5-pro',
    setup: (url) => ({
      environment: { GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: url },
      // Where another provider is named, it does not take a key for what to log in with.
      files: { '.gemini/settings.json': json({ security: { auth: { selectedType: 'gemini-api-key' } } }) },
      args: [],
    }),
    write: (file, content, worktree) => ({
      tool: 'write_file',
      input: { file_path: path.join(worktree, file), content },
    }),
    run: (command) => ({ tool: 'run_shell_command', input: { command } }),
  },
  qwen: {
    package: '@qwen-code/qwen-code',
    version: '0.24.4',
    model: 'qwen3-coder-plus',
    silent: ['529'],
    setup: (url) => ({
      environment: { OPENAI_API_KEY: 'sk-dummy', OPENAI_BASE_URL: `${url}/v1` },
      files: {},
      args: ['--auth-type', 'openai'],
    }),
    write: (file, content, worktree) => ({
      tool: 'write_file',
      input: { file_path: path.join(worktree, file), content },
    }),
    run: (command) => ({ tool: 'run_shell_command', input: { command, is_background: false } }),
  },
};

export const NAMES: readonly string[] = Object.keys(TABLE);

/** @throws when there is none of that name */
export function realAgent(name: string): Real {
  const row = TABLE[name];
  const agent = findAgent(name);
  if (row === undefined || agent === undefined) {
    throw new Error(`no agent "${name}": there are ${NAMES.join(', ')}`);
  }
  return { ...row, agent };
}
