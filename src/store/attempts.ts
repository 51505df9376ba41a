import type { AttemptOutcome, Feedback, Layout } from '../task/attempt.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import type { Db, Trx } from './open.ts';
import type { Schema } from './schema.ts';

export interface Attempt {
  readonly number: number;
  readonly runnerNumber: number;
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
  const row = await db
    .selectFrom('attempts')
    .selectAll()
    .where('task_id', '=', taskId)
    .where('number', '=', number)
    .executeTakeFirst();
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
