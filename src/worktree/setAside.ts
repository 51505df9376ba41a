// A slot in which something still works is not emptied: what stands in it is kept, and its branch is let go.

import path from 'node:path';
import { removeOwn } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { revealHidden } from '../git/hidden.ts';
import { readSlotState } from '../git/porcelain.ts';
import { resolveCommit } from '../git/refs.ts';
import { currentBranch, detachHead, gitDirOf } from '../git/worktrees.ts';
import type { Sha } from '../task/ids.ts';
import { archiveFiles } from './archive.ts';
import { ownerOf } from './find.ts';
import { abandonOperation } from './strays.ts';

/** Archives what is uncommitted and takes the worktree off its branch, without touching one of its files. */
export async function setAside(worktree: Git, slot: string, main: Sha): Promise<void> {
  const branch = await currentBranch(worktree);
  const owner = ownerOf(branch, slot);
  const head = await resolveCommit(worktree, 'HEAD');
  const detached = branch === undefined ? head : undefined;
  await abandonOperation(worktree, { owner, detached, main });
  await revealHidden(worktree);
  if ((await readSlotState(worktree)).changed > 0) {
    const index = path.join(await gitDirOf(worktree), 'steroids-snapshot-index');
    await archiveFiles(worktree, owner, 'uncommitted', index);
    await removeOwn(index);
    await removeOwn(`${index}-nested`);
  }
  if (branch !== undefined && head !== undefined) await detachHead(worktree, head);
}
