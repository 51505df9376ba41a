import type { Sha } from '../task/ids.ts';
import type { Db, Trx } from './open.ts';
import type { Schema } from './schema.ts';

export type VerificationOutcome = Schema['verifications']['outcome'];

export interface Verification {
  readonly entryId: string | null;
  readonly commit: Sha;
  readonly base: Sha;
  /** Digest of the commands in force and of what they run in. */
  readonly commands: string;
  readonly outcome: VerificationOutcome;
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

/** How often an entry's verification could not run. */
export async function countUnverifiable(db: Db, entryId: string): Promise<number> {
  const row = await db
    .selectFrom('verifications')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('entry_id', '=', entryId)
    .where('outcome', '=', 'could-not-run')
    .executeTakeFirstOrThrow();
  return row.count;
}
