// Reviewing one task by agents: the rebase attempt, the dossier, the verdicts, and the rebase attempt again.

import type { Panel } from '../config/reviewers.ts';
import type { Git } from '../git/client.ts';
import { resolveCommit } from '../git/refs.ts';
import { checkOut } from '../git/worktrees.ts';
import { type Reviewed, review } from '../review/review.ts';
import { applyEvent } from '../store/apply.ts';
import { type Attempt, getAttempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import { closeStep } from '../store/steps.ts';
import { getTask } from '../store/tasks.ts';
import { recordUsage, type Used } from '../store/usage.ts';
import type { TaskEvent } from '../task/event.ts';
import { sentenceOf } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import { clearSlot } from '../worktree/slot.ts';
import { backoffMs } from './backoff.ts';
import { type Gate, readGate } from './gate.ts';
import { makeSlot } from './openSlot.ts';
import { prepareAskings, type UnderReview } from './prepareAskings.ts';
import { unlessProtected } from './protected.ts';
import { lookBeforeReview } from './reviewable.ts';
import { personIn, reviewersOf } from './reviewers.ts';
import type { ActiveRunner } from './runner.ts';

type Event = TaskEvent | { readonly kind: 'stopped' };

/** @returns nothing: after a verdict the runner picks again */
export async function reviewTask(runner: ActiveRunner, step: Claimed, signal: AbortSignal): Promise<void> {
  const { project, bell, report } = runner.session;
  const { store } = project;
  const gate = await readGate(project);
  const task = await getTask(store.db, step.taskId);
  const attempt = task && (await getAttempt(store.db, task.id, task.attempt));
  if (!task || !attempt) throw new TypeError(`a task in review, ${step.taskId}, is not in the store`);
  const used = new Map<string, Used>();
  const event = await judge(runner, gate, task, attempt, step, used, signal).catch(
    (error: unknown): Event => {
      return signal.aborted ? { kind: 'stopped' } : { kind: 'unjudged', reason: sentenceOf(error) };
    },
  );
  const using = { id: step.stepId, taskId: task.id, attempt: attempt.number, kind: 'review' } as const;
  const applied = await store.write(async (trx) => {
    await recordUsage(store, trx, using, [...used.values()]);
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
      what: event.reviewer === 'none' ? event.reason : `approved by ${event.reviewer}, but ${event.reason}`,
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
  used: Map<string, Used>,
  signal: AbortSignal,
): Promise<Event> {
  const { project, report } = runner.session;
  const noticed = (sentence: string) => report({ kind: 'noticed', sentence });
  const before = await lookBeforeReview(project, gate, task, attempt, noticed);
  if (before.kind !== 'reviewable') return before;
  const panels = await reviewersOf(project, gate, task, before.head);
  const names = [...new Set(panels.flatMap((panel) => panel.by))].filter((name) => name !== 'human');
  const reviewed = await askAll(
    runner,
    gate,
    { task, attempt, step, used, ...before },
    names,
    panels,
    signal,
  );
  if (reviewed.kind !== 'approved') return reviewed;
  // Main may have moved, and the branch too, while the reviewers were reading.
  const now = await readGate(project);
  const after = await lookBeforeReview(project, now, task, attempt, noticed);
  if (after.kind !== 'reviewable') return after;
  const person = personIn(panels);
  return person === undefined
    ? await unlessProtected(project, now, reviewed)
    : { kind: 'reserved', commit: reviewed.commit, reviewer: reviewed.reviewer, reason: person };
}

async function askAll(
  runner: ActiveRunner,
  gate: Gate,
  about: UnderReview,
  names: readonly string[],
  panels: readonly Panel[],
  signal: AbortSignal,
): Promise<Reviewed> {
  const { task, head } = about;
  const groups = panels.map(({ by, rule }) => ({ by: by.filter((name) => name !== 'human'), rule }));
  if (names.length === 0) return await review({ commit: head, askings: [], groups, signal });
  runner.session.report({
    kind: 'reviewing',
    task: { id: task.id, title: task.title },
    runner: runner.number,
    reviewer: names.join(', '),
  });
  const worktree = await openReviewFolder(runner, gate);
  const askings = await prepareAskings(runner, gate, about, names, worktree);
  return await review({ commit: head, askings, groups, signal });
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
