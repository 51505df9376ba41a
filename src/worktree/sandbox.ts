// What of git a sandbox may write: what a commit on the task's own branch needs, and nothing else.

import path from 'node:path';
import { createFile, exists, makeFolder } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { gitDirOf } from '../git/worktrees.ts';
import { type BranchName, branchRef } from '../task/ids.ts';

export interface GitParts {
  readonly writable: readonly string[];
  readonly frozen: readonly string[];
}

/** For set-up, verification and reviewers: git can be asked, and nothing in it changes. */
export function gitToRead(worktree: Git): GitParts {
  return { writable: [], frozen: [path.join(worktree.dir, '.git')] };
}

/**
 * For a coder. Measured with git 2.39: a commit writes loose objects, the worktree's own index, HEAD and reflog, and the
 * branch's ref and reflog (a new file renamed into the folder, so it is the folder that has to be writable).
 * @param spool the file that the hook appends to
 */
export async function gitToCommit(
  worktree: Git,
  commonDir: string,
  branch: BranchName,
  spool: string,
): Promise<GitParts> {
  const gitDir = await gitDirOf(worktree);
  const folder = path.dirname(branchRef(branch));
  const objects = path.join(commonDir, 'objects');
  const refs = [path.join(commonDir, folder), path.join(commonDir, 'logs', folder)];
  for (const made of refs) await makeFolder(made);
  await createFile(spool, '');
  const frozen = [
    path.join(worktree.dir, '.git'),
    // A git of ours in the worktree would follow them to another repository.
    ...['commondir', 'gitdir', 'config.worktree'].map((file) => path.join(gitDir, file)),
    // Packs hold nearly all of history; only new loose objects are added.
    ...['pack', 'info'].map((name) => path.join(objects, name)),
  ];
  const there = await Promise.all(frozen.map(exists));
  return { writable: [objects, gitDir, ...refs, spool], frozen: frozen.filter((_, index) => there[index]) };
}
