// What becomes of work that its coder, or a person, has ended: does it still go onto main, and does anybody judge it?

import { replay } from '../git/replay.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';
import { conflictSetback } from './conflict.ts';
import { type Gate, readGate } from './gate.ts';
import { numberSetback } from './migrations.ts';
import type { Project } from './project.ts';
import { unlessProtected } from './protected.ts';

type Submitted = Extract<TaskEvent, { kind: 'submitted' }>;
type Setback = Extract<TaskEvent, { kind: 'setback' }>;

/** Before anybody is asked to review: does it still go onto main? */
export async function tryReplay(
  project: Project,
  taskId: TaskId,
  event: Submitted,
): Promise<Submitted | Setback> {
  const { main } = await readGate(project);
  const tried = await replay(await project.own(), main, event.head);
  if (tried.kind === 'clean') return (await numberSetback(project, taskId, main, event.head, tried)) ?? event;
  if (tried.kind === 'empty') {
    const reason = `everything it changes is on ${project.main} already`;
    return { ...event, kind: 'setback', setback: 'unchanged', reason, feedback: reason, layout: null };
  }
  return await conflictSetback(project, taskId, main, event.head, event.commits, tried);
}

/** The approval of a reviewer that nobody asks. */
export async function unasked(project: Project, gate: Gate, commit: Sha) {
  const approved = { kind: 'approved', reviewer: 'none', commit, reason: '' } as const;
  return await unlessProtected(project, gate, approved).catch((error: unknown) => {
    // What cannot be looked at is nobody's approval.
    const reason = `what it changes could not be looked at: ${sentenceOf(error)}`;
    return { kind: 'reserved', reviewer: 'none', commit, reason } as const;
  });
}
