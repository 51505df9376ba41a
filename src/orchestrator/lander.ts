// The lander: one per target branch, by lease. It takes the entries one by one through candidate, verification and
// landing. Losing the lease ends its verification.

import { makeTemporaryFolder } from '../disk/temp.ts';
import { nextEntry } from '../store/entries.ts';
import { acquireLease, type Lease, releaseLease } from '../store/leases.ts';
import { listSlots } from '../store/slots.ts';
import type { Sha } from '../task/ids.ts';
import { fence } from './fence.ts';
import { leaseMs, readGate } from './gate.ts';
import { isBehindRemote, landEntry } from './landEntry.ts';
import { queuePause } from './pause.ts';
import { closeSlot } from './seat.ts';
import type { Session } from './session.ts';
import { settleInterrupted } from './settle.ts';
import { abandonedToken } from './takeOver.ts';

const IDLE_MS = 250;

/** What the queue is held with. */
export type Holding = Pick<Session, 'project' | 'report'>;

/** Who holds the queue; only `withQueue` makes one. */
export interface QueueHolder<S extends Holding = Holding> {
  readonly session: S;
  readonly lease: Lease;
  /** The blob that `refs/steroids/lander` must name for a landing to happen. */
  readonly token: Sha;
  /** Aborted when the lease is lost, or everything has to end. */
  readonly signal: AbortSignal;
  readonly temp: string;
}

export type Lander = QueueHolder<Session>;

export interface LanderOptions {
  /** `empty`: end when no entry can move on. `told`: when `finished` says so and the queue is empty. */
  readonly finished: () => boolean;
}

/** Serves the queue of the project's main branch until told that nothing more will come. */
export async function runLander(session: Session, options: LanderOptions): Promise<void> {
  const { project } = session;
  const temp = makeTemporaryFolder('steroids-merge');
  try {
    while (!session.now.aborted) {
      if (await hasWork(session)) await withLander(session, temp.path, drain);
      if (options.finished() && (!(await hasWork(session)) || session.now.aborted)) return;
      await session.bell.wait(IDLE_MS);
    }
  } finally {
    temp.remove();
    const gate = await readGate(project).catch(() => undefined);
    if (gate && !gate.config.worktrees.keep) {
      await withLander(session, temp.path, async () => {
        for (const slot of await listSlots(project.store.db)) {
          if (slot.name.startsWith('merge-')) await closeSlot(session, project.ownWorktrees, slot.name, gate);
        }
      }).catch((error: Error) => {
        session.report({
          kind: 'noticed',
          sentence: `the queue's worktree was left in place: ${error.message}`,
        });
      });
    }
  }
}

/** Whether an entry can be moved on now. */
async function hasWork(session: Session): Promise<boolean> {
  const { project } = session;
  const entry = await nextEntry(project.store.db, project.main, project.host.now());
  return entry !== undefined && (await queuePause(project)) === undefined;
}

/** Holds the queue while `work` runs; does nothing when somebody else holds it. */
async function withLander(
  session: Session,
  temp: string,
  work: (lander: Lander) => Promise<void>,
): Promise<void> {
  await withQueue(session, { temp, stopped: session.now }, work);
  session.bell.ring();
}

export const queueLease = (main: string) => `lander:${main}`;

/** @returns false when somebody else holds the queue, and nothing was done */
export async function withQueue<S extends Holding>(
  session: S,
  holding: { readonly temp: string; readonly stopped?: AbortSignal },
  work: (holder: QueueHolder<S>) => Promise<void>,
): Promise<boolean> {
  const { project } = session;
  const { store } = project;
  const { temp, stopped } = holding;
  const name = queueLease(project.main);
  const ttlMs = await leaseMs(project);
  const over = await abandonedToken(project, name, ttlMs);
  const owner = JSON.stringify(project.host.identify());
  const taken = await store.write((trx) => acquireLease(store, trx, name, owner, ttlMs, over));
  if (taken === undefined) return false;
  let lease = taken;
  let unkeep = () => {};
  const abort = new AbortController();
  const stop = () => abort.abort();
  stopped?.addEventListener('abort', stop);
  try {
    const fenced = await fence(project, lease);
    if (fenced === undefined) return false;
    lease = fenced.lease;
    // Whoever cannot renew goes on until the fencing token or the lease's next owner stops him.
    unkeep = project.heart.keep({ kind: 'lease', ...lease, ttlMs }, stop);
    await work({ session, lease, token: fenced.token, signal: abort.signal, temp });
    return true;
  } finally {
    unkeep();
    stopped?.removeEventListener('abort', stop);
    await store.write((trx) => releaseLease(trx, lease));
  }
}

async function drain(lander: Lander): Promise<void> {
  const { project } = lander.session;
  let settled = false;
  while (!lander.signal.aborted) {
    if ((await queuePause(project)) !== undefined) return;
    const entry = await nextEntry(project.store.db, project.main, project.host.now());
    if (entry === undefined) return;
    if (await isBehindRemote(lander, entry)) continue;
    if (settled) await landEntry(lander, entry);
    else await settleInterrupted(lander);
    settled = true;
    lander.session.bell.ring();
  }
}
