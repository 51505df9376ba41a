// Temporary folders, private to us. The only import of tmp.

import os from 'node:os';
import tmp from 'tmp';
import { changingNow } from '../failpoint/changing.ts';
import { isWritable, kindOf } from './files.ts';

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
