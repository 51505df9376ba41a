// Finding what died, and giving back what it held. Asks the system and the store, not memory.

import { endGroup } from '../process/group.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { applyEvent } from '../store/apply.ts';
import { expireLease, getLease } from '../store/leases.ts';
import { endRunner, listRunners, RUNNER_LEASE_MS, type Runner, takeOverRunner } from '../store/runners.ts';
import { getSlot } from '../store/slots.ts';
import { closeStep, listOpenSteps } from '../store/steps.ts';
import type { Limits } from '../task/attempt.ts';
import { reviewSlot, runnerSlot } from '../worktree/layout.ts';
import { freeSlot, KEPT } from '../worktree/slot.ts';
import { type Project, readMain } from './project.ts';

/** Expires a lease whose owner is dead, without waiting for its time. */
export async function freeIfDead(project: Project, name: string): Promise<void> {
  const lease = await getLease(project.store, name);
  if (!lease || isAlive(JSON.parse(lease.owner) as ProcessIdentity) !== 'dead') return;
  await project.store.write((trx) => expireLease(trx, lease));
}

/** Ends runners that are dead or lost their lease; their tasks go back, and use up no attempt. */
export async function reapRunners(project: Project, limits: Limits): Promise<Runner[]> {
  const reaped: Runner[] = [];
  for (const runner of await listRunners(project.store.db)) {
    if (isAtWork(runner, project.host.now())) continue;
    if (await reapRunner(project, runner, limits)) reaped.push(runner);
  }
  return reaped;
}

/** Whether an active runner lives and has its lease; in another host's process only the lease can tell. */
export function isAtWork(runner: Runner, now: number): boolean {
  const dead = isAlive(JSON.parse(runner.process) as ProcessIdentity) === 'dead';
  return !dead && runner.leaseExpiresAt > now;
}

async function reapRunner(project: Project, runner: Runner, limits: Limits): Promise<boolean> {
  const { store } = project;
  const us = JSON.stringify(project.host.identify());
  if (!(await store.write((trx) => takeOverRunner(store, trx, runner, us, RUNNER_LEASE_MS)))) return false;
  const steps = await listOpenSteps(store.db, { runnerId: runner.id });
  for (const step of steps) {
    if (step.child === null) continue;
    const child = JSON.parse(step.child) as ProcessIdentity;
    // What the dead runner left running must not write into a worktree that is given to somebody else.
    if (isAlive(child) === 'alive') await endGroup(child.pid);
  }
  // What cannot be tidied up now is met again, and told, when the slot is used.
  await freeSlots(project, runner).catch(() => undefined);
  return await store.write(async (trx) => {
    if (!(await endRunner(store, trx, runner.id, 'its process is gone'))) return false;
    for (const step of steps) {
      if (step.kind === 'review') {
        await closeStep(store, trx, step.id, 'abandoned', 'its runner is gone');
        continue;
      }
      const event = {
        kind: 'interrupted',
        reason: `runner-${runner.number} died while it was coded`,
      } as const;
      await applyEvent(store, trx, step.taskId, event, { limits, runnerId: runner.id, stepId: step.id });
    }
    return true;
  });
}

/** Its branch can be checked out by whoever goes on with its task. */
async function freeSlots(project: Project, runner: Runner): Promise<void> {
  const { store, git, ownWorktrees } = project;
  const main = await readMain(project);
  for (const [name, bound] of [
    [runnerSlot(runner.number), git],
    [reviewSlot(runner.number), ownWorktrees],
  ] as const) {
    const slot = await getSlot(store.db, name);
    if (slot) await freeSlot(bound, name, slot.path, main, KEPT);
  }
}
