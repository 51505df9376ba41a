// Finding what died, and giving back what it held. Asks the system and the store, not memory.

import { openWorktree } from '../git/worktrees.ts';
import { endGroup } from '../process/group.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { applyEvent } from '../store/apply.ts';
import { expireLease, getLease } from '../store/leases.ts';
import { endRunner, listRunners, RUNNER_LEASE_MS, type Runner, takeOverRunner } from '../store/runners.ts';
import { getSlot } from '../store/slots.ts';
import { closeStep, listOpenSteps } from '../store/steps.ts';
import type { Limits } from '../task/attempt.ts';
import { reviewSlot, runnerSlot } from '../worktree/layout.ts';
import { setAside } from '../worktree/setAside.ts';
import { freeSlot, KEPT } from '../worktree/slot.ts';
import { readGate } from './gate.ts';
import type { Project } from './project.ts';
import { endLeft, heldBy } from './slotHolders.ts';

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
    const state = isAlive(JSON.parse(runner.process) as ProcessIdentity);
    const expired = runner.leaseExpiresAt <= project.host.now();
    if (state === 'alive' ? !expired : state === 'elsewhere' && !expired) continue;
    if (await reapRunner(project, runner, limits)) reaped.push(runner);
  }
  return reaped;
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
  await endLeftBy(project, runner);
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

/** Also a set-up, of which no step knows. */
async function endLeftBy(project: Project, runner: Runner): Promise<void> {
  for (const name of [runnerSlot(runner.number), reviewSlot(runner.number)]) {
    const slot = await getSlot(project.store.db, name);
    if (slot) await endLeft(slot);
  }
}

/** Its branch can be checked out by whoever goes on with its task. */
async function freeSlots(project: Project, runner: Runner): Promise<void> {
  const { store, git, ownWorktrees } = project;
  const gate = await readGate(project);
  for (const [name, bound] of [
    [runnerSlot(runner.number), git],
    [reviewSlot(runner.number), ownWorktrees],
  ] as const) {
    const slot = await getSlot(store.db, name);
    if (!slot) continue;
    if (await heldBy(project, gate, slot.path)) await setAside(openWorktree(bound, slot.path), name);
    else await freeSlot(bound, name, slot.path, gate.main, KEPT);
  }
}
