// What an attempt goes on from: where the last one left the task that had a say. Those that were interrupted or failed since
// had none, but what they committed stands.

import type { Attempt } from '../store/attempts.ts';
import type { BranchName, Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import type { Start } from '../worktree/slot.ts';

/** @param earlier the task's attempts before this one, oldest first */
export function startOf(task: Task, earlier: readonly Attempt[], main: Sha): Start {
  const { said, since } = divide(earlier);
  // Only who came to open a worktree has a log.
  const begun = since.findLast((attempt) => attempt.log !== null);
  // One that is out of date does not fit the branch any more, and is not laid.
  const layout = [said, ...since].findLast((attempt) => attempt?.layout)?.layout ?? null;
  return {
    taskId: task.id,
    branch: task.branch as BranchName,
    main,
    lastHead: (begun ?? said)?.headCommit,
    fresh: said?.outcome === 'abandoned' && begun === undefined,
    layout,
  };
}

/**
 * Whether a coder that begins at `head` has to add something: its work was sent back by a reviewer, the queue or a
 * conflict, and nothing was added since.
 */
export function mustAdd(earlier: readonly Attempt[], head: Sha): boolean {
  const { said } = divide(earlier);
  if (!said || !['rejected', 'broken', 'unchanged', 'unresolved'].includes(said.outcome)) return false;
  return head === (said.layout?.laid ?? said.headCommit);
}

/** The last attempt that had a say, and those after it. */
function divide(earlier: readonly Attempt[]): {
  readonly said: Attempt | undefined;
  readonly since: readonly Attempt[];
} {
  const at = earlier.findLastIndex((attempt) => !['interrupted', 'failed'].includes(attempt.outcome));
  return { said: earlier[at], since: earlier.slice(at + 1) };
}
