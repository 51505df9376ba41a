import { expect, test } from 'vitest';
import { readAccuracy } from '../../src/orchestrator/accuracy.ts';
import { rememberOpinion } from '../../src/orchestrator/opinions.ts';
import { touchesOf } from '../../src/orchestrator/scheduling.ts';
import type { Store } from '../../src/store/open.ts';
import { type ExpectedConflict, insertOpinion, insertPrediction } from '../../src/store/opinions.ts';
import { recordChanged } from '../../src/store/schedule.ts';
import type { TaskId } from '../../src/task/ids.ts';
import { taskOf as analyzedTaskOf } from '../support/question.ts';
import { addRunner, addTask, claimNext, openTestStore, taskOf } from '../support/store.ts';

async function add(
  store: Store,
  title: string,
  likely: readonly (readonly [string, number])[] = [],
): Promise<TaskId> {
  return await addTask(store, { title, likely });
}

const asked = (...ids: readonly string[]) => ids.map((id) => ({ id, known: false }));

const change = (store: Store, id: string, ...paths: string[]) =>
  store.write((trx) => recordChanged(trx, id, paths));

async function of(store: Store, who: string) {
  const { rows } = await readAccuracy(store.db);
  return rows.find((row) => row.who === who);
}

test('files that routing named, against those that were changed; lockfiles do not count', async () => {
  const { store } = await openTestStore();
  const one = await add(store, 'one', [
    ['a.ts', 0.9],
    ['b.ts', 0.5],
    ['c.ts', 0.05],
  ]);
  const other = await add(store, 'other', [['a.ts', 0.3]]);
  await add(store, 'pending', [['z.ts', 0.9]]);
  expect((await readAccuracy(store.db)).rows).toEqual([]);
  await change(store, one, 'a.ts', 'c.ts', 'package-lock.json');
  await change(store, other, 'd.ts');
  expect(await of(store, 'routing')).toEqual({
    who: 'routing',
    of: 'files',
    judged: 2,
    score: { predicted: 3, happened: 3, right: 1 },
  });
  expect(await of(store, 'balanced scheduling')).toMatchObject({
    judged: 1,
    score: { predicted: 1, happened: 0, right: 0 },
  });
});

test('pairs that an analyst named, of those that it was asked about and whose outcome is known', async () => {
  const { store } = await openTestStore();
  const ids = [];
  for (const title of ['a', 'b', 'c', 'd']) ids.push(await add(store, title));
  const [a, b, c, d] = ids as [TaskId, TaskId, TaskId, TaskId];
  const outside = await add(store, 'not asked about');
  const conflict = (taskA: string, taskB: string) => ({
    taskA,
    taskB,
    files: ['x.ts'],
    risk: 'high' as const,
    reason: 'both do',
  });
  const analysis = {
    canRunInParallel: false,
    confidence: 'high' as const,
    fileConflicts: [conflict(a, b), conflict(b, c), conflict(c, d), conflict(a, 'gone')],
    buildConflicts: [],
    recommendations: [],
    safeParallelGroups: [],
  };
  const asked = [a, b, c, d].map((id) => analyzedTaskOf({ id }));
  await rememberOpinion({ store } as never, 'static', asked, { analysis });
  for (const id of [a, b, outside]) await change(store, id, 'x.ts');
  await change(store, c, 'y.ts');
  // d has not ended: c and d are not judged. a and b came true, b and c did not, a and c was not said and did not happen.
  expect(await of(store, 'static')).toMatchObject({
    judged: 3,
    score: { predicted: 2, happened: 1, right: 1 },
  });
});

test('to know what two tasks have changed already is no prediction', async () => {
  const { store } = await openTestStore();
  const [one, other] = [await add(store, 'one'), await add(store, 'other')];
  await change(store, one, 'x.ts');
  const opinion = {
    analyst: 'late',
    tasks: asked(one, other),
    conflicts: [{ tasks: [one, other], risk: 'high', paths: [] }],
  } as const;
  await change(store, other, 'x.ts');
  await store.write((trx) => insertOpinion(store, trx, opinion));
  expect(await of(store, 'late')).toBeUndefined();
});

test.each([
  ['they have ended', 0],
  ['their worktrees show it', 1],
])('what is said once %s does not count for what was said before', async (_, shown) => {
  const { store } = await openTestStore();
  const [one, other] = [await add(store, 'one'), await add(store, 'other')];
  const say = (known: boolean, ...conflicts: ExpectedConflict[]) =>
    store.write((trx) =>
      insertOpinion(store, trx, {
        analyst: 'wise',
        tasks: [one, other].map((id) => ({ id, known })),
        conflicts,
      }),
    );
  await say(false);
  if (shown === 0) for (const id of [one, other]) await change(store, id, 'x.ts');
  await say(shown === 1, { tasks: [one, other], risk: 'high', paths: ['x.ts'] });
  if (shown === 1) for (const id of [one, other]) await change(store, id, 'x.ts');
  expect(await of(store, 'wise')).toMatchObject({
    judged: 1,
    score: { predicted: 0, happened: 1, right: 0 },
  });
});

test('a warning at a pickup holds nobody back', async () => {
  const { store } = await openTestStore();
  const [one, other] = [await add(store, 'one'), await add(store, 'other')];
  const scheduling = { mode: 'balanced', holdMs: 60_000, meet: () => false, touchesOf } as const;
  const warning = { analyst: 'analysis.onPickup', tasks: asked(one, other), named: [[one, other]] } as const;
  await store.write((trx) => insertPrediction(store, trx, warning));
  await claimNext(store, await addRunner(store), { scheduling });
  expect(await claimNext(store, await addRunner(store), { scheduling })).toMatchObject({ taskId: other });
});

test('what an analyst says holds a task back, until it says otherwise', async () => {
  const { store } = await openTestStore();
  const [one, other] = [await add(store, 'one'), await add(store, 'other')];
  const scheduling = { mode: 'balanced', holdMs: 60_000, meet: () => false, touchesOf } as const;
  const opinion = (risk: 'low' | 'medium') =>
    ({
      analyst: 'model',
      tasks: asked(one, other),
      conflicts: [{ tasks: [other, one], risk, paths: ['x'] }],
    }) as const;
  await store.write((trx) => insertOpinion(store, trx, opinion('medium')));
  await claimNext(store, await addRunner(store), { scheduling });
  expect(await claimNext(store, await addRunner(store), { scheduling })).toBeUndefined();
  await store.write((trx) => insertOpinion(store, trx, opinion('low')));
  expect(await claimNext(store, await addRunner(store), { scheduling })).toMatchObject({ taskId: other });
  expect((await taskOf(store, other)).status).toBe('in_progress');
});
