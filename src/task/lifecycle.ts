// The transition table: which event may happen to a task in which status, and what it is then.

import type { Limits, ReviewSetback, Setback } from './attempt.ts';
import type { TaskEvent, TaskEventKind } from './event.ts';
import type { Status, StoredStatus } from './status.ts';

/** From which statuses an event may be applied. */
const ALLOWED: Readonly<Record<TaskEventKind, readonly StoredStatus[]>> = {
  claimed: ['pending'],
  tookOver: ['pending', 'in_progress', 'review', 'queued', 'disputed', 'failed'],
  handedBack: ['in_progress'],
  submitted: ['in_progress'],
  setback: ['in_progress', 'review', 'queued'],
  asked: ['in_progress'],
  interrupted: ['in_progress'],
  overBudget: ['pending'],
  rejected: ['review'],
  approved: ['review', 'disputed'],
  disputed: ['review'],
  unjudged: ['review'],
  reserved: ['review'],
  held: ['review'],
  altered: ['review', 'queued'],
  headMoved: ['review', 'queued', 'disputed'],
  dequeued: ['queued'],
  landed: ['queued'],
  foundLanded: ['pending', 'review', 'queued', 'completed', 'disputed', 'failed', 'skipped', 'cancelled'],
  unlanded: ['completed'],
  cancelled: ['pending', 'in_progress', 'review', 'queued', 'disputed', 'failed', 'skipped'],
  skipped: ['pending', 'disputed', 'failed'],
  retried: ['pending', 'disputed', 'failed', 'skipped', 'cancelled'],
};

/** Whether an event may happen to a task that shows as this. */
export function mayHappen(kind: TaskEventKind, status: Status): boolean {
  return ALLOWED[kind].includes(status === 'verifying' ? 'queued' : status);
}

export type Transition =
  | { readonly kind: 'moved'; readonly status: StoredStatus; readonly reason: string | null }
  | { readonly kind: 'refused'; readonly status: StoredStatus };

/** Which setback an event counts as, if any. */
export function setbackOf(event: TaskEvent): Setback | ReviewSetback | undefined {
  switch (event.kind) {
    case 'setback':
      return event.setback;
    case 'rejected':
    case 'unjudged':
    case 'altered':
      return event.kind;
    default:
      return undefined;
  }
}

/**
 * @param status the task's status now
 * @param earlier how often the event's setback has happened since the bounds were last reset, without this one
 * @returns the status after the event, or a refusal when the event cannot happen to such a task
 */
export function transition(
  status: StoredStatus,
  event: TaskEvent,
  earlier: number,
  limits: Limits,
): Transition {
  if (!ALLOWED[event.kind].includes(status)) return { kind: 'refused', status };
  const setback = setbackOf(event);
  if (setback !== undefined) return afterSetback(setback, earlier + 1, limits[setback], reasonOf(event));
  // Whether main has it already is asked of reviewers where there are any.
  if (event.kind === 'asked' && event.confirm)
    return { kind: 'moved', status: 'review', reason: reasonOf(event) };
  return { kind: 'moved', status: AFTER[event.kind as keyof typeof AFTER], reason: reasonOf(event) };
}

const AFTER = {
  claimed: 'in_progress',
  tookOver: 'in_progress',
  handedBack: 'pending',
  submitted: 'review',
  asked: 'disputed',
  interrupted: 'pending',
  overBudget: 'disputed',
  approved: 'queued',
  disputed: 'disputed',
  reserved: 'review',
  held: 'review',
  headMoved: 'review',
  dequeued: 'disputed',
  landed: 'completed',
  foundLanded: 'completed',
  unlanded: 'disputed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  retried: 'pending',
} as const satisfies Partial<Record<TaskEventKind, StoredStatus>>;

function afterSetback(
  setback: Setback | ReviewSetback,
  count: number,
  limit: number,
  reason: string | null,
): Transition {
  if (count >= limit) {
    // Infrastructure can be retried as it is; a bound of judgement needs a person's judgement.
    const after = setback === 'failed' ? 'failed' : 'disputed';
    return {
      kind: 'moved',
      status: after,
      reason: `${reason ?? setback} (${count} of ${limit}: the bound is reached)`,
    };
  }
  const again = setback === 'unjudged' || setback === 'altered' ? 'review' : 'pending';
  return { kind: 'moved', status: again, reason };
}

/** Why a task stands where it stands. A reviewer's praise is history, not a reason to wait in the queue. */
function reasonOf(event: TaskEvent): string | null {
  if (event.kind === 'approved') return null;
  if (event.kind === 'tookOver') return `${event.person} has taken it over`;
  return 'reason' in event && event.reason !== '' ? event.reason : null;
}
