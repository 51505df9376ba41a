import path from 'node:path';
import { exists, kindOf } from '../disk/files.ts';
import { type Discard, TRASH, trash } from '../disk/trash.ts';
import type { Git } from '../git/client.ts';
import { readSlotState } from '../git/porcelain.ts';
import { gitDirOf, openWorktree, removeWorktree } from '../git/worktrees.ts';

/** Takes a cleared slot away. Git refuses when something is in it that is not ignored. */
export async function removeSlot(git: Git, folder: string, discard: Discard = trash): Promise<void> {
  if ((await kindOf(folder)) === 'folder') {
    const worktree = await openWorktree(git, folder);
    const state = await readSlotState(worktree);
    const bin = path.join(path.dirname(folder), TRASH);
    for (const ignored of state.ignored) await discard(path.join(folder, ignored), bin);
    // Git takes no worktree away that had a submodule in it, but forgets one whose folder is gone.
    const modules = path.join(await gitDirOf(worktree), 'modules');
    if (state.changed === 0 && (await exists(modules))) await discard(folder, bin);
  }
  await removeWorktree(git, folder);
}
