// What analysts have said of pairs of tasks, and what came of it.

import type { Said } from '../task/schedule.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import { insertConflict } from './schedule.ts';

export interface ExpectedConflict {
  readonly tasks: readonly [string, string];
  readonly risk: Said['risk'];
  readonly paths: readonly string[];
}

/** A task that an analyst is asked about. */
export interface AskedTask {
  readonly id: string;
  /** Whether it can be seen already what it changes. */
  readonly known: boolean;
}

export interface NewPrediction {
  readonly analyst: string;
  /** All that it was asked about. */
  readonly tasks: readonly AskedTask[];
  /** Pairs of ids that it named. */
  readonly named: readonly (readonly [string, string])[];
}

export interface NewOpinion extends Omit<NewPrediction, 'named'> {
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
  const list = JSON.stringify(tasks.map(({ id }) => id));
  await run(
    trx,
    `delete from task_conflicts where analyst = ? and one in (select value from json_each(?))
      and other in (select value from json_each(?))`,
    analyst,
    list,
    list,
  );
  const there = new Set((await listChanged(trx, list)).map(({ id }) => id));
  for (const { tasks: pair, risk, paths } of conflicts)
    if (pair.every((id) => there.has(id)) && pair[0] !== pair[1])
      await insertConflict(store, trx, pair, analyst, risk, paths);
  await insertPrediction(store, trx, { analyst, tasks, named: conflicts.map((one) => one.tasks) });
}

/** For `analysis report` alone: it holds nobody back. */
export async function insertPrediction(
  store: Store,
  trx: Trx,
  { analyst, tasks, named }: NewPrediction,
): Promise<void> {
  const list = JSON.stringify(tasks.map(({ id }) => id));
  const changed = new Map((await listChanged(trx, list)).map((task) => [task.id, task.changed]));
  // It is no art to know what two tasks have in common that have both changed their files.
  const asked = tasks
    .filter(({ id }) => changed.has(id))
    .map(({ id, known }) => [id, known || changed.get(id) !== null ? 1 : 0]);
  await run(
    trx,
    'insert into opinions (analyst, tasks, named, at) values (?, ?, ?, ?)',
    ...[analyst, JSON.stringify(asked), JSON.stringify(named), store.now()],
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

/** @param list ids, as JSON */
async function listChanged(db: Db, list: string): Promise<ChangedRow[]> {
  return await run<ChangedRow>(
    db,
    'select id, likely, changed from tasks where id in (select value from json_each(?))',
    list,
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
  /** Pairs that it named then. */
  readonly named: readonly (readonly [string, string])[];
}

/** The newest first, without those of which it was not kept what they named. */
export async function listOpinions(db: Db): Promise<KeptOpinion[]> {
  const rows = await run<{ analyst: string; tasks: string; named: string }>(
    db,
    'select analyst, tasks, named from opinions where named is not null order by id desc',
  );
  return rows.map(({ analyst, tasks, named }) => ({
    analyst,
    asked: JSON.parse(tasks),
    named: JSON.parse(named),
  }));
}

/** Pairs whose changes have conflicted. */
export async function countConflicted(db: Db): Promise<number> {
  const [row] = await run<{ count: number }>(
    db,
    `select count(*) as count from task_conflicts where analyst = ''`,
  );
  return row?.count ?? 0;
}
