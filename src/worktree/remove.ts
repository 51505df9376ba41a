import path from 'node:path';
import { exists, kindOf } from '../disk/files.ts';
import { type Discard, TRASH, trash } from '../disk/trash.ts';
import type { Git } from '../git/client.ts';
import { readSlotState } from '../git/porcelain.ts';
import { openWorktree, removeWorktree } from '../git/worktrees.ts';

/** Takes a cleared slot away. Git refuses when something is in it that is not ignored. */
export async function removeSlot(git: Git, folder: string, discard: Discard = trash): Promise<void> {
  if ((await kindOf(folder)) === 'folder') {
    const state = await readSlotState(await openWorktree(git, folder));
    const bin = path.join(path.dirname(folder), TRASH);
    for (const ignored of state.ignored) await discard(path.join(folder, ignored), bin);
    // Git takes no worktree away that could have a submodule, but forgets one whose folder is gone.
    if (state.changed === 0 && (await exists(path.join(folder, '.gitmodules')))) await discard(folder, bin);
  }
  await removeWorktree(git, folder);
}
