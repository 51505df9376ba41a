import type { Selectable, Updateable } from 'kysely';
import type { AttemptOutcome, Feedback, Layout } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import { assignments, type Db, run, type Store, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

type TaskRow = Pick<Selectable<Schema['tasks']>, 'id' | 'current_attempt'>;

export interface Attempt {
  readonly number: number;
  /** 0 for a person. */
  readonly runnerNumber: number;
  /** Its name in the configuration; `Name <email>` of a person. */
  readonly coder: string;
  readonly baseCommit: Sha;
  readonly attemptBaseCommit: Sha;
  readonly headCommit: Sha;
  readonly outcome: AttemptOutcome;
  /** What the coder after this one is told. */
  readonly feedback: Feedback | null;
  /** How the branch is to be laid for the coder after this one. */
  readonly layout: Layout | null;
  readonly log: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

function toAttempt(row: Schema['attempts']): Attempt {
  return {
    number: row.number,
    runnerNumber: row.runner_number,
    coder: row.coder,
    baseCommit: row.base_commit as Sha,
    attemptBaseCommit: row.attempt_base_commit as Sha,
    headCommit: row.head_commit as Sha,
    outcome: row.outcome,
    feedback: row.feedback === null ? null : JSON.parse(row.feedback),
    layout: row.layout === null ? null : JSON.parse(row.layout),
    log: row.log,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

export async function listAttempts(db: Db, taskId: TaskId): Promise<Attempt[]> {
  const rows = await db
    .selectFrom('attempts')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('number')
    .execute();
  return rows.map(toAttempt);
}

export async function getAttempt(db: Db, taskId: TaskId, number: number): Promise<Attempt | undefined> {
  const [row] = await run<Schema['attempts']>(
    db,
    'select * from attempts where task_id = ? and number = ?',
    taskId,
    number,
  );
  return row && toAttempt(row);
}

/** Where the coder really began, once the worktree is open, and where it logs. */
export async function recordOpened(
  trx: Trx,
  taskId: TaskId,
  number: number,
  opened: { readonly attemptBase: Sha; readonly log: string },
): Promise<void> {
  await trx
    .updateTable('attempts')
    .set({ attempt_base_commit: opened.attemptBase, head_commit: opened.attemptBase, log: opened.log })
    .where('task_id', '=', taskId)
    .where('number', '=', number)
    .execute();
}

/**
 * A task that has no work yet starts from today's main; one with work goes on from its head, or from the layout that
 * the setback left. `base_commit` is where the task's work began, and stays.
 */
export async function insertAttempt(
  store: Store,
  trx: Trx,
  task: TaskRow,
  event: Pick<Extract<TaskEvent, { kind: 'claimed' }>, 'runnerNumber' | 'coder' | 'main'>,
): Promise<void> {
  const before =
    task.current_attempt === 0 ? undefined : await getAttempt(trx, task.id as TaskId, task.current_attempt);
  const goesOn = before && before.outcome !== 'abandoned' && before.headCommit !== before.baseCommit;
  const head = goesOn ? (before.layout?.laid ?? before.headCommit) : event.main;
  await run(
    trx,
    `insert into attempts
      (task_id, number, runner_number, coder, base_commit, attempt_base_commit, head_commit, outcome, started_at)
    values (?, ?, ?, ?, ?, ?, ?, 'coding', ?)`,
    task.id,
    task.current_attempt + 1,
    event.runnerNumber,
    event.coder,
    goesOn ? before.baseCommit : event.main,
    head,
    head,
    store.now(),
  );
}

export async function endAttempt(
  store: Store,
  trx: Trx,
  task: TaskRow,
  columns: Updateable<Schema['attempts']>,
): Promise<void> {
  const set = assignments(columns);
  await run(
    trx,
    `update attempts set ${set.text}, ended_at = coalesce(ended_at, ?) where task_id = ? and number = ?`,
    ...set.values,
    store.now(),
    task.id,
    task.current_attempt,
  );
}
