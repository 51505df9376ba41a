import { sql } from 'kysely';
import type { Sha } from '../task/ids.ts';
import type { Db, Trx } from './open.ts';
import type { Schema } from './schema.ts';

export type VerificationOutcome = Schema['verifications']['outcome'];

export interface Verification {
  /** The entry for whose sake it ran, also where main itself was verified; null for a runner's set-up. */
  readonly entryId: string | null;
  readonly commit: Sha;
  readonly base: Sha;
  /** Digest of the commands in force and of what they run in. */
  readonly commands: string;
  readonly outcome: VerificationOutcome;
  /** The command that was red just before, where this passed run was its second try. */
  readonly flaky: string | null;
  readonly detail: string;
  readonly log: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

export async function recordVerification(trx: Trx, verification: Verification): Promise<void> {
  await trx
    .insertInto('verifications')
    .values({
      entry_id: verification.entryId,
      commit_hash: verification.commit,
      base: verification.base,
      commands: verification.commands,
      outcome: verification.outcome,
      flaky: verification.flaky,
      detail: verification.detail,
      log: verification.log,
      started_at: verification.startedAt,
      ended_at: verification.endedAt,
    })
    .execute();
}

/** Whether this very commit has passed these very commands. */
export async function hasPassed(db: Db, commit: Sha, commands: string): Promise<boolean> {
  const row = await db
    .selectFrom('verifications')
    .select('id')
    .where('commit_hash', '=', commit)
    .where('commands', '=', commands)
    .where('outcome', '=', 'passed')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How often it could not be said whether an entry passes, or main for its sake. Each time is tried again, up to a bound. */
export async function countUnanswered(db: Db, entryId: string): Promise<number> {
  const row = await db
    .selectFrom('verifications')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('entry_id', '=', entryId)
    .where('outcome', 'in', ['could-not-run', 'out-of-time'])
    .executeTakeFirstOrThrow();
  return row.count;
}

/** How often a candidate of the entry passed a time limit. */
export async function countOutOfTime(db: Db, entryId: string): Promise<number> {
  const row = await db
    .selectFrom('verifications')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('entry_id', '=', entryId)
    .whereRef('commit_hash', '<>', 'base')
    .where('outcome', '=', 'out-of-time')
    .executeTakeFirstOrThrow();
  return row.count;
}

/** A command that was red once and green on the second try, on the same commit. */
export interface Flaky {
  readonly command: string;
  /** How often in this project. */
  readonly times: number;
}

export interface FlakyCommand extends Flaky {
  /** When last, in epoch milliseconds. */
  readonly lastAt: number;
  /** The entries that met with it. */
  readonly entryIds: readonly string[];
}

/** The most frequent first. */
export async function listFlaky(db: Db, command?: string): Promise<FlakyCommand[]> {
  let query = db
    .selectFrom('verifications')
    .select((select) => [
      'flaky',
      select.fn.countAll<number>().as('times'),
      select.fn.max('ended_at').as('last'),
      sql<string>`json_group_array(distinct entry_id)`.as('entries'),
    ])
    .where('flaky', 'is not', null)
    .groupBy('flaky')
    .orderBy('times', 'desc')
    .orderBy('flaky');
  if (command !== undefined) query = query.where('flaky', '=', command);
  return (await query.execute()).map((row) => ({
    command: row.flaky ?? '',
    times: row.times,
    lastAt: row.last,
    entryIds: (JSON.parse(row.entries) as (string | null)[]).filter((id) => id !== null),
  }));
}
