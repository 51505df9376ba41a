// The merge queue's rows. An entry is not a task: any branch may be enqueued.

import { type Selectable, sql } from 'kysely';
import type { Sha, TaskId } from '../task/ids.ts';
import { ACTIVE_ENTRY, type EntryStatus, VERIFYING_ENTRY } from '../task/status.ts';
import { MOST_OVERTAKING } from '../task/turn.ts';
import { recordEvent } from './events.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

export interface Entry {
  readonly id: string;
  readonly seq: number;
  readonly target: string;
  readonly branch: string;
  readonly taskId: TaskId | null;
  readonly title: string;
  /** The approved head of the branch. */
  readonly head: Sha;
  /** What was approved is the replay of `head` onto this commit of main; null where nobody judged it. */
  readonly reviewedOn: Sha | null;
  readonly priority: number;
  readonly status: EntryStatus;
  /** Main, and the candidate built on it, of the round under way or the last one. */
  readonly base: Sha | null;
  readonly candidate: Sha | null;
  /** How often a candidate was built. */
  readonly rounds: number;
  readonly reason: string | null;
  readonly log: string | null;
  readonly notBefore: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewEntry {
  readonly target: string;
  readonly branch: string;
  readonly taskId: TaskId | null;
  readonly title: string;
  readonly head: Sha;
  readonly reviewedOn: Sha | null;
  readonly priority: number;
}

export async function insertEntry(store: Store, trx: Trx, entry: NewEntry): Promise<string> {
  const id = store.newId();
  const at = store.now();
  await run(
    trx,
    `insert into entries
      (id, target, branch, task_id, title, head, reviewed_on, priority, status, rounds, created_at, updated_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?)`,
    id,
    entry.target,
    entry.branch,
    entry.taskId,
    entry.title,
    entry.head,
    entry.reviewedOn,
    entry.priority,
    at,
    at,
  );
  await recordEvent(trx, {
    at,
    kind: 'enqueued',
    taskId: entry.taskId,
    entryId: id,
    data: { head: entry.head },
  });
  return id;
}

function toEntry(row: Selectable<Schema['entries']>): Entry {
  return {
    id: row.id,
    seq: row.seq,
    target: row.target,
    branch: row.branch,
    taskId: row.task_id as TaskId | null,
    title: row.title,
    head: row.head as Sha,
    reviewedOn: row.reviewed_on as Sha | null,
    priority: row.priority,
    status: row.status,
    base: row.base as Sha | null,
    candidate: row.candidate as Sha | null,
    rounds: row.rounds,
    reason: row.reason,
    log: row.log,
    notBefore: row.not_before,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/**
 * As the index `entries_active` says it, word for word: only then does SQLite read that one, and not every entry that
 * ever was.
 */
const IS_ACTIVE = `status in (${ACTIVE_ENTRY.map((status) => `'${status}'`).join(', ')})`;
export const isActive = sql.raw<boolean>(IS_ACTIVE);

/** Ends the entry of a task, if it has one that is active. */
export async function endEntry(
  store: Store,
  trx: Trx,
  taskId: TaskId,
  status: EntryStatus,
  reason: string | null,
): Promise<void> {
  await run(
    trx,
    `update entries set status = ?, reason = ?, updated_at = ? where task_id = ? and ${IS_ACTIVE}`,
    status,
    reason,
    store.now(),
    taskId,
  );
}

/** Active entries in the order of their turn; with `all`, the ended ones after them, newest first. */
export async function listEntries(db: Db, options: { readonly all?: boolean; readonly limit?: number } = {}) {
  const active = await db
    .selectFrom('entries')
    .selectAll()
    .where(isActive)
    .orderBy('priority', 'desc')
    .orderBy('seq')
    .execute();
  const due = await dueEntry(db, active);
  const others = active.filter((row) => row !== due);
  const isBegun = ({ status }: Row) => VERIFYING_ENTRY.includes(status);
  const ordered = due ? [...others.filter(isBegun), due, ...others.filter((row) => !isBegun(row))] : active;
  if (!options.all) return ordered.map(toEntry);
  const ended = await db
    .selectFrom('entries')
    .selectAll()
    .where('status', 'not in', [...ACTIVE_ENTRY])
    .orderBy('updated_at', 'desc')
    .limit(options.limit ?? 50)
    .execute();
  return [...ordered, ...ended].map(toEntry);
}

export async function getEntry(db: Db, id: string): Promise<Entry | undefined> {
  const row = await db.selectFrom('entries').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toEntry(row);
}

export async function findEntries(db: Db, prefix: string): Promise<Entry[]> {
  const rows = await db
    .selectFrom('entries')
    .selectAll()
    .where((or) =>
      or.or([
        sql<boolean>`substr(id, 1, ${prefix.length}) = ${prefix}`,
        sql<boolean>`substr(task_id, 1, ${prefix.length}) = ${prefix}`,
      ]),
    )
    .orderBy('seq', 'desc')
    .limit(20)
    .execute();
  return rows.map(toEntry);
}

/**
 * The entry whose turn it is: what was begun first, then the oldest where enough others have overtaken it, then by priority,
 * first in first out.
 */
export async function nextEntry(db: Db, target: string, now: number): Promise<Entry | undefined> {
  const rows = await db
    .selectFrom('entries')
    .selectAll()
    .where('target', '=', target)
    .where('status', 'in', [...ACTIVE_ENTRY])
    .where((or) => or.or([or('not_before', 'is', null), or('not_before', '<=', now)]))
    .orderBy(sql`status in ('landing', 'verified', 'verifying')`, 'desc')
    .orderBy('priority', 'desc')
    .orderBy('seq')
    .execute();
  const [first] = rows;
  if (!first) return undefined;
  return toEntry((VERIFYING_ENTRY.includes(first.status) ? undefined : await dueEntry(db, rows)) ?? first);
}

type Row = Selectable<Schema['entries']>;

/** The oldest, where each of those that ended last had come later. @param waiting of one target, in any order */
async function dueEntry(db: Db, waiting: readonly Row[]): Promise<Row | undefined> {
  const [first, ...others] = waiting;
  if (!first || others.every(({ priority }) => priority === first.priority)) return undefined;
  const oldest = waiting.reduce((one, other) => (one.seq < other.seq ? one : other));
  // The very words of the partial index.
  const last = await run<{ seq: number }>(
    db,
    `select seq from entries
    where target = ? and status in ('landed', 'conflicted', 'broken', 'cancelled')
    order by updated_at desc, seq desc limit ${MOST_OVERTAKING}`,
    oldest.target,
  );
  return last.length === MOST_OVERTAKING && last.every(({ seq }) => seq > oldest.seq) ? oldest : undefined;
}

export interface EntryChange {
  readonly status: EntryStatus;
  readonly base?: Sha;
  readonly candidate?: Sha;
  readonly reason?: string | null;
  readonly log?: string | null;
  readonly notBefore?: number | null;
  /** A new candidate was built. */
  readonly newRound?: boolean;
}

/**
 * Moves an active entry on.
 * @param holds the lander's lease and token; whoever has lost it writes nothing
 * @returns whether it was written
 */
export async function moveEntry(
  store: Store,
  trx: Trx,
  entry: Pick<Entry, 'id' | 'taskId'>,
  change: EntryChange,
  holds?: { readonly name: string; readonly token: number },
): Promise<boolean> {
  const at = store.now();
  let query = trx
    .updateTable('entries')
    .set({
      status: change.status,
      updated_at: at,
      ...(change.base === undefined ? {} : { base: change.base }),
      ...(change.candidate === undefined ? {} : { candidate: change.candidate }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.log === undefined ? {} : { log: change.log }),
      not_before: change.notBefore ?? null,
      ...(change.newRound ? { rounds: sql<number>`rounds + 1` } : {}),
    })
    .where('id', '=', entry.id)
    .where('status', 'in', [...ACTIVE_ENTRY]);
  if (holds) {
    query = query.where(
      sql<boolean>`exists (
        select 1 from leases where name = ${holds.name} and token = ${holds.token} and expires_at <> 0)`,
    );
  }
  const moved = await query.returning('id').executeTakeFirst();
  if (!moved) return false;
  await recordEvent(trx, {
    at,
    kind: `entry:${change.status}`,
    taskId: entry.taskId,
    entryId: entry.id,
    data: {
      ...(change.base ? { base: change.base } : {}),
      ...(change.candidate ? { candidate: change.candidate } : {}),
      ...(change.reason ? { reason: change.reason } : {}),
    },
  });
  return true;
}

/** Whatever waits for its time has its turn now. */
export async function hurryEntries(trx: Trx): Promise<void> {
  await trx
    .updateTable('entries')
    .set({ not_before: null })
    .where('status', 'in', [...ACTIVE_ENTRY])
    .where('not_before', 'is not', null)
    .execute();
}

/** How many entries have not ended. */
export async function countActive(db: Db): Promise<number> {
  const active = ACTIVE_ENTRY.map((status) => `'${status}'`).join(', ');
  // The very words of the partial index.
  const [row] = await run<{ count: number }>(
    db,
    `select count(*) as count from entries where status in (${active})`,
  );
  return row?.count ?? 0;
}
