// Steps are rows: who codes or reviews which task now. A step belongs to its runner's lease; a person needs none.

import type { TaskId } from '../task/ids.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
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

/** Begins a step at the head of the task's current attempt. */
export async function openStep(
  store: Store,
  trx: Trx,
  step: { readonly taskId: TaskId; readonly kind: StepKind; readonly runnerId: string | null },
): Promise<number> {
  const [opened] = await run<{ id: number }>(
    trx,
    // No join: SQLite would plan one anew for each value that is bound, which took six times as long.
    `insert into steps (task_id, kind, attempt, input_commit, runner_id, started_at)
    select task_id, ?, number, head_commit, ?, ? from attempts
    where task_id = ? and number = (select current_attempt from tasks where id = task_id)
    returning id`,
    step.kind,
    step.runnerId,
    store.now(),
    step.taskId,
  );
  if (!opened) throw new TypeError(`task ${step.taskId} was never claimed`);
  return opened.id;
}

/** Remembers the process that does the step's work, so that it can be ended after the runner's death. */
export async function recordChild(trx: Trx, id: number, child: string, log: string): Promise<void> {
  await run(trx, 'update steps set child = ?, log = ? where id = ?', child, log, id);
}

/** @returns whether the step was still open: a false answer means that somebody else has ended it */
export async function closeStep(
  store: Store,
  trx: Trx,
  id: number,
  outcome: string,
  reason: string | null,
): Promise<boolean> {
  const closed = await run(
    trx,
    'update steps set outcome = ?, reason = ?, ended_at = ? where id = ? and outcome is null returning id',
    outcome,
    reason,
    store.now(),
    id,
  );
  return closed.length > 0;
}

export async function closeStepsOf(store: Store, trx: Trx, taskId: TaskId, outcome: string): Promise<void> {
  await run(
    trx,
    'update steps set outcome = ?, ended_at = ? where task_id = ? and outcome is null',
    outcome,
    store.now(),
    taskId,
  );
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

export interface Stranded {
  readonly taskId: TaskId;
  readonly title: string;
  readonly kind: StepKind;
  /** Null for a task in progress that has no step at all. */
  readonly stepId: number | null;
}

/** Reviews whose runner has stopped, and tasks in progress that no active runner codes. */
export async function listStranded(db: Db): Promise<Stranded[]> {
  const rows = await run<{ task_id: string; title: string; kind: StepKind; step_id: number | null }>(
    db,
    `select t.id as task_id, t.title, 'code' as kind, s.id as step_id
    from tasks t
    left join steps s on s.task_id = t.id and s.outcome is null and s.kind = 'code'
    left join runners r on r.id = s.runner_id
    where t.status = 'in_progress' and (r.id is null or r.state = 'stopped')
      and not exists (select 1 from takeovers where takeovers.task_id = t.id)
    union all
    select t.id, t.title, s.kind, s.id
    from steps s join tasks t on t.id = s.task_id join runners r on r.id = s.runner_id
    where s.outcome is null and s.kind = 'review' and r.state = 'stopped'`,
  );
  return rows.map((row) => ({
    taskId: row.task_id as TaskId,
    title: row.title,
    kind: row.kind,
    stepId: row.step_id,
  }));
}
