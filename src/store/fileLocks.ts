// Files that tasks under way have: what their `--paths` say, taken at the claim, and what they really change. That globs
// overlap is told by who claims: the store knows no globs.

import type { TaskId } from '../task/ids.ts';
import { UNDER_WAY } from '../task/status.ts';
import { type Claim, dropClaim, taskHolder } from './claims.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

export interface FileLock {
  /** Of two that overlap, the lower one was there first. */
  readonly seq: number;
  readonly path: string;
  /** A file that is really changed, by its very name; else `path` is a glob as in git's pathspecs. */
  readonly exact: boolean;
  readonly taskId: TaskId;
  /** Who took it; null for a person. */
  readonly runnerId: string | null;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** @returns those of `locks` that something at `place` may belong to */
export type Overlapping = (
  locks: readonly FileLock[],
) => (place: Pick<FileLock, 'path' | 'exact'>) => readonly FileLock[];

/** In the order in which they were taken. */
export async function listFileLocks(db: Db): Promise<FileLock[]> {
  const rows = await run<Schema['file_locks'] & { seq: number }>(db, 'select * from file_locks order by seq');
  return rows.map((row) => ({
    seq: row.seq,
    path: row.path,
    exact: row.exact === 1,
    taskId: row.task_id as TaskId,
    runnerId: row.runner_id,
    since: row.locked_at,
  }));
}

export const pathsOf = (task: { readonly paths: string }): string[] => JSON.parse(task.paths);

/** Whether nobody has a file that the globs of a task may match. Locks are read once, and only when some task has globs. */
export function isFree(
  trx: Trx,
  overlapping: Overlapping,
): (task: { readonly paths: string }) => Promise<boolean> {
  let at: ReturnType<Overlapping> | undefined;
  return async (task) => {
    const paths = pathsOf(task);
    if (paths.length === 0) return true;
    at ??= overlapping(await listFileLocks(trx));
    return paths.every((path) => at?.({ path, exact: false }).length === 0);
  };
}

const IS_UNDER_WAY = `status in (${UNDER_WAY.map((status) => `'${status}'`).join(', ')})`;

/**
 * Takes files for a task that is under way; for another one nothing is taken, so that nothing is ever left behind. All of them
 * in the caller's transaction: nobody ever has some and waits for others.
 * @returns those that it did not have yet
 */
export async function takeFiles(
  store: Store,
  trx: Trx,
  taskId: TaskId,
  runnerId: string | null,
  paths: readonly string[],
  exact: boolean,
): Promise<string[]> {
  const taken: string[] = [];
  for (const path of paths) {
    const rows = await run(
      trx,
      `insert into file_locks (path, runner_id, task_id, exact, locked_at)
      select ?, ?, id, ?, ? from tasks where id = ? and ${IS_UNDER_WAY}
      on conflict (task_id, path) do nothing returning seq`,
      path,
      runnerId,
      exact ? 1 : 0,
      store.now(),
      taskId,
    );
    if (rows.length > 0) taken.push(path);
  }
  return taken;
}

/** @param paths files that a task does not change any more */
export async function dropFiles(trx: Trx, taskId: TaskId, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await run(trx, 'delete from file_locks where task_id = ? and path = ?', taskId, path);
}

export async function giveBackFiles(trx: Trx, taskId: TaskId): Promise<void> {
  await run(trx, 'delete from file_locks where task_id = ?', taskId);
}

const FILE = 'file:';
export const fileResource = (path: string) => `${FILE}${path}`;

/** As a claim, for who lists or gives back what is held. */
export function fileClaim(lock: FileLock): Claim {
  const { taskId, since: createdAt } = lock;
  return {
    resource: fileResource(lock.path),
    mode: 'exclusive',
    holder: taskHolder(taskId),
    expiresAt: null,
    createdAt,
  };
}

const STRAY = `not exists (select 1 from tasks t where t.id = file_locks.task_id and t.${IS_UNDER_WAY})`;

/** Of tasks that are not under way: only a copy of the store from elsewhere has some. */
export async function listStrayFiles(db: Db): Promise<Claim[]> {
  const stray = await run<{ seq: number }>(db, `select seq from file_locks where ${STRAY}`);
  const at = new Set(stray.map(({ seq }) => seq));
  return (await listFileLocks(db)).filter(({ seq }) => at.has(seq)).map(fileClaim);
}

/** Gives back a stray claim, of a file or of anything else. @returns whether it still was one */
export async function dropStray(trx: Trx, claim: Pick<Claim, 'resource' | 'holder'>): Promise<boolean> {
  if (!claim.resource.startsWith(FILE)) return await dropClaim(trx, claim);
  const gone = await run(
    trx,
    `delete from file_locks where path = ? and 'task:' || task_id = ? and ${STRAY} returning seq`,
    claim.resource.slice(FILE.length),
    claim.holder,
  );
  return gone.length > 0;
}
