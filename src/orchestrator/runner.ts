// A runner: claims a step, does it, picks again. Many run in one process; each owns what it started.

import path from 'node:path';
import { asksAgents } from '../config/reviewers.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../disk/temp.ts';
import type { Git } from '../git/client.ts';
import type { Claimant } from '../store/candidates.ts';
import { type Claimed, claim, waitsForCoder } from '../store/claim.ts';
import { listHolds } from '../store/holds.ts';
import type { Trx } from '../store/open.ts';
import { type Outlook, readOutlook } from '../store/outlook.ts';
import { endRunner, getRunner, type Runner, renumberRunner } from '../store/runners.ts';
import { deleteSlot, getSlot } from '../store/slots.ts';
import { listOpenSteps } from '../store/steps.ts';
import { overlapIndex } from '../structure/overlapping.ts';
import type { Sha } from '../task/ids.ts';
import type { Pressure } from '../task/schedule.ts';
import { reviewSlot, runnerSlot } from '../worktree/layout.ts';
import { retireSlot } from '../worktree/slot.ts';
import { allMayBegin, type Exhausted, stopOverBudget } from './budget.ts';
import { coderFor } from './coderFor.ts';
import { codeTask } from './codeTask.ts';
import { orMovedAside } from './emptySlot.ts';
import { type Gate, readGate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import { firstOver, freeCoders } from './holds.ts';
import { type Pause, queuePause } from './pause.ts';
import { rememberPressure } from './pressureHold.ts';
import { reapRunners } from './recovery.ts';
import { reviewTask } from './reviewTask.ts';
import { readPressure, schedulingFor } from './scheduling.ts';
import type { Session } from './session.ts';
import { heldBy, refuseHeld } from './slotHolders.ts';
import { warnOfConflicts } from './warnOfConflicts.ts';
import { zoningFor } from './zones.ts';

const BEAT_MS = 500;
const IDLE_MS = 250;

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

export interface RunnerOptions {
  /** Only tasks of these sections; empty for all. */
  readonly sectionIds: readonly string[];
  /** Only tasks of these zones; empty for all. */
  readonly zones: readonly string[];
  /** Coder of tasks that name none; null for the configured one. */
  readonly coder: string | null;
  /** `idle`: end when nothing can go on without a person. `task`: after one task. `told`: only when told. */
  readonly until: 'idle' | 'task' | 'told';
}

/** Runs until it has no more to do, or is told to stop. Its worktree goes with it. */
export async function runRunner(session: Session, registered: Runner, options: RunnerOptions): Promise<void> {
  const temp = makeTemporaryFolder(`steroids-${registered.number}`);
  const seat = { runner: activate(session, registered, temp) };
  const { project, report } = session;
  const abort = new AbortController();
  const stopNow = () => abort.abort();
  if (session.now.aborted) stopNow();
  session.now.addEventListener('abort', stopNow);
  const pulse = startPulse(seat.runner, abort);
  const ttlMs = (await readGate(project)).config.limits.lease;
  const kept = { kind: 'runner', id: registered.id, process: registered.process, ttlMs } as const;
  const unkeep = project.heart.keep(kept, stopNow);
  let reason = 'it ended';
  try {
    report({ kind: 'runner-started', runner: registered.number, section: registered.section?.name ?? null });
    await loop(seat, registered, options, pulse, abort.signal);
  } catch (error) {
    reason = 'it failed';
    throw error;
  } finally {
    clearInterval(pulse.timer);
    unkeep();
    session.now.removeEventListener('abort', stopNow);
    const { runner } = seat;
    await closeRunner(runner, temp).catch((error: Error) => {
      report({
        kind: 'noticed',
        sentence: `runner-${runner.number} left its worktree in place: ${error.message}`,
      });
    });
    await project.store.write((trx) => endRunner(project.store, trx, runner.id, reason));
    session.bell.ring();
    report({ kind: 'runner-stopped', runner: runner.number });
  }
}

/** Where a runner is: it changes its place when something holds the one it has. */
interface Seat {
  runner: ActiveRunner;
}

function activate(session: Session, registered: Runner, temp: TemporaryFolder): ActiveRunner {
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
async function leaveHeld(seat: Seat, gate: Gate): Promise<void> {
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

interface Pulse {
  readonly timer: NodeJS.Timeout;
  /** The step under way; it is aborted when somebody else ended it. */
  step: { readonly id: number; readonly abort: AbortController } | undefined;
  told: 'none' | 'drain' | 'now';
}

/** Looks whether the runner is told to stop or its task was taken out of its hands. */
function startPulse(runner: ActiveRunner, abort: AbortController): Pulse {
  const { store } = runner.session.project;
  let busy = false;
  const beat = async () => {
    const row = await getRunner(store.db, runner.id);
    if (row) pulse.told = row.stop;
    if (!row || row.state === 'stopped' || row.stop === 'now') abort.abort();
    const { step } = pulse;
    if (
      step &&
      !(await listOpenSteps(store.db, { runnerId: runner.id })).some((open) => open.id === step.id)
    ) {
      step.abort.abort();
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    // A store that cannot be asked now is asked again at the next beat; the lease decides in the end.
    void beat()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, BEAT_MS);
  const pulse: Pulse = { timer, step: undefined, told: 'none' };
  return pulse;
}

async function loop(
  seat: Seat,
  registered: Runner,
  options: RunnerOptions,
  pulse: Pulse,
  signal: AbortSignal,
): Promise<void> {
  const { session } = seat.runner;
  const { project } = session;
  await leaveHeld(seat, await readGate(project));
  let told: string | undefined;
  while (!signal.aborted && !session.draining() && pulse.told === 'none') {
    const gate = await readGate(project);
    const reviews = asksAgents(gate.config);
    const { step, outlook, over, pressure } = await pick(seat.runner, registered, options, gate, reviews);
    if (over && over.reason !== told)
      session.report({ kind: 'noticed', sentence: `no coder or reviewer is started: ${over.reason}` });
    else if (pressure && pressure.of !== told)
      session.report({ kind: 'noticed', sentence: `no further coder is started: ${pressure.sentence}` });
    told = over?.reason ?? pressure?.of;
    if (step) {
      const warned = warnOfConflicts(seat.runner, gate, step);
      await perform(seat.runner, step, pulse, signal);
      await warned;
      if (options.until === 'task' && step.kind === 'code') return;
      await leaveHeld(seat, gate);
      continue;
    }
    if (options.until === 'task') return;
    await reapRunners(project);
    if (options.until === 'idle' && isIdle(outlook, await queuePause(project))) return;
    await session.bell.wait(IDLE_MS);
  }
}

type Picked =
  | {
      readonly step: Claimed;
      readonly outlook?: undefined;
      readonly over?: undefined;
      readonly pressure?: undefined;
    }
  | {
      readonly step?: undefined;
      readonly outlook: Outlook;
      /** Why nothing may begin, whatever there is to do. */
      readonly over?: Exhausted;
      /** Why no coder may begin beside what is under way. */
      readonly pressure?: Pressure | undefined;
    };

async function pick(
  runner: ActiveRunner,
  registered: Runner,
  options: RunnerOptions,
  gate: Gate,
  reviews: boolean,
): Promise<Picked> {
  const { store } = runner.session.project;
  const claimant: Claimant = {
    id: runner.id,
    number: runner.number,
    sectionId: registered.section?.id ?? null,
    sectionIds: options.sectionIds,
    coder: coderFor(gate, options.coder ?? registered.coder),
  };
  const { main, limits } = gate;
  const pressure = await readPressure(runner.session.project, gate);
  return await store.write(async (trx) => {
    const now = store.now();
    const holds = await listHolds(trx);
    const free = freeCoders(gate.config, holds, now);
    const zoning = await zoningFor(trx, gate, registered.zone, options.zones);
    const overlapping = gate.config.locks.files ? overlapIndex : undefined;
    const scheduling = schedulingFor(gate);
    const claiming = {
      ...{
        claimant,
        main,
        limits,
        reviews,
        intentMs: 10 * IDLE_MS,
        zoning,
        overlapping,
        scheduling,
        pressure,
      },
      ...free,
    };
    await stopOverBudget(store, trx, gate.config, limits);
    const may = await allMayBegin(store, trx, gate.config, holds);
    if (may !== 'yes') return await nothingBegins(trx, now, may);
    const step = await claim(store, trx, claiming);
    // In the same transaction: what others finish between a look and a look would be taken for the end of all work.
    if (step) return { step };
    await rememberPressure(store, trx, pressure, holds);
    const outlook = await readOutlook(trx, reviews, now);
    const waits = free.held.length > 0 && (await waitsForCoder(store, trx, claiming));
    const times = [outlook.next, waits ? firstOver(holds, now) : null].filter((time) => time !== null);
    return { outlook: { ...outlook, next: times.length > 0 ? Math.min(...times) : null }, pressure };
  });
}

/** What is left is the queue, and what others are at: when that has ended, all is looked at again. */
async function nothingBegins(trx: Trx, now: number, why: 'waits' | Exhausted): Promise<Picked> {
  const outlook = { ...(await readOutlook(trx, false, now)), next: null };
  return why === 'waits' ? { outlook } : { outlook, over: why };
}

/** Whether nothing can go on without a person. */
function isIdle(outlook: Outlook, pause: Pause | undefined): boolean {
  if (outlook.steps > 0) return false;
  return pause !== undefined || (outlook.entries === 0 && outlook.next === null);
}

/** One task as far as this runner can take it: coding, then its review. */
async function perform(
  runner: ActiveRunner,
  first: Claimed,
  pulse: Pulse,
  signal: AbortSignal,
): Promise<void> {
  for (let step: Claimed | undefined = first; step; ) {
    const abort = new AbortController();
    const stop = () => abort.abort();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    pulse.step = { id: step.stepId, abort };
    try {
      step =
        step.kind === 'code'
          ? await codeTask(runner, step, abort.signal)
          : await nothing(reviewTask(runner, step, abort.signal));
    } finally {
      pulse.step = undefined;
      signal.removeEventListener('abort', stop);
    }
  }
}

async function nothing(work: Promise<void>): Promise<undefined> {
  await work;
}

/** Takes the runner's worktrees away: what is in them is archived, and their branches stay. */
async function closeRunner(runner: ActiveRunner, temp: TemporaryFolder): Promise<void> {
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
