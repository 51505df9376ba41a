// A slot's worktree as it stands: found, linked again where its link was broken, or forgotten when its folder is gone.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { kindOf } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import {
  gitDirOfLost,
  isLinked,
  listWorktrees,
  occupied,
  openWorktree,
  relink,
  removeWorktree,
  type WorktreeRecord,
} from '../git/worktrees.ts';
import type { Sha } from '../task/ids.ts';
import { archiveStaged } from './archive.ts';
import { keepStrays } from './strays.ts';

/** Runs what changes git's list of worktrees while nobody else changes it. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

/** For callers who are alone already. */
export const alone: Exclusively = (work) => work();

/**
 * The slot's worktree, linked again where its link was broken; undefined when its folder is gone, and then git does not
 * remember it any more.
 * @param real as `realPath` gives it
 * @param main what is on it needs not be kept
 * @throws Problem `slot-occupied`
 */
export async function findWorktree(
  git: Git,
  real: string,
  main: Sha,
  exclusively: Exclusively,
): Promise<Git | undefined> {
  if ((await kindOf(real)) !== undefined) {
    if (!(await isLinked(git, real))) await exclusively(() => relink(git, real));
    if (await isLinked(git, real)) return openWorktree(git, real);
    throw occupied(real);
  }
  const known = (await listWorktrees(git)).find((record) => record.path === real);
  if (!known) return undefined;
  // Its folder was deleted by hand. What was staged, and a HEAD on no branch, are known to nobody else.
  await keepLost(git, known, main);
  await exclusively(() => removeWorktree(git, known.path));
  return undefined;
}

/** Keeps what git knows of a worktree whose folder is gone. */
async function keepLost(git: Git, { path: folder, head, branch }: WorktreeRecord, main: Sha): Promise<void> {
  const gitDir = await gitDirOfLost(git, folder);
  if (gitDir === undefined || head === undefined) return;
  const owner = ownerOf(branch, path.basename(folder));
  const lost = git.at(gitDir, { GIT_DIR: gitDir });
  await keepStrays(lost, gitDir, { owner, main, detached: branch === undefined ? head : undefined });
  await archiveStaged(lost, owner);
}

/** The task whose branch it is, or the slot. */
export function ownerOf(branch: string | undefined, slot: string): string {
  return /\/task-(\w+)$/.exec(branch ?? '')?.[1] ?? slot;
}

/** As git names a worktree: links resolved, whether it is there or not. */
export async function realPath(folder: string): Promise<string> {
  const parent = path.dirname(path.resolve(folder));
  return path.join(await realpath(parent).catch(() => parent), path.basename(folder));
}
