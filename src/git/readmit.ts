// A worktree whose folder stands and that git does not know any more: its files are work that nobody else has.

import path from 'node:path';
import { kindOf, moveFile, readFileIfThere, removeEmptyFolder } from '../disk/files.ts';
import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';
import {
  commonDirOf,
  isLinked,
  keepOtherRepository,
  listWorktrees,
  openWorktree,
  removeWorktree,
} from './worktrees.ts';

/** Whether a folder's `.git` names a worktree of this repository, be it one that is gone. */
export async function namesWorktreeOf(git: Git, folder: string): Promise<boolean> {
  const place = path.join(folder, '.git');
  if ((await kindOf(place)) !== 'file') return false;
  const gitDir = /^gitdir: (.+)\n?$/.exec((await readFileIfThere(place)) ?? '')?.[1] ?? '';
  return path.dirname(gitDir) === path.join(await commonDirOf(git), 'worktrees');
}

/**
 * Makes a folder a worktree again, at `commit` and on no branch; its files stay as they are. Git can only add a worktree
 * with a folder of its own, so one is added beside it and lends it its link.
 * @throws Problem `slot-occupied`
 */
export async function readmitWorktree(git: Git, folder: string, commit: Sha): Promise<void> {
  const beside = `${folder}.new`;
  const place = path.join(folder, '.git');
  await keepOtherRepository(folder);
  await removeEmptyFolder(beside);
  // An earlier try that was killed may have come as far.
  if (!(await isLinked(git, beside))) {
    if ((await listWorktrees(git)).some((record) => record.path === beside))
      await removeWorktree(git, beside);
    await git.read(['worktree', 'add', '--quiet', '--detach', '--no-checkout', beside, commit]);
  }
  await moveFile(path.join(beside, '.git'), place);
  await removeEmptyFolder(beside);
  await git.read(['worktree', 'repair', folder]);
  await (await openWorktree(git, folder)).read(['read-tree', 'HEAD']);
}
