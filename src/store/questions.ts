// What coders have asked of a person, and the tasks that they propose.

import type { Asked, FollowUp, QuestionKind } from '../task/answer.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

interface Common {
  readonly id: number;
  readonly taskId: TaskId;
  readonly attempt: number;
  /** The coder's own words; of a follow-up, its title. */
  readonly text: string;
  readonly askedAt: number;
}

export type Question =
  | (Common & { readonly kind: QuestionKind; readonly commits: readonly Sha[] })
  | (Common & { readonly kind: 'follow-up'; readonly proposed: FollowUp });

/** Where a question comes from. */
export interface Asking {
  readonly taskId: TaskId;
  readonly attempt: number;
}

export async function insertQuestion(store: Store, trx: Trx, from: Asking, asked: Asked): Promise<void> {
  await insert(store, trx, from, asked.about, asked.text, { commits: asked.commits });
}

export async function insertFollowUps(
  store: Store,
  trx: Trx,
  from: Asking,
  proposed: readonly FollowUp[],
): Promise<void> {
  for (const one of proposed) await insert(store, trx, from, 'follow-up', one.title, one);
}

async function insert(
  store: Store,
  trx: Trx,
  from: Asking,
  kind: Schema['questions']['kind'],
  text: string,
  data: object,
): Promise<void> {
  await run(
    trx,
    'insert into questions (task_id, attempt, kind, text, data, asked_at) values (?, ?, ?, ?, ?, ?)',
    from.taskId,
    from.attempt,
    kind,
    text,
    JSON.stringify(data),
    store.now(),
  );
}

/** The open ones, oldest first. @param taskId only those of this task */
export async function listQuestions(db: Db, taskId?: TaskId): Promise<Question[]> {
  const rows = await run<Schema['questions'] & { readonly id: number }>(
    db,
    `select * from questions where answered_at is null ${taskId === undefined ? '' : 'and task_id = ?'} order by id`,
    ...(taskId === undefined ? [] : [taskId]),
  );
  return rows.map(toQuestion);
}

/** Closes what a task's coder has asked: whatever a person does with the task answers it. Its proposals stay open. */
export async function closeQuestions(store: Store, trx: Trx, taskId: TaskId, answer: string): Promise<void> {
  await run(
    trx,
    `update questions set answer = ?, answered_at = ?
    where task_id = ? and kind <> 'follow-up' and answered_at is null`,
    answer,
    store.now(),
    taskId,
  );
}

/** @returns whether it was still open */
export async function answerFollowUp(store: Store, trx: Trx, id: number, answer: string): Promise<boolean> {
  const closed = await run(
    trx,
    `update questions set answer = ?, answered_at = ?
    where id = ? and kind = 'follow-up' and answered_at is null returning id`,
    answer,
    store.now(),
    id,
  );
  return closed.length > 0;
}

function toQuestion(row: Schema['questions'] & { readonly id: number }): Question {
  const common = {
    id: row.id,
    taskId: row.task_id as TaskId,
    attempt: row.attempt,
    text: row.text,
    askedAt: row.asked_at,
  };
  return row.kind === 'follow-up'
    ? { ...common, kind: row.kind, proposed: JSON.parse(row.data) }
    : { ...common, kind: row.kind, commits: JSON.parse(row.data).commits };
}
