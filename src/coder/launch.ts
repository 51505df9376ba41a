// How a coder or reviewer of the configuration is started: a command as it stands there, an agent as its preset says.

import path from 'node:path';
import type { ProgramConfig } from '../config/schema.ts';
import { makeFolder, writeFileAtomically } from '../disk/files.ts';
import type { Command } from '../process/work.ts';
import type { Agent, Starting } from './agents/agent.ts';
import { findAgent } from './agents/agents.ts';

export interface Launch {
  readonly command: Command;
  /** Added to what it inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly agent: Agent | null;
}

/**
 * Makes an agent's settings ready; a command needs none.
 * @param at where it works, and where it may put settings of its own
 */
export async function prepareLaunch(
  program: ProgramConfig,
  at: Omit<Starting, 'model' | 'args'>,
): Promise<Launch> {
  const agent = agentOf(program);
  if (agent === null) return { command: program.command ?? '', environment: {}, agent };
  const { command, environment, files } = agent.start({
    ...at,
    model: program.model ?? null,
    args: program.args ?? [],
  });
  await makeFolder(at.home);
  for (const [file, text] of Object.entries(files)) await writeFileAtomically(path.join(at.home, file), text);
  return { command, environment, agent };
}

/** Null for a command. */
export function agentOf({ agent }: ProgramConfig): Agent | null {
  return (agent && findAgent(agent)) ?? null;
}
