// The agents that are really run: from which package, at which version, and how each is told to ask the stub.

import type { Agent } from '../../src/coder/agents/agent.ts';
import { findAgent } from '../../src/coder/agents/agents.ts';
import type { Call } from './dialect.ts';

export interface Real {
  readonly agent: Agent;
  readonly package: string;
  /** Looked at on 2026-11-25. */
  readonly version: string;
  readonly model: string;
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
    write: (path, content) => ({ tool: 'write', input: { path, content } }),
    run: (command) => ({ tool: 'bash', input: { command } }),
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
