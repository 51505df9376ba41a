// Big folders go by rename, which takes a moment; deleting what they hold takes minutes and can wait.

import { lstat, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { isMissing, removeOwn } from './files.ts';

/** The name of the folder, on the same file system as what goes into it. */
export const TRASH = '.trash';

/** How a folder is done away with. */
export type Discard = (target: string, trashFolder: string) => Promise<void>;

/** Moves it aside at once and deletes it while others go on. */
export async function trash(target: string, trashFolder: string): Promise<void> {
  const aside = await moveAside(target, trashFolder);
  if (aside !== undefined) await removeOwn(aside);
}

/** Moves it aside only; somebody else empties the trash folder. */
export async function setAside(target: string, trashFolder: string): Promise<void> {
  await moveAside(target, trashFolder);
}

const TRIES = 5;

/** @returns where it is now; undefined when it is not there */
async function moveAside(target: string, trashFolder: string): Promise<string | undefined> {
  const aside = path.join(trashFolder, crypto.randomUUID());
  for (let tries = 1; ; tries++) {
    await mkdir(trashFolder, { recursive: true });
    try {
      await rename(target, aside);
      return aside;
    } catch (error) {
      if (!isMissing(error, 'ENOENT')) throw error;
      if (!(await isThere(target))) return undefined;
      // It is the trash folder that is gone: emptied by somebody just now.
      if (tries === TRIES) throw error;
    }
  }
}

async function isThere(target: string): Promise<boolean> {
  return await lstat(target).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    },
  );
}
