// Lock files that a git that was killed left behind. They are taken away only with proof that nobody holds them.

import path from 'node:path';
import { changedAt, namesIn, removeOwn } from '../disk/files.ts';
import { processesInside } from '../process/inside.ts';
import type { Git } from './client.ts';
import { commonDirOf, gitDirOf } from './worktrees.ts';

/** Where no process can be asked for, a lock that is as old as this is nobody's. Milliseconds. */
const OLD_MS = 600_000;

/** Of the worktree's own: `index.lock`, `HEAD.lock`. @returns whole paths */
export async function locksOf(worktree: Git): Promise<string[]> {
  const gitDir = await gitDirOf(worktree);
  return (await namesIn(gitDir)).filter(isLock).map((name) => path.join(gitDir, name));
}

/**
 * Takes the locks of a worktree of ours away that no git works in any more.
 * @param now epoch milliseconds
 * @returns those that are left, because somebody may hold them
 */
export async function releaseLocks(worktree: Git, now: number): Promise<string[]> {
  const locks = await locksOf(worktree);
  if (locks.length === 0) return [];
  const gits = await processesInside(worktree.dir, 'git');
  const left: string[] = [];
  for (const lock of locks) {
    const age = now - ((await changedAt(lock)) ?? now);
    if (gits === undefined ? age > OLD_MS : gits.length === 0) await removeOwn(lock);
    else left.push(lock);
  }
  return left;
}

export interface LeftLock {
  readonly path: string;
  /** Milliseconds since it was made. */
  readonly age: number;
  /** Whether only we write what it locks: `refs/steroids/…`, branches of tasks. */
  readonly ours: boolean;
}

/** Locks on what all worktrees share, and on the first checkout: the configuration, packed refs, refs. */
export async function sharedLocks(git: Git, now: number): Promise<LeftLock[]> {
  const common = await commonDirOf(git);
  const names = [
    ...(await namesIn(common)),
    ...(await namesIn(path.join(common, 'refs'), { deep: true })).map((name) => path.join('refs', name)),
  ].filter(isLock);
  return await Promise.all(
    names.map(async (name) => {
      const file = path.join(common, name);
      const ours = /^refs\/(steroids\/|heads\/runner-\d+\/task-)/.test(name);
      return { path: file, age: now - ((await changedAt(file)) ?? now), ours };
    }),
  );
}

function isLock(name: string): boolean {
  return name.endsWith('.lock');
}
