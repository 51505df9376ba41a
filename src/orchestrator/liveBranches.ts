// The branches that are alive: what is coded, reviewed or waits in the queue.

import { resolveCommit } from '../git/refs.ts';
import { listEntries } from '../store/entries.ts';
import { listTasks } from '../store/tasks.ts';
import { branchRef, type Sha, type TaskId } from '../task/ids.ts';
import type { EntryStatus, Status } from '../task/status.ts';
import type { Project } from './project.ts';

export interface LiveBranch {
  /** Of its task, of its queue entry, or of a worktree that is nobody's task. */
  readonly id: string;
  /** Null where it has none. */
  readonly task: TaskId | null;
  readonly title: string;
  readonly branch: string;
  readonly status: Status | EntryStatus | 'worktree';
  readonly head: Sha;
}

export const LIVE: readonly Status[] = ['in_progress', 'review', 'queued', 'verifying'];

/** In the order of arrival; those of queue entries without a task come last. A branch that is gone has nothing to merge. */
export async function listLiveBranches(project: Project): Promise<LiveBranch[]> {
  const { db } = project.store;
  const live: LiveBranch[] = [];
  for (const { id, title, branch, status } of await listTasks(db, { statuses: LIVE })) {
    if (branch === null) continue;
    const head = await resolveCommit(project.git, branchRef(branch));
    if (head !== undefined) live.push({ id, task: id, title, branch, status, head });
  }
  for (const { id, taskId, title, branch, status, head } of await listEntries(db))
    if (taskId === null) live.push({ id, task: null, title, branch, status, head });
  return live;
}
