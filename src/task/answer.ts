// What a coder may say back besides its commits. It is a question to a person, or a proposal; only a person acts on it.

import type { Sha } from './ids.ts';

/** What a coder that does not submit asks of a person. */
export const QUESTION_KINDS = ['blocked', 'already-done', 'nothing-to-do', 'dispute'] as const;

export type QuestionKind = (typeof QUESTION_KINDS)[number];

export interface Asked {
  readonly about: QuestionKind;
  /** The coder's own words. */
  readonly text: string;
  /** Of `already-done`: commits on main that do the task; git was asked. */
  readonly commits: readonly Sha[];
}

/** A task that a coder proposes. */
export interface FollowUp {
  readonly title: string;
  readonly spec: string;
  readonly paths: readonly string[];
}
