// What the holder of the queue writes of an entry and its task: nothing, once somebody else has the queue.

import { type Applied, applyEvent } from '../store/apply.ts';
import { type Entry, getEntry, moveEntry } from '../store/entries.ts';
import { holdsLease } from '../store/leases.ts';
import { getTask } from '../store/tasks.ts';
import type { Limits } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import type { StoredStatus } from '../task/status.ts';
import type { QueueHolder } from './lander.ts';

/** Writes only while the lease is ours. @returns whether it was written */
export async function moveHeld(
  lander: QueueHolder,
  entry: Entry,
  change: Parameters<typeof moveEntry>[3],
): Promise<boolean> {
  const { store } = lander.session.project;
  return await store.write((trx) => moveEntry(store, trx, entry, change, lander.lease));
}

/** The same for the entry's task. @returns its status now */
export async function applyHeld(
  lander: QueueHolder,
  limits: Limits,
  entry: Entry,
  event: TaskEvent,
): Promise<StoredStatus> {
  const { project } = lander.session;
  const { store } = project;
  const taskId = entry.taskId;
  if (taskId === null) throw new TypeError('an entry without a task has no task to write');
  const applied = await store.write(async (trx): Promise<Applied> => {
    const current = await getEntry(trx, entry.id);
    // Somebody else holds the queue, or the entry was cancelled meanwhile.
    if (!(await holdsLease(trx, lander.lease)) || current?.head !== entry.head) return { kind: 'stale' };
    return await applyEvent(store, trx, taskId, event, { limits, target: project.main });
  });
  if (applied.kind === 'applied') return applied.status;
  return (await getTask(store.db, taskId))?.status as StoredStatus;
}
