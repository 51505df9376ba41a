import { type Db, run, type Trx } from './open.ts';

export interface NewEvent {
  readonly at: number;
  readonly kind: string;
  readonly taskId?: string | null;
  readonly entryId?: string | null;
  readonly runnerId?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** History, for people and for following. It is written beside the state and never replayed. */
export async function recordEvent(trx: Trx, event: NewEvent): Promise<void> {
  await run(
    trx,
    'insert into events (at, kind, task_id, entry_id, runner_id, data) values (?, ?, ?, ?, ?, ?)',
    event.at,
    event.kind,
    event.taskId ?? null,
    event.entryId ?? null,
    event.runnerId ?? null,
    JSON.stringify(event.data ?? {}),
  );
}

export interface RecordedEvent {
  readonly id: number;
  readonly at: number;
  readonly kind: string;
  readonly taskId: string | null;
  readonly entryId: string | null;
  readonly runnerId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Events after the one with the id `after`, oldest first. */
export async function listEvents(
  db: Db,
  filter: { readonly taskId?: string; readonly after?: number; readonly limit?: number } = {},
): Promise<RecordedEvent[]> {
  let query = db
    .selectFrom('events')
    .selectAll()
    .where('id', '>', filter.after ?? 0)
    .orderBy('id');
  if (filter.taskId !== undefined) query = query.where('task_id', '=', filter.taskId);
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return (await query.execute()).map((row) => ({
    id: row.id,
    at: row.at,
    kind: row.kind,
    taskId: row.task_id,
    entryId: row.entry_id,
    runnerId: row.runner_id,
    data: JSON.parse(row.data),
  }));
}
