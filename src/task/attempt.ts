import type { Sha } from './ids.ts';

/** How one coding of a task ended. Each setback has a bound of its own, and success elsewhere never resets it. */
export const ATTEMPT_OUTCOMES = [
  'coding',
  'submitted',
  'rejected',
  'conflicted',
  'broken',
  'unchanged',
  'unresolved',
  'failed',
  'asked',
  'interrupted',
  'abandoned',
  'landed',
] as const;

export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** What is counted against a bound. An interrupted coder (killed, stopped) uses up none. */
export type Setback = Extract<
  AttemptOutcome,
  'rejected' | 'conflicted' | 'broken' | 'unchanged' | 'unresolved' | 'failed'
>;

/** What is counted too, and leaves the task in review. */
export type ReviewSetback = 'unjudged' | 'altered';

/** How many of each setback a task may have before a person is asked. */
export type Limits = Readonly<Record<Setback | ReviewSetback, number>>;

/** For events that count against no bound: those of persons, of landings and of recovery. */
export const NO_LIMITS: Limits = {
  rejected: 1,
  conflicted: 1,
  unresolved: 1,
  broken: 1,
  unchanged: 1,
  failed: 1,
  unjudged: 1,
  altered: 1,
};

/** The branch replayed onto today's main, as it is laid into the worktree for the next attempt. */
export interface Layout {
  /** The commit of main that the branch was replayed onto. */
  readonly onto: Sha;
  /** `onto` and the commits that replayed cleanly: where the branch stands when the coder begins. */
  readonly laid: Sha;
  /** The head of the branch before the replay; it is archived. */
  readonly head: Sha;
  readonly conflict: Conflict | null;
}

export interface Conflict {
  /** The first commit that did not replay. */
  readonly commit: Sha;
  /** Tree of `laid` with the rest of the branch merged in, conflict markers in `files`. */
  readonly tree: Sha;
  readonly files: readonly string[];
  /** Message of the commit that conflicted (and of those after it), for the commit that solves it. */
  readonly message: string;
  /** `Name <email>` of the commit that conflicted. */
  readonly author: string;
}

/** What the next coder is told about the attempt before. */
export interface Feedback {
  /** `outside`: a rejection that no reviewer spoke, for what it changed outside of its zones. */
  readonly kind: Setback | 'outside' | 'interrupted' | 'asked' | 'note';
  /** Sentences for the coder: the reviewer's words, the end of the log, the list of files. */
  readonly text: string;
  /** What a person's note was added to: the note takes nothing of it back. */
  readonly before?: Feedback;
}

export function isSetback(outcome: AttemptOutcome): outcome is Setback {
  return ['rejected', 'conflicted', 'broken', 'unchanged', 'unresolved', 'failed'].includes(outcome);
}

/** As the store keeps it. @param before what it is added to */
export function setbackFeedback(kind: Feedback['kind'], text: string, before?: Feedback | null): string {
  return JSON.stringify({ kind, text, ...(before ? { before } : {}) } satisfies Feedback);
}
