// What has ended, and when: for taking away what only served it.

import type { Sha } from '../task/ids.ts';
import { ACTIVE_ENTRY, ENDED, type EntryStatus } from '../task/status.ts';
import type { Db } from './open.ts';

/** Queue entries of branches that are no task's. */
export async function listTasklessEntries(db: Db) {
  const rows = await db
    .selectFrom('entries')
    .select(['id', 'title', 'status', 'candidate', 'updated_at'])
    .where('task_id', 'is', null)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    status: row.status as EntryStatus,
    candidate: row.candidate as Sha | null,
    updatedAt: row.updated_at,
  }));
}

/** Ids of runners that ended at that time (epoch milliseconds) or before. */
export async function listRunnersEndedBy(db: Db, time: number): Promise<string[]> {
  const rows = await db
    .selectFrom('runners')
    .select('id')
    .where('state', '=', 'stopped')
    .where('ended_at', '<=', time)
    .execute();
  return rows.map((row) => row.id);
}

export interface VerificationLog {
  readonly log: string;
  readonly endedAt: number;
  /** Whether what was verified may still be looked at: its task or its entry has not ended. */
  readonly open: boolean;
}

export async function listVerificationLogs(db: Db): Promise<VerificationLog[]> {
  const rows = await db
    .selectFrom('verifications as v')
    .leftJoin('entries as e', 'e.id', 'v.entry_id')
    .leftJoin('tasks as t', 't.id', 'e.task_id')
    .select(['v.log', 'v.ended_at', 'e.status as entry', 't.status as task'])
    .execute();
  return rows.map((row) => ({
    log: row.log,
    endedAt: row.ended_at,
    open: row.task === null ? ACTIVE_ENTRY.includes(row.entry as EntryStatus) : !ENDED.includes(row.task),
  }));
}
