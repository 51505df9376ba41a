// Coding one task: worktree, dependencies, coder, rebase attempt; what follows is for applyCoded.ts.

import path from 'node:path';
import { leaveBranch } from '../coder/ended.ts';
import type { CoderConfig } from '../config/schema.ts';
import { makeFolder } from '../disk/files.ts';
import { listAttempts, recordOpened } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskEvent } from '../task/event.ts';
import type { BranchName } from '../task/ids.ts';
import { Problem, sentenceOf } from '../task/problem.ts';
import { applyCoded } from './applyCoded.ts';
import type { CodedTask, Work } from './coding.ts';
import { readGate } from './gate.ts';
import { leaveSlot, openSlot } from './openSlot.ts';
import { findOutside } from './outside.ts';
import { changedBy } from './reality.ts';
import { runCoder } from './runCoder.ts';
import type { ActiveRunner } from './seat.ts';
import { setUpBranch } from './setUpBranch.ts';
import { startOf } from './startOf.ts';
import { unlessForeign } from './stolen.ts';
import { tryReplay } from './submission.ts';
import { type SharedWatch, watchShared } from './watchShared.ts';

/** @returns the review step that this runner goes on with, when there is one */
export async function codeTask(
  runner: ActiveRunner,
  step: Claimed,
  signal: AbortSignal,
): Promise<Claimed | undefined> {
  const { project } = runner.session;
  const gate = await readGate(project);
  const task = await getTask(project.store.db, step.taskId);
  const attempts = await listAttempts(project.store.db, step.taskId);
  const attempt = attempts.at(-1);
  if (!task || !attempt) throw new TypeError(`a claimed task ${step.taskId} is not in the store`);
  const work: Work = { runner, gate, task, attempt, earlier: attempts.slice(0, -1), step, signal };
  const coded = await carryOut(work).catch(async (error: unknown): Promise<CodedTask> => {
    // Else the branch stays checked out here, and no other runner can take it up.
    await leaveSlot(runner, gate).catch(() => undefined);
    const event = signal.aborted ? STOPPED : notOpened(sentenceOf(error));
    return { event, followUps: [], notes: [], limit: null, used: [] };
  });
  return await applyCoded(work, coded);
}

const STOPPED: TaskEvent = { kind: 'interrupted', reason: 'the runner was stopped' };

async function carryOut(work: Work): Promise<CodedTask> {
  const { runner, task, attempt, gate } = work;
  const { project } = runner.session;
  const coder = gate.config.coders[attempt.coder];
  if (!coder)
    throw new Problem('config', 'unknown-coder', `coder "${attempt.coder}" is not in the configuration`);
  const log = path.join(project.folders.logs, `task-${task.id}`, `${attempt.number}-code.log`);
  await makeFolder(path.dirname(log));
  const kept = path.join(path.dirname(log), `${attempt.number}-found`);
  const shared = await watchShared(runner.session, { ...work.step, taskId: task.id }, kept);
  try {
    return await inSlot(work, coder, shared, log);
  } finally {
    await shared.end();
  }
}

async function inSlot(work: Work, coder: CoderConfig, shared: SharedWatch, log: string): Promise<CodedTask> {
  const { runner, task, attempt, gate } = work;
  const { project, report } = runner.session;
  const about = { task: { id: task.id, title: task.title }, runner: runner.number };
  const opened = await openSlot(runner, gate, startOf(task, work.earlier, gate.main));
  const setUp = await setUpBranch(runner, gate, task, opened, {
    log: path.join(path.dirname(log), `${attempt.number}-setup.log`),
    signal: work.signal,
    settingUp: (commands) => report({ kind: 'setting-up', ...about, attempt: attempt.number, commands }),
  });
  // What the set-up did is not the coder's fault.
  await shared.look('the set-up');
  if (setUp.kind === 'failed') {
    await leaveSlot(runner, gate);
    const event = work.signal.aborted ? STOPPED : notOpened(setUp.reason);
    return { event, followUps: [], notes: [], limit: null, used: [] };
  }
  await project.store.write((trx) =>
    recordOpened(trx, task.id, attempt.number, { attemptBase: opened.head, log }),
  );
  report({ kind: 'coding', ...about, attempt: attempt.number, coder: attempt.coder, log });
  const begun = project.host.elapsed();
  const { event: coded, used, whole, ...beside } = await runCoder(work, opened, coder, shared, log, setUp);
  const ms = project.host.elapsed() - begun;
  const event = coded.kind === 'submitted' ? await unlessForeign(project, task.id, coded) : coded;
  // What a coder that did not end well left uncommitted is archived as the task's while its branch still says whose it is.
  if (event.kind === 'submitted') {
    await leaveBranch(opened.git, task.branch as BranchName);
    runner.submitted.add(event.head);
  } else await leaveSlot(runner, gate);
  const replayed = event.kind === 'submitted' ? await tryReplay(project, task.id, event) : event;
  // A person may have given it other paths, or another section, meanwhile.
  const today = (await getTask(project.store.db, task.id)) ?? task;
  return {
    event: replayed,
    changed: await changedBy(project, gate.main, event),
    outside:
      replayed.kind === 'submitted' ? await findOutside(project, gate, today, replayed.head) : undefined,
    ...beside,
    used: [{ who: attempt.coder, ...used, ms, whole }],
  };
}

/** What cannot be done in this worktree (a branch that is checked out elsewhere, a full disk) is not the coder's fault. */
function notOpened(reason: string): TaskEvent {
  const nothing = { layout: null, head: null, commits: [] } as const;
  return { kind: 'setback', setback: 'failed', reason, feedback: reason, ...nothing };
}
