// The shortest legal way of a task through the store, by the same events that runners and the lander apply.

import { applyEvent } from '../src/store/apply.ts';
import type { Store, Trx } from '../src/store/open.ts';
import type { TaskEvent } from '../src/task/event.ts';
import { type Sha, type TaskId, taskBranch } from '../src/task/ids.ts';

export const LIMITS = {
  rejected: 3,
  conflicted: 3,
  broken: 3,
  unchanged: 3,
  unresolved: 3,
  failed: 3,
  unjudged: 3,
  altered: 3,
};

export const MAIN = '1'.repeat(40) as Sha;
const HEAD = '2'.repeat(40) as Sha;

const COMMIT = { hash: HEAD, message: 'Do it', author: 'Bench <bench@localhost>', at: 0 };
const SUBMITTED: TaskEvent = { kind: 'submitted', head: HEAD, commits: [COMMIT] };
const APPROVED: TaskEvent = { kind: 'approved', reviewer: 'none', commit: HEAD, reason: '' };
const LANDED: TaskEvent = { kind: 'landed', commit: HEAD, landedAs: new Map([[HEAD, HEAD]]) };

/** What a runner writes when its coder has ended, without a reviewer: two events, one transaction. */
export async function approveTask(store: Store, trx: Trx, id: TaskId, stepId?: number): Promise<void> {
  await apply(store, trx, id, SUBMITTED, stepId);
  await apply(store, trx, id, APPROVED);
}

/** What the lander writes when main has moved. */
export async function landTask(store: Store, trx: Trx, id: TaskId): Promise<void> {
  await apply(store, trx, id, LANDED);
}

/** From `pending` to an end, for filling a store. */
export async function completeTask(
  store: Store,
  trx: Trx,
  id: TaskId,
  end: 'landed' | 'disputed',
): Promise<void> {
  await apply(store, trx, id, {
    kind: 'claimed',
    runnerNumber: 1,
    branch: taskBranch(1, id),
    coder: 'default',
    main: MAIN,
  });
  await approveTask(store, trx, id);
  if (end === 'landed') await landTask(store, trx, id);
  else await apply(store, trx, id, { kind: 'dequeued', reason: 'A person has to look at this.' });
}

async function apply(store: Store, trx: Trx, id: TaskId, event: TaskEvent, stepId?: number): Promise<void> {
  const applied = await applyEvent(store, trx, id, event, {
    limits: LIMITS,
    target: 'main',
    ...(stepId === undefined ? {} : { stepId }),
  });
  if (applied.kind !== 'applied') throw new Error(`${event.kind} was ${applied.kind} for task ${id}`);
}
