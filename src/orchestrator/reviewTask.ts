// Reviewing one task by an agent: the rebase attempt, the dossier, the verdict, and the rebase attempt again.

import path from 'node:path';
import { makeFolder } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { resolveCommit } from '../git/refs.ts';
import { checkOut } from '../git/worktrees.ts';
import { review } from '../review/review.ts';
import { applyEvent } from '../store/apply.ts';
import { type Attempt, getAttempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import { closeStep } from '../store/steps.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskEvent } from '../task/event.ts';
import { sentenceOf } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import { clearSlot } from '../worktree/slot.ts';
import { backoffMs } from './backoff.ts';
import { containmentFor } from './containment.ts';
import { composeDossier } from './dossier.ts';
import { type Gate, readGate } from './gate.ts';
import { makeSlot, slotEnvironment } from './openSlot.ts';
import { unlessProtected } from './protected.ts';
import { lookBeforeReview } from './reviewable.ts';
import type { ActiveRunner } from './runner.ts';
import { rememberingStep } from './slotHolders.ts';

type Event = TaskEvent | { readonly kind: 'stopped' };

/** @returns nothing: after a verdict the runner picks again */
export async function reviewTask(runner: ActiveRunner, step: Claimed, signal: AbortSignal): Promise<void> {
  const { project, bell, report } = runner.session;
  const { store } = project;
  const gate = await readGate(project);
  const task = await getTask(store.db, step.taskId);
  const attempt = task && (await getAttempt(store.db, task.id, task.attempt));
  if (!task || !attempt) throw new TypeError(`a task in review, ${step.taskId}, is not in the store`);
  const event = await judge(runner, gate, task, attempt, step, signal).catch((error: unknown): Event => {
    return signal.aborted ? { kind: 'stopped' } : { kind: 'unjudged', reason: sentenceOf(error) };
  });
  const applied = await store.write(async (trx) => {
    if (event.kind === 'stopped') {
      await closeStep(store, trx, step.stepId, 'abandoned', 'the runner was stopped');
      return undefined;
    }
    return await applyEvent(store, trx, task.id, event, {
      limits: gate.limits,
      runnerId: runner.id,
      stepId: step.stepId,
      target: project.main,
      backoffMs: backoffMs(1),
    });
  });
  bell.ring();
  const about = { task: { id: task.id, title: task.title }, runner: runner.number };
  if (applied?.kind !== 'applied')
    report({ kind: 'interrupted', ...about, reason: 'its review was stopped' });
  else if (event.kind === 'approved') report({ kind: 'approved', ...about, reviewer: event.reviewer });
  else if (event.kind === 'reserved')
    report({
      kind: 'waiting-for-person',
      ...about,
      what: `approved by ${event.reviewer}, but ${event.reason}`,
    });
  else if (event.kind === 'rejected')
    report({
      kind: 'rejected',
      ...about,
      reviewer: event.reviewer,
      reason: event.reason,
      status: applied.status,
    });
  else if (event.kind === 'disputed')
    report({ kind: 'disputed', ...about, reviewer: event.reviewer, reason: event.reason });
  else if (event.kind === 'unjudged')
    report({ kind: 'unjudged', ...about, reason: event.reason, status: applied.status });
  else if (event.kind === 'setback')
    report({ kind: 'setback', ...about, reason: event.reason, status: applied.status });
}

async function judge(
  runner: ActiveRunner,
  gate: Gate,
  task: Task,
  attempt: Attempt,
  step: Claimed,
  signal: AbortSignal,
): Promise<Event> {
  const { project, report } = runner.session;
  const noticed = (sentence: string) => report({ kind: 'noticed', sentence });
  const before = await lookBeforeReview(project, gate, task, attempt, noticed);
  if (before.kind !== 'reviewable') return before;
  const name = gate.config.reviewer;
  const reviewer = gate.config.reviewers[name];
  if (!reviewer) return { kind: 'unjudged', reason: `the reviewer is "${name}", which no runner can ask` };
  report({
    kind: 'reviewing',
    task: { id: task.id, title: task.title },
    runner: runner.number,
    reviewer: name,
  });
  const folder = path.join(project.folders.logs, `task-${task.id}`);
  await makeFolder(folder);
  const log = path.join(folder, `${attempt.number}-review-${step.stepId}.log`);
  const worktree = await openReviewFolder(runner, gate);
  const reviewed = await review({
    reviewer: name,
    command: reviewer.command,
    commit: before.head,
    dossier: await composeDossier(project, task, attempt, before.head, gate.main),
    folder: worktree.dir,
    environment: {
      ...slotEnvironment(runner),
      STEROIDS_TASK_ID: task.id,
      STEROIDS_TASK_TITLE: task.title,
      STEROIDS_SECTION: task.section?.name ?? '',
      STEROIDS_ATTEMPT: String(attempt.number),
      STEROIDS_RUNNER_ID: runner.id,
      STEROIDS_BASE_COMMIT: before.base,
      STEROIDS_HEAD_COMMIT: before.head,
    },
    log,
    answerFile: path.join(folder, `${attempt.number}-verdict-${step.stepId}.json`),
    timeLimit: reviewer.timeLimit,
    signal,
    containment: await containmentFor(project, gate, { worktree, temp: runner.temp }),
    started: rememberingStep(project, step.stepId, runner.reviewSlot, log),
  });
  if (reviewed.kind !== 'approved') return reviewed;
  // Main may have moved, and the branch too, while the reviewer was reading.
  const now = await readGate(project);
  const after = await lookBeforeReview(project, now, task, attempt, noticed);
  return after.kind === 'reviewable' ? await unlessProtected(project, now, reviewed) : after;
}

/** A checkout of main of the runner's own, in our git directory. */
async function openReviewFolder(runner: ActiveRunner, gate: Gate): Promise<Git> {
  const { project } = runner.session;
  const worktree = await makeSlot(
    project,
    project.ownWorktrees,
    runner.reviewSlot,
    runner.reviewFolder,
    gate.main,
  );
  if ((await resolveCommit(worktree, 'HEAD')) !== gate.main) {
    await clearSlot(worktree, runner.reviewSlot, gate.main, []);
    await checkOut(worktree, gate.main, true);
  }
  return worktree;
}
