import { changeRefs, isAncestor, resolveCommit } from '../git/refs.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { candidateRef } from '../merge/land.ts';
import { getTask } from '../store/tasks.ts';
import { branchRef, type TaskId } from '../task/ids.ts';
import { ENDED } from '../task/status.ts';
import { archiving } from '../worktree/archive.ts';
import { type Project, readMain } from './project.ts';

/**
 * Archives the branch of a task that has ended and deletes it. While it is checked out (its coder is just being
 * ended) nothing happens; whoever leaves the worktree calls this again.
 */
export async function putBranchAway(project: Project, taskId: TaskId): Promise<void> {
  const { git, store } = project;
  const task = await getTask(store.db, taskId);
  if (!task?.branch || !ENDED.includes(task.status)) return;
  await dropCandidate(project, taskId);
  const ref = branchRef(task.branch);
  const head = await resolveCommit(git, ref);
  if (head === undefined) return;
  if ((await listWorktrees(git)).some((worktree) => worktree.branch === ref)) return;
  const changes = [
    ...((await isAncestor(git, head, await readMain(project))) ? [] : [archiving(taskId, task.status, head)]),
    { kind: 'delete', ref, from: head } as const,
  ];
  await changeRefs(git, changes, `steroids: ${task.status}`);
}

/** @param id of a task, or of an entry without one */
export async function dropCandidate(project: Project, id: string): Promise<void> {
  const kept = await resolveCommit(project.git, candidateRef(id));
  if (kept === undefined) return;
  const change = { kind: 'delete', ref: candidateRef(id), from: kept } as const;
  await changeRefs(project.git, [change], 'steroids: not needed');
}
