// A paused queue: main itself does not pass its verification, or the verification cannot run. Not the tasks' fault.

import { hurryEntries } from '../store/entries.ts';
import { holdsLease, type Lease } from '../store/leases.ts';
import { deleteMeta, getMeta, setMeta } from '../store/meta.ts';
import type { Sha } from '../task/ids.ts';
import { type Project, readMain } from './project.ts';

export interface Pause {
  readonly reason: string;
  /** The pause is over when main has moved from here. */
  readonly main: Sha;
  /** Epoch milliseconds. */
  readonly since: number;
}

/**
 * @param lease the lander's, when it is the lander who pauses
 * @returns false when the lease is somebody else's now, who decides for himself
 */
export async function pauseQueue(
  project: Project,
  main: Sha,
  reason: string,
  lease?: Lease,
): Promise<boolean> {
  const pause: Pause = { reason, main, since: project.host.now() };
  return await project.store.write(async (trx) => {
    if (lease && !(await holdsLease(trx, lease))) return false;
    await setMeta(trx, 'pause', JSON.stringify(pause));
    return true;
  });
}

/** Undefined when the queue is not paused, or when main has moved since. */
export async function queuePause(project: Project): Promise<Pause | undefined> {
  const text = await getMeta(project.store.db, 'pause');
  if (text === undefined) return undefined;
  const pause = JSON.parse(text) as Pause;
  return pause.main === (await readMain(project)) ? pause : undefined;
}

/** A person asks for another try, now. */
export async function resumeQueue(project: Project): Promise<void> {
  await project.store.write(async (trx) => {
    await deleteMeta(trx, 'pause');
    await hurryEntries(trx);
  });
}
