import { sql } from 'kysely';
import type { BranchName, Sha, TaskId } from '../task/ids.ts';
import type { Status } from '../task/status.ts';
import { ACTIVE_ENTRY, VERIFYING_ENTRY } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import { isActive } from './entries.ts';
import { recordEvent } from './events.ts';
import type { Db, Store, Trx } from './open.ts';

export interface NewTask {
  readonly title: string;
  readonly spec: string;
  readonly sectionId: string | null;
  readonly priority: number;
  readonly paths: readonly string[];
  /** What it is likely to change, where nobody gave paths. */
  readonly pathsInferred?: readonly string[];
  /** All that it may change, with the chance of each path. */
  readonly likely?: readonly (readonly [string, number])[];
  readonly coder: string | null;
}

/** @returns the new task's id */
export async function insertTask(store: Store, trx: Trx, task: NewTask): Promise<TaskId> {
  const id = store.newId();
  const at = store.now();
  await trx
    .insertInto('tasks')
    .values({
      id,
      title: task.title,
      spec: task.spec,
      section_id: task.sectionId,
      priority: task.priority,
      paths: JSON.stringify(task.paths),
      paths_inferred: JSON.stringify(task.pathsInferred ?? []),
      likely: JSON.stringify(task.likely ?? []),
      coder: task.coder,
      status: 'pending',
      current_attempt: 0,
      bounds_from: 0,
      version: 0,
      created_at: at,
      updated_at: at,
    })
    .execute();
  await recordEvent(trx, { at, kind: 'added', taskId: id, data: { title: task.title } });
  return id as TaskId;
}

export interface TaskEdit {
  readonly title?: string;
  readonly spec?: string;
  readonly sectionId?: string | null;
  readonly priority?: number;
  readonly paths?: readonly string[];
  readonly pathsInferred?: readonly string[];
  readonly likely?: NewTask['likely'];
  readonly coder?: string | null;
}

/** Nobody wrote it. */
const GUESSED = ['pathsInferred', 'likely'];

/**
 * Changes what a person wrote about a task; its state is not theirs to write.
 * @param also what has changed besides, in words of the command line
 */
export async function updateTask(
  store: Store,
  trx: Trx,
  id: TaskId,
  edit: TaskEdit,
  also: readonly string[] = [],
): Promise<void> {
  const at = store.now();
  await trx
    .updateTable('tasks')
    .set({
      ...(edit.title === undefined ? {} : { title: edit.title }),
      ...(edit.spec === undefined ? {} : { spec: edit.spec }),
      ...(edit.sectionId === undefined ? {} : { section_id: edit.sectionId }),
      ...(edit.priority === undefined ? {} : { priority: edit.priority }),
      ...(edit.paths === undefined ? {} : { paths: JSON.stringify(edit.paths) }),
      ...(edit.pathsInferred === undefined ? {} : { paths_inferred: JSON.stringify(edit.pathsInferred) }),
      ...(edit.likely === undefined ? {} : { likely: JSON.stringify(edit.likely) }),
      ...(edit.coder === undefined ? {} : { coder: edit.coder }),
      version: sql<number>`version + 1`,
      updated_at: at,
    })
    .where('id', '=', id)
    .execute();
  await recordEvent(trx, {
    at,
    kind: 'edited',
    taskId: id,
    data: { changed: [...Object.keys(edit).filter((key) => !GUESSED.includes(key)), ...also] },
  });
}

/** Gives a task that was never claimed the branch that git has of it. @returns whether it had none */
export async function adoptBranch(trx: Trx, id: TaskId, branch: BranchName): Promise<boolean> {
  const adopted = await trx
    .updateTable('tasks')
    .set({ branch, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .where('branch', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return adopted !== undefined;
}

function taskQuery(db: Db) {
  return db
    .selectFrom('tasks as t')
    .leftJoin('attempts as a', (join) =>
      join.onRef('a.task_id', '=', 't.id').onRef('a.number', '=', 't.current_attempt'),
    )
    .leftJoin('sections as s', 's.id', 't.section_id')
    .leftJoin('entries as e', (join) =>
      join.onRef('e.task_id', '=', 't.id').on('e.status', 'in', [...ACTIVE_ENTRY]),
    )
    .leftJoin('takeovers as o', 'o.task_id', 't.id')
    .leftJoin('slots as w', (join) =>
      join.on('w.name', '=', sql<string>`'task-' || t.id`).on('o.task_id', 'is not', null),
    )
    .selectAll('t')
    .select([
      'a.base_commit',
      'a.attempt_base_commit',
      'a.head_commit',
      's.name as section_name',
      'e.status as entry_status',
      'o.person',
      'o.opening',
      'o.taken_at',
      'w.path as taken_path',
    ]);
}

type TaskRow = Awaited<ReturnType<ReturnType<typeof taskQuery>['execute']>>[number];

function toTask(row: TaskRow): Task {
  const verifying = row.entry_status !== null && VERIFYING_ENTRY.includes(row.entry_status);
  return {
    id: row.id as TaskId,
    seq: row.seq,
    title: row.title,
    spec: row.spec,
    section:
      row.section_id === null ? null : { id: row.section_id, name: row.section_name ?? row.section_id },
    priority: row.priority,
    paths: JSON.parse(row.paths),
    pathsInferred: JSON.parse(row.paths_inferred),
    coder: row.coder,
    status: row.status === 'queued' && verifying ? 'verifying' : row.status,
    reason: row.reason,
    branch: row.branch as BranchName | null,
    attempt: row.current_attempt,
    baseCommit: row.base_commit as Sha | null,
    attemptBaseCommit: row.attempt_base_commit as Sha | null,
    latestCommit: row.head_commit as Sha | null,
    approvedCommit: row.approved_commit as Sha | null,
    landedCommit: row.landed_commit as Sha | null,
    needsPerson: row.needs_person === 1,
    heldBy: row.held_by,
    takenOver:
      row.person === null || row.taken_at === null
        ? null
        : { person: row.person, since: row.taken_at, path: row.taken_path, opening: row.opening },
    notBefore: row.not_before,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export async function getTask(db: Db, id: TaskId): Promise<Task | undefined> {
  const row = await taskQuery(db).where('t.id', '=', id).executeTakeFirst();
  return row && toTask(row);
}

export interface TaskFilter {
  readonly statuses?: readonly Status[];
  readonly sectionId?: string;
  readonly limit?: number;
}

/** In the order of arrival. */
export async function listTasks(db: Db, filter: TaskFilter = {}): Promise<Task[]> {
  let query = taskQuery(db).orderBy('t.seq');
  if (filter.sectionId !== undefined) query = query.where('t.section_id', '=', filter.sectionId);
  if (filter.statuses) {
    const stored = filter.statuses.map((status) => (status === 'verifying' ? 'queued' : status));
    query = query.where('t.status', 'in', stored);
  }
  if (filter.limit !== undefined && !filter.statuses) query = query.limit(filter.limit);
  const tasks = (await query.execute()).map(toTask);
  if (!filter.statuses) return tasks;
  // Queued and verifying are told apart only here, so the limit comes after.
  return tasks.filter((task) => filter.statuses?.includes(task.status)).slice(0, filter.limit);
}

/** Ids that begin with `prefix`; at most three, which is enough to call it ambiguous. */
export async function findTaskIds(db: Db, prefix: string): Promise<TaskId[]> {
  const rows = await db
    .selectFrom('tasks')
    .select('id')
    .where(sql<boolean>`substr(id, 1, ${prefix.length}) = ${prefix}`)
    .orderBy('seq')
    .limit(3)
    .execute();
  return rows.map((row) => row.id as TaskId);
}

/** How many tasks are in each status that occurs. */
export async function countTasks(db: Db): Promise<Map<Status, number>> {
  const stored = await db
    .selectFrom('tasks')
    .select(['status', sql<number>`count(*)`.as('count')])
    .groupBy('status')
    .execute();
  const verifying = await db
    .selectFrom('entries')
    .select(sql<number>`count(task_id)`.as('count'))
    .where(isActive)
    .where('status', 'in', [...VERIFYING_ENTRY])
    .executeTakeFirstOrThrow();
  const counts = new Map<Status, number>(stored.map((row) => [row.status, row.count]));
  if (verifying.count > 0) {
    counts.set('queued', (counts.get('queued') ?? 0) - verifying.count);
    counts.set('verifying', verifying.count);
  }
  return counts;
}

export async function addDependency(trx: Trx, taskId: TaskId, afterId: TaskId): Promise<void> {
  await trx
    .insertInto('task_dependencies')
    .values({ task_id: taskId, after_id: afterId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function removeDependencies(trx: Trx, taskId: TaskId): Promise<void> {
  await trx.deleteFrom('task_dependencies').where('task_id', '=', taskId).execute();
}

/** The path along `--after` from `from` to `to`, when there is one: adding the edge back would close a cycle. */
export async function dependencyPath(db: Db, from: TaskId, to: TaskId): Promise<TaskId[] | undefined> {
  const edges = await db.selectFrom('task_dependencies').selectAll().execute();
  const afters = Map.groupBy(edges, (edge) => edge.task_id);
  // Each task is visited once: a recursive query walks every path, and they double with each layer of tasks.
  const reachedFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const id of reachedFrom.keys()) {
    if (id === to) return pathTo(reachedFrom, to);
    for (const { after_id } of afters.get(id) ?? []) {
      if (!reachedFrom.has(after_id)) reachedFrom.set(after_id, id);
    }
  }
  return undefined;
}

function pathTo(reachedFrom: ReadonlyMap<string, string | undefined>, to: TaskId): TaskId[] {
  const path: TaskId[] = [];
  for (let id: string | undefined = to; id !== undefined; id = reachedFrom.get(id))
    path.unshift(id as TaskId);
  return path;
}

/** Who comes after whom, of all tasks. */
export async function listAllDependencies(
  db: Db,
): Promise<{ readonly taskId: TaskId; readonly afterId: TaskId }[]> {
  const edges = await db.selectFrom('task_dependencies').selectAll().execute();
  return edges.map((edge) => ({ taskId: edge.task_id as TaskId, afterId: edge.after_id as TaskId }));
}

export async function listDependencies(db: Db, taskId: TaskId): Promise<Task[]> {
  return (
    await taskQuery(db)
      .innerJoin('task_dependencies as d', 'd.after_id', 't.id')
      .where('d.task_id', '=', taskId)
      .orderBy('t.seq')
      .execute()
  ).map(toTask);
}
