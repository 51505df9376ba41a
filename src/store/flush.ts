// In a crowd, what was committed reaches the disk after the store's lock is given back, and before whoever wrote it is told so:
// under the lock it keeps everybody else waiting for the disk, which takes longer than the rest of a write. It is the log as a
// whole that is flushed, with all that others have committed before; so what depends on a write is never there without it.
// Source: group commit, as in DeWitt et al., "Implementation Techniques for Main Memory Database Systems", 1984.

import { closeSync, fdatasync, openSync } from 'node:fs';
import { Problem } from '../task/problem.ts';

/** Flushes what was written to an open file. */
export type Sync = (descriptor: number) => Promise<void>;

const toDisk: Sync = (descriptor) => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  fdatasync(descriptor, (error) => (error ? reject(error) : resolve()));
  return promise;
};

export class Flushing {
  readonly #file: string;
  readonly #sync: Sync;
  /** The log is the same file for as long as any connection is open, as this process's is. */
  #log: number | undefined;
  readonly #running = new Set<Promise<void>>();

  /** @param file the store; its write-ahead log is beside it */
  constructor(file: string, sync: Sync = toDisk) {
    this.#file = file;
    this.#sync = sync;
  }

  /** @throws Problem `store-disk` */
  async flush(): Promise<void> {
    const running = this.#flush();
    this.#running.add(running);
    try {
      await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #flush(): Promise<void> {
    try {
      this.#log ??= openSync(`${this.#file}-wal`, 'r');
      await this.#sync(this.#log);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Problem(
        'environment',
        'store-disk',
        `the store ${this.#file} was written, and its disk does not say that it has it (${said})`,
        'Look after the disk, then ask steroids status what is there.',
      );
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    if (this.#log !== undefined) closeSync(this.#log);
    this.#log = undefined;
  }
}
