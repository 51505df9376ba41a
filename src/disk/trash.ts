// Big folders go by rename, which takes a moment; deleting what they hold takes minutes and can wait.

import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { changingNow } from '../failpoint/changing.ts';
import { isClosed, isMissing, removeOwn } from './files.ts';
import { openUp } from './openUp.ts';

/** The name of the folder, on the same file system as what goes into it. */
export const TRASH = '.trash';

/** How a folder is done away with. */
export type Discard = (target: string, trashFolder: string) => Promise<void>;

/** Moves it aside at once and deletes it while others go on. */
export async function trash(target: string, trashFolder: string): Promise<void> {
  const aside = moveAside(target, trashFolder);
  if (aside === undefined) return;
  await removeOwn(aside).catch(async (error: unknown) => {
    // Package managers write-protect folders, and what is in those cannot be deleted.
    if (!isClosed(error)) throw error;
    openUp(aside);
    await removeOwn(aside);
  });
}

/** Moves it aside only; somebody else empties the trash folder. */
export async function setAside(target: string, trashFolder: string): Promise<void> {
  moveAside(target, trashFolder);
}

const TRIES = 10;

/**
 * Between making the trash folder and moving something into it somebody may empty it. Both block, so that this takes
 * microseconds: by way of other threads five tries in a row were lost to a loop that only emptied it.
 * @returns where it is now; undefined when it is not there
 */
function moveAside(target: string, trashFolder: string): string | undefined {
  const aside = path.join(trashFolder, crypto.randomUUID());
  for (let tries = 1; ; tries++) {
    try {
      changingNow('disk move', () => {
        mkdirSync(trashFolder, { recursive: true });
        renameSync(target, aside);
      });
      return aside;
    } catch (error) {
      // To be moved into another folder, a folder has to be writable itself.
      if (isClosed(error) && tries === 1) {
        openUp(target);
        continue;
      }
      if (!isMissing(error, 'ENOENT') || tries === TRIES) throw error;
      // A link that names nothing is there too.
      if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return undefined;
    }
  }
}
