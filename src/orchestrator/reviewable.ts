// The rebase attempt before a review: is it still what was submitted, and does it go onto main?

import { type LogEntry, listLog } from '../git/commits.ts';
import { resolveCommit } from '../git/refs.ts';
import { replay } from '../git/replay.ts';
import type { Attempt } from '../store/attempts.ts';
import type { TaskEvent } from '../task/event.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { archiveCommit } from '../worktree/archive.ts';
import { conflictSetback } from './conflict.ts';
import type { Gate } from './gate.ts';
import { numberSetback } from './migrations.ts';
import type { Project } from './project.ts';
import { putBackStolen } from './stolen.ts';

type Moved = Extract<TaskEvent, { kind: 'headMoved' }>;

interface Head {
  readonly kind: 'there';
  readonly head: Sha;
  readonly commits: readonly LogEntry[];
}

export type Reviewable =
  | { readonly kind: 'reviewable'; readonly head: Sha }
  | Moved
  | Extract<TaskEvent, { kind: 'setback' }>;

/**
 * Where the branch of a submitted task is. What somebody else's coder did to it is undone; what was added to it since is
 * another head, which has to be judged.
 */
export async function lookAtHead(
  project: Project,
  gate: Gate,
  task: Task,
  attempt: Attempt,
  noticed: (sentence: string) => void,
): Promise<Head | Moved> {
  const ref = branchRef(task.branch ?? '');
  const at = (await resolveCommit(project.git, ref)) ?? attempt.headCommit;
  const { id, branch } = task;
  const back = await putBackStolen(project, { id, branch: branch ?? '' }, at, attempt.headCommit);
  if (back !== undefined) noticed(back);
  const head = back === undefined ? at : attempt.headCommit;
  const commits = await listLog(project.git, [`${gate.main}..${head}`]);
  if (head === attempt.headCommit) return { kind: 'there', head, commits };
  await archiveCommit(project.git, task.id, 'moved', attempt.headCommit, gate.main);
  return { kind: 'headMoved', head, commits };
}

/** Nobody's time is spent on a branch that does not go onto main, or that is not what was submitted. */
export async function lookBeforeReview(
  project: Project,
  gate: Gate,
  task: Task,
  attempt: Attempt,
  noticed: (sentence: string) => void = () => {},
): Promise<Reviewable> {
  const looked = await lookAtHead(project, gate, task, attempt, noticed);
  if (looked.kind === 'headMoved') return looked;
  const { head, commits } = looked;
  const tried = await replay(await project.own(), gate.main, head);
  if (tried.kind === 'conflicted')
    return await conflictSetback(project, task.id, gate.main, head, commits, tried);
  if (tried.kind === 'empty') {
    const reason = `everything it changes is on ${project.main} already`;
    return { kind: 'setback', setback: 'unchanged', reason, feedback: reason, layout: null, head, commits };
  }
  const reviewable = { kind: 'reviewable', head } as const;
  return (await numberSetback(project, task.id, gate.main, head, tried)) ?? reviewable;
}
