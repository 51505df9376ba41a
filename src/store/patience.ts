// Waiting for another process that has the database's lock, without keeping this one from its other work.

import { Problem } from '../task/problem.ts';
import { storageProblem } from './damage.ts';

export interface Patience {
  readonly file: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

const PATIENCE_MS = 15_000;
const LONGEST_PAUSE_MS = 3;

/**
 * Tries again while another process has the lock, for 15 s.
 * @throws Problem `store-busy`, and those of a damaged or write-protected store
 */
export async function patiently<T>(patience: Patience, work: () => Promise<T>): Promise<T> {
  const deadline = patience.now() + PATIENCE_MS;
  for (let round = 1; ; round++) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw storageProblem(error, patience.file) ?? error;
      if (patience.now() > deadline) {
        throw new Problem(
          'environment',
          'store-busy',
          `the store ${patience.file} stayed locked by another process for ${PATIENCE_MS / 1000} s`,
          'Look for a stopped or hanging steroids process, then try again.',
        );
      }
      await patience.sleep(Math.min(round, LONGEST_PAUSE_MS));
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
