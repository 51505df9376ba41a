// The review step: asks all reviewers of one commit at once, and ends those who are still at it when it is decided.

import type { TaskEvent } from '../task/event.ts';
import type { Sha } from '../task/ids.ts';
import type { Decision, Opinion } from '../task/opinion.ts';
import { sentenceOf } from '../task/problem.ts';
import { type Asked, type Asking, ask, type Refusal } from './ask.ts';
import { type Outcome, tally, type Vote, type Voters } from './tally.ts';

export interface Reviewing {
  /** The head that is judged. */
  readonly commit: Sha;
  /** Each reviewer once, whatever the number of groups that it is in. */
  readonly askings: readonly (Asking | Refusal)[];
  readonly groups: readonly Voters[];
  readonly signal: AbortSignal;
  /** Told what each of them answered, also one that decides nothing. */
  readonly heard?: (reviewer: string, asked: Asked) => void;
}

export type Reviewed =
  | Extract<TaskEvent, { kind: 'approved' | 'rejected' | 'disputed' | 'unjudged' }>
  | { readonly kind: 'stopped' };

export async function review(reviewing: Reviewing): Promise<Reviewed> {
  const { askings, groups } = reviewing;
  const decided = new AbortController();
  const signal = AbortSignal.any([reviewing.signal, decided.signal]);
  const answers = new Map<string, Asked>();
  let outcome = tally(groups, new Map());
  await Promise.all(
    askings.map(async (asking) => {
      const asked = await ask(asking, signal).catch(
        (error: unknown): Asked => ({ kind: 'none', reason: sentenceOf(error) }),
      );
      if (asked.kind !== 'stopped') reviewing.heard?.(asking.reviewer, asked);
      if (outcome !== undefined || asked.kind === 'stopped') return;
      answers.set(asking.reviewer, asked);
      outcome = tally(groups, votesOf(answers));
      if (outcome !== undefined) decided.abort();
    }),
  );
  if (outcome === undefined || reviewing.signal.aborted) return { kind: 'stopped' };
  // In the order of the configuration, whoever was faster.
  return told(
    reviewing.commit,
    outcome,
    askings.flatMap((asking) => answers.get(asking.reviewer) ?? []),
  );
}

function votesOf(answers: ReadonlyMap<string, Asked>): Map<string, Vote> {
  return new Map(
    [...answers].map(([name, asked]) => [name, asked.kind === 'opinion' ? asked.opinion.decision : 'none']),
  );
}

const DECISIVE = { approved: 'approve', rejected: 'reject', disputed: 'dispute' } as const satisfies Partial<
  Record<Outcome, Decision>
>;

function told(commit: Sha, outcome: Outcome, answers: readonly Asked[]): Reviewed {
  if (outcome === 'unjudged') {
    const reasons = answers.flatMap((asked) => (asked.kind === 'none' ? [asked.reason] : []));
    return { kind: 'unjudged', reason: reasons.join('; ') };
  }
  const opinions = answers.flatMap((asked) => (asked.kind === 'opinion' ? [asked.opinion] : []));
  const decisive = opinions.filter((opinion) => opinion.decision === DECISIVE[outcome]);
  const reviewer = decisive.map((opinion) => opinion.reviewer).join(', ') || 'none';
  return { kind: outcome, reviewer, commit, reason: reasonOf(decisive), opinions };
}

function reasonOf(opinions: readonly Opinion[]): string {
  const [only] = opinions;
  if (opinions.length <= 1) return only?.reason ?? '';
  return opinions
    .map(({ reviewer, reason }) => (reason === '' ? reviewer : `${reviewer}: ${reason}`))
    .join('\n');
}
