import { describe, expect, test } from 'vitest';
import { listEntries, moveEntry } from '../../src/store/entries.ts';
import type { Store } from '../../src/store/open.ts';
import {
  addDependency,
  countTasks,
  dependencyPath,
  findTaskIds,
  listDependencies,
  listTasks,
  removeDependencies,
  updateTask,
} from '../../src/store/tasks.ts';
import type { TaskId } from '../../src/task/ids.ts';
import {
  addRunner,
  addSection,
  addTask,
  apply,
  claimNext,
  commit,
  happens,
  NOON,
  openTestStore,
  sha,
  taskOf,
} from '../support/store.ts';

const waitFor = (store: Store, task: TaskId, ...others: readonly TaskId[]) =>
  store.write(async (trx) => {
    for (const other of others) await addDependency(trx, task, other);
  });

async function addTasks(store: Store, count: number): Promise<TaskId[]> {
  const ids: TaskId[] = [];
  for (let index = 0; index < count; index++) ids.push(await addTask(store, { title: `Task ${index}` }));
  return ids;
}

test('a new task', async () => {
  const { store } = await openTestStore();
  const sectionId = await addSection(store, { name: 'backend' });
  const id = await addTask(store, {
    title: 'Add it',
    spec: 'All of it',
    sectionId,
    priority: 3,
    paths: ['src', 'a b'],
    coder: 'quick',
  });
  expect(await taskOf(store, id)).toEqual({
    id,
    seq: 1,
    title: 'Add it',
    spec: 'All of it',
    section: { id: sectionId, name: 'backend' },
    priority: 3,
    paths: ['src', 'a b'],
    pathsInferred: [],
    coder: 'quick',
    status: 'pending',
    reason: null,
    branch: null,
    attempt: 0,
    baseCommit: null,
    attemptBaseCommit: null,
    latestCommit: null,
    approvedCommit: null,
    landedCommit: null,
    heldBy: null,
    needsPerson: false,
    takenOver: null,
    notBefore: null,
    version: 0,
    createdAt: NOON,
    updatedAt: NOON,
  });
});

test('an edit changes what it names, and the version', async () => {
  const { store } = await openTestStore();
  const id = await addTask(store, { title: 'Old', spec: 'Stays', priority: 2, coder: 'quick' });
  await store.write((trx) => updateTask(store, trx, id, { title: 'New', coder: null }));
  expect(await taskOf(store, id)).toMatchObject({
    title: 'New',
    spec: 'Stays',
    priority: 2,
    coder: null,
    version: 1,
  });
});

describe('a task whose entry is being verified', () => {
  async function verifying() {
    const { store } = await openTestStore();
    const [id = '' as TaskId, other = '' as TaskId] = await addTasks(store, 2);
    for (const task of [id, other]) {
      await claimNext(store, await addRunner(store));
      await apply(store, task, happens.submitted(commit('a')));
      await apply(store, task, happens.approved(sha('a')));
    }
    const [entry] = await listEntries(store.db);
    if (!entry) throw new TypeError('nothing is queued');
    await store.write((trx) => moveEntry(store, trx, entry, { status: 'verifying' }));
    return { store, id, other };
  }

  test('is shown as such, and filtered as such', async () => {
    const { store, id, other } = await verifying();
    expect((await taskOf(store, id)).status).toBe('verifying');
    expect((await taskOf(store, other)).status).toBe('queued');
    expect((await listTasks(store.db, { statuses: ['verifying'] })).map((task) => task.id)).toEqual([id]);
    expect((await listTasks(store.db, { statuses: ['queued'] })).map((task) => task.id)).toEqual([other]);
  });

  test('is counted as such', async () => {
    const { store } = await verifying();
    expect(await countTasks(store.db)).toEqual(
      new Map([
        ['queued', 1],
        ['verifying', 1],
      ]),
    );
  });

  test('is found by a limited list, even behind others that are queued', async () => {
    const { store, id } = await verifying();
    const [first, second] = await listEntries(store.db);
    if (!first || !second) throw new TypeError('two are queued');
    await store.write(async (trx) => {
      await moveEntry(store, trx, first, { status: 'waiting' });
      await moveEntry(store, trx, second, { status: 'verifying' });
    });
    const listed = await listTasks(store.db, { statuses: ['verifying'], limit: 1 });
    expect(listed.map((task) => task.id)).not.toContain(id);
    expect(listed).toHaveLength(1);
  });
});

test('ids are found by their beginning, taken literally, at most three', async () => {
  const { store } = await openTestStore();
  const ids = await addTasks(store, 4);
  expect(await findTaskIds(store.db, ids[2] ?? '')).toEqual([ids[2]]);
  expect(await findTaskIds(store.db, 'id')).toEqual(ids.slice(0, 3));
  expect(await findTaskIds(store.db, 'i%')).toEqual([]);
});

describe('dependencies', () => {
  test('are listed in the order of arrival, each once, and removed', async () => {
    const { store } = await openTestStore();
    const [a, b, c] = (await addTasks(store, 3)) as [TaskId, TaskId, TaskId];
    await waitFor(store, c, b, a, b);
    expect((await listDependencies(store.db, c)).map((task) => task.id)).toEqual([a, b]);
    await store.write((trx) => removeDependencies(trx, c));
    expect(await listDependencies(store.db, c)).toEqual([]);
  });

  test('a path along them shows the cycle that one more would close', async () => {
    const { store } = await openTestStore();
    const [a, b, c, d] = (await addTasks(store, 4)) as [TaskId, TaskId, TaskId, TaskId];
    await waitFor(store, c, b);
    await waitFor(store, b, a);
    await waitFor(store, d, a);
    expect(await dependencyPath(store.db, c, a)).toEqual([c, b, a]);
    expect(await dependencyPath(store.db, a, c)).toBeUndefined();
    expect(await dependencyPath(store.db, d, c)).toBeUndefined();
    expect(await dependencyPath(store.db, a, a)).toEqual([a]);
  });

  test('a path is found although there is a cycle already', async () => {
    const { store } = await openTestStore();
    const [a, b, c] = (await addTasks(store, 3)) as [TaskId, TaskId, TaskId];
    await waitFor(store, a, b);
    await waitFor(store, b, a);
    expect(await dependencyPath(store.db, a, b)).toEqual([a, b]);
    expect(await dependencyPath(store.db, a, c)).toBeUndefined();
  });

  test('in many layers are walked once, not along every path', async () => {
    const { store } = await openTestStore();
    const LAYERS = 40;
    const ids = await addTasks(store, 2 * LAYERS + 1);
    const at = (index: number) => ids[index] as TaskId;
    await store.write(async (trx) => {
      for (let layer = 1; layer < LAYERS; layer++) {
        for (const upper of [2 * layer, 2 * layer + 1]) {
          for (const lower of [2 * layer - 2, 2 * layer - 1]) await addDependency(trx, at(upper), at(lower));
        }
      }
    });
    // There are 2³⁹ paths from the top.
    expect(await dependencyPath(store.db, at(2 * LAYERS - 1), at(2 * LAYERS))).toBeUndefined();
    expect(await dependencyPath(store.db, at(2 * LAYERS - 1), at(0))).toHaveLength(LAYERS);
  });
});
