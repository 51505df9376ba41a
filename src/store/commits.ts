// The registry: which commits belong to which task and attempt.

import type { TaskCommit } from '../task/event.ts';
import type { Sha, TaskId } from '../task/ids.ts';
import type { Finding, Opinion } from '../task/opinion.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import type { CommitStatus } from './schema.ts';

/** A commit that the hook has told of. What git says when the coder ends replaces it. */
export async function registerCommit(
  store: Store,
  trx: Trx,
  taskId: TaskId,
  attempt: number,
  commit: TaskCommit,
): Promise<void> {
  await run(
    trx,
    `insert into task_commits (id, task_id, commit_hash, commit_message, author, created_at, status, attempt)
    values (?, ?, ?, ?, ?, ?, 'pending', ?)
    on conflict (task_id, commit_hash) do nothing`,
    store.newId(),
    taskId,
    commit.hash,
    commit.message,
    commit.author,
    commit.at,
    attempt,
  );
}

/** Makes the registry say what git says: `commits` is all of `main..head`, oldest first. */
export async function reconcileCommits(
  store: Store,
  trx: Trx,
  taskId: TaskId,
  attempt: number,
  commits: readonly TaskCommit[],
): Promise<void> {
  for (const commit of commits) await registerCommit(store, trx, taskId, attempt, commit);
  const live = JSON.stringify(commits.map((commit) => commit.hash));
  // Amended, rebased or reset away: kept as history, no longer part of the task.
  await run(
    trx,
    `update task_commits set status = 'superseded'
    where task_id = ? and status <> 'superseded' and commit_hash not in (select value from json_each(?))`,
    taskId,
    live,
  );
  await run(
    trx,
    `update task_commits set status = 'pending'
    where task_id = ? and status = 'superseded' and commit_hash in (select value from json_each(?))`,
    taskId,
    live,
  );
}

/** Under which names main has the task's commits. */
export async function recordLanded(trx: Trx, taskId: TaskId, landedAs: ReadonlyMap<Sha, Sha>): Promise<void> {
  for (const [commit, landed] of landedAs) {
    await run(
      trx,
      'update task_commits set landed_commit = ? where task_id = ? and commit_hash = ?',
      landed,
      taskId,
      commit,
    );
  }
}

/** Main has them no more. */
export async function forgetLanded(trx: Trx, taskId: TaskId): Promise<void> {
  await trx.updateTable('task_commits').set({ landed_commit: null }).where('task_id', '=', taskId).execute();
}

export interface RegisteredCommit extends TaskCommit {
  readonly attempt: number;
  readonly status: CommitStatus;
  readonly rejectionReason: string | null;
  readonly landedCommit: Sha | null;
}

/** In the order in which they were registered, which is the order of the branch. */
export async function listCommits(db: Db, taskId: TaskId): Promise<RegisteredCommit[]> {
  const rows = await db
    .selectFrom('task_commits')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('attempt')
    .orderBy('rowid' as 'created_at')
    .execute();
  return rows.map((row) => ({
    hash: row.commit_hash as Sha,
    message: row.commit_message ?? '',
    author: row.author ?? '',
    at: row.created_at,
    attempt: row.attempt,
    status: row.status,
    rejectionReason: row.rejection_reason,
    landedCommit: row.landed_commit as Sha | null,
  }));
}

/** Of these commits, those that were another task's first, and whose; only of tasks that are still open. */
export async function listCommitsOfOthers(
  db: Db,
  taskId: TaskId,
  hashes: readonly Sha[],
): Promise<{ readonly hash: Sha; readonly taskId: TaskId }[]> {
  if (hashes.length === 0) return [];
  const rows = await db
    .selectFrom('task_commits as c')
    .innerJoin('tasks as t', 't.id', 'c.task_id')
    .select(['c.commit_hash', 'c.task_id', 't.status'])
    .where('c.commit_hash', 'in', hashes)
    .orderBy('c.rowid' as 'c.created_at')
    .execute();
  const first = new Map(rows.map((row) => [row.commit_hash, row] as const).reverse());
  return [...first.values()]
    .filter((row) => row.task_id !== taskId && !['completed', 'cancelled', 'skipped'].includes(row.status))
    .map((row) => ({ hash: row.commit_hash as Sha, taskId: row.task_id as TaskId }));
}

export interface ForeignCommit {
  readonly hash: Sha;
  readonly message: string;
  readonly taskId: TaskId;
  readonly title: string;
  readonly section: string | null;
}

/** Commits of other tasks made since `since`: what a reviewer must not take for this task's. */
export async function listForeignCommits(
  db: Db,
  taskId: TaskId,
  since: number,
  limit: number,
): Promise<ForeignCommit[]> {
  const rows = await db
    .selectFrom('task_commits as c')
    .innerJoin('tasks as t', 't.id', 'c.task_id')
    .leftJoin('sections as s', 's.id', 't.section_id')
    .select(['c.commit_hash', 'c.commit_message', 'c.task_id', 't.title', 's.name'])
    .where('c.task_id', '!=', taskId)
    .where('c.status', '!=', 'superseded')
    .where('c.created_at', '>=', since)
    .orderBy('c.created_at')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    hash: row.commit_hash as Sha,
    message: row.commit_message ?? '',
    taskId: row.task_id as TaskId,
    title: row.title,
    section: row.name,
  }));
}

export interface Rejection {
  readonly id: string;
  readonly attempt: number;
  readonly reason: string;
  readonly reviewer: string;
  readonly commit: Sha;
  readonly commits: readonly Sha[];
  /** What each reviewer said; none where a person rejected. */
  readonly opinions: readonly Opinion[];
  /** Of all of them. */
  readonly findings: readonly Finding[];
  readonly at: number;
}

export async function listRejections(db: Db, taskId: TaskId): Promise<Rejection[]> {
  const rows = await db
    .selectFrom('task_rejections')
    .selectAll()
    .where('task_id', '=', taskId)
    .orderBy('created_at')
    .orderBy('attempt')
    .execute();
  return rows.map((row) => {
    const opinions: readonly Opinion[] = JSON.parse(row.opinions);
    return {
      id: row.id,
      attempt: row.attempt,
      reason: row.reason,
      reviewer: row.reviewer,
      commit: row.commit_hash as Sha,
      commits: JSON.parse(row.commits),
      opinions,
      findings: opinions.flatMap((opinion) => opinion.findings),
      at: row.created_at,
    };
  });
}

/** Tasks whose commits these are, as main has them. */
export async function findLandedBy(db: Db, commits: readonly Sha[]): Promise<TaskId[]> {
  const rows = await run<{ task_id: TaskId }>(
    db,
    'select distinct task_id from task_commits where landed_commit in (select value from json_each(?))',
    JSON.stringify(commits),
  );
  return rows.map((row) => row.task_id);
}
