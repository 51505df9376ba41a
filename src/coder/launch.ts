// How a coder of the configuration is started: a command as it stands there, an agent as its preset says.

import path from 'node:path';
import type { CoderConfig } from '../config/schema.ts';
import { makeFolder, writeFileAtomically } from '../disk/files.ts';
import type { Command } from '../process/work.ts';
import { acpAgent } from './agents/acp.ts';
import type { Agent, Starting } from './agents/agent.ts';
import { findAgent } from './agents/agents.ts';

export interface Launch {
  readonly command: Command;
  /** Added to what the coder inherits. */
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
  coder: CoderConfig,
  at: Omit<Starting, 'model' | 'args' | 'tools'>,
  talk: Talk,
): Promise<Launch> {
  const agent = agentOf(coder);
  if (agent === null) return { command: coder.command ?? '', environment: {}, agent };
  const tools = takesTools(coder) ? toolsCommand(at, talk) : null;
  const { command, environment, files } = agent.start({
    ...at,
    model: coder.model ?? null,
    args: coder.args ?? [],
    tools,
  });
  await makeFolder(at.home);
  const all = tools === null ? files : { ...files, [BRIEF]: talk.brief };
  for (const [file, text] of Object.entries(all)) await writeFileAtomically(path.join(at.home, file), text);
  return { command, environment, agent };
}

/** In arguments: some agents hand on few variables to a server, or none. */
function toolsCommand({ self, home }: Pick<Starting, 'self' | 'home'>, talk: Talk): readonly string[] {
  const brief = path.join(home, BRIEF);
  return [...self, 'mcp', `--task=${talk.taskId}`, `--brief=${brief}`, `--answer=${talk.answerFile}`];
}

/** Whether it is given an MCP server to say something back. */
export function takesTools(coder: CoderConfig): boolean {
  return coder.mcp !== false && agentOf(coder)?.tools === true;
}

/** Null for a command. */
export function agentOf(coder: CoderConfig): Agent | null {
  if (coder.agent === 'acp') return acpAgent(coder.command ?? []);
  return (coder.agent && findAgent(coder.agent)) ?? null;
}
