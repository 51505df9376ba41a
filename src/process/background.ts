// Work that goes on when this program has ended, and of which nobody hears.

import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';

/** For each folder: all that is in it, closed to us or not, the folder, and the one around it when nothing else is in that. */
const EMPTY =
  'for t; do rm -rf -- "$t" || { chmod -R u+rwX -- "$t"; rm -rf -- "$t"; }; rmdir -- "$(dirname -- "$t")"; done';

/** Deletes trash folders. One that is ended before it is done leaves the rest for the next time. */
export function emptyInBackground(folders: readonly string[], environment: Environment): void {
  if (folders.length === 0) return;
  const child = spawn('sh', ['-c', EMPTY, 'sh', ...folders], {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => {}); // what is left is found the next time
  child.unref();
}
