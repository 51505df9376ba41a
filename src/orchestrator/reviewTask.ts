// Reviewing one task by an agent: the rebase attempt, the dossier, the verdict, and the rebase attempt again.

import path from 'node:path';
import { makeFolder } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { listLog, readDiff } from '../git/commits.ts';
import { openOwnWorktree, ownGitDir } from '../git/own.ts';
import { mergeBase, resolveCommit } from '../git/refs.ts';
import { replay } from '../git/replay.ts';
import { checkOut } from '../git/worktrees.ts';
import { identify } from '../process/identity.ts';
import { writeDossier } from '../review/dossier.ts';
import { review } from '../review/review.ts';
import { applyEvent } from '../store/apply.ts';
import { type Attempt, getAttempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import { listCommits, listForeignCommits, listRejections } from '../store/commits.ts';
import { closeStep, recordChild } from '../store/steps.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskEvent } from '../task/event.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import { archiveCommit } from '../worktree/archive.ts';
import { clearSlot } from '../worktree/slot.ts';
import { backoffMs } from './codeTask.ts';
import { conflictSetback } from './conflict.ts';
import { type Gate, readGate } from './gate.ts';
import { makeSlot, slotEnvironment } from './openSlot.ts';
import type { Project } from './project.ts';
import type { ActiveRunner } from './runner.ts';

const MAX_DIFF = 400_000;
const MAX_FOREIGN = 50;

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
  else if (event.kind === 'rejected')
    report({
      kind: 'rejected',
      ...about,
      reviewer: event.reviewer,
      reason: event.reason,
      status: applied.status,
    });
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
  const { store } = project;
  const before = await lookBeforeReview(project, gate, task, attempt);
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
  const reviewed = await review({
    reviewer: name,
    command: reviewer.command,
    commit: before.head,
    dossier: await composeDossier(project, task, attempt, before.head, gate.main),
    folder: (await openReviewFolder(runner, gate)).dir,
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
    started: async (pid) => {
      await store.write((trx) => recordChild(trx, step.stepId, JSON.stringify(identify(pid)), log));
    },
  });
  if (reviewed.kind !== 'approved') return reviewed;
  // Main may have moved, and the branch too, while the reviewer was reading.
  const after = await lookBeforeReview(project, await readGate(project), task, attempt);
  return after.kind === 'reviewable' ? reviewed : after;
}

export type Reviewable =
  | { readonly kind: 'reviewable'; readonly head: Sha; readonly base: Sha }
  | Extract<TaskEvent, { kind: 'headMoved' | 'setback' }>;

/** Nobody's time is spent on a branch that does not go onto main, or that is not what was submitted. */
export async function lookBeforeReview(
  project: Project,
  gate: Gate,
  task: Task,
  attempt: Attempt,
): Promise<Reviewable> {
  const ref = branchRef(task.branch ?? '');
  const head = (await resolveCommit(project.git, ref)) ?? attempt.headCommit;
  const commits = await listLog(project.git, [`${gate.main}..${head}`]);
  if (head !== attempt.headCommit) {
    await archiveCommit(project.git, task.id, 'moved', attempt.headCommit, gate.main);
    return { kind: 'headMoved', head, commits };
  }
  const tried = await replay(await project.own(), gate.main, head);
  if (tried.kind === 'conflicted') return conflictSetback(project.main, gate.main, head, commits, tried);
  if (tried.kind === 'empty') {
    const reason = `everything it changes is on ${project.main} already`;
    return { kind: 'setback', setback: 'unchanged', reason, feedback: reason, layout: null, head, commits };
  }
  return { kind: 'reviewable', head, base: (await mergeBase(project.git, gate.main, head)) ?? gate.main };
}

/** What a reviewer, agent or person, is given to read. */
export async function composeDossier(
  project: Project,
  task: Task,
  attempt: Attempt,
  head: Sha,
  main: Sha,
): Promise<string> {
  const { store, git } = project;
  const base = (await mergeBase(git, main, head)) ?? main;
  const registered = new Map(
    (await listCommits(store.db, task.id)).map((commit) => [commit.hash, commit.attempt]),
  );
  const commits = await listLog(git, [`${main}..${head}`]);
  const rejections = await listRejections(store.db, task.id);
  const whole = await readDiff(git, base, head, MAX_DIFF);
  const from = attempt.attemptBaseCommit;
  const last = attempt.number > 1 && from !== base ? await readDiff(git, from, head, MAX_DIFF) : null;
  return writeDossier({
    task,
    attempt: attempt.number,
    commits: commits.map((commit) => ({ ...commit, attempt: registered.get(commit.hash) ?? attempt.number })),
    rejections,
    foreign: await listForeignCommits(store.db, task.id, task.createdAt, MAX_FOREIGN),
    whole: { from: base, to: head, ...whole },
    sinceLast: last && { from, to: head, ...last },
  });
}

/** A checkout of main of the runner's own, in our git directory. */
async function openReviewFolder(runner: ActiveRunner, gate: Gate): Promise<Git> {
  const { project } = runner.session;
  const own = openOwnWorktree(ownGitDir(project.repository.commonDir), project.git.environment);
  const worktree = await makeSlot(project, own, runner.reviewSlot, runner.reviewFolder, gate.main);
  if ((await resolveCommit(worktree, 'HEAD')) !== gate.main) {
    await clearSlot(worktree, runner.reviewSlot, gate.main, []);
    await checkOut(worktree, gate.main, true);
  }
  return worktree;
}
