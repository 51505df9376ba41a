// Looked at before anything is started: what is missing is said in a sentence, and nothing was changed.

import path from 'node:path';
import type { Agent } from '../coder/agents/agent.ts';
import { findAgent } from '../coder/agents/agents.ts';
import { agentOf } from '../coder/launch.ts';
import { namedAnalyst } from '../config/analysts.ts';
import { nearest } from '../config/near.ts';
import { CONFIG_FILE } from '../config/parse.ts';
import { namedReviewers } from '../config/reviewers.ts';
import { exists, isWritable } from '../disk/files.ts';
import { unusableTemporaryRoot } from '../disk/temp.ts';
import { namesFilter, requiredFilters } from '../git/filters.ts';
import { gitVersion } from '../git/porcelain.ts';
import { resolveCommit } from '../git/refs.ts';
import { occupied } from '../git/worktrees.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { isExecutable, isOnPath } from '../process/find.ts';
import { type Command, commandText } from '../process/work.ts';
import { listSections } from '../store/sections.ts';
import { getSlot } from '../store/slots.ts';
import { branchRef } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { runnerSlot, worktreesRoot } from '../worktree/layout.ts';
import { isReady } from '../worktree/slot.ts';
import { checkSandbox } from './checkSandbox.ts';
import { coderFor } from './coderFor.ts';
import type { Gate } from './gate.ts';
import type { Grounds, Project } from './project.ts';
import { remoteOf } from './session.ts';
import { checkZonedSections } from './zones.ts';

/** `merge-tree --write-tree` came with it. */
const OLDEST_GIT = [2, 38] as const;

export interface Preflight {
  /** The coder of tasks that name none; null for the configured one. */
  readonly coder: string | null;
  readonly runners: number;
}

/** @throws Problem that names the first thing that would keep runners from working */
export async function checkBeforeRunning(project: Project, gate: Gate, preflight: Preflight): Promise<void> {
  await checkGit(project);
  checkMain(project, gate);
  await remoteOf(project, gate);
  await checkTemporaryFolder();
  await checkFilters(project, gate);
  await checkSandbox(project, gate);
  const coder = coderFor(gate, preflight.coder);
  await checkCoder(project, gate, coder);
  for (const name of namedReviewers(gate.config)) await checkReviewer(project, gate, name);
  await checkReviewedSections(project, gate);
  await checkZonedSections(project.store.db, gate);
  await checkWorktreesRoot(project, gate);
  for (let number = 1; number <= preflight.runners; number++)
    await checkFolder(project, gate, runnerSlot(number));
  await checkBranchNames(project, preflight.runners);
}

/** @param name of a coder in the configuration. @throws Problem `command-not-found` */
export async function checkCoder(project: Grounds, gate: Gate, name: string): Promise<void> {
  const coder = gate.config.coders[name];
  const agent = coder && agentOf(coder);
  // Of an agent that speaks a protocol it is the command that starts it.
  if (!agent || coder.command !== undefined)
    return await checkCommand(project, gate, `coders.${name}`, coder?.command ?? '');
  await checkAgent(project, `coders.${name}`, agent);
}

async function checkAgent(project: Grounds, key: string, agent: Agent): Promise<void> {
  if (await isOnPath(agent.program, cleanEnvironment(project.host.environment))) return;
  throw new Problem(
    'user',
    'command-not-found',
    `${key}: ${agent.title} is not installed: there is no ${agent.program} on PATH`,
    agent.install,
  );
}

export async function checkBeforeLanding(project: Project, gate: Gate): Promise<void> {
  await checkGit(project);
  checkMain(project, gate);
  await remoteOf(project, gate);
  await checkTemporaryFolder();
  await checkFilters(project, gate);
  await checkSandbox(project, gate);
  if (gate.config.merge.verify.length > 0) await checkWorktreesRoot(project, gate);
}

/** @throws Problem `command-not-found`, `no-key` */
export async function checkReviewer(project: Grounds, gate: Gate, name: string): Promise<void> {
  const { command = '', agent: agentName, anthropic } = gate.config.reviewers[name] ?? {};
  const agent = agentName && findAgent(agentName);
  if (agent) return await checkAgent(project, `reviewers.${name}`, agent);
  if (!anthropic) return await checkCommand(project, gate, `reviewers.${name}`, command);
  checkKey(project, `reviewers.${name}`, anthropic.key, `reviewers.${name}.anthropic.key`);
}

/** @param name as in `analysis.analysts`. @throws Problem `command-not-found`, `no-key` */
export async function checkAnalyst(project: Grounds, gate: Gate, name: string): Promise<void> {
  const named = namedAnalyst(gate.config, name);
  const who = `analysis.analysts: ${name}`;
  if (named.kind === 'model') checkKey(project, who, gate.config.analysis.key, 'analysis.key');
  if (named.kind !== 'command') return;
  const { command, agent: agentName } = named.config;
  const agent = agentName && findAgent(agentName);
  if (agent) return await checkAgent(project, who, agent);
  await checkCommand(project, gate, `analysis.commands.${name}`, command ?? '');
}

function checkKey({ host }: Grounds, who: string, variable: string, setting: string): void {
  if (host.environment[variable]) return;
  throw new Problem(
    'user',
    'no-key',
    `${who}: the variable ${variable}, which holds its key, is not set`,
    `export ${variable}=…, or name another variable: ${setting}`,
  );
}

/** A name that is spelt otherwise would leave a section to milder reviewers. A section that is yet to come is fine. */
export async function checkReviewedSections(project: Project, gate: Gate): Promise<void> {
  const named = Object.keys(gate.config.review.sections);
  if (named.length === 0) return;
  const there = (await listSections(project.store.db)).map((section) => section.name);
  const strangers = named.filter((name) => !there.some((one) => one.toLowerCase() === name.toLowerCase()));
  for (const name of strangers) {
    const near = nearest(name, there);
    if (near === undefined) continue;
    throw new Problem(
      'config',
      'unknown-section',
      `review.sections names "${name}", and there is no such section: did you mean "${near}"?`,
      `Correct it in ${CONFIG_FILE} and commit that, or: steroids sections add "${name}"`,
    );
  }
}

async function checkGit(project: Grounds): Promise<void> {
  requireGit(await gitVersion(project.git));
}

/** @throws Problem `git-too-old` */
export function requireGit([major, minor, patch]: readonly [number, number, number]): void {
  if (major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1])) return;
  const sentence = `git ${major}.${minor}.${patch} is too old: ${OLDEST_GIT.join('.')} is the oldest that can replay without a checkout`;
  throw new Problem('environment', 'git-too-old', sentence, 'Install a newer git.');
}

async function checkTemporaryFolder(): Promise<void> {
  const root = await unusableTemporaryRoot();
  if (root === undefined) return;
  const sentence = `temporary files cannot be put into ${root}: it is missing or cannot be written`;
  throw new Problem('environment', 'no-temporary-folder', sentence, 'Make it, or correct TMPDIR.');
}

/** Without such a filter no file can be checked out in any worktree. */
async function checkFilters(project: Project, gate: Gate): Promise<void> {
  for (const { name, command } of await requiredFilters(project.git)) {
    const program = /^\S*/.exec(command)?.[0] ?? '';
    const environment = cleanEnvironment(project.host.environment);
    const found = program.includes('/') ? await isExecutable(program) : await isOnPath(program, environment);
    if (program === '' || found || !(await namesFilter(project.git, gate.main, name))) continue;
    throw new Problem(
      'environment',
      'filter-missing',
      `.gitattributes on ${project.main} names the filter "${name}", which git is told to require, and its program \`${program}\` was not found`,
      `Install it, or work with what stands in the repository instead: git config filter.${name}.required false`,
    );
  }
}

export function checkMain(project: Grounds, gate: Gate): void {
  const written = gate.config.main;
  if (written === undefined || written === project.main) return;
  throw new Problem(
    'config',
    'main-differs',
    `${CONFIG_FILE} says main: ${written}, and this repository was set up to land on "${project.main}"`,
    `steroids init --main ${written}, or correct main: in the file and commit that.`,
  );
}

/** Only a list's first word is known to be a program; a string is the shell's business. */
export async function checkCommand(
  project: Grounds,
  gate: Gate,
  key: string,
  command: Command,
): Promise<void> {
  const [program] = typeof command === 'string' ? [] : command;
  if (program === undefined) return;
  const found = path.isAbsolute(program)
    ? await isExecutable(program)
    : program.includes('/')
      ? (await project.git.run(['cat-file', '-e', `${gate.main}:${path.posix.normalize(program)}`])).code ===
        0
      : await isOnPath(program, cleanEnvironment(project.host.environment));
  if (found) return;
  const where =
    program.includes('/') && !path.isAbsolute(program)
      ? ` on ${project.main}`
      : program.includes('/')
        ? ''
        : ' on PATH';
  throw new Problem(
    'user',
    'command-not-found',
    `${key}: \`${commandText(command)}\` cannot be started, because ${program} was not found${where}`,
    'Install it, or correct the command in .steroids/config.yaml and commit that.',
  );
}

export async function checkWorktreesRoot(project: Grounds, gate: Gate): Promise<void> {
  const root = worktreesRoot(project.repository.home, gate.config.worktrees.root);
  if (await isWritable(root)) return;
  throw new Problem(
    'user',
    'root-not-writable',
    `the worktrees cannot be put at ${root}: that place cannot be written`,
    'Make it writable, or set worktrees.root in .steroids/config.yaml to another folder.',
  );
}

/** What stands where a slot's worktree would be put, and was not put there by us. @throws Problem `slot-occupied` */
export async function checkFolder(project: Project, gate: Gate, slot: string): Promise<void> {
  const folder = path.join(worktreesRoot(project.repository.home, gate.config.worktrees.root), slot);
  if (!(await exists(folder)) || (await getSlot(project.store.db, slot))) return;
  if (!(await isReady(project.git, folder))) throw occupied(folder);
}

/** Git keeps `runner-1` and `runner-1/task-…` as a file and a folder of one name. */
export async function checkBranchNames(project: Grounds, runners: number): Promise<void> {
  for (let number = 1; number <= runners; number++) {
    const name = `runner-${number}`;
    if ((await resolveCommit(project.git, branchRef(name))) === undefined) continue;
    throw new Problem(
      'user',
      'branch-in-the-way',
      `the branch "${name}" makes branches like "${name}/task-…" impossible`,
      `Rename it: git branch -m ${name} something-else`,
    );
  }
}
