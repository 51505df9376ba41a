// The one function that writes a task's state. Any process may call it.

import type { Selectable, Updateable } from 'kysely';
import { type Limits, setbackFeedback } from '../task/attempt.ts';
import type { TaskEvent } from '../task/event.ts';
import type { TaskId } from '../task/ids.ts';
import { transition } from '../task/lifecycle.ts';
import { tellOpinions } from '../task/opinion.ts';
import { type StoredStatus, UNDER_WAY } from '../task/status.ts';
import { endAttempt, getAttempt, insertAttempt } from './attempts.ts';
import { giveBack, sectionResource, takeProject, taskHolder } from './claims.ts';
import { forgetLanded, reconcileCommits, recordLanded } from './commits.ts';
import { endEntry, insertEntry } from './entries.ts';
import { recordEvent } from './events.ts';
import { giveBackFiles } from './fileLocks.ts';
import { assignments, run, type Store, type Trx } from './open.ts';
import { closeQuestions, insertQuestion } from './questions.ts';
import type { Schema } from './schema.ts';
import { countSetbacks, recordSetback } from './setbacks.ts';
import { closeStep, closeStepsOf } from './steps.ts';
import { deleteTakeover, insertTakeover } from './takeovers.ts';

export interface Applying {
  readonly limits: Limits;
  /** Whose event it is; null for a person. */
  readonly runnerId?: string | null;
  /** The step that the event ends. When it was ended by somebody else, the event is stale and nothing is written. */
  readonly stepId?: number;
  /** The version of the task that the event was decided on, where a decision was. */
  readonly version?: number;
  /** The branch that the queue lands on; needed for `approved`. */
  readonly target?: string;
  /** Milliseconds until a task that failed or could not be judged is tried again. */
  readonly backoffMs?: number;
}

export type Applied =
  | { readonly kind: 'applied'; readonly status: StoredStatus }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly status: StoredStatus };

export type TaskRow = Selectable<Schema['tasks']>;

/** @param of the task, by its id or as it was read in this very transaction */
export async function applyEvent(
  store: Store,
  trx: Trx,
  of: TaskId | TaskRow,
  event: TaskEvent,
  applying: Applying,
): Promise<Applied> {
  const task = typeof of === 'string' ? await readTask(trx, of) : of;
  if (!task || (applying.version !== undefined && applying.version !== task.version))
    return { kind: 'stale' };
  const taskId = task.id as TaskId;
  const earlier = await countSetbacks(trx, task, event);
  const next = transition(task.status, event, earlier, applying.limits);
  if (next.kind === 'refused') return next;
  if (applying.stepId !== undefined) {
    const reason = 'reason' in event ? event.reason : null;
    if (!(await closeStep(store, trx, applying.stepId, event.kind, reason))) return { kind: 'stale' };
  }
  await recordSetback(trx, task, event);
  // What its coder had asked has had its answer, whatever a person (or, of a review, anybody) does with the task.
  if (QUESTIONED.includes(task.status) && !LEAVES_OPEN.includes(event.kind))
    await closeQuestions(store, trx, taskId, 'note' in event && event.note !== '' ? event.note : event.kind);
  await writeConsequences(store, trx, task, event, applying);
  // What somebody else does to the task meanwhile (a review, when a person decides) has lost its meaning.
  if (UNDER_WAY.includes(task.status) && (next.status !== task.status || ENDS_STEPS.includes(event.kind)))
    await closeStepsOf(store, trx, taskId, 'stale');
  if (task.status === 'in_progress' && next.status !== 'in_progress') await deleteTakeover(trx, taskId);
  if (!UNDER_WAY.includes(next.status)) {
    await giveBack(trx, taskHolder(taskId));
    await giveBackFiles(trx, taskId);
  } else if (!UNDER_WAY.includes(task.status)) await takeProject(store, trx, task);
  await updateTask(trx, taskId, {
    status: next.status,
    reason: next.reason,
    updated_at: store.now(),
    not_before: tryAgainAt(store, event, next.status, applying),
    needs_person: event.kind === 'reserved' ? 1 : 0,
    held_by: event.kind === 'held' ? event.by : null,
    ...columnsOf(task, event),
  });
  await recordEvent(trx, {
    at: store.now(),
    kind: event.kind,
    taskId,
    runnerId: applying.runnerId ?? null,
    data: { ...factsOf(event), status: next.status, ...(next.reason ? { reason: next.reason } : {}) },
  });
  return { kind: 'applied', status: next.status };
}

/** Where a task may be whose coder has asked something. */
const QUESTIONED: readonly StoredStatus[] = ['disputed', 'review'];
const LEAVES_OPEN: readonly TaskEvent['kind'][] = ['disputed', 'unjudged', 'held', 'reserved'];
/** Also where the status stays: what is looked at, or who is at work, is another. */
const ENDS_STEPS: readonly TaskEvent['kind'][] = ['headMoved', 'tookOver'];

async function readTask(trx: Trx, id: TaskId): Promise<TaskRow | undefined> {
  return (await run<TaskRow>(trx, 'select * from tasks where id = ?', id))[0];
}

async function updateTask(trx: Trx, taskId: TaskId, columns: Updateable<Schema['tasks']>): Promise<void> {
  const set = assignments(columns);
  await run(trx, `update tasks set ${set.text}, version = version + 1 where id = ?`, ...set.values, taskId);
}

function tryAgainAt(store: Store, event: TaskEvent, status: StoredStatus, applying: Applying): number | null {
  const waits = (event.kind === 'setback' && event.setback === 'failed') || event.kind === 'unjudged';
  const open = status === 'pending' || status === 'review';
  return waits && open && applying.backoffMs ? store.now() + applying.backoffMs : null;
}

function columnsOf(task: TaskRow, event: TaskEvent): Updateable<Schema['tasks']> {
  switch (event.kind) {
    case 'claimed':
      return { current_attempt: task.current_attempt + 1, branch: task.branch ?? event.branch };
    case 'tookOver':
      // What was counted led to a person's judgement, which this is.
      return {
        current_attempt: task.current_attempt + 1,
        bounds_from: task.current_attempt,
        branch: task.branch ?? event.branch,
        approved_commit: null,
      };
    case 'approved':
      return { approved_commit: event.commit };
    case 'landed':
    case 'foundLanded':
      return { landed_commit: event.commit };
    case 'unlanded':
      return { landed_commit: null, approved_commit: null };
    case 'retried':
      return { bounds_from: task.current_attempt, approved_commit: null };
    case 'setback':
    case 'headMoved':
    case 'altered':
    case 'dequeued':
    case 'cancelled':
    case 'skipped':
      return { approved_commit: null };
    default:
      return {};
  }
}

/** What the history keeps of an event: no commit lists, no logs. */
function factsOf(event: TaskEvent): Record<string, unknown> {
  switch (event.kind) {
    case 'claimed':
      return { runner: event.runnerNumber, coder: event.coder, main: event.main };
    case 'tookOver':
      return { person: event.person, main: event.main };
    case 'handedBack':
      return { note: event.note, head: event.head, commits: event.commits.length };
    case 'submitted':
      return { head: event.head, commits: event.commits.length, ...(event.note ? { note: event.note } : {}) };
    case 'headMoved':
      return { head: event.head, commits: event.commits.length };
    case 'asked':
      return { about: event.asked.about, head: event.head, commits: event.commits.length };
    case 'setback':
      return { setback: event.setback, ...(event.head ? { head: event.head } : {}) };
    case 'rejected': // `task_rejections` has the rest
    case 'reserved': {
      const { reviewer, commit } = event;
      return { reviewer, commit, ...('outside' in event && event.outside ? { outside: true } : {}) };
    }
    case 'disputed':
    case 'approved': {
      const { reviewer, commit, reason, opinions } = event;
      const onto = event.kind === 'approved' && event.onto ? { onto: event.onto } : {};
      return { reviewer, commit, reason, ...onto, ...(opinions ? { opinions } : {}) };
    }
    case 'held':
      return { by: event.by };
    case 'altered':
      return { commit: event.commit };
    case 'foundLanded':
      return { commit: event.commit, ...(event.reviewer ? { reviewer: event.reviewer } : {}) };
    case 'landed':
    case 'unlanded':
      return { commit: event.commit };
    case 'retried':
      return { fresh: event.fresh, note: event.note };
    default:
      return {};
  }
}

async function writeConsequences(
  store: Store,
  trx: Trx,
  task: TaskRow,
  event: TaskEvent,
  applying: Applying,
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
      return approve(store, trx, task, event, applying);
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
  applying: Applying,
): Promise<void> {
  // What an earlier attempt's reviewer rejected is approved with the head that answers it; the rejection stays on record.
  await run(
    trx,
    `update task_commits set status = 'approved' where task_id = ? and status in ('pending', 'rejected')`,
    task.id,
  );
  if (task.section_id) await giveBackPlace(trx, task);
  await insertEntry(store, trx, {
    target: applying.target ?? 'main',
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
