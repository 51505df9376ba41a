// What an event writes besides the task's own row: its attempt, commits, queue entry and questions. Only `applyEvent` calls it.

import { setbackFeedback } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import type { TaskId } from '../task/ids.ts';
import { tellOpinions } from '../task/opinion.ts';
import { endAttempt, getAttempt, insertAttempt } from './attempts.ts';
import { giveBack, sectionResource, taskHolder } from './claims.ts';
import { forgetLanded, reconcileCommits, recordLanded } from './commits.ts';
import { endEntry, insertEntry } from './entries.ts';
import { run, type Store, type Trx } from './open.ts';
import { insertQuestion } from './questions.ts';
import type { TaskRow } from './schema.ts';
import { insertTakeover } from './takeovers.ts';

export async function writeConsequences(
  store: Store,
  trx: Trx,
  task: TaskRow,
  event: TaskEvent,
  target: string | undefined,
): Promise<void> {
  const id = task.id as TaskId;
  switch (event.kind) {
    case 'claimed':
      return insertAttempt(store, trx, task, event);
    case 'tookOver':
      return takeOver(store, trx, task, event);
    case 'handedBack':
      await reconcileCommits(store, trx, id, task.current_attempt, event.commits);
      return endAttempt(store, trx, task, {
        outcome: 'interrupted',
        head_commit: event.head,
        ...(event.note === '' ? {} : { feedback: setbackFeedback('note', event.note) }),
      });
    case 'submitted':
      await reconcileCommits(store, trx, id, task.current_attempt, event.commits);
      return endAttempt(store, trx, task, {
        outcome: 'submitted',
        head_commit: event.head,
        ...(event.note ? { feedback: setbackFeedback('note', event.note) } : {}),
      });
    case 'headMoved':
      await reconcileCommits(store, trx, id, task.current_attempt, event.commits);
      await endEntry(store, trx, id, 'cancelled', 'the branch has moved since the approval');
      return endAttempt(store, trx, task, { outcome: 'submitted', head_commit: event.head });
    case 'setback':
      if (event.head) await reconcileCommits(store, trx, id, task.current_attempt, event.commits);
      await endEntry(store, trx, id, event.setback === 'conflicted' ? 'conflicted' : 'broken', event.reason);
      return endAttempt(store, trx, task, {
        outcome: event.setback,
        feedback: setbackFeedback(event.setback, event.feedback),
        layout: event.layout && JSON.stringify(event.layout),
        ...(event.head ? { head_commit: event.head } : {}),
      });
    case 'asked':
      await reconcileCommits(store, trx, id, task.current_attempt, event.commits);
      await insertQuestion(store, trx, { taskId: id, attempt: task.current_attempt }, event.asked);
      return endAttempt(store, trx, task, {
        outcome: 'asked',
        feedback: setbackFeedback('asked', event.asked.text),
        layout: event.layout && JSON.stringify(event.layout),
        head_commit: event.head,
      });
    case 'interrupted':
      return endAttempt(store, trx, task, {
        outcome: 'interrupted',
        feedback: setbackFeedback('interrupted', event.reason),
      });
    case 'rejected':
      await rejectCommits(store, trx, task, event);
      return endAttempt(store, trx, task, {
        outcome: 'rejected',
        feedback: setbackFeedback(
          event.outside ? 'outside' : 'rejected',
          event.opinions ? tellOpinions(event.opinions) : event.reason,
        ),
      });
    case 'approved':
      return approve(store, trx, task, event, target);
    case 'landed':
    case 'foundLanded':
      await endEntry(store, trx, id, 'landed', null);
      await recordLanded(trx, id, event.landedAs);
      return endAttempt(store, trx, task, { outcome: 'landed' });
    case 'unlanded':
      await forgetLanded(trx, id);
      return endAttempt(store, trx, task, {
        outcome: 'submitted',
        feedback: setbackFeedback('note', event.reason),
      });
    case 'dequeued':
    case 'cancelled':
    case 'skipped':
      await endEntry(store, trx, id, 'cancelled', event.reason);
      if (task.status === 'in_progress') await endAttempt(store, trx, task, { outcome: 'abandoned' });
      return;
    case 'retried':
      if (event.fresh || event.note !== '') {
        await endAttempt(store, trx, task, {
          ...(event.fresh ? { outcome: 'abandoned', layout: null } : {}),
          ...(event.note === '' ? {} : { feedback: await noted(trx, task, event.note) }),
        });
      }
      return;
    case 'altered':
      return endEntry(store, trx, id, 'cancelled', event.reason);
    case 'disputed':
    case 'unjudged':
    case 'held':
    case 'reserved':
    case 'overBudget':
      return;
  }
}

/** A note is added to what the attempt met with. An answer repeats its question, and stands for both. */
async function noted(trx: Trx, task: TaskRow, note: string): Promise<string> {
  const attempt = await getAttempt(trx, task.id as TaskId, task.current_attempt);
  const before = attempt?.feedback?.kind === 'asked' ? null : attempt?.feedback;
  return setbackFeedback('note', note, before);
}

async function rejectCommits(
  store: Store,
  trx: Trx,
  task: TaskRow,
  event: Extract<TaskEvent, { kind: 'rejected' }>,
): Promise<void> {
  const rejected = await trx
    .updateTable('task_commits')
    .set({ status: 'rejected', rejection_reason: event.reason })
    .where('task_id', '=', task.id)
    // Also what an earlier head was approved with: it is part of this one.
    .where('status', 'in', ['pending', 'approved'])
    .returning('commit_hash')
    .execute();
  await trx
    .insertInto('task_rejections')
    .values({
      id: store.newId(),
      task_id: task.id,
      reason: event.reason,
      commits: JSON.stringify(rejected.map((row) => row.commit_hash)),
      created_at: store.now(),
      attempt: task.current_attempt,
      reviewer: event.reviewer,
      commit_hash: event.commit,
      opinions: JSON.stringify(event.opinions ?? []),
    })
    .execute();
}

async function approve(
  store: Store,
  trx: Trx,
  task: TaskRow,
  event: Extract<TaskEvent, { kind: 'approved' }>,
  target: string | undefined,
): Promise<void> {
  // What an earlier attempt's reviewer rejected is approved with the head that answers it; the rejection stays on record.
  await run(
    trx,
    `update task_commits set status = 'approved' where task_id = ? and status in ('pending', 'rejected')`,
    task.id,
  );
  if (task.section_id) await giveBackPlace(trx, task);
  await insertEntry(store, trx, {
    target: target ?? 'main',
    branch: task.branch ?? '',
    taskId: task.id as TaskId,
    title: task.title,
    head: event.commit,
    reviewedOn: event.onto ?? null,
    priority: task.priority,
  });
}

/** Its own attempt: what the one before met with stays on record, and its coder has no say any more. */
async function takeOver(
  store: Store,
  trx: Trx,
  task: TaskRow,
  event: Extract<TaskEvent, { kind: 'tookOver' }>,
): Promise<void> {
  const { person, main } = event;
  await endEntry(store, trx, task.id as TaskId, 'cancelled', `${person} has taken its task over`);
  if (task.status === 'in_progress')
    await endAttempt(store, trx, task, {
      outcome: 'interrupted',
      feedback: setbackFeedback('interrupted', `${person} took the task over`),
    });
  await insertAttempt(store, trx, task, { runnerNumber: 0, coder: person, main });
  await insertTakeover(store, trx, task.id, event);
  // A person takes as long as it takes; the section's place is for runners.
  if (task.section_id) await giveBackPlace(trx, task);
}

/** A place in a section ends with the agents' work; what an exclusive section excludes ends with the landing. */
async function giveBackPlace(trx: Trx, task: TaskRow): Promise<void> {
  await giveBack(trx, taskHolder(task.id), sectionResource(task.section_id ?? ''));
}
