// What an event leaves in its task's row, and what the history keeps of it.

import type { Updateable } from 'kysely';
import type { TaskEvent } from '../task/event.ts';
import type { Schema, TaskRow } from './schema.ts';

export function columnsOf(task: TaskRow, event: TaskEvent): Updateable<Schema['tasks']> {
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
export function factsOf(event: TaskEvent): Record<string, unknown> {
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
