// The agents that are really run: from which package, at which version, and how each is told to ask the stub.

import path from 'node:path';
import { acpAgent } from '../../src/coder/agents/acp.ts';
import type { Agent } from '../../src/coder/agents/agent.ts';
import { findAgent } from '../../src/coder/agents/agents.ts';
import type { Call } from './dialect.ts';

export interface Real {
  readonly name: string;
  /** The preset that is played. */
  readonly agent: Agent;
  /** What starts it, in the configuration. */
  readonly coder: { readonly agent: string; readonly command?: readonly string[] };
  /** Who reviews what it coded: the same agent by its name. */
  readonly reviewer: { readonly agent: string };
  /** How it is told of a model. */
  readonly start: (model: string) => { readonly model: string | null; readonly args: readonly string[] };
  /** The program of the package. */
  readonly program: string;
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
  /** A call of a tool of the MCP server `steroids`; undefined where it takes none. */
  readonly ours?: (tool: string, input: Call['input']) => Call;
  /** For agents that speak ACP: their command, and how it names a model where the protocol gives no choice. */
  readonly acp?: {
    readonly command: readonly string[];
    readonly modelArgs?: (model: string) => readonly string[];
    /** As above: over ACP it tells of no tries that it repeats. */
    readonly silent?: readonly string[];
  };
}

type Table = Readonly<
  Record<string, Omit<Real, 'name' | 'agent' | 'coder' | 'reviewer' | 'program' | 'start'>>
>;

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
    ours: (tool, input) => ({ tool: `mcp__steroids__${tool}`, input }),
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
    ours: (tool, input) => ({ tool, namespace: 'mcp__steroids', input }),
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
    ours: (tool, input) => ({ tool: `steroids_${tool}`, input }),
    acp: { command: ['opencode', 'acp'], silent: ['529'] },
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
    ours: (tool, input) => ({ tool: `mcp_steroids_${tool}`, input }),
    acp: {
      command: ['gemini', '--acp', '--skip-trust'],
      silent: ['429', '529'],
      modelArgs: (model) => ['--model', model],
    },
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
    ours: (tool, input) => ({ tool: `mcp__steroids__${tool}`, input }),
    acp: { command: ['qwen', '--acp'], silent: ['429', '529'], modelArgs: (model) => ['--model', model] },
  },
};

export const NAMES: readonly string[] = [
  ...Object.keys(TABLE),
  ...Object.keys(TABLE).flatMap((name) => (TABLE[name]?.acp ? [`${name}-acp`] : [])),
];

/** @throws when there is none of that name */
export function realAgent(name: string): Real {
  const overAcp = /^(.*)-acp$/.exec(name)?.[1];
  const row = TABLE[overAcp ?? name];
  const agent = findAgent(overAcp ?? name);
  if (row === undefined || agent === undefined || (overAcp !== undefined && !row.acp)) {
    throw new Error(`no agent "${name}": there are ${NAMES.join(', ')}`);
  }
  const { program } = agent;
  if (overAcp === undefined || !row.acp) {
    const start = (model: string) => ({ model, args: [] });
    return { ...row, name, agent, program, start, coder: { agent: name }, reviewer: { agent: name } };
  }
  const { command, modelArgs, silent = [] } = row.acp;
  const start = (model: string) =>
    modelArgs ? { model: null, args: modelArgs(model) } : { model, args: [] };
  const coder = { agent: 'acp', command };
  const reviewer = { agent: overAcp };
  return { ...row, name, agent: acpAgent(command), program, start, silent, coder, reviewer };
}
