// Who of the persons has a task in hands.

import type { TaskEvent } from '../task/event.ts';
import type { TaskId } from '../task/ids.ts';
import { type Db, run, type Store, type Trx } from './open.ts';

export async function insertTakeover(
  store: Store,
  trx: Trx,
  taskId: string,
  { person, opening }: Extract<TaskEvent, { kind: 'tookOver' }>,
): Promise<void> {
  await run(
    trx,
    'insert into takeovers (task_id, person, opening, taken_at) values (?, ?, ?, ?)',
    taskId,
    person,
    opening,
    store.now(),
  );
}

export async function deleteTakeover(trx: Trx, taskId: string): Promise<void> {
  await run(trx, 'delete from takeovers where task_id = ?', taskId);
}

/**
 * Says who makes the worktree; null: it is made, and the person's from now on.
 * @param before who made it so far, where that is to be taken on
 * @returns false when the task is not taken over, or somebody else makes the worktree
 */
export async function setOpening(
  trx: Trx,
  taskId: TaskId,
  opening: string | null,
  before: string | null,
): Promise<boolean> {
  const changed = await run(
    trx,
    'update takeovers set opening = ? where task_id = ? and opening is ? returning task_id',
    opening,
    taskId,
    before,
  );
  return changed.length > 0;
}

export async function isTakenOver(db: Db, taskId: string): Promise<boolean> {
  return (await run(db, 'select 1 from takeovers where task_id = ?', taskId)).length > 0;
}
