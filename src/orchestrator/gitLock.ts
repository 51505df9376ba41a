// The specification's `withGitLock`: what git cannot do twice at once in one repository takes turns.

import type { ProcessIdentity } from '../process/identity.ts';
import { acquireLease, getLease, releaseLease, renewLease } from '../store/leases.ts';
import { Problem } from '../task/problem.ts';
import { freeIfDead } from './freeLease.ts';
import type { Project } from './project.ts';

const TTL_MS = 30_000;
const PATIENCE_MS = 120_000;
const POLL_MS = 25;

const turns = new WeakMap<Project, Promise<unknown>>();

/** @throws Problem `git-lock-busy` when another process keeps the lock for two minutes */
export async function withGitLock<T>(project: Project, work: () => Promise<T>): Promise<T> {
  // In this process callers queue up in order, without asking the store again and again.
  const before = turns.get(project) ?? Promise.resolve();
  const turn = before.then(() => locked(project, work));
  turns.set(
    project,
    turn.catch(() => undefined),
  );
  return await turn;
}

async function locked<T>(project: Project, work: () => Promise<T>): Promise<T> {
  const { store, host } = project;
  const owner = JSON.stringify(host.identify());
  const deadline = host.now() + PATIENCE_MS;
  let lease = await store.write((trx) => acquireLease(store, trx, 'git', owner, TTL_MS));
  while (lease === undefined) {
    if (host.now() > deadline) {
      const held = await getLease(store, 'git');
      const holder = held && (JSON.parse(held.owner) as ProcessIdentity);
      throw new Problem(
        'environment',
        'git-lock-busy',
        `the git lock was not free for two minutes; ${holder ? `process ${holder.pid} on ${holder.host}` : 'somebody else'} has it`,
        'steroids locks list says who holds it, and since when.',
      );
    }
    await freeIfDead(project, 'git');
    await host.sleep(POLL_MS);
    lease = await store.write((trx) => acquireLease(store, trx, 'git', owner, TTL_MS));
  }
  const held = lease;
  const beat = setInterval(() => {
    // A renewal that fails is noticed when the lease runs out; the work itself goes on.
    void store.write((trx) => renewLease(store, trx, held, TTL_MS)).catch(() => undefined);
  }, TTL_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await store.write((trx) => releaseLease(trx, held));
  }
}
