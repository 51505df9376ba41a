// What a person decides about a task: cancel, skip, retry, approve, reject, take out of the queue.

import { type Applied, applyEvent } from '../store/apply.ts';
import { getAttempt } from '../store/attempts.ts';
import { type Entry, moveEntry } from '../store/entries.ts';
import type { Trx } from '../store/open.ts';
import { listQuestions, type Question } from '../store/questions.ts';
import { getTask } from '../store/tasks.ts';
import { type Limits, NO_LIMITS } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import { notOnMain } from './confirmDone.ts';
import { lockHead } from './fileLocks.ts';
import { type Gate, readGate } from './gate.ts';
import { takesZonesAgain } from './outOfDispute.ts';
import type { Project } from './project.ts';
import { dropCandidate, putBranchAway } from './putAway.ts';
import { lookBeforeReview } from './reviewable.ts';
import { closeTaken } from './takenWorktree.ts';

/** Ends a task. Its runner notices and stops; its commits are archived. @throws Problem `wrong-status` */
export async function cancelTask(project: Project, task: Task, reason: string): Promise<void> {
  const gate = task.takenOver ? await readGate(project) : undefined;
  await decide(project, task, { kind: 'cancelled', reason }, NO_LIMITS);
  if (gate) await closeTaken(project, gate, task.id);
  await putBranchAway(project, task.id);
}

/** @throws Problem `wrong-status` */
export async function skipTask(project: Project, task: Task, reason: string): Promise<void> {
  await decide(project, task, { kind: 'skipped', reason }, NO_LIMITS);
  await putBranchAway(project, task.id);
}

/** @throws Problem `wrong-status` */
export async function retryTask(
  project: Project,
  task: Task,
  options: { readonly fresh: boolean; readonly note: string },
): Promise<void> {
  await decide(project, task, { kind: 'retried', ...options }, NO_LIMITS);
}

/** Answers what a task's coder has asked; it goes on with the answer. @throws Problem `no-question`, `empty-answer`, `wrong-status` */
export async function answerTask(project: Project, task: Task, text: string): Promise<void> {
  const asked = await openQuestion(project, task);
  if (!asked)
    throw new Problem(
      'user',
      'no-question',
      `the coder of task ${task.id} "${task.title}" has asked nothing`,
      `steroids tasks retry ${task.id} --note "…"`,
    );
  if (text.trim() === '')
    throw new Problem('user', 'empty-answer', 'the answer is empty', `steroids tasks answer ${task.id} "…"`);
  const note = `You said: ${asked.text}\n\nThe answer: ${text.trim()}`;
  await decide(project, task, { kind: 'retried', fresh: false, note }, NO_LIMITS);
}

/** What the coder of a task waits for an answer to. */
async function openQuestion(project: Project, task: Task): Promise<AskedQuestion | undefined> {
  const open = await listQuestions(project.store.db, task.id);
  return open.find((question): question is AskedQuestion => question.kind !== 'follow-up');
}

type AskedQuestion = Exclude<Question, { readonly kind: 'follow-up' }>;

/** Takes an entry out of the queue; its task, if it has one, waits for a person. */
export async function cancelEntry(project: Project, entry: Entry): Promise<void> {
  const { store } = project;
  const reason = 'taken out of the queue by a person';
  const task = entry.taskId === null ? undefined : await getTask(store.db, entry.taskId);
  if (task) {
    await decide(project, task, { kind: 'dequeued', reason }, NO_LIMITS);
  } else if (!(await store.write((trx) => moveEntry(store, trx, entry, { status: 'cancelled', reason })))) {
    throw new Problem(
      'user',
      'wrong-status',
      `entry ${entry.id} "${entry.title}" has ended: ${entry.status}`,
    );
  }
  if (!task) await dropCandidate(project, entry.id);
}

export type Approval =
  | {
      readonly kind: 'approved';
      readonly commit: Sha;
      /** Who is at work in its zones meanwhile, where it came out of a dispute; in sentences. */
      readonly beside: readonly string[];
    }
  /** Its coder said that main has it already, and so it has. */
  | { readonly kind: 'confirmed'; readonly commit: Sha }
  /** What was looked at is not what there is now: it has to be looked at again, or coded again. */
  | { readonly kind: 'not-approved'; readonly reason: string };

/**
 * Approves the commit that the task's branch is at.
 * @param commit what the person looked at, where that was said
 * @throws Problem `wrong-status`, `moved`, `conflicts-with-main`
 */
export async function approveTask(
  project: Project,
  task: Task,
  approval: { readonly reviewer: string; readonly commit: Sha | undefined; readonly reason: string },
): Promise<Approval> {
  const gate = await readGate(project);
  requireReview(task, 'approved');
  const asked = await openQuestion(project, task);
  if (asked?.kind === 'already-done') return await closeDone(project, task, asked.commits);
  const attempt = await getAttempt(project.store.db, task.id, task.attempt);
  if (!attempt) throw new Problem('user', 'wrong-status', `task ${task.id} was never coded`);
  const before = await lookBeforeReview(project, gate, task, attempt);
  const head = before.kind === 'reviewable' ? before.head : (before.head ?? attempt.headCommit);
  if (approval.commit !== undefined && approval.commit !== head) {
    throw new Problem(
      'user',
      'moved',
      `${task.branch} is at ${shortSha(head)}, not at ${shortSha(approval.commit)}`,
      `steroids review show ${task.id}`,
    );
  }
  const take = await takesZonesAgain(project, gate, task);
  if (before.kind === 'reviewable') {
    const { reviewer, reason } = approval;
    const approved = { kind: 'approved', reviewer, commit: head, reason, onto: gate.main } as const;
    let beside: readonly string[] = [];
    await decide(project, task, approved, gate.limits, async (trx) => {
      beside = await take(trx);
    });
    await lockHead(project, gate, task.id, null, head);
    return { kind: 'approved', commit: head, beside };
  }
  if (before.kind === 'headMoved') {
    await decide(project, task, before, gate.limits, take);
    return {
      kind: 'not-approved',
      reason: `${task.branch} has moved to ${shortSha(head)} since it was submitted; look at it, then approve that`,
    };
  }
  if (task.status === 'disputed') {
    throw new Problem(
      'user',
      'conflicts-with-main',
      `task ${task.id} cannot land as it is: ${before.reason}`,
      `steroids tasks retry ${task.id}`,
    );
  }
  await decide(project, task, before, gate.limits);
  return { kind: 'not-approved', reason: `${before.reason}; it went back to its coder` };
}

/** Its coder named commits that do the task already. Git is asked again: main may have moved back. */
async function closeDone(project: Project, task: Task, commits: readonly Sha[]): Promise<Approval> {
  const missing = await notOnMain(project, { commits });
  const commit = commits.at(-1);
  if (missing !== undefined || commit === undefined)
    throw new Problem(
      'user',
      'moved',
      `${missing ?? '?'} is not on ${project.main} any more`,
      task.status === 'review'
        ? `steroids review reject ${task.id} --reason "…"`
        : `steroids tasks answer ${task.id} "…"`,
    );
  await decide(project, task, { kind: 'foundLanded', commit, landedAs: new Map() }, NO_LIMITS);
  await putBranchAway(project, task.id);
  return { kind: 'confirmed', commit };
}

/** @throws Problem `wrong-status`, `empty-reason` */
export async function rejectTask(
  project: Project,
  task: Task,
  rejection: { readonly reviewer: string; readonly reason: string },
): Promise<void> {
  const gate: Gate = await readGate(project);
  if (rejection.reason.trim() === '') {
    throw new Problem(
      'user',
      'empty-reason',
      'a rejection needs a reason that the coder can act on',
      `steroids review reject ${task.id} --reason "…"`,
    );
  }
  if (task.status !== 'review') requireReview(task, 'rejected');
  const commit = task.latestCommit;
  if (commit === null) throw new Problem('user', 'wrong-status', `task ${task.id} was never coded`);
  await decide(project, task, { kind: 'rejected', ...rejection, commit }, gate.limits);
}

function requireReview(task: Task, verb: string): void {
  if (task.status === 'review' || (task.status === 'disputed' && verb === 'approved')) return;
  const hint =
    task.status === 'disputed'
      ? `steroids tasks retry ${task.id} --note "…"`
      : `steroids tasks explain ${task.id}`;
  throw new Problem(
    'user',
    'wrong-status',
    `task ${task.id} "${task.title}" is ${nowIs(task)}, so it cannot be ${verb}`,
    task.takenOver ? `steroids tasks handback ${task.id}` : hint,
  );
}

const nowIs = (task: Task | undefined) =>
  task?.takenOver ? `in the hands of ${task.takenOver.person}` : task?.status;

/** @param also what belongs to it, in the same transaction */
async function decide(
  project: Project,
  task: Task,
  event: TaskEvent,
  limits: Limits,
  also?: (trx: Trx) => Promise<unknown>,
): Promise<Applied> {
  const { store } = project;
  const applied = await store.write(async (trx) => {
    const applying = { limits, version: task.version, target: project.main };
    const done = await applyEvent(store, trx, task.id, event, applying);
    if (done.kind === 'applied') await also?.(trx);
    return done;
  });
  if (applied.kind === 'applied') return applied;
  const now = await getTask(store.db, task.id);
  if (applied.kind === 'stale')
    throw new Problem(
      'refused',
      'changed-meanwhile',
      `task ${task.id} changed at the same moment; it is ${now?.status} now`,
      'Look at it, then say it again.',
    );
  throw new Problem(
    'user',
    'wrong-status',
    `task ${task.id} "${task.title}" is ${nowIs(now)}, so it cannot be ${event.kind}`,
    now?.takenOver ? `steroids tasks handback ${task.id}` : `steroids tasks show ${task.id}`,
  );
}
