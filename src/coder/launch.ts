// How a coder of the configuration is started: a command as it stands there, an agent as its preset says.

import path from 'node:path';
import type { CoderConfig } from '../config/schema.ts';
import { makeFolder, writeFileAtomically } from '../disk/files.ts';
import type { Command } from '../process/work.ts';
import type { Agent, Starting } from './agents/agent.ts';
import { findAgent } from './agents/agents.ts';

export interface Launch {
  readonly command: Command;
  /** Added to what the coder inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly agent: Agent | null;
}

/**
 * Makes an agent's settings ready; a command needs none.
 * @param at where it works, and where it may put settings of its own
 */
export async function prepareLaunch(
  coder: CoderConfig,
  at: Omit<Starting, 'model' | 'args'>,
): Promise<Launch> {
  const agent = agentOf(coder);
  if (agent === null) return { command: coder.command ?? '', environment: {}, agent };
  const { command, environment, files } = agent.start({
    ...at,
    model: coder.model ?? null,
    args: coder.args ?? [],
  });
  await makeFolder(at.home);
  for (const [file, text] of Object.entries(files)) await writeFileAtomically(path.join(at.home, file), text);
  return { command, environment, agent };
}

/** Null for a command. */
export function agentOf(coder: CoderConfig): Agent | null {
  return (coder.agent && findAgent(coder.agent)) ?? null;
}
