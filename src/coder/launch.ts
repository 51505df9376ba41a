// How a coder of the configuration is started: a command as it stands there, an agent as its preset says.

import type { CoderConfig } from '../config/schema.ts';
import type { Command } from '../process/work.ts';
import type { Agent, Starting } from './agents/agent.ts';
import { findAgent } from './agents/agents.ts';

export interface Launch {
  readonly command: Command;
  /** Added to what the coder inherits. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path under `home` → text, to be written before the start. */
  readonly files: Readonly<Record<string, string>>;
  readonly agent: Agent | null;
}

/** @param at where it works, and where it may put settings of its own */
export function launch(coder: CoderConfig, at: Omit<Starting, 'model' | 'args'>): Launch {
  const agent = agentOf(coder);
  if (agent === null) return { command: coder.command ?? '', environment: {}, files: {}, agent };
  const { command, environment, files } = agent.start({
    ...at,
    model: coder.model ?? null,
    args: coder.args ?? [],
  });
  return { command, environment, files, agent };
}

/** Null for a command. */
export function agentOf(coder: CoderConfig): Agent | null {
  return (coder.agent && findAgent(coder.agent)) ?? null;
}
