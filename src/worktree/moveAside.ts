// A slot's folder that git can neither read nor clear any more: nothing of it is lost, and the next worktree has its place.

import path from 'node:path';
import { isLink, makeFolder, moveFile, namesIn } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { headFromFile } from '../git/files.ts';
import { gitDirOfLost } from '../git/worktrees.ts';
import type { Sha } from '../task/ids.ts';
import { ownerOf, realPath } from './find.ts';
import { keepStrays } from './strays.ts';

const LEFT = 'left-';

/** What was moved aside. @param root where worktrees stand @returns whole paths */
export async function listLeft(root: string): Promise<string[]> {
  const names = (await namesIn(root)).filter((name) => name.startsWith(LEFT));
  return names.map((name) => path.join(root, name));
}

/**
 * Moves a slot's folder aside as it is. What git remembers of it, its index and HEAD, goes with it: git would trip over that
 * at every gc. Callers take turns.
 * @param git the repository that it belongs to
 * @returns the folder that holds both now
 */
export async function moveAside(git: Git, slot: string, folder: string, main: Sha): Promise<string> {
  const real = await realPath(folder);
  const record = await gitDirOfLost(git, real);
  if (record !== undefined) {
    const head = await headFromFile(git.at(real)).catch(() => undefined);
    const detached = head && 'commit' in head ? head.commit : undefined;
    const owner = ownerOf(head && 'ref' in head ? head.ref : undefined, slot);
    // A commit that git cannot read any more it cannot keep either: its name stands in the log that goes along.
    await keepStrays(git, record, { owner, detached, main }).catch(() => undefined);
  }
  const left = await freeName(path.dirname(real), `${LEFT}${slot}`);
  const files = path.join(left, 'files');
  await makeFolder(left);
  await moveFile(real, files);
  if (record !== undefined) await moveFile(record, path.join(left, 'git'));
  // It names a record that the next worktree may have. At the end of a link stands somebody else's.
  const names = (await isLink(files)) ? [] : await namesIn(files);
  if (names.includes('.git')) await moveFile(path.join(files, '.git'), path.join(files, 'left.git'));
  return left;
}

async function freeName(root: string, name: string): Promise<string> {
  const taken = new Set(await namesIn(root));
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(free)) return path.join(root, free);
  }
}
