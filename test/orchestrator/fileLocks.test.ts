// What a task has of the files that it really changes, and what is said where another one has them.

import { expect, test } from 'vitest';
import { contestsOf, lockChanged } from '../../src/orchestrator/fileLocks.ts';
import { listEvents } from '../../src/store/events.ts';
import { listFileLocks } from '../../src/store/fileLocks.ts';
import type { Store } from '../../src/store/open.ts';
import { overlapIndex } from '../../src/structure/overlapping.ts';
import type { TaskId } from '../../src/task/ids.ts';
import { addRunner, addTask, claimNext, openTestStore } from '../support/store.ts';

/** Tasks under way, each with one of these lists of globs. */
async function underWay(store: Store, ...globs: readonly (readonly string[])[]): Promise<TaskId[]> {
  const runner = await addRunner(store);
  const ids: TaskId[] = [];
  for (const [index, paths] of globs.entries()) {
    ids.push(await addTask(store, { title: `Task ${index}`, paths }));
    await claimNext(store, runner, { overlapping: overlapIndex });
  }
  return ids;
}

const change = (store: Store, taskId: TaskId, ...paths: readonly string[]) =>
  store.write((trx) => lockChanged(store, trx, { taskId, runnerId: 'r', paths, working: false }));

const locks = async (store: Store, of?: TaskId) =>
  (await listFileLocks(store.db))
    .filter(({ taskId }) => of === undefined || taskId === of)
    .map(({ path, exact }) => `${path}${exact ? '' : ' (given)'}`);

test('beside its globs it has what it changes, as long as it does, but no lockfile', async () => {
  const { store } = await openTestStore();
  const [id] = (await underWay(store, ['api/**'])) as [TaskId];
  await change(store, id, 'api/a.ts', 'web/b.ts', 'web/c.ts', 'web/package-lock.json');
  expect(await locks(store)).toEqual(['api/** (given)', 'web/b.ts', 'web/c.ts']);
  await change(store, id, 'web/c.ts', 'd.ts');
  expect(await locks(store)).toEqual(['api/** (given)', 'web/c.ts', 'd.ts']);
  await change(store, id);
  expect(await locks(store)).toEqual(['api/** (given)']);
});

test('a name that would move the terminal, or begin a line, is shown as what it is', async () => {
  const { store } = await openTestStore();
  const [first, second] = (await underWay(store, ['web'], [])) as [TaskId, TaskId];
  expect(await change(store, second, 'web/\n- \u001b[2Jx')).toBe(
    `web/<a>- <1b>[2Jx (locked by task ${first} “Task 0”)`,
  );
});

test('of more than a thousand files the folders', async () => {
  const { store } = await openTestStore();
  const [id] = (await underWay(store, [])) as [TaskId];
  const many = Array.from({ length: 1_200 }, (_, index) => `gen/${index % 3}/${index}.ts`);
  await change(store, id, ...many, 'README.md');
  expect((await locks(store)).sort()).toEqual(['README.md', 'gen/0', 'gen/1', 'gen/2']);
});

test('who comes second is told, once, and who was first is not', async () => {
  const { store } = await openTestStore();
  const [first, second] = (await underWay(store, ['web/**'], [])) as [TaskId, TaskId];
  expect(await change(store, first, 'web/a.ts', 'lib/x.ts')).toBeUndefined();
  const told = await change(store, second, 'lib/x.ts', 'web/b.ts', 'own.ts');
  expect(told).toBe(
    `lib/x.ts (locked by task ${first} “Task 0”), web/b.ts (locked by task ${first} “Task 0”)`,
  );
  expect(await change(store, second, 'web/b.ts', 'lib/x.ts')).toBeUndefined();
  expect(await change(store, first, 'lib/x.ts')).toBeUndefined();
  // Nothing is taken from either.
  expect(await locks(store, second)).toEqual(['lib/x.ts', 'web/b.ts']);
  expect(await locks(store, first)).toEqual(['web/** (given)', 'lib/x.ts']);
  const events = (await listEvents(store.db)).filter(({ kind }) => kind === 'contested');
  expect(events).toMatchObject([
    {
      taskId: second,
      data: {
        text: told,
        working: false,
        files: [
          { path: 'lib/x.ts', tasks: [first] },
          { path: 'web/b.ts', tasks: [first] },
        ],
      },
    },
  ]);
  const contests = contestsOf(await listFileLocks(store.db));
  expect(contests.map(({ lock, others }) => [lock.taskId, lock.path, others.map((one) => one.path)])).toEqual(
    [
      [second, 'lib/x.ts', ['lib/x.ts']],
      [second, 'web/b.ts', ['web/**']],
    ],
  );
});
