// What tasks have come to change, and whose changes have conflicted: it says more than what was guessed.

import { changedPaths } from '../git/changedPaths.ts';
import { mergeBase } from '../git/refs.ts';
import { findLandedBy } from '../store/commits.ts';
import { recordConflict } from '../store/schedule.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Project } from './project.ts';

/** Commits of main that are looked at for whom a task has conflicted with. */
const MOST_COMMITS = 200;

/** @returns what a coder that has ended leaves, from the root of the repository; undefined where it leaves nothing */
export async function changedBy(
  project: Project,
  main: Sha,
  event: TaskEvent,
): Promise<readonly string[] | undefined> {
  const head = 'head' in event ? event.head : null;
  if (head === null) return undefined;
  const paths = await changedPaths(await project.own(), main, head).catch(unlessGit);
  return paths?.length === 0 ? undefined : paths;
}

/** Remembers whose commits on main a task has conflicted with. Whatever goes wrong with that costs a hint, and no task. */
export async function rememberConflict(
  project: Project,
  id: string,
  head: Sha,
  onto: Sha,
  files: readonly string[],
): Promise<void> {
  const { store } = project;
  // A queue entry may be without a task.
  if (!(await getTask(store.db, id as TaskId))) return;
  const others = await landedBetween(project, head, onto, files).catch(unlessGit);
  if (!others || others.length === 0) return;
  await store.write(async (trx) => {
    for (const other of others) await recordConflict(store, trx, id, other, files);
  });
}

async function landedBetween(
  project: Project,
  head: Sha,
  onto: Sha,
  files: readonly string[],
): Promise<TaskId[]> {
  const own = await project.own();
  const base = await mergeBase(own, onto, head);
  if (base === undefined) return [];
  const args = ['rev-list', `--max-count=${MOST_COMMITS}`, `${base}..${onto}`, '--'];
  const commits = await own.read([...args, ...files.map((file) => `:(top,literal)${file}`)]);
  return await findLandedBy(project.store.db, commits.split('\n').filter(Boolean) as Sha[]);
}

function unlessGit(error: unknown): undefined {
  if (error instanceof Problem) return undefined;
  throw error;
}
