// What analysts have said of pairs of tasks, and what came of it.

import type { Said } from '../task/schedule.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import { insertConflict } from './schedule.ts';

export interface ExpectedConflict {
  readonly tasks: readonly [string, string];
  readonly risk: Said['risk'];
  readonly paths: readonly string[];
}

export interface NewOpinion {
  readonly analyst: string;
  /** Ids of all tasks that it was asked about. */
  readonly tasks: readonly string[];
  readonly conflicts: readonly ExpectedConflict[];
}

/** Of one analyst: older ones are of other times. */
const MOST_KEPT = 200;

/** In place of what the same analyst has said of pairs of these tasks before. */
export async function insertOpinion(
  store: Store,
  trx: Trx,
  { analyst, tasks, conflicts }: NewOpinion,
): Promise<void> {
  const known = new Map((await listChanged(trx, tasks)).map(({ id, changed }) => [id, changed]));
  // It is no art to know what two tasks have in common that have both changed their files.
  const asked = tasks.filter((id) => known.has(id)).map((id) => [id, known.get(id) === null ? 0 : 1]);
  const list = JSON.stringify(asked.map(([id]) => id));
  await run(
    trx,
    `delete from task_conflicts where analyst = ? and one in (select value from json_each(?))
      and other in (select value from json_each(?))`,
    analyst,
    list,
    list,
  );
  for (const { tasks: pair, risk, paths } of conflicts)
    if (pair.every((id) => known.has(id)) && pair[0] !== pair[1])
      await insertConflict(store, trx, pair, analyst, risk, paths);
  await run(
    trx,
    'insert into opinions (analyst, tasks, at) values (?, ?, ?)',
    analyst,
    JSON.stringify(asked),
    store.now(),
  );
  await run(
    trx,
    `delete from opinions where analyst = ? and id not in (
      select id from opinions where analyst = ? order by id desc limit ${MOST_KEPT})`,
    analyst,
    analyst,
  );
}

export interface ChangedRow {
  readonly id: string;
  readonly likely: string;
  /** JSON of paths; null where it is not known yet. */
  readonly changed: string | null;
}

async function listChanged(db: Db, ids: readonly string[]): Promise<ChangedRow[]> {
  return await run<ChangedRow>(
    db,
    'select id, likely, changed from tasks where id in (select value from json_each(?))',
    JSON.stringify(ids),
  );
}

/** Tasks of which it is known what they have changed, the newest first. */
export async function listWithChanged(
  db: Db,
  most: number,
): Promise<(ChangedRow & { readonly changed: string })[]> {
  return await run(
    db,
    'select id, likely, changed from tasks where changed is not null order by seq desc limit ?',
    most,
  );
}

export interface KeptOpinion {
  readonly analyst: string;
  /** With whether it was known then what each has changed. */
  readonly asked: readonly (readonly [id: string, known: 0 | 1])[];
}

/** The newest first. */
export async function listOpinions(db: Db): Promise<KeptOpinion[]> {
  const rows = await run<{ analyst: string; tasks: string }>(
    db,
    'select analyst, tasks from opinions order by id desc',
  );
  return rows.map(({ analyst, tasks }) => ({ analyst, asked: JSON.parse(tasks) }));
}

export interface ConflictRow {
  readonly one: string;
  readonly other: string;
  /** Empty: their changes have conflicted. */
  readonly analyst: string;
}

export async function listConflicts(db: Db): Promise<ConflictRow[]> {
  return await run<ConflictRow>(db, 'select one, other, analyst from task_conflicts');
}
