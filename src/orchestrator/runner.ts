// A runner: claims a step, does it, picks again. Many run in one process; each owns what it started.

import { asksAgents } from '../config/reviewers.ts';
import { makeTemporaryFolder } from '../disk/temp.ts';
import type { Claimed } from '../store/claim.ts';
import { endRunner, type Runner } from '../store/runners.ts';
import { codeTask } from './codeTask.ts';
import { readGate } from './gate.ts';
import { queuePause } from './pause.ts';
import { IDLE_MS, isIdle, pickStep, type RunnerOptions } from './pickStep.ts';
import { type Pulse, startPulse } from './pulse.ts';
import { reapRunners } from './recovery.ts';
import { reviewTask } from './reviewTask.ts';
import { type ActiveRunner, activate, closeRunner, leaveHeld, type Seat } from './seat.ts';
import type { Session } from './session.ts';
import { warnOfConflicts } from './warnOfConflicts.ts';

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
    const { step, outlook, over, pressure } = await pickStep(seat.runner, registered, options, gate, reviews);
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
