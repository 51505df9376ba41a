// A branch of a task that stands at another task's commit: nobody but a coder gone astray puts it there.

import { changeRefs } from '../git/refs.ts';
import { tasksThatMade } from '../hooks/spool.ts';
import { listCommitsOfOthers } from '../store/commits.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskEvent } from '../task/event.ts';
import { branchRef, type Sha, shortSha, type TaskId } from '../task/ids.ts';
import { archiving } from '../worktree/archive.ts';
import type { Project } from './project.ts';

/** The open task that made a commit, when it was not this one. What a coder has just made is only in its spool. */
export async function makerOf(project: Project, taskId: TaskId, commit: Sha): Promise<string | undefined> {
  const makers = await tasksThatMade(project.folders.spool, commit);
  if (makers.includes(taskId)) return undefined;
  for (const maker of makers) {
    // What has ended is there for whoever wants to go on with it.
    const task = await getTask(project.store.db, maker as TaskId);
    if (task && !['completed', 'cancelled', 'skipped'].includes(task.status)) return maker;
  }
  if (makers.length > 0) return undefined;
  return (await listCommitsOfOthers(project.store.db, taskId, [commit]))[0]?.taskId;
}

/**
 * Puts a task's branch, which nobody codes now, back to where it was when it was moved to another task's commit.
 * @param head where it is
 * @param known where it was when its last attempt ended
 * @returns a sentence when it was moved back
 */
export async function putBackStolen(
  project: Project,
  task: { readonly id: TaskId; readonly branch: string },
  head: Sha,
  known: Sha,
): Promise<string | undefined> {
  if (head === known) return undefined;
  const maker = await makerOf(project, task.id, head);
  if (maker === undefined) return undefined;
  const back = { kind: 'update', ref: branchRef(task.branch), to: known, from: head } as const;
  const changed = await changeRefs(
    project.git,
    [archiving(task.id, 'astray', head), back],
    'steroids: put back a branch that another task’s coder moved',
  );
  if (changed.kind === 'stale') return undefined; // it has moved again, and is looked at again
  return `${task.branch} was moved to ${shortSha(head)}, a commit of task ${maker}; it stands at ${shortSha(known)} again`;
}

type Submitted = Extract<TaskEvent, { kind: 'submitted' }>;
type Setback = Extract<TaskEvent, { kind: 'setback' }>;

/** A branch that was moved while it was coded, or that was merged with another task's: that one's commits are not its to land. */
export async function unlessForeign(
  project: Project,
  taskId: TaskId,
  submitted: Submitted,
): Promise<Submitted | Setback> {
  const foreign: string[] = [];
  for (const { hash } of submitted.commits) {
    const maker = await makerOf(project, taskId, hash);
    if (maker !== undefined) foreign.push(`${shortSha(hash)} (task ${maker})`);
  }
  if (foreign.length === 0) return submitted;
  const reason = `its branch holds commits of another task: ${foreign.slice(0, 5).join(', ')}`;
  const feedback = `Your branch holds commits of another task, which land with that one and not with yours: ${foreign.join(', ')}.
Take them out and keep your own (git rebase --interactive, or git rebase --onto).`;
  return { ...submitted, kind: 'setback', setback: 'failed', reason, feedback, layout: null };
}
