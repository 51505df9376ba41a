// Starting this program again in the background, and hearing from it whether it came up.

import { closeSync, openSync } from 'node:fs';
import { execa } from 'execa';
import { changingNow } from '../failpoint/changing.ts';
import type { Environment } from './environment.ts';

export type Detached =
  | { readonly kind: 'up'; readonly pid: number; readonly said: unknown }
  /** What it printed before it ended. */
  | { readonly kind: 'ended'; readonly code: number | undefined; readonly stdout: string };

/**
 * @param log receives its standard error, for as long as it lives
 * @returns once it has sent a first message, or has ended
 */
export async function startDetached(
  command: readonly string[],
  options: { readonly cwd: string; readonly environment: Environment; readonly log: string },
): Promise<Detached> {
  const [file = '', ...args] = command;
  const log = openSync(options.log, 'a');
  const child = changingNow('process start', () =>
    execa(file, args, {
      cwd: options.cwd,
      env: options.environment,
      extendEnv: false,
      detached: true,
      cleanup: false,
      reject: false,
      ipc: true,
      stdin: 'ignore',
      stdout: 'pipe',
      // An open file is passed on as it is; execa's types know only the numbers 0 to 2.
      stderr: log as 2,
    }),
  );
  closeSync(log);
  const ended = child.then((result) => ({
    kind: 'ended' as const,
    code: result.exitCode,
    stdout: String(result.stdout),
  }));
  const up = child.getOneMessage().then(
    (said) => ({ kind: 'up' as const, pid: child.pid ?? 0, said }),
    () => ended, // it ended without a word
  );
  const first = await Promise.race([up, ended]);
  if (first.kind === 'up') {
    const { nodeChildProcess } = child;
    nodeChildProcess.disconnect();
    child.stdout.destroy();
    nodeChildProcess.unref();
  }
  return first;
}
