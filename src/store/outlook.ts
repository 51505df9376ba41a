// What lies ahead: whether anything can still go on without a person.

import { sql } from 'kysely';
import type { Db } from './open.ts';

export interface Outlook {
  /** Steps that some runner is at work on. */
  readonly steps: number;
  /** Queue entries that the lander can move on. */
  readonly entries: number;
  /** When the next thing that waits for its time may be tried, in epoch milliseconds; null when nothing does. */
  readonly next: number | null;
}

/** @param reviews whether reviews are done by agents */
export async function readOutlook(db: Db, reviews: boolean, now: number): Promise<Outlook> {
  const row = await sql<{
    steps: number;
    entries: number;
    task: number | null;
    held: number | null;
    entry: number | null;
  }>`
    select
      (select count(*) from steps where outcome is null and runner_id is not null) as steps,
      (select count(*) from entries
        where status in ('waiting', 'verifying', 'verified', 'landing')
          and (not_before is null or not_before <= ${now})) as entries,
      (select min(not_before) from tasks
        where not_before > ${now}
          and (status = 'pending' or (status = 'review' and ${reviews ? 1 : 0} = 1))) as task,
      (select min(h.until) from tasks t join holds h on h.name = t.held_by
        where t.status = 'review' and h.until > ${now} and ${reviews ? 1 : 0} = 1) as held,
      (select min(not_before) from entries
        where not_before > ${now} and status in ('waiting', 'verifying', 'verified', 'landing')) as entry`.execute(
    db,
  );
  const nothing = { steps: 0, entries: 0, task: null, held: null, entry: null };
  const { steps, entries, task, held, entry } = row.rows[0] ?? nothing;
  const times = [task, held, entry].filter((time) => time !== null);
  return { steps, entries, next: times.length > 0 ? Math.min(...times) : null };
}
