import { expect, test } from 'vitest';
import {
  listCommits,
  listForeignCommits,
  reconcileCommits,
  registerCommit,
} from '../../src/store/commits.ts';
import type { Store } from '../../src/store/open.ts';
import type { TaskCommit } from '../../src/task/event.ts';
import type { TaskId } from '../../src/task/ids.ts';
import { addSection, addTask, commit, NOON, openTestStore, sha } from '../support/store.ts';

const reconcile = (store: Store, id: TaskId, attempt: number, ...commits: readonly TaskCommit[]) =>
  store.write((trx) => reconcileCommits(store, trx, id, attempt, commits));
const register = (store: Store, id: TaskId, attempt: number, one: TaskCommit) =>
  store.write((trx) => registerCommit(store, trx, id, attempt, one));
const statuses = async (store: Store, id: TaskId) =>
  (await listCommits(store.db, id)).map((one) => `${one.hash[0]} ${one.status} in ${one.attempt}`);

async function oneTask() {
  const { store } = await openTestStore();
  return { store, id: await addTask(store) };
}

test('a commit is told of twice and registered once', async () => {
  const { store, id } = await oneTask();
  await register(store, id, 1, commit('a', 'Begin\n\nAll of it.'));
  await register(store, id, 2, commit('a', 'something else'));
  expect(await listCommits(store.db, id)).toEqual([
    {
      hash: sha('a'),
      message: 'Begin\n\nAll of it.',
      author: 'Coder <coder@example.org>',
      at: NOON,
      attempt: 1,
      status: 'pending',
      rejectionReason: null,
      landedCommit: null,
    },
  ]);
});

test('they are listed in the order of the branch', async () => {
  const { store, id } = await oneTask();
  await reconcile(store, id, 1, { ...commit('c'), at: NOON + 9 }, { ...commit('a'), at: NOON });
  await reconcile(store, id, 2, commit('c'), commit('a'), { ...commit('b'), at: NOON - 9 });
  expect(await statuses(store, id)).toEqual(['c pending in 1', 'a pending in 1', 'b pending in 2']);
});

test('what was amended away is superseded, and pending again when it comes back', async () => {
  const { store, id } = await oneTask();
  await reconcile(store, id, 1, commit('a'), commit('b'));
  await reconcile(store, id, 1, commit('a'), commit('c'));
  expect(await statuses(store, id)).toEqual(['a pending in 1', 'b superseded in 1', 'c pending in 1']);
  await reconcile(store, id, 2, commit('a'), commit('b'));
  expect(await statuses(store, id)).toEqual(['a pending in 1', 'b pending in 1', 'c superseded in 1']);
});

test('what only the hook has told of is superseded when git does not know it', async () => {
  const { store, id } = await oneTask();
  await register(store, id, 1, commit('a'));
  await register(store, id, 1, commit('b'));
  await reconcile(store, id, 1, commit('b'));
  expect(await statuses(store, id)).toEqual(['a superseded in 1', 'b pending in 1']);
});

test('a branch that was reset to where it began has no commits left', async () => {
  const { store, id } = await oneTask();
  await reconcile(store, id, 1, commit('a'), commit('b'));
  await reconcile(store, id, 1);
  expect(await statuses(store, id)).toEqual(['a superseded in 1', 'b superseded in 1']);
});

test('another task’s commits stay as they are', async () => {
  const { store, id } = await oneTask();
  const other = await addTask(store);
  await reconcile(store, other, 1, commit('a'));
  await reconcile(store, id, 1, commit('a'), commit('b'));
  await reconcile(store, id, 1, commit('b'));
  expect(await statuses(store, other)).toEqual(['a pending in 1']);
});

test('the commits of others since then, without what they threw away', async () => {
  const { store, id } = await oneTask();
  const other = await addTask(store, {
    title: 'Other',
    sectionId: await addSection(store, { name: 'docs' }),
  });
  await reconcile(store, id, 1, commit('a'));
  await reconcile(
    store,
    other,
    1,
    { ...commit('b'), at: NOON - 1 },
    { ...commit('c', 'See'), at: NOON },
    commit('d'),
  );
  await reconcile(store, other, 1, { ...commit('b'), at: NOON - 1 }, { ...commit('c', 'See'), at: NOON });
  expect(await listForeignCommits(store.db, id, NOON, 10)).toEqual([
    { hash: sha('c'), message: 'See', taskId: other, title: 'Other', section: 'docs' },
  ]);
  expect(await listForeignCommits(store.db, id, 0, 1)).toMatchObject([{ hash: sha('b') }]);
});
