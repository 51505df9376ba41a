// What counts against a task's bounds.

import type { Selectable } from 'kysely';
import type { TaskEvent } from '../task/event.ts';
import { setbackOf } from '../task/lifecycle.ts';
import { run, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

type TaskRow = Pick<Selectable<Schema['tasks']>, 'id' | 'current_attempt' | 'bounds_from'>;

/** Of the same kind as the event, since the bounds were last reset. */
export async function countSetbacks(trx: Trx, task: TaskRow, event: TaskEvent): Promise<number> {
  const setback = setbackOf(event);
  if (setback === undefined) return 0;
  const [row] = await run<{ count: number }>(
    trx,
    'select count(*) as count from setbacks where task_id = ? and kind = ? and attempt > ?',
    task.id,
    setback,
    task.bounds_from,
  );
  return row?.count ?? 0;
}

/** Beside the attempt's outcome, which is only the last one: a person may send an attempt on that met with a setback. */
export async function recordSetback(trx: Trx, task: TaskRow, event: TaskEvent): Promise<void> {
  const setback = setbackOf(event);
  if (setback === undefined) return;
  await run(
    trx,
    'insert into setbacks (task_id, kind, attempt) values (?, ?, ?)',
    task.id,
    setback,
    task.current_attempt,
  );
}
