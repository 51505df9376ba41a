// How a coder or reviewer of the configuration is started: a command as it stands there, an agent as its preset says.

import path from 'node:path';
import type { CoderConfig, ProgramConfig } from '../config/schema.ts';
import { makeFolder, writeFileAtomically } from '../disk/files.ts';
import type { Command } from '../process/work.ts';
import { acpAgent } from './agents/acp.ts';
import type { Agent, Starting } from './agents/agent.ts';
import { findAgent } from './agents/agents.ts';

export interface Launch {
  readonly command: Command;
  /** Added to what it inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly agent: Agent | null;
}

/** What it is told, and where it says something back. */
export interface Talk {
  readonly taskId: string;
  readonly brief: string;
  readonly answerFile: string;
}

const BRIEF = 'brief.md';

/**
 * Makes an agent's settings ready; a command needs none.
 * @param at where it works, and where it may put settings of its own
 */
export async function prepareLaunch(
  program: ProgramConfig & Pick<CoderConfig, 'mcp'>,
  at: Omit<Starting, 'model' | 'args' | 'tools'>,
  talk: Talk | null,
): Promise<Launch> {
  const agent = agentOf(program);
  if (agent === null) return { command: program.command ?? '', environment: {}, agent };
  const talks = takesTools(program) ? talk : null;
  const tools = talks && toolsCommand(at, talks);
  const { command, environment, files } = agent.start({
    ...at,
    model: program.model ?? null,
    args: program.args ?? [],
    tools,
  });
  await makeFolder(at.home);
  const all = talks === null ? files : { ...files, [BRIEF]: talks.brief };
  for (const [file, text] of Object.entries(all)) await writeFileAtomically(path.join(at.home, file), text);
  return { command, environment, agent };
}

/** In arguments: some agents hand on few variables to a server, or none. */
function toolsCommand({ self, home }: Pick<Starting, 'self' | 'home'>, talk: Talk): readonly string[] {
  const brief = path.join(home, BRIEF);
  return [...self, 'mcp', `--task=${talk.taskId}`, `--brief=${brief}`, `--answer=${talk.answerFile}`];
}

/** Whether it is given an MCP server to say something back. */
export function takesTools(coder: ProgramConfig & Pick<CoderConfig, 'mcp'>): boolean {
  return coder.mcp !== false && agentOf(coder)?.tools === true;
}

/** Null for a command. */
export function agentOf({ agent, command }: ProgramConfig): Agent | null {
  if (agent === 'acp') return acpAgent(command ?? []);
  return (agent && findAgent(agent)) ?? null;
}
