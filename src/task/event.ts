import type { Asked } from './answer.ts';
import type { Layout, Setback } from './attempt.ts';
import type { BranchName, Sha } from './ids.ts';
import type { Opinion } from './opinion.ts';

/** A commit of a task, as git tells it. */
export interface TaskCommit {
  readonly hash: Sha;
  readonly message: string;
  /** `Name <email>` */
  readonly author: string;
  /** When it was made, in epoch milliseconds. */
  readonly at: number;
}

interface Judged {
  readonly reviewer: string;
  readonly commit: Sha;
  readonly reason: string;
  /** What each reviewer said, where agents were asked. */
  readonly opinions?: readonly Opinion[];
}

/** What a step or a person did to a task. The lifecycle says what follows; the store writes it. */
export type TaskEvent =
  | {
      readonly kind: 'claimed';
      readonly runnerNumber: number;
      /** Used at the task's first claim; the name is fixed from then on. */
      readonly branch: BranchName;
      readonly coder: string;
      readonly main: Sha;
    }
  /** A person works on it now, in a worktree of the person's own. */
  | {
      readonly kind: 'tookOver';
      /** `Name <email>` */
      readonly person: string;
      /** Used where the task has none yet. */
      readonly branch: BranchName;
      readonly main: Sha;
      /** JSON of the process that makes the worktree. */
      readonly opening: string;
    }
  /** Back to its coder, with what the person has committed. */
  | {
      readonly kind: 'handedBack';
      readonly note: string;
      readonly head: Sha;
      readonly commits: readonly TaskCommit[];
    }
  | {
      readonly kind: 'submitted';
      readonly head: Sha;
      readonly commits: readonly TaskCommit[];
      /** What a person who worked on it says. */
      readonly note?: string;
    }
  | {
      readonly kind: 'setback';
      readonly setback: Setback;
      /** One line for people. */
      readonly reason: string;
      /** All that the next coder needs to know. */
      readonly feedback: string;
      readonly layout: Layout | null;
      /** Where the branch stands, with its commits; null when the coding did not come to that. */
      readonly head: Sha | null;
      readonly commits: readonly TaskCommit[];
    }
  /** Its coder ended well and needs a person: what it committed so far stands. */
  | {
      readonly kind: 'asked';
      readonly asked: Asked;
      /** One line for people. */
      readonly reason: string;
      readonly layout: Layout | null;
      readonly head: Sha;
      readonly commits: readonly TaskCommit[];
      /** Agents are asked first whether it is so. */
      readonly confirm?: boolean;
    }
  | { readonly kind: 'interrupted'; readonly reason: string }
  /** Another attempt might pass what the task may use. */
  | { readonly kind: 'overBudget'; readonly reason: string }
  | (Judged & {
      readonly kind: 'rejected';
      /** Nobody judged it: it changes what lies outside of its zones, and the configuration sends that back. */
      readonly outside?: true;
    })
  | (Judged & {
      readonly kind: 'approved';
      /** Main at that time: what was approved is the replay onto it. Left out where nobody looked. */
      readonly onto?: Sha;
    })
  /** Who reviewed it cannot decide. */
  | (Judged & { readonly kind: 'disputed' })
  | { readonly kind: 'unjudged'; readonly reason: string }
  /** Its reviewers cannot be asked before a hold on their provider, of that name, is over. */
  | { readonly kind: 'held'; readonly by: string; readonly reason: string }
  /** The replay onto today's main has other lines than what was judged. */
  | { readonly kind: 'altered'; readonly commit: Sha; readonly reason: string }
  /** Whoever may approve by themselves have no more to say: what it changes is kept for a person to approve. */
  | { readonly kind: 'reserved'; readonly reason: string; readonly reviewer: string; readonly commit: Sha }
  | { readonly kind: 'headMoved'; readonly head: Sha; readonly commits: readonly TaskCommit[] }
  | { readonly kind: 'dequeued'; readonly reason: string }
  | { readonly kind: 'landed'; readonly commit: Sha; readonly landedAs: ReadonlyMap<Sha, Sha> }
  /** Main has it, and the store did not know: after a crash, or in an older copy of the store. */
  | {
      readonly kind: 'foundLanded';
      readonly commit: Sha;
      readonly landedAs: ReadonlyMap<Sha, Sha>;
      /** Who confirmed that these commits do the task, where its coder had said so. */
      readonly reviewer?: string;
    }
  /** Main no longer has what had landed: somebody has moved it back or rewritten it. */
  | { readonly kind: 'unlanded'; readonly commit: Sha; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'retried'; readonly fresh: boolean; readonly note: string };

export type TaskEventKind = TaskEvent['kind'];
