// Who works in a slot: remembered, ended after our death before anybody else works there, and found where it got away.

import { endGroup } from '../process/group.ts';
import { describeHolders, findHolders } from '../process/holders.ts';
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { recordSlotChild, type Slot } from '../store/slots.ts';
import { recordChild } from '../store/steps.ts';
import { Problem } from '../task/problem.ts';
import { unsandboxed } from './containment.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

/** Remembers what is started in a slot, for `endLeft`. */
export function remembering(project: Project, slot: string): (pid: number) => Promise<void> {
  return async (pid) => {
    const child = JSON.stringify(identify(pid));
    await project.store.write((trx) => recordSlotChild(trx, slot, child));
  };
}

/** The same for a step, which shows it too. Of several processes all are remembered. */
export function rememberingStep(
  project: Project,
  stepId: number,
  slot: string,
  log: string,
): (pid: number) => Promise<void> {
  const started: ProcessIdentity[] = [];
  return async (pid) => {
    started.push(identify(pid));
    const child = JSON.stringify(started);
    await project.store.write(async (trx) => {
      await recordChild(trx, stepId, child, log);
      await recordSlotChild(trx, slot, child);
    });
  };
}

/** Ends what was started in a slot by whoever died, or lost it. */
export async function endLeft(slot: Slot): Promise<void> {
  await endChildren(slot.child);
}

/** @param child JSON of one process, or of several that were at work together */
export async function endChildren(child: string | null): Promise<void> {
  const known: ProcessIdentity | readonly ProcessIdentity[] = child === null ? [] : JSON.parse(child);
  for (const one of [known].flat()) if (isAlive(one) === 'alive') await endGroup(one.pid);
}

/**
 * What still has files open in a slot, in words; undefined when it is free. It is looked for only where what was
 * started there may have left its process group.
 */
export async function heldBy(project: Project, gate: Gate, folder: string): Promise<string | undefined> {
  const surelyEnded =
    gate.config.sandbox !== 'none' || (await unsandboxed(project, gate)).kind === 'namespace';
  const holders = surelyEnded ? [] : await findHolders(folder);
  if (holders.length === 0) return undefined;
  return `${describeHolders(holders)} still ${holders.length === 1 ? 'has' : 'have'} files open in ${folder}`;
}

/** @throws Problem `slot-held` */
export async function refuseHeld(project: Project, gate: Gate, folder: string): Promise<void> {
  const held = await heldBy(project, gate, folder);
  if (held !== undefined) throw new Problem('environment', 'slot-held', held);
}
