// A worktree of the queue's own, with a commit in it, and what runs there sees and may.

import path from 'node:path';
import { makeFolder } from '../disk/files.ts';
import { findFullDisk, isNoSpace } from '../disk/space.ts';
import type { Git } from '../git/client.ts';
import { readCommits } from '../git/commits.ts';
import { checkOutCandidate } from '../merge/verify.ts';
import type { Containment } from '../process/containment.ts';
import { type Environment, withoutSecrets } from '../process/environment.ts';
import { getSlot } from '../store/slots.ts';
import type { Sha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';
import { mergeSlot } from '../worktree/layout.ts';
import { KEPT } from '../worktree/slot.ts';
import { containmentFor } from './containment.ts';
import { emptySlot } from './emptySlot.ts';
import type { Gate } from './gate.ts';
import type { Lander } from './lander.ts';
import { slotEnvironment, startAfresh } from './openSlot.ts';
import type { Project } from './project.ts';
import { endLeft, heldBy } from './slotHolders.ts';

/** @param at epoch milliseconds */
export function mergeLog(project: Project, at: number, name: string): string {
  const time = new Date(at).toISOString().replaceAll(':', '');
  return path.join(project.folders.logs, 'merge', `${time}-${name}.log`);
}

/**
 * Works in the queue's worktree, and leaves nothing there of what did not go well. A full disk is nobody's fault, whatever
 * failed on it.
 * @param work its answer has a `reason` when it did not go well
 */
export async function inMergeSlot<T extends object>(
  lander: Lander,
  gate: Gate,
  log: string,
  work: (slot: string) => Promise<T>,
): Promise<T | { readonly kind: 'couldNotRun'; readonly reason: string }> {
  const { project, root } = lander.session;
  const slot = await freeMergeSlot(lander, gate);
  const folder = path.join(root, slot);
  const disks = [folder, root, lander.temp, project.folders.base];
  try {
    await makeFolder(path.dirname(log));
    const answer = await work(slot);
    if (!('reason' in answer)) return answer;
    const full = await findFullDisk(disks);
    await startAfresh(project, project.ownWorktrees, slot, folder);
    return full === undefined ? answer : { kind: 'couldNotRun', reason: `${full} (${answer.reason})` };
  } catch (error) {
    const full = (await findFullDisk(disks)) ?? (isNoSpace(error) ? 'a disk is full' : undefined);
    if (full === undefined || lander.signal.aborted) throw error;
    return { kind: 'couldNotRun', reason: `${full} (${sentenceOf(error)})` };
  }
}

/** The first in which nothing of an earlier verification has files open. */
async function freeMergeSlot(lander: Lander, gate: Gate): Promise<string> {
  const { root, project, report } = lander.session;
  for (let number = 1; ; number++) {
    const slot = mergeSlot(number);
    const known = await getSlot(project.store.db, slot);
    if (known) await endLeft(known);
    const held = await heldBy(project, gate, path.join(root, slot));
    if (held === undefined) return slot;
    report({ kind: 'noticed', sentence: `${held}: it is put aside, and the queue verifies in another` });
  }
}

interface MergeSlot {
  readonly worktree: Git;
  /** Without secrets: what runs there is what coders wrote. */
  readonly environment: Environment;
  readonly containment: Containment;
}

/** @returns the slot with `commit` checked out, and nothing in it of what was done there before but `node_modules` */
export async function openMergeSlot(
  lander: Lander,
  gate: Gate,
  slot: string,
  commit: Sha,
): Promise<MergeSlot> {
  const { session, temp } = lander;
  const { project, root } = session;
  const git = project.ownWorktrees;
  // What is below a candidate is kept with it: a lockfile was made anew there just now.
  const [checked] = await readCommits(git, [commit]);
  const known = new Set([commit, ...(checked?.parents ?? [])]);
  const place = { name: slot, folder: path.join(root, slot), git };
  const worktree = await emptySlot(session, place, gate.main, KEPT, known);
  await checkOutCandidate(worktree, commit);
  const environment = withoutSecrets(
    slotEnvironment({ session, number: 0, temp }, gate.config),
    gate.config.environment.keep,
  );
  return { worktree, environment, containment: await containmentFor(project, gate, { worktree, temp }) };
}
