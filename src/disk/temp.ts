// Temporary folders, private to us. The only import of tmp.

import os from 'node:os';
import path from 'node:path';
import tmp from 'tmp';
import { changingNow } from '../failpoint/changing.ts';
import { changedAt, freeSpace, isWritable, kindOf, namesIn, removeOwn } from './files.ts';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** The system's own temporary folder, where temporary folders cannot be made; else undefined. */
export async function unusableTemporaryRoot(): Promise<string | undefined> {
  const root = os.tmpdir();
  return (await kindOf(root)) === 'folder' && (await isWritable(root)) ? undefined : root;
}

/** Short paths under the system's own temporary folder: sockets in it may not be longer than 107 bytes. */
export function makeTemporaryFolder(prefix: string): TemporaryFolder {
  const made = changingNow('disk mkdir', () =>
    tmp.dirSync({ prefix: `${prefix}-`, unsafeCleanup: true, mode: 0o700 }),
  );
  return { path: made.name, remove: () => changingNow('disk remove', made.removeCallback) };
}

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
/** Less of it (a container has 64 MB by default) is for others. Bytes. */
const ROOM = 512 * 1024 * 1024;
/** What is older was left by somebody who was killed. Milliseconds. */
const LEFT_MS = 60 * 60_000;

/**
 * For thousands of small files that go at once: in memory where the system has a folder for that, else as usual. Making
 * 3,500 of them took 0.25 s there and 4 s on a busy disk.
 */
export async function makeFastFolder(prefix: string): Promise<TemporaryFolder> {
  const fast =
    (await kindOf(MEMORY)) === 'folder' && (await isWritable(MEMORY)) && (await freeSpace(MEMORY)) > ROOM;
  if (!fast) return makeTemporaryFolder(prefix);
  await clearOld(prefix);
  const made = changingNow('disk mkdir', () =>
    tmp.dirSync({ tmpdir: MEMORY, prefix: `${prefix}-`, unsafeCleanup: true, mode: 0o700 }),
  );
  return { path: made.name, remove: () => changingNow('disk remove', made.removeCallback) };
}

/** Memory is not freed before the machine is started again. What is somebody else's cannot be removed, and stays. */
async function clearOld(prefix: string): Promise<void> {
  for (const name of await namesIn(MEMORY)) {
    const folder = path.join(MEMORY, name);
    if (!name.startsWith(`${prefix}-`)) continue;
    const at = await changedAt(folder);
    if (at !== undefined && Date.now() - at > LEFT_MS) await removeOwn(folder).catch(() => {});
  }
}
