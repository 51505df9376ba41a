// A program that is spoken with as long as it runs. It stays in our own process group: who ends us ends it too.

import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { changingNow } from '../failpoint/changing.ts';

export interface Spoken {
  /** What it says, on standard output; its standard error is ours. */
  readonly said: ReadableStream<Uint8Array>;
  readonly told: WritableStream<Uint8Array>;
  /** How it ended, to go on after its name: "exited with 1". Never rejects. */
  readonly ended: Promise<string>;
  /** Hangs up, and ends it. */
  hangUp(): void;
}

export function speakWith(
  command: readonly string[],
  options: { readonly cwd: string; readonly environment: Readonly<Record<string, string | undefined>> },
): Spoken {
  const [file = '', ...args] = command;
  const child = changingNow('process speak', () =>
    spawn(file, args, {
      cwd: options.cwd,
      env: options.environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
    child.once('exit', (code, signal) =>
      resolve(code === null ? `was ended by ${signal}` : `exited with ${code}`),
    );
  });
  // Told by `ended`.
  child.stdin.on('error', () => {});
  return {
    said: Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>,
    told: Writable.toWeb(child.stdin) as WritableStream<Uint8Array>,
    ended,
    hangUp() {
      child.kill('SIGTERM');
      child.stdin.destroy();
      child.stdout.destroy();
      child.unref();
    },
  };
}
