// The specification's `withGitLock`: what git cannot do twice at once in one repository takes turns.

import type { ProcessIdentity } from '../process/identity.ts';
import { acquireLease, getLease, releaseLease } from '../store/leases.ts';
import { Problem } from '../task/problem.ts';
import { leaseMs } from './gate.ts';
import type { Project } from './project.ts';
import { abandonedToken } from './takeOver.ts';

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
  const ttlMs = await leaseMs(project);
  const acquire = async () => {
    const over = await abandonedToken(project, 'git', ttlMs);
    return await store.write((trx) => acquireLease(store, trx, 'git', owner, ttlMs, over));
  };
  let lease = await acquire();
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
    await host.sleep(POLL_MS);
    lease = await acquire();
  }
  const held = lease;
  // One git command cannot be taken back: who has lost the lock goes on with it, and git's own locks decide.
  const stop = project.heart.keep({ kind: 'lease', ...held, ttlMs }, () => {});
  try {
    return await work();
  } finally {
    stop();
    await store.write((trx) => releaseLease(trx, held));
  }
}
