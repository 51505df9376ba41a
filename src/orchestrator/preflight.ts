// Looked at before anything is started: what is missing is said in a sentence, and nothing was changed.

import path from 'node:path';
import { CONFIG_FILE } from '../config/parse.ts';
import { exists, isWritable } from '../disk/files.ts';
import { gitVersion } from '../git/porcelain.ts';
import { resolveCommit } from '../git/refs.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { isExecutable, isOnPath } from '../process/find.ts';
import { type Command, commandText } from '../process/work.ts';
import { getSlot } from '../store/slots.ts';
import { branchRef } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { runnerSlot, worktreesRoot } from '../worktree/layout.ts';
import { isReady, occupied } from '../worktree/slot.ts';
import { checkSandbox } from './checkSandbox.ts';
import { coderFor } from './coderFor.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import { remoteOf } from './session.ts';

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
  await checkSandbox(project, gate);
  const coder = coderFor(gate, preflight.coder);
  await checkCommand(project, gate, `coders.${coder}`, gate.config.coders[coder]?.command ?? '');
  const reviewer = gate.config.reviewers[gate.config.reviewer];
  if (reviewer) await checkCommand(project, gate, `reviewers.${gate.config.reviewer}`, reviewer.command);
  await checkWorktreesRoot(project, gate);
  await checkFolders(project, gate, preflight.runners);
  await checkBranchNames(project, preflight.runners);
}

export async function checkBeforeLanding(project: Project, gate: Gate): Promise<void> {
  await checkGit(project);
  checkMain(project, gate);
  await remoteOf(project, gate);
  await checkSandbox(project, gate);
  if (gate.config.merge.verify.length > 0) await checkWorktreesRoot(project, gate);
}

async function checkGit(project: Project): Promise<void> {
  const [major, minor, patch] = await gitVersion(project.git);
  if (major > OLDEST_GIT[0] || (major === OLDEST_GIT[0] && minor >= OLDEST_GIT[1])) return;
  const sentence = `git ${major}.${minor}.${patch} is too old: ${OLDEST_GIT.join('.')} is the oldest that can replay without a checkout`;
  throw new Problem('environment', 'git-too-old', sentence, 'Install a newer git.');
}

function checkMain(project: Project, gate: Gate): void {
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
async function checkCommand(project: Project, gate: Gate, key: string, command: Command): Promise<void> {
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

async function checkWorktreesRoot(project: Project, gate: Gate): Promise<void> {
  const root = worktreesRoot(project.repository.home, gate.config.worktrees.root);
  if (await isWritable(root)) return;
  throw new Problem(
    'user',
    'root-not-writable',
    `the worktrees cannot be put at ${root}: that place cannot be written`,
    'Make it writable, or set worktrees.root in .steroids/config.yaml to another folder.',
  );
}

/** What stands where a runner would put its worktree, and was not put there by one. */
async function checkFolders(project: Project, gate: Gate, runners: number): Promise<void> {
  const root = worktreesRoot(project.repository.home, gate.config.worktrees.root);
  for (let number = 1; number <= runners; number++) {
    const slot = runnerSlot(number);
    const folder = path.join(root, slot);
    if (!(await exists(folder)) || (await getSlot(project.store.db, slot))) continue;
    if (!(await isReady(project.git, folder))) throw occupied(folder);
  }
}

/** Git keeps `runner-1` and `runner-1/task-…` as a file and a folder of one name. */
async function checkBranchNames(project: Project, runners: number): Promise<void> {
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
