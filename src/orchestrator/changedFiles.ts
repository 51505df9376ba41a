// What tasks that are under way have changed: on their branches, and in the worktrees of their coders.

import { changedInWorktree, pathsBetween } from '../git/changedPaths.ts';
import { mergeBase, resolveCommit } from '../git/refs.ts';
import { listWorktrees, openWorktree } from '../git/worktrees.ts';
import { branchRef, type Sha, type TaskId } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import type { Project } from './project.ts';

/** @returns paths of each task that has a branch, against where that left main; what cannot be read now is left out */
export async function changedByTasks(
  project: Project,
  main: Sha,
  tasks: readonly Task[],
): Promise<Map<TaskId, string[]>> {
  const begun = tasks.filter(({ branch }) => branch !== null);
  if (begun.length === 0) return new Map();
  const worktrees = await listWorktrees(project.git).catch(() => []);
  const folders = new Map(worktrees.map((worktree) => [worktree.branch, worktree.path]));
  const changed = await Promise.all(
    begun.map(async (task) => {
      const folder = folders.get(branchRef(task.branch ?? ''));
      // Git is busy there, or a coder has taken something away: nothing is told of it this time.
      const paths = await changedBy(project, main, task, folder).catch(() => undefined);
      return paths === undefined ? [] : [[task.id, paths] as const];
    }),
  );
  return new Map(changed.flat());
}

/** @param folder of its worktree, where its branch is checked out */
async function changedBy(
  project: Project,
  main: Sha,
  { branch, status }: Task,
  folder: string | undefined,
): Promise<string[] | undefined> {
  const own = await project.own();
  const head = await resolveCommit(project.git, branchRef(branch ?? ''));
  if (head === undefined) return undefined;
  const base = (await mergeBase(own, main, head)) ?? main;
  // What waits to land lands as it was committed.
  if (folder === undefined || status !== 'in_progress') return await pathsBetween(own, base, head);
  return await changedInWorktree(await openWorktree(project.git, folder), base);
}
