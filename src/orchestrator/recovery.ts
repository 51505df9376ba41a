// Finding what died, and giving back what it held. Asks the system and the store, not memory.

import type { Git } from '../git/client.ts';
import { clearLeftBehind } from '../git/leftBehind.ts';
import { releaseLocks } from '../git/leftLocks.ts';
import { isLinked, openWorktree } from '../git/worktrees.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { endStartedBy } from '../process/marked.ts';
import { applyEvent } from '../store/apply.ts';
import { endRunner, listRunners, type Runner, takeOverRunner } from '../store/runners.ts';
import { deleteSlot, getSlot } from '../store/slots.ts';
import { closeStep, listOpenSteps } from '../store/steps.ts';
import { recordUsage } from '../store/usage.ts';
import { NO_LIMITS } from '../task/attempt.ts';
import { reviewSlot, runnerSlot } from '../worktree/layout.ts';
import { setAside } from '../worktree/setAside.ts';
import { freeSlot, KEPT, retireSlot } from '../worktree/slot.ts';
import { leaseMs, readGate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import type { Project } from './project.ts';
import { endChildren, endLeft, heldBy } from './slotHolders.ts';
import { hasRunOut } from './takeOver.ts';
import { usedByKilled } from './used.ts';

/** Ends runners that are dead or lost their lease; their tasks go back, and use up no attempt. */
export async function reapRunners(project: Project): Promise<Runner[]> {
  const reaped: Runner[] = [];
  for (const runner of await findDeadRunners(project))
    if (await reapRunner(project, runner)) reaped.push(runner);
  return reaped;
}

/** Those whose process is gone, or has not answered for so long that it counts as gone. */
export async function findDeadRunners(project: Project): Promise<Runner[]> {
  const ttlMs = await leaseMs(project);
  return (await listRunners(project.store.db)).filter(
    (runner) => !isAtWork(runner) || hasRunOut(project, runner.id, runner.leaseExpiresAt, ttlMs),
  );
}

/** Whether an active runner may still write: its process is there, whatever has become of its lease. */
export function isAtWork(runner: Runner): boolean {
  return isAlive(JSON.parse(runner.process) as ProcessIdentity) !== 'dead';
}

/** How long a reaper that does not answer keeps the runner that it reaps. Milliseconds. */
const REAPER_LEASE_MS = 30_000;

/** @returns false when somebody else was faster, or it lives */
export async function reapRunner(project: Project, runner: Runner): Promise<boolean> {
  const { store } = project;
  const state = isAtWork(runner) ? 'stalled' : 'dead';
  const process = JSON.stringify(project.host.identify());
  const ttlMs = REAPER_LEASE_MS;
  if (!(await store.write((trx) => takeOverRunner(store, trx, runner, process, ttlMs)))) return false;
  const unkeep = project.heart.keep({ kind: 'runner', id: runner.id, process, ttlMs }, () => {});
  try {
    return await reapTaken(project, runner, state);
  } finally {
    unkeep();
  }
}

async function reapTaken(project: Project, runner: Runner, state: 'dead' | 'stalled'): Promise<boolean> {
  const { store } = project;
  const steps = await listOpenSteps(store.db, { runnerId: runner.id });
  // What the dead runner left running must not write into a worktree that is given to somebody else.
  for (const step of steps) await endChildren(step.child);
  await endLeftBy(project, runner);
  await endStartedBy(JSON.parse(runner.process) as ProcessIdentity);
  await clearLeftBehind(project.repository);
  // What cannot be tidied up now is met again, and told, when the slot is used.
  await freeSlots(project, runner, state).catch(() => undefined);
  const used = await Promise.all(steps.map((step) => usedByKilled(project, step)));
  const why = state === 'dead' ? 'its process is gone' : 'its process did not answer';
  return await store.write(async (trx) => {
    if (!(await endRunner(store, trx, runner.id, why))) return false;
    for (const [index, step] of steps.entries()) {
      await recordUsage(store, trx, step, used[index] ?? []);
      if (step.kind === 'review') {
        await closeStep(store, trx, step.id, 'abandoned', 'its runner is gone');
        continue;
      }
      const event = {
        kind: 'interrupted',
        reason: `runner-${runner.number} ${state === 'dead' ? 'died' : 'did not answer'} while it was coded`,
      } as const;
      await applyEvent(store, trx, step.taskId, event, {
        limits: NO_LIMITS,
        runnerId: runner.id,
        stepId: step.id,
      });
    }
    return true;
  });
}

const LOCK_PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/** A git that its runner had asked goes on for a moment after the runner's death; what was killed too left its locks. */
async function outliveLocks(project: Project, worktree: Git): Promise<void> {
  const { host } = project;
  const deadline = host.now() + LOCK_PATIENCE_MS;
  while ((await releaseLocks(worktree, host.now())).length > 0 && host.now() < deadline)
    await host.sleep(LOOK_MS);
}

/** Also a set-up, of which no step knows. */
async function endLeftBy(project: Project, runner: Runner): Promise<void> {
  for (const name of [runnerSlot(runner.number), reviewSlot(runner.number)]) {
    const slot = await getSlot(project.store.db, name);
    if (slot) await endLeft(slot);
  }
}

/**
 * Its branch can be checked out by whoever goes on with its task. The worktree of one that has only stalled goes: should it
 * wake up, there is nothing that it could go on with.
 */
async function freeSlots(project: Project, runner: Runner, state: 'dead' | 'stalled'): Promise<void> {
  const { store, git, ownWorktrees } = project;
  const gate = await readGate(project);
  for (const [name, bound] of [
    [runnerSlot(runner.number), git],
    [reviewSlot(runner.number), ownWorktrees],
  ] as const) {
    const slot = await getSlot(store.db, name);
    if (!slot) continue;
    if (await heldBy(project, gate, slot.path)) {
      await setAside(await openWorktree(bound, slot.path), name, gate.main);
    } else if (state === 'dead') {
      if (await isLinked(bound, slot.path)) await outliveLocks(project, await openWorktree(bound, slot.path));
      await freeSlot(bound, name, slot.path, gate.main, KEPT, (work) => withGitLock(project, work));
    } else {
      await retireSlot(bound, name, slot.path, gate.main, (work) => withGitLock(project, work));
      await store.write((trx) => deleteSlot(trx, name));
    }
  }
}
