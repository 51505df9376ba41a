// Waiting for another process that has the database's lock, without keeping this one from its other work.

import { Problem } from '../task/problem.ts';
import type { Baton } from './baton.ts';
import { storageProblem } from './damage.ts';

export interface Patience {
  readonly file: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** A number that changes when another process has written; undefined when that cannot be told just now. */
  readonly changes?: () => number | undefined;
  /** Ends a process that has the lock and was stopped with it. */
  readonly unblock?: () => void;
}

/** Without that anybody else has written. */
const PATIENCE_MS = 15_000;
/** However many wait before it. */
const ALL_PATIENCE_MS = 300_000;
const NOTICE_MS = 1_000;
/** So long may who has the lock be stopped by somebody who means to let it go on. */
const STOPPED_MS = 8_000;
const SHORT_PAUSE_MS = 3;
const LONG_PAUSE_MS = 20;
/** Who has looked so often is one of many: they would keep the processor from who has the lock. */
const SHORT_ROUNDS = 8;

/** Longer and, so that they do not all look at once, of any length, once there are many who wait. */
function pauseOf(round: number): number {
  if (round <= SHORT_ROUNDS) return Math.min(round, SHORT_PAUSE_MS);
  return SHORT_PAUSE_MS + Math.random() * (LONG_PAUSE_MS - SHORT_PAUSE_MS);
}

/** How long who has the baton sleeps between two looks. */
const LOOK_MS = 1;

/** Until it is worth looking again. */
async function pause(patience: Patience, baton: Baton | undefined, round: number): Promise<void> {
  if (baton?.held) return await patience.sleep(LOOK_MS);
  if (!(await baton?.take())) await patience.sleep(pauseOf(round));
}

/**
 * Tries again while another process has the lock, for 15 s after the last time that anybody else has written.
 * @param baton waited for before every look but the first
 * @throws Problem `store-busy`, and those of a store on a disk that is damaged, full or write-protected
 */
export async function patiently<T>(patience: Patience, work: () => Promise<T>, baton?: Baton): Promise<T> {
  const begin = patience.now();
  let looked = begin;
  /** Since when nobody else has written, as far as it was noticed. */
  let still = { since: begin, noticed: begin, changes: undefined as number | undefined };
  for (let round = 1; ; round++) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error)) throw storageProblem(error, patience.file) ?? error;
      const now = patience.now();
      if (patience.changes && now >= still.noticed + NOTICE_MS) {
        const changes = patience.changes() ?? still.changes;
        still = { since: changes === still.changes ? still.since : now, noticed: now, changes };
      }
      if (now > still.since + STOPPED_MS && now > looked + 1_000) {
        looked = now;
        patience.unblock?.();
      }
      if (now > still.since + PATIENCE_MS) {
        throw new Problem(
          'environment',
          'store-busy',
          `the store ${patience.file} stayed locked by another process for ${PATIENCE_MS / 1000} s`,
          'Look for a stopped or hanging steroids process, then try again.',
        );
      }
      if (now > begin + ALL_PATIENCE_MS) {
        throw new Problem(
          'environment',
          'store-busy',
          `the store ${patience.file} was locked by one process after another for ${ALL_PATIENCE_MS / 60_000} minutes`,
          'Wait until the machine is less busy, or start fewer runners, then try again.',
        );
      }
      await pause(patience, baton, round);
    }
  }
}

function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
