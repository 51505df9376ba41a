import type { BranchName, Sha, TaskId } from './ids.ts';
import type { Status } from './status.ts';

export interface TakenOver {
  /** `Name <email>` */
  readonly person: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** The person's worktree; null until it is made. */
  readonly path: string | null;
  /** JSON of the process that makes the worktree; null when the worktree is the person's. */
  readonly opening: string | null;
}

/** A task as everyone reads it. Times are epoch milliseconds. */
export interface Task {
  readonly id: TaskId;
  /** Order of arrival. */
  readonly seq: number;
  readonly title: string;
  readonly spec: string;
  readonly section: { readonly id: string; readonly name: string } | null;
  /** Higher goes first. */
  readonly priority: number;
  readonly paths: readonly string[];
  /** Files that it is likely to change, guessed from its text; empty where `paths` says it, or nothing is likely. */
  readonly pathsInferred: readonly string[];
  readonly coder: string | null;
  readonly status: Status;
  /** Why it stands where it stands. */
  readonly reason: string | null;
  /** The hold that its review waits for, by its name; it may be over by now. */
  readonly heldBy: string | null;
  readonly branch: BranchName | null;
  /** Number of the current coding, 0 before the first. */
  readonly attempt: number;
  readonly baseCommit: Sha | null;
  readonly attemptBaseCommit: Sha | null;
  readonly latestCommit: Sha | null;
  readonly approvedCommit: Sha | null;
  readonly landedCommit: Sha | null;
  /** In review, and no agent can approve it. */
  readonly needsPerson: boolean;
  /** The person who works on it; null while that is for coders. */
  readonly takenOver: TakenOver | null;
  /** Not claimed before this time. */
  readonly notBefore: number | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}
