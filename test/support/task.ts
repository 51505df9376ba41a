import type { BranchName, TaskId } from '../../src/task/ids.ts';
import type { Task } from '../../src/task/task.ts';
import { MAIN, NOON, sha } from './store.ts';

/** A task in its first attempt, as the store would give it. */
export function aTask(task: Partial<Task> = {}): Task {
  return {
    id: 'k3j9abcd' as TaskId,
    seq: 1,
    title: 'Add a health endpoint',
    spec: 'GET /health answers 200.',
    section: { id: 'section1', name: 'backend' },
    priority: 0,
    paths: [],
    pathsInferred: [],
    coder: null,
    status: 'review',
    reason: null,
    heldBy: null,
    branch: 'runner-1/task-k3j9abcd' as BranchName,
    attempt: 1,
    baseCommit: MAIN,
    attemptBaseCommit: MAIN,
    latestCommit: sha('a'),
    approvedCommit: null,
    landedCommit: null,
    needsPerson: false,
    takenOver: null,
    notBefore: null,
    version: 1,
    createdAt: NOON,
    updatedAt: NOON,
    ...task,
  };
}
