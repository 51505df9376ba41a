// All that is known of a task, read together.

import { type Attempt, listAttempts } from '../store/attempts.ts';
import { listCommits, listRejections, type RegisteredCommit, type Rejection } from '../store/commits.ts';
import { listEvents, type RecordedEvent } from '../store/events.ts';
import { listDependencies } from '../store/tasks.ts';
import type { Task } from '../task/task.ts';
import type { Project } from './project.ts';

export interface TaskHistory {
  readonly task: Task;
  /** The tasks that have to land before it. */
  readonly after: readonly Task[];
  readonly commits: readonly RegisteredCommit[];
  readonly attempts: readonly Attempt[];
  readonly rejections: readonly Rejection[];
  readonly events: readonly RecordedEvent[];
}

export async function readHistory(project: Project, task: Task): Promise<TaskHistory> {
  const { db } = project.store;
  return {
    task,
    after: await listDependencies(db, task.id),
    commits: await listCommits(db, task.id),
    attempts: await listAttempts(db, task.id),
    rejections: await listRejections(db, task.id),
    events: await listEvents(db, { taskId: task.id }),
  };
}
