// A runner's place: its number, and the worktrees that it has under that number.

import path from 'node:path';
import type { TemporaryFolder } from '../disk/temp.ts';
import type { Git } from '../git/client.ts';
import { type Runner, renumberRunner } from '../store/runners.ts';
import { deleteSlot, getSlot } from '../store/slots.ts';
import type { Sha } from '../task/ids.ts';
import { reviewSlot, runnerSlot } from '../worktree/layout.ts';
import { retireSlot } from '../worktree/slot.ts';
import { orMovedAside } from './emptySlot.ts';
import { type Gate, readGate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import type { Session } from './session.ts';
import { heldBy, refuseHeld } from './slotHolders.ts';

export interface ActiveRunner {
  readonly session: Session;
  readonly id: string;
  readonly number: number;
  readonly slot: string;
  readonly folder: string;
  readonly reviewSlot: string;
  readonly reviewFolder: string;
  /** TMPDIR of what it starts. */
  readonly temp: string;
  /** The heads that it left in its worktree and that their tasks' branches hold. */
  readonly submitted: Set<Sha>;
}

/** Where a runner is: it changes its place when something holds the one it has. */
export interface Seat {
  runner: ActiveRunner;
}

export function activate(session: Session, registered: Runner, temp: TemporaryFolder): ActiveRunner {
  const placed = placeOf(session, registered.number);
  return { session, id: registered.id, temp: temp.path, submitted: new Set(), ...placed };
}

function placeOf(session: Session, number: number) {
  const slot = runnerSlot(number);
  const reviews = reviewSlot(number);
  return {
    number,
    slot,
    folder: path.join(session.root, slot),
    reviewSlot: reviews,
    reviewFolder: path.join(session.root, reviews),
  };
}

/** Gives the runner another number for as long as something still has files open in its worktrees. */
export async function leaveHeld(seat: Seat, gate: Gate): Promise<void> {
  const { session, id } = seat.runner;
  const { project, report } = session;
  const aside: number[] = [];
  for (;;) {
    const { number, folder, reviewFolder } = seat.runner;
    const held = (await heldBy(project, gate, folder)) ?? (await heldBy(project, gate, reviewFolder));
    if (held === undefined) return;
    aside.push(number);
    const other = await project.store.write((trx) => renumberRunner(trx, id, aside));
    report({ kind: 'runner-moved', runner: number, to: other, reason: held });
    seat.runner = { ...seat.runner, ...placeOf(session, other) };
  }
}

/** Takes the runner's worktrees away: what is in them is archived, and their branches stay. */
export async function closeRunner(runner: ActiveRunner, temp: TemporaryFolder): Promise<void> {
  const { project } = runner.session;
  temp.remove();
  const gate = await readGate(project).catch(() => undefined);
  if (!gate || gate.config.worktrees.keep) return;
  await closeSlot(runner.session, project.git, runner.slot, gate);
  await closeSlot(runner.session, project.ownWorktrees, runner.reviewSlot, gate);
}

export async function closeSlot(session: Session, git: Git, slot: string, gate: Gate): Promise<void> {
  const { project } = session;
  const known = await getSlot(project.store.db, slot);
  if (!known) return;
  const { path: folder } = known;
  await refuseHeld(project, gate, folder);
  await orMovedAside(session, { name: slot, folder, git }, gate.main, () =>
    retireSlot(git, slot, folder, gate.main, (work) => withGitLock(project, work)),
  );
  await project.store.write((trx) => deleteSlot(trx, slot));
}
