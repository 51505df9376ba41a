// Temporary folders, private to us. The only import of tmp.

import tmp from 'tmp';
import { changingNow } from '../failpoint/changing.ts';

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** Short paths under the system's own temporary folder: sockets in it may not be longer than 107 bytes. */
export function makeTemporaryFolder(prefix: string): TemporaryFolder {
  const made = changingNow('disk mkdir', () =>
    tmp.dirSync({ prefix: `${prefix}-`, unsafeCleanup: true, mode: 0o700 }),
  );
  return { path: made.name, remove: () => changingNow('disk remove', made.removeCallback) };
}
