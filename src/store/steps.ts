// Steps are rows: who codes or reviews which task now. A step belongs to its runner's lease; a person needs none.

import type { TaskId } from '../task/ids.ts';
import type { Db, Store, Trx } from './open.ts';
import type { Schema } from './schema.ts';

export type StepKind = Schema['steps']['kind'];

export interface Step {
  readonly id: number;
  readonly taskId: TaskId;
  readonly kind: StepKind;
  readonly attempt: number;
  readonly runnerId: string | null;
  readonly child: string | null;
  readonly log: string | null;
  readonly startedAt: number;
}

export async function openStep(
  store: Store,
  trx: Trx,
  step: {
    readonly taskId: TaskId;
    readonly kind: StepKind;
    readonly attempt: number;
    readonly input: string;
    readonly runnerId: string | null;
  },
): Promise<number> {
  const row = await trx
    .insertInto('steps')
    .values({
      task_id: step.taskId,
      kind: step.kind,
      attempt: step.attempt,
      input_commit: step.input,
      runner_id: step.runnerId,
      started_at: store.now(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Remembers the process that does the step's work, so that it can be ended after the runner's death. */
export async function recordChild(trx: Trx, id: number, child: string, log: string): Promise<void> {
  await trx.updateTable('steps').set({ child, log }).where('id', '=', id).execute();
}

/** @returns whether the step was still open: a false answer means that somebody else has ended it */
export async function closeStep(
  store: Store,
  trx: Trx,
  id: number,
  outcome: string,
  reason: string | null,
): Promise<boolean> {
  const closed = await trx
    .updateTable('steps')
    .set({ outcome, reason, ended_at: store.now() })
    .where('id', '=', id)
    .where('outcome', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return closed !== undefined;
}

export async function closeStepsOf(store: Store, trx: Trx, taskId: TaskId, outcome: string): Promise<void> {
  await trx
    .updateTable('steps')
    .set({ outcome, ended_at: store.now() })
    .where('task_id', '=', taskId)
    .where('outcome', 'is', null)
    .execute();
}

export async function listOpenSteps(
  db: Db,
  filter: { readonly taskId?: TaskId; readonly runnerId?: string } = {},
): Promise<Step[]> {
  let query = db.selectFrom('steps').selectAll().where('outcome', 'is', null).orderBy('id');
  if (filter.taskId !== undefined) query = query.where('task_id', '=', filter.taskId);
  if (filter.runnerId !== undefined) query = query.where('runner_id', '=', filter.runnerId);
  return (await query.execute()).map((row) => ({
    id: row.id,
    taskId: row.task_id as TaskId,
    kind: row.kind,
    attempt: row.attempt,
    runnerId: row.runner_id,
    child: row.child,
    log: row.log,
    startedAt: row.started_at,
  }));
}
