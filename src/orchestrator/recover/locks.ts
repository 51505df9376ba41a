// Lock files that nobody holds any more, outside the worktrees of runners.

import path from 'node:path';
import { exists, removeOwn } from '../../disk/files.ts';
import { checkoutsOf, isDeadLock, OWN_INDEXES, releaseDeadLock } from '../../git/checkout.ts';
import { clearLeftBehind, countLeftBehind } from '../../git/leftBehind.ts';
import { type LeftLock, sharedLocks } from '../../git/leftLocks.ts';
import { gitDirOf, listWorktrees, openWorktree } from '../../git/worktrees.ts';
import { shellQuoted } from '../../task/shell.ts';
import { type Looking, type Trouble, trouble } from './finding.ts';
import { queueIsHeld } from './queue.ts';

/** Git holds these for moments. Milliseconds. */
const OLD_MS = 60_000;

/** Commands of git that were under way when their steroids was killed. */
export async function killedGits({ project }: Looking): Promise<Trouble[]> {
  const count = countLeftBehind(project.repository);
  if (count === 0) return [];
  const found = `${count === 1 ? 'a git command was' : `${count} git commands were`} under way when steroids was killed`;
  return [
    trouble('killed-git', found, {
      action: 'what still runs of it is ended, and locks and half-made worktrees that it left are taken away',
      repair: async () => {
        await clearLeftBehind(project.repository);
        return true;
      },
    }),
  ];
}

export async function leftLocks(looking: Looking): Promise<Trouble[]> {
  const { project } = looking;
  const own = await leftByLander(looking);
  const told = new Set(own.map((one) => one.lock));
  const old = (await sharedLocks(project.git, project.host.now())).filter(
    (lock) => lock.age > OLD_MS && !told.has(lock.path),
  );
  return [...own.map((one) => one.trouble), ...old.map(oldLock)];
}

function oldLock(lock: LeftLock): Trouble {
  const found = `${lock.path} has been there for ${Math.round(lock.age / 1000)} s`;
  if (lock.ours)
    return trouble('left-lock', `${found}: only steroids locks that, and for moments`, {
      action: 'it is taken away',
      repair: async () => {
        await removeOwn(lock.path);
        return true;
      },
    });
  return trouble('left-lock', `${found}, and it is not known whose it is`, {
    remedy: `when no git is at work in the repository: rm ${shellQuoted(lock.path)}`,
  });
}

/** In the checkouts of main: our index, and a lock that says in words that it is ours. */
async function leftByLander({
  project,
}: Looking): Promise<{ readonly lock: string; readonly trouble: Trouble }[]> {
  if (await queueIsHeld(project)) return [];
  const { git } = project;
  const found = [];
  for (const folder of checkoutsOf(await listWorktrees(git), project.main)) {
    if (!(await exists(folder))) continue;
    const gitDir = await gitDirOf(await openWorktree(git, folder));
    const lock = path.join(gitDir, 'index.lock');
    const indexes = OWN_INDEXES.map((name) => path.join(gitDir, name));
    const there = (await Promise.all(indexes.map(exists))).indexOf(true);
    const left = (await isDeadLock(lock)) ? lock : indexes[there];
    if (left === undefined) continue;
    const repair = async () => {
      if (await queueIsHeld(project)) return false;
      await releaseDeadLock(lock);
      for (const index of indexes) await removeOwn(index);
      return true;
    };
    const sentence = `a lander that was killed left ${left}`;
    found.push({ lock, trouble: trouble('left-index', sentence, { action: 'it is taken away', repair }) });
  }
  return found;
}
