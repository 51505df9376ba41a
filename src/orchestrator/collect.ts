// Taking away what a survey found. Each thing is looked at once more at the moment it goes: what has changed stays.

import path from 'node:path';
import { kindOf, removeOwn } from '../disk/files.ts';
import { setAside, TRASH } from '../disk/trash.ts';
import type { Git } from '../git/client.ts';
import { changeRefs, listRefs } from '../git/refs.ts';
import { emptyInBackground } from '../process/background.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { forgetUnusedSlot, saveSlot } from '../store/slots.ts';
import { sentenceOf } from '../task/problem.ts';
import { isRepositorySlot, slotNumber, taskOfSlot } from '../worktree/layout.ts';
import { retireSlot } from '../worktree/slot.ts';
import { gitAt } from './archives.ts';
import {
  type Garbage,
  type GarbageRef,
  type Kept,
  surveyGarbage,
  trashFolders,
  type UnusedWorktree,
} from './garbage.ts';
import type { Gate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import type { Project } from './project.ts';
import { reapRunners } from './recovery.ts';
import { closeTaken } from './takenWorktree.ts';
import { releaseAbandoned } from './takeOver.ts';

/** @returns what went, in the form of the survey, and what of it stayed after all */
export async function collectGarbage(project: Project, gate: Gate, keepMs: number): Promise<Garbage> {
  // What a dead runner held is nobody's, and its number is free.
  await reapRunners(project);
  await releaseAbandoned(project, `lander:${project.main}`, gate.config.limits.lease);
  const found = await surveyGarbage(project, gate, keepMs);
  const kept: Kept[] = [...found.kept];
  const emptying = await trashFolders(project, gate);
  const worktrees: UnusedWorktree[] = [];
  for (const worktree of found.worktrees) {
    const why = await takeWorktree(project, gate, worktree);
    if (why === undefined) worktrees.push(worktree);
    else kept.push({ what: worktree.path, why });
  }
  const refs = await takeRefs(project, found.refs);
  for (const ref of found.refs)
    if (!refs.includes(ref)) kept.push({ what: ref.name, why: 'it is not what it was a moment ago' });
  for (const file of found.files) {
    if ((await kindOf(file.path)) === 'folder')
      await setAside(file.path, path.join(project.folders.base, TRASH));
    else await removeOwn(file.path);
  }
  const full: string[] = [];
  for (const folder of emptying) if ((await kindOf(folder)) !== undefined) full.push(folder);
  emptyInBackground(full, cleanEnvironment(project.host.environment));
  return { ...found, worktrees, refs, kept };
}

/** @returns why it stays */
async function takeWorktree(
  project: Project,
  gate: Gate,
  { name, path: folder }: UnusedWorktree,
): Promise<string | undefined> {
  const { store } = project;
  const id = taskOfSlot(name);
  if (id !== undefined) {
    const left = await closeTaken(project, gate, id, folder, setAside);
    return left === null ? undefined : `${left.holders} ${left.holders === 'you' ? 'are' : 'is'} still in it`;
  }
  const number = slotNumber(name);
  if (number === undefined) return 'it is no worktree of ours';
  const git = isRepositorySlot(name) ? project.git : project.ownWorktrees;
  // A runner that comes up from here on knows of no slot, and waits for the git lock to make one.
  return await withGitLock(project, async () => {
    if (!(await store.write((trx) => forgetUnusedSlot(store, trx, name, number))))
      return 'somebody works in it';
    try {
      await retireSlot(git, name, folder, gate.main, (work) => work(), setAside);
      return undefined;
    } catch (error) {
      await store.write((trx) => saveSlot(store, trx, { name, path: folder, digest: null }));
      return sentenceOf(error);
    }
  });
}

/** @returns those that went */
async function takeRefs(project: Project, refs: readonly GarbageRef[]): Promise<GarbageRef[]> {
  const gone: GarbageRef[] = [];
  for (const place of ['repository', 'own'] as const) {
    const git = await gitAt(project, place);
    const here = refs.filter((ref) => ref.place === place);
    if (git) gone.push(...(await deleteAsSeen(git, here)));
  }
  return gone;
}

const TRIES = 3;

/** All in one transaction; when one has changed since it was looked at, the others without it. */
async function deleteAsSeen(git: Git, refs: readonly GarbageRef[]): Promise<readonly GarbageRef[]> {
  let left = refs;
  for (let tries = 0; tries < TRIES; tries++) {
    const changes = left.map(({ name, sha }) => ({ kind: 'delete', ref: name, from: sha }) as const);
    if ((await changeRefs(git, changes, 'steroids: gc')).kind === 'changed') return left;
    const now = new Map((await listRefs(git, 'refs/steroids')).map((ref) => [ref.name, ref.sha]));
    left = left.filter((ref) => now.get(ref.name) === ref.sha);
  }
  return [];
}
