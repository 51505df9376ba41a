// The live conflict matrix of this project: which branches, in which state, merged where nothing of it stays.

import os from 'node:os';
import path from 'node:path';
import { type Matrix, type MatrixMemory, readMatrix } from '../analysis/matrix.ts';
import type { Place } from '../analysis/pairs.ts';
import { recall, remember } from '../analysis/remembered.ts';
import { type Dirty, readDirty } from '../git/dirty.ts';
import { attributesOf, prepareOwnGit } from '../git/own.ts';
import { openQuarantine, type Quarantine } from '../git/quarantine.ts';
import { listWorktrees, openWorktree, type WorktreeRecord } from '../git/worktrees.ts';
import { pooled } from '../process/pool.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';
import { type LiveBranch, listLiveBranches } from './liveBranches.ts';
import { type Project, readMain } from './project.ts';

export interface ShownBranch extends LiveBranch {
  /** What is not committed and counts here; null where nothing is, or nobody looked. */
  readonly uncommitted: Omit<Dirty, 'commit'> | null;
}

export interface Conflicts extends Matrix {
  readonly main: { readonly branch: string; readonly commit: Sha };
  readonly branches: readonly ShownBranch[];
  /** Worktrees whose files could not be read, and why. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** More gits at once wait for each other. */
const MOST_PROCESSES = 8;

export const conflictsFile = (project: Project) => path.join(project.folders.base, 'conflicts.json');

/** @param dirty whether what is not committed counts, of each worktree */
export async function readConflicts(project: Project, { dirty }: { dirty: boolean }): Promise<Conflicts> {
  const main = await readMain(project);
  const live = await listLiveBranches(project);
  return await inQuarantine(project, main, async (place, memory, quarantine) => {
    const { branches, heads, unread } = dirty
      ? await withUncommitted(project, live, quarantine)
      : { branches: live.map(committed), heads: live, unread: [] };
    const matrix = await readMatrix(place, memory, main, heads);
    return { main: { branch: project.main, commit: main }, branches, unread, ...matrix };
  });
}

/** Merges where nothing stays but what was learned. */
export async function inQuarantine<T>(
  project: Project,
  main: Sha,
  work: (place: Place, memory: MatrixMemory, quarantine: Quarantine) => Promise<T>,
): Promise<T> {
  await prepareOwnGit(project.repository);
  const own = await project.own();
  const attributes = await attributesOf(own, main);
  const about = attributes === undefined ? '' : path.basename(attributes);
  const memory: MatrixMemory = await recall(conflictsFile(project), about);
  const quarantine = await openQuarantine(own, project.repository);
  try {
    const place = { git: quarantine.git, attributes, processes: processes() };
    return await work(place, memory, quarantine);
  } finally {
    quarantine.close();
    await remember(conflictsFile(project), about, memory);
  }
}

const processes = () => Math.min(MOST_PROCESSES, os.availableParallelism());

const committed = (branch: LiveBranch): ShownBranch => ({ ...branch, uncommitted: null });

/** Branches at what their worktrees hold; worktrees of other branches are added, where they hold anything. */
async function withUncommitted(project: Project, live: readonly LiveBranch[], quarantine: Quarantine) {
  const unread: { path: string; reason: string }[] = [];
  const worktrees = (await listWorktrees(project.git)).filter(({ bare, head }) => !bare && head);
  const read = await pooled(processes(), worktrees, async (record) => {
    try {
      return await readDirty(await openWorktree(project.git, record.path), quarantine);
    } catch (error) {
      unread.push({ path: record.path, reason: sentenceOf(error) });
      return undefined;
    }
  });
  const states = worktrees.flatMap((record, index) => (read[index] ? [{ record, state: read[index] }] : []));
  const shown: { readonly branch: ShownBranch; readonly head: Sha }[] = live.map((branch) => {
    const found = states.find(({ record }) => record.branch === branchRef(branch.branch));
    if (found === undefined) return { branch: committed(branch), head: branch.head };
    const { commit, ...uncommitted } = found.state;
    return { branch: { ...branch, uncommitted }, head: commit };
  });
  const known = new Set(live.map(({ branch }) => branchRef(branch)));
  for (const { record, state } of states)
    if (!known.has(record.branch ?? '')) {
      const { commit, ...uncommitted } = state;
      shown.push({ branch: { ...strange(record), uncommitted }, head: commit });
    }
  return {
    branches: shown.map(({ branch }) => branch),
    heads: shown.map(({ branch: { id }, head }) => ({ id, head })),
    unread,
  };
}

function strange({ path: folder, branch, head }: WorktreeRecord): LiveBranch {
  return {
    id: folder,
    task: null,
    title: path.basename(folder),
    branch: branch?.replace(/^refs\/heads\//, '') ?? '(detached)',
    status: 'worktree',
    head: head as Sha,
  };
}
