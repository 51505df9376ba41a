import path from 'node:path';
import { exists, kindOf, trash } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { readSlotState } from '../git/porcelain.ts';
import { openWorktree, removeWorktree } from '../git/worktrees.ts';

/** Takes a cleared slot away. Git refuses when something is in it that is not ignored. */
export async function removeSlot(git: Git, folder: string): Promise<void> {
  if ((await kindOf(folder)) === 'folder') {
    const state = await readSlotState(openWorktree(git, folder));
    const bin = path.join(path.dirname(folder), '.trash');
    for (const ignored of state.ignored) await trash(path.join(folder, ignored), bin);
    // Git takes no worktree away that could have a submodule, but forgets one whose folder is gone.
    if (state.changed === 0 && (await exists(path.join(folder, '.gitmodules')))) await trash(folder, bin);
  }
  await removeWorktree(git, folder);
}
