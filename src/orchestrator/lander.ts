// The lander: one per target branch, by lease. It takes the entries one by one through candidate, verification and
// landing. Losing the lease ends its verification.

import { makeTemporaryFolder } from '../disk/temp.ts';
import { changeRefs, writeBlob } from '../git/refs.ts';
import { LANDER_REF } from '../merge/land.ts';
import { nextEntry } from '../store/entries.ts';
import { acquireLease, type Lease, releaseLease, renewLease } from '../store/leases.ts';
import { listSlots } from '../store/slots.ts';
import type { Sha } from '../task/ids.ts';
import { readGate } from './gate.ts';
import { isBehindRemote, landEntry } from './landEntry.ts';
import { queuePause } from './pause.ts';
import { freeIfDead } from './recovery.ts';
import { closeSlot } from './runner.ts';
import type { Session } from './session.ts';
import { settleInterrupted } from './settle.ts';

const LEASE_MS = 30_000;
const IDLE_MS = 250;

/** Who holds the queue; only the lander makes one. */
export interface Lander {
  readonly session: Session;
  readonly lease: Lease;
  /** The blob that `refs/steroids/lander` must name for a landing to happen. */
  readonly token: Sha;
  /** Aborted when the lease is lost, or everything has to end. */
  readonly signal: AbortSignal;
  readonly temp: string;
}

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
  const { project, bell } = session;
  const { store } = project;
  const name = `lander:${project.main}`;
  await freeIfDead(project, name);
  const owner = JSON.stringify(project.host.identify());
  const lease = await store.write((trx) => acquireLease(store, trx, name, owner, LEASE_MS));
  if (lease === undefined) return;
  const abort = new AbortController();
  const stop = () => abort.abort();
  session.now.addEventListener('abort', stop);
  const beat = setInterval(() => {
    // Whoever cannot renew goes on until the fencing token or the lease's next owner stops him.
    void store
      .write((trx) => renewLease(store, trx, lease, LEASE_MS))
      .then((ours) => ours || abort.abort())
      .catch(() => undefined);
  }, LEASE_MS / 6);
  try {
    const token = await fence(session, lease);
    await work({ session, lease, token, signal: abort.signal, temp });
  } finally {
    clearInterval(beat);
    session.now.removeEventListener('abort', stop);
    await store.write((trx) => releaseLease(trx, lease));
    bell.ring();
  }
}

/** Writes our token where the landing transaction looks for it: whoever held the queue before cannot land any more. */
async function fence(session: Session, lease: Lease): Promise<Sha> {
  const { git, host } = session.project;
  const blob = await writeBlob(git, `${lease.token} ${JSON.stringify(host.identify())}\n`);
  const before = await git.run(['rev-parse', '--verify', '--quiet', LANDER_REF]);
  if (before.stdout.trim() === blob) return blob;
  await changeRefs(git, [{ kind: 'update', ref: LANDER_REF, to: blob }], 'steroids: take the queue');
  return blob;
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
