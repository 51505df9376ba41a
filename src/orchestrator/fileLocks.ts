// `locks.files`: what tasks under way have of the repository's files, and who really changes what another one has. Nobody is
// stopped for that: both have made something, and the queue replays the one onto the other.

import { changedPaths } from '../git/changedPaths.ts';
import { isLockfile } from '../git/lockfiles.ts';
import { taskHolder } from '../store/claims.ts';
import { recordEvent } from '../store/events.ts';
import { dropFiles, type FileLock, fileResource, listFileLocks, takeFiles } from '../store/fileLocks.ts';
import type { Db, Store, Trx } from '../store/open.ts';
import { listOpenSteps } from '../store/steps.ts';
import { getTask } from '../store/tasks.ts';
import { gathered, overlapIndex } from '../structure/overlapping.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { printable } from '../task/quote.ts';
import type { LockedFile } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import type { Session } from './session.ts';
import type { Look } from './watchWorktree.ts';

/** A file that a task really changes, and the locks of others on it that are older. */
export interface Contest {
  readonly lock: FileLock;
  readonly others: readonly FileLock[];
}

/** Rows that one task may have for what it changes; beyond, whole folders stand for their files. */
const MOST = 1_000;
/** Files that a sentence names, and that the history does. */
const SHOWN = 5;
const MOST_RECORDED = 100;

/** @param of the only task whose contests are looked for */
export function contestsOf(locks: readonly FileLock[], of?: TaskId): Contest[] {
  const at = overlapIndex(locks);
  return locks
    .filter((lock) => lock.exact && (of === undefined || lock.taskId === of))
    .map((lock) => ({
      lock,
      others: at(lock).filter((other) => other.taskId !== lock.taskId && other.seq < lock.seq),
    }))
    .filter(({ others }) => others.length > 0);
}

/** `src/a.ts (locked by task k3j9abcd “Title”)` … */
export async function contestsText(db: Db, contests: readonly Contest[]): Promise<string> {
  const titles = new Map<TaskId, string>();
  for (const { others } of contests)
    for (const { taskId } of others)
      if (!titles.has(taskId)) titles.set(taskId, (await getTask(db, taskId))?.title ?? '?');
  const texts = contests.map(({ lock, others }) => {
    const by = [...new Set(others.map(({ taskId }) => `task ${taskId} “${titles.get(taskId)}”`))];
    // Names of files are their coder's.
    return printable(`${lock.path} (locked by ${by.join(' and ')})`);
  });
  return listed(texts, SHOWN);
}

/** Of one task, as it stands now. */
export async function contestsOfTask(db: Db, taskId: TaskId): Promise<Contest[]> {
  return contestsOf(await listFileLocks(db), taskId);
}

/** What others have of the files that a task is to change; nothing where files are not locked. */
export async function lockedFor(db: Db, { config }: Pick<Gate, 'config'>, task: Task): Promise<LockedFile[]> {
  if (!config.locks.files || task.paths.length === 0) return [];
  const at = overlapIndex((await listFileLocks(db)).filter(({ taskId }) => taskId !== task.id));
  const found = new Set(task.paths.flatMap((path) => at({ path, exact: false })));
  return [...found].map(({ path, taskId }) => ({ path, holder: taskHolder(taskId) }));
}

/**
 * What others have of paths that a task under way is given. What two have already, because one of them changed it all the same,
 * does not count.
 */
export async function lockedAnew(
  db: Db,
  { config }: Pick<Gate, 'config'>,
  { id }: Task,
  paths: readonly string[],
): Promise<LockedFile[]> {
  if (!config.locks.files) return [];
  const locks = await listFileLocks(db);
  const at = overlapIndex(locks.filter(({ taskId }) => taskId !== id));
  const own = overlapIndex(locks.filter(({ taskId }) => taskId === id));
  const found = new Set(paths.flatMap((path) => at({ path, exact: false })));
  return [...found]
    .filter((lock) => own(lock).length === 0)
    .map(({ path, taskId }) => ({ path, holder: taskHolder(taskId) }));
}

/**
 * A task under way is given other globs. What it really changes stays its own.
 * @returns what it has otherwise, as claims are named
 */
export async function lockAnew(
  store: Store,
  trx: Trx,
  to: {
    readonly task: Task;
    readonly runnerId: string | null;
    readonly paths: readonly string[];
    readonly changed: readonly string[];
  },
): Promise<{ readonly taken: readonly string[]; readonly given: readonly string[] }> {
  const { id } = to.task;
  const own = (await listFileLocks(trx)).filter(({ taskId }) => taskId === id);
  const globs = own.filter(({ exact }) => !exact).map(({ path }) => path);
  const given = globs.filter((path) => !to.paths.includes(path));
  // A file that is a glob of its own now is one whatever becomes of the change.
  const named = own.filter(({ exact, path }) => exact && to.paths.includes(path)).map(({ path }) => path);
  await dropFiles(trx, id, [...given, ...named]);
  const taken = await takeFiles(store, trx, id, to.runnerId, to.paths, false);
  const at = overlapIndex(to.paths.map((path) => ({ path, exact: false })));
  const left = to.changed.filter((path) => !isLockfile(path) && at({ path, exact: true }).length === 0);
  const kept = await takeFiles(store, trx, id, to.runnerId, gathered(left, MOST), true);
  return {
    taken: [...taken.filter((path) => !named.includes(path)), ...kept].map(fileResource),
    given: given.map(fileResource),
  };
}

/** For the brief of a task: who else has files that it changes or is about, each with what it has of them. */
export async function lockedBeside(
  db: Db,
  { config }: Pick<Gate, 'config'>,
  task: Task,
  changed: readonly string[],
  globs: readonly string[],
): Promise<{ readonly id: string; readonly title: string; readonly files: readonly string[] }[]> {
  if (!config.locks.files) return [];
  const at = overlapIndex((await listFileLocks(db)).filter(({ taskId }) => taskId !== task.id));
  const found = new Set([
    ...changed.flatMap((path) => at({ path, exact: true })),
    ...globs.flatMap((path) => at({ path, exact: false })),
  ]);
  return await Promise.all(
    [...Map.groupBy(found, ({ taskId }) => taskId)].map(async ([id, locks]) => ({
      id,
      title: (await getTask(db, id))?.title ?? '?',
      files: locks.map(({ path }) => path),
    })),
  );
}

/** What a branch really changes; undefined where files are not locked: nothing is looked for then. */
export async function lockable(project: Project, gate: Gate, head: Sha): Promise<string[] | undefined> {
  if (!gate.config.locks.files) return undefined;
  return await changedPaths(await project.own(), gate.main, head);
}

export interface Changing {
  readonly taskId: TaskId;
  /** Who changes it; null for a person. */
  readonly runnerId: string | null;
  readonly paths: readonly string[];
  /** Whether its coder is at it now, and may take it back. */
  readonly working: boolean;
}

/**
 * What a task has beside its globs is what it really changes. Lockfiles are nobody's: the queue makes them anew.
 * @returns what it did not have yet and another one has, in words; undefined when there is none
 */
export async function lockChanged(
  store: Store,
  trx: Trx,
  { taskId, runnerId, paths, working }: Changing,
): Promise<string | undefined> {
  const own = (await listFileLocks(trx)).filter((lock) => lock.taskId === taskId);
  const given = overlapIndex(own.filter((lock) => !lock.exact));
  const changed = paths.filter((path) => !isLockfile(path) && given({ path, exact: true }).length === 0);
  const wanted = new Set(gathered(changed, MOST));
  const gone = own.filter((lock) => lock.exact && !wanted.has(lock.path));
  await dropFiles(
    trx,
    taskId,
    gone.map(({ path }) => path),
  );
  const taken = new Set(await takeFiles(store, trx, taskId, runnerId, [...wanted], true));
  if (taken.size === 0) return undefined;
  const contests = (await contestsOfTask(trx, taskId)).filter(({ lock }) => taken.has(lock.path));
  if (contests.length === 0) return undefined;
  const text = await contestsText(trx, contests);
  const data = {
    files: contests.slice(0, MOST_RECORDED).map(({ lock, others }) => ({
      path: lock.path,
      tasks: [...new Set(others.map((other) => other.taskId))],
    })),
    working,
    text,
  };
  await recordEvent(trx, { at: store.now(), kind: 'contested', taskId, runnerId, data });
  return text;
}

/** Of a head that is looked at before it is judged: it may have moved, or be from before files were locked. */
export async function lockHead(
  project: Project,
  gate: Gate,
  taskId: TaskId,
  runnerId: string | null,
  head: Sha,
): Promise<void> {
  const paths = await lockable(project, gate, head);
  if (paths === undefined) return;
  const { store } = project;
  await store.write((trx) => lockChanged(store, trx, { taskId, runnerId, paths, working: false }));
}

/**
 * For the time in which a coder is at work. Told at once, and once for each file: until it ends, a coder may take it back.
 * @param head where it begins: what its branch changes already is locked at once
 */
export async function lookLocked(
  { project, report }: Session,
  gate: Gate,
  task: Task,
  step: { readonly id: number; readonly runnerId: string },
  head: Sha,
): Promise<Look | undefined> {
  const before = await lockable(project, gate, head);
  if (before === undefined) return undefined;
  const { store } = project;
  const { id: taskId, title } = task;
  let last: string | undefined;
  const look = async (changed: readonly string[]) => {
    const paths = [...new Set([...before, ...changed])].sort();
    // A person may have given it other globs.
    const globs = (await listFileLocks(store.db)).filter((lock) => lock.taskId === taskId && !lock.exact);
    const seen = JSON.stringify([paths, globs.map((lock) => lock.path)]);
    if (seen === last || (last === undefined && paths.length === 0)) return;
    const told = await store.write(async (trx) => {
      const open = await listOpenSteps(trx, { taskId });
      // Taken out of its hands: what it has in its worktree says nothing about the task any more.
      if (!open.some((one) => one.id === step.id)) return undefined;
      return await lockChanged(store, trx, { taskId, runnerId: step.runnerId, paths, working: true });
    });
    last = seen;
    if (told !== undefined)
      report({ kind: 'noticed', sentence: `${taskId} “${title}”: its coder is changing ${told}` });
  };
  await look([]);
  return look;
}
