// How each kind of reviewer is asked: a command, an agent, a model through its provider's SDK.

import path from 'node:path';
import type { Agent } from '../coder/agents/agent.ts';
import { finalMessage, judgeRun } from '../coder/agents/judge.ts';
import { MODEL } from '../coder/agents/model.ts';
import { readRun, transcriptOf } from '../coder/agents/read.ts';
import { agentOf, prepareLaunch } from '../coder/launch.ts';
import type { ProgramConfig, ReviewerConfig } from '../config/schema.ts';
import { readBytes } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { type Environment, withoutSecrets } from '../process/environment.ts';
import { commandText, MAX_LOG } from '../process/work.ts';
import { type Asking, type Heard, hearCommand } from '../review/ask.ts';
import { askAgain } from '../review/dossier.ts';
import { BOUNDS, type Part } from '../review/parts.ts';
import type { Limit } from '../task/limit.ts';
import { containmentFor, unsandboxed } from './containment.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

/** Whoever tells of itself in events that are kept beside its log; null for a command. */
export function speakerOf(program: ProgramConfig & Pick<ReviewerConfig, 'anthropic'>): Speaker | null {
  return program.anthropic ? MODEL : agentOf(program);
}

export type Speaker = Pick<Agent, 'read'>;

/** What reviewers are asked about. */
export interface Matter {
  readonly dossier: string;
  /** The same after an answer that could not be read; as reviewers are asked again, unless it is given. */
  readonly again?: (wrong: string) => string;
  /** The same for who can read only what it is given; undefined where that is too long. */
  readonly parts: () => Promise<readonly Part[] | undefined>;
  /** Variables that tell commands and agents of it. */
  readonly variables: Environment;
}

/** Where a reviewer works. */
export interface Desk {
  readonly project: Project;
  readonly gate: Gate;
  /** A checkout of main: relative paths in a command, and files that an agent reads, are never what the coder wrote. */
  readonly worktree: Git;
  /** Of this reviewer alone. */
  readonly temp: string;
  /** What the sandbox gives it for `/tmp`. */
  readonly sharedTemp: string;
  readonly environment: Environment;
  readonly log: string;
  /** Where its answers begin, when they are not an agent's events. */
  readonly answers: string;
}

/** What differs from kind to kind. */
export type Kind = Pick<
  Asking,
  'command' | 'commandText' | 'input' | 'output' | 'hear' | 'containment' | 'environment'
>;

export async function kindOf(
  desk: Desk,
  reviewer: ReviewerConfig,
  matter: Matter,
): Promise<Kind | { readonly refused: string }> {
  if (reviewer.anthropic) return await asModel(desk, reviewer.anthropic, matter);
  return agentOf(reviewer) ? await asAgent(desk, reviewer, matter) : await asCommand(desk, reviewer, matter);
}

async function asCommand(desk: Desk, { command = '' }: ReviewerConfig, matter: Matter): Promise<Kind> {
  return {
    ...(await reading(desk, matter)),
    command,
    commandText: commandText(command),
    output: { kind: 'answers', prefix: desk.answers },
    hear: (worked, output) => hearCommand(worked, output, desk.log),
    environment: { ...desk.environment, ...matter.variables },
  };
}

/** The verdict is an agent's last message, as its own events tell it; whatever else it says is none. */
async function asAgent(desk: Desk, reviewer: ReviewerConfig, matter: Matter): Promise<Kind> {
  const at = {
    worktree: desk.worktree.dir,
    gitFolders: [],
    home: path.join(desk.temp, 'home'),
    self: desk.project.host.self,
    readOnly: true,
  };
  const launch = await prepareLaunch(reviewer, at, null);
  const { agent } = launch;
  if (agent === null) throw new TypeError('a reviewer without an agent is no agent');
  return {
    ...(await reading(desk, matter)),
    command: launch.command,
    commandText: agent.title,
    output: { kind: 'events', file: transcriptOf(desk.log), limit: MAX_LOG },
    hear: async (worked, output): Promise<Heard> => {
      const said = await readRun(agent, output, desk.log);
      const judged = judgeRun(said, worked);
      if (judged.kind === 'done') return { kind: 'answer', output: Buffer.from(finalMessage(said) ?? '') };
      const limit = judged.kind === 'limited' ? { limit: judged.limit } : {};
      return { kind: 'failed', reason: `gave no answer: ${judged.reason}`, ...limit };
    },
    environment: { ...desk.environment, ...matter.variables, ...launch.environment },
  };
}

async function reading(
  desk: Desk,
  { dossier, again = (wrong) => askAgain(dossier, wrong) }: Matter,
): Promise<Pick<Kind, 'input' | 'containment'>> {
  const { project, gate, worktree, sharedTemp } = desk;
  return {
    input: (wrong) => (wrong === null ? dossier : again(wrong)),
    containment: await containmentFor(project, gate, { worktree, temp: sharedTemp }),
  };
}

/** A program of ours asks: it runs nothing that others wrote, and has the network whatever the sandbox says. */
async function asModel(
  desk: Desk,
  model: NonNullable<ReviewerConfig['anthropic']>,
  matter: Matter,
): Promise<Kind | { readonly refused: string }> {
  const { host } = desk.project;
  const key = host.environment[model.key];
  if (!key) return { refused: `the variable ${model.key}, which holds its key, is not set` };
  const parts = await matter.parts();
  const longest = BOUNDS.part * BOUNDS.parts;
  if (!parts)
    return { refused: `the diff has more than the ${longest} characters that a model is asked about` };
  const options = ['--model', model.model, '--max-tokens', String(model.maxTokens), '--key', model.key];
  const usage = ['--usage', transcriptOf(desk.log)];
  const again = (wrong: string) => parts.map((part) => ({ ...part, text: askAgain(part.text, wrong) }));
  return {
    command: [...host.self, 'judge', ...options, ...usage],
    commandText: `anthropic, ${model.model}`,
    input: (wrong) => JSON.stringify(wrong === null ? parts : again(wrong)),
    output: { kind: 'answers', prefix: desk.answers },
    hear: async (worked, output) => {
      const heard = await hearCommand(worked, output, desk.log);
      const failed = heard.kind === 'failed' && worked.kind === 'exited';
      const limit = failed ? limitIn(await readBytes(output)) : undefined;
      return limit ? { ...heard, limit } : heard;
    },
    containment: await unsandboxed(desk.project, desk.gate),
    environment: { ...withoutSecrets(desk.environment, []), [model.key]: key },
  };
}

/** What our own program says of a provider that refused; nothing where it was killed first. */
function limitIn(output: Uint8Array): Limit | undefined {
  try {
    return JSON.parse(Buffer.from(output).toString()).limit;
  } catch {
    return undefined; // no JSON: it failed for another reason
  }
}
