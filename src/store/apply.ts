// The one function that writes a task's state. Any process may call it.

import type { Updateable } from 'kysely';
import type { Limits } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import type { TaskId } from '../task/ids.ts';
import { transition } from '../task/lifecycle.ts';
import { type StoredStatus, UNDER_WAY } from '../task/status.ts';
import { giveBack, takeProject, taskHolder } from './claims.ts';
import { writeConsequences } from './consequences.ts';
import { columnsOf, factsOf } from './eventFacts.ts';
import { recordEvent } from './events.ts';
import { giveBackFiles } from './fileLocks.ts';
import { assignments, run, type Store, type Trx } from './open.ts';
import { closeQuestions } from './questions.ts';
import type { Schema, TaskRow } from './schema.ts';
import { countSetbacks, recordSetback } from './setbacks.ts';
import { closeStep, closeStepsOf } from './steps.ts';
import { deleteTakeover } from './takeovers.ts';

export interface Applying {
  readonly limits: Limits;
  /** Whose event it is; null for a person. */
  readonly runnerId?: string | null;
  /** The step that the event ends. When it was ended by somebody else, the event is stale and nothing is written. */
  readonly stepId?: number;
  /** The version of the task that the event was decided on, where a decision was. */
  readonly version?: number;
  /** The branch that the queue lands on; needed for `approved`. */
  readonly target?: string;
  /** Milliseconds until a task that failed or could not be judged is tried again. */
  readonly backoffMs?: number;
}

export type Applied =
  | { readonly kind: 'applied'; readonly status: StoredStatus }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly status: StoredStatus };

/** @param of the task, by its id or as it was read in this very transaction */
export async function applyEvent(
  store: Store,
  trx: Trx,
  of: TaskId | TaskRow,
  event: TaskEvent,
  applying: Applying,
): Promise<Applied> {
  const task = typeof of === 'string' ? await readTask(trx, of) : of;
  if (!task || (applying.version !== undefined && applying.version !== task.version))
    return { kind: 'stale' };
  const taskId = task.id as TaskId;
  const earlier = await countSetbacks(trx, task, event);
  const next = transition(task.status, event, earlier, applying.limits);
  if (next.kind === 'refused') return next;
  if (applying.stepId !== undefined) {
    const reason = 'reason' in event ? event.reason : null;
    if (!(await closeStep(store, trx, applying.stepId, event.kind, reason))) return { kind: 'stale' };
  }
  await recordSetback(trx, task, event);
  // What its coder had asked has had its answer, whatever a person (or, of a review, anybody) does with the task.
  if (QUESTIONED.includes(task.status) && !LEAVES_OPEN.includes(event.kind))
    await closeQuestions(store, trx, taskId, 'note' in event && event.note !== '' ? event.note : event.kind);
  await writeConsequences(store, trx, task, event, applying.target);
  // What somebody else does to the task meanwhile (a review, when a person decides) has lost its meaning.
  if (UNDER_WAY.includes(task.status) && (next.status !== task.status || ENDS_STEPS.includes(event.kind)))
    await closeStepsOf(store, trx, taskId, 'stale');
  if (task.status === 'in_progress' && next.status !== 'in_progress') await deleteTakeover(trx, taskId);
  if (!UNDER_WAY.includes(next.status)) {
    await giveBack(trx, taskHolder(taskId));
    await giveBackFiles(trx, taskId);
  } else if (!UNDER_WAY.includes(task.status)) await takeProject(store, trx, task);
  await updateTask(trx, taskId, {
    status: next.status,
    reason: next.reason,
    updated_at: store.now(),
    not_before: tryAgainAt(store, event, next.status, applying),
    needs_person: event.kind === 'reserved' ? 1 : 0,
    held_by: event.kind === 'held' ? event.by : null,
    ...columnsOf(task, event),
  });
  await recordEvent(trx, {
    at: store.now(),
    kind: event.kind,
    taskId,
    runnerId: applying.runnerId ?? null,
    data: { ...factsOf(event), status: next.status, ...(next.reason ? { reason: next.reason } : {}) },
  });
  return { kind: 'applied', status: next.status };
}

/** Where a task may be whose coder has asked something. */
const QUESTIONED: readonly StoredStatus[] = ['disputed', 'review'];
const LEAVES_OPEN: readonly TaskEvent['kind'][] = ['disputed', 'unjudged', 'held', 'reserved'];
/** Also where the status stays: what is looked at, or who is at work, is another. */
const ENDS_STEPS: readonly TaskEvent['kind'][] = ['headMoved', 'tookOver'];

async function readTask(trx: Trx, id: TaskId): Promise<TaskRow | undefined> {
  return (await run<TaskRow>(trx, 'select * from tasks where id = ?', id))[0];
}

async function updateTask(trx: Trx, taskId: TaskId, columns: Updateable<Schema['tasks']>): Promise<void> {
  const set = assignments(columns);
  await run(trx, `update tasks set ${set.text}, version = version + 1 where id = ?`, ...set.values, taskId);
}

function tryAgainAt(store: Store, event: TaskEvent, status: StoredStatus, applying: Applying): number | null {
  const waits = (event.kind === 'setback' && event.setback === 'failed') || event.kind === 'unjudged';
  const open = status === 'pending' || status === 'review';
  return waits && open && applying.backoffMs ? store.now() + applying.backoffMs : null;
}
