// Named pipes. Node can use them and cannot make them.

import { spawnSync } from 'node:child_process';

/** Makes a named pipe, private to us. Who makes the same one at once does no harm; where it cannot be made, there is none. */
export function makePipe(file: string): void {
  spawnSync('mkfifo', ['-m', '600', file], { stdio: 'ignore', timeout: 5_000 });
}
