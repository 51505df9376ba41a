// What an attempt goes on from: where the last one that came to an end left the task. Those that were interrupted since
// had no say, but what they committed stands.

import type { Attempt } from '../store/attempts.ts';
import type { BranchName, Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import type { Start } from '../worktree/slot.ts';

/** @param earlier the task's attempts before this one, oldest first */
export function startOf(task: Task, earlier: readonly Attempt[], main: Sha): Start {
  const ended = lastEnded(earlier);
  const interrupted = earlier.slice(ended ? earlier.indexOf(ended) + 1 : 0);
  // Only who came to open a worktree has a log.
  const begun = interrupted.findLast((attempt) => attempt.log !== null);
  return {
    taskId: task.id,
    branch: task.branch as BranchName,
    main,
    lastHead: (begun ?? ended)?.headCommit,
    fresh: ended?.outcome === 'abandoned' && begun === undefined,
    layout: ended?.layout ?? null,
  };
}

/**
 * Whether a coder that begins at `head` has to add something: its work was sent back by a reviewer, the queue or a
 * conflict, and nothing was added since.
 */
export function mustAdd(earlier: readonly Attempt[], head: Sha): boolean {
  const ended = lastEnded(earlier);
  if (!ended || !['rejected', 'broken', 'unchanged', 'unresolved'].includes(ended.outcome)) return false;
  return head === (ended.layout?.laid ?? ended.headCommit);
}

function lastEnded(earlier: readonly Attempt[]): Attempt | undefined {
  return earlier.findLast((attempt) => attempt.outcome !== 'interrupted');
}
