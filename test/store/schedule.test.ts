import { describe, expect, test } from 'vitest';
import { touchesOf } from '../../src/orchestrator/scheduling.ts';
import type { Claiming } from '../../src/store/claim.ts';
import type { Store } from '../../src/store/open.ts';
import { endRunner, type Runner } from '../../src/store/runners.ts';
import { countHeldBack, recordChanged, recordConflict, type Scheduling } from '../../src/store/schedule.ts';
import { overlaps } from '../../src/structure/overlap.ts';
import type { TaskId } from '../../src/task/ids.ts';
import type { Pressure } from '../../src/task/schedule.ts';
import {
  addRunner,
  addSection,
  addTask,
  apply,
  claimNext,
  commit,
  happens,
  openTestStore,
  sha,
  taskOf,
} from '../support/store.ts';

const HOLD_MS = 60_000;
const scheduling: Scheduling = { mode: 'balanced', holdMs: HOLD_MS, meet: overlaps, touchesOf };

/** What it may change is in its title: `a.ts b.ts`. */
async function add(
  store: Store,
  title: string,
  more: { sectionId?: string; priority?: number } = {},
): Promise<TaskId> {
  return await addTask(store, { title, likely: title.split(' ').map((path) => [path, 0.9]), ...more });
}

async function next(
  store: Store,
  runner: Runner,
  claiming: Partial<Claiming> = {},
): Promise<string | undefined> {
  const claimed = await claimNext(store, runner, { scheduling, ...claiming });
  return claimed && (await taskOf(store, claimed.taskId)).title;
}

async function land(store: Store, id: TaskId): Promise<void> {
  await apply(store, id, happens.submitted(commit('a')));
  await apply(store, id, happens.approved(sha('a')));
  await apply(store, id, happens.landed(sha('b')));
}

test('a task that is likely to conflict with one under way is passed over until that has landed', async () => {
  const { store } = await openTestStore();
  const first = await add(store, 'a.ts');
  await add(store, 'b.ts a.ts');
  await add(store, 'c.ts');
  const runners = [await addRunner(store), await addRunner(store), await addRunner(store)];
  const [one, other, third] = runners as [Runner, Runner, Runner];
  expect(await next(store, one)).toBe('a.ts');
  expect(await next(store, other)).toBe('c.ts');
  expect(await next(store, third)).toBeUndefined();
  expect(await countHeldBack(store.db, store.now())).toBe(1);
  await apply(store, first, happens.submitted(commit('a')));
  await apply(store, first, happens.approved(sha('a')));
  expect(await next(store, third)).toBeUndefined();
  await apply(store, first, happens.landed(sha('b')));
  expect(await next(store, third)).toBe('b.ts a.ts');
  expect(await countHeldBack(store.db, store.now())).toBe(0);
});

test('without scheduling nothing is passed over, and nothing is written about it', async () => {
  const { store } = await openTestStore();
  await add(store, 'a.ts');
  await add(store, 'a.ts');
  const runners = [await addRunner(store), await addRunner(store)];
  for (const runner of runners) expect(await next(store, runner, { scheduling: undefined })).toBe('a.ts');
});

test('what a person named counts too, globs and all, and lockfiles for nothing', async () => {
  const { store } = await openTestStore();
  await addTask(store, { title: 'folder', paths: ['api/'] });
  await addTask(store, { title: 'glob', paths: ['api/*.ts'] });
  await addTask(store, { title: 'lock', likely: [['package-lock.json', 1]] });
  await addTask(store, { title: 'lock too', likely: [['package-lock.json', 1]] });
  const titles = [];
  for (let count = 0; count < 4; count++) titles.push(await next(store, await addRunner(store)));
  expect(titles).toEqual(['folder', 'lock', 'lock too', undefined]);
});

test('what a task has changed takes the place of what it was thought to change', async () => {
  const { store } = await openTestStore();
  const first = await add(store, 'a.ts');
  await add(store, 'a.ts');
  await add(store, 'z.ts');
  const [one, other] = [await addRunner(store), await addRunner(store)];
  await next(store, one);
  await store.write((trx) => recordChanged(trx, first, ['z.ts']));
  expect(await next(store, other)).toBe('a.ts');
  expect(await next(store, await addRunner(store))).toBeUndefined();
});

test('two tasks whose changes have conflicted are not begun side by side, whatever is guessed', async () => {
  const { store } = await openTestStore();
  const [a, b] = [await add(store, 'a.ts'), await add(store, 'b.ts')];
  await store.write((trx) => recordConflict(store, trx, b, a, ['shared.ts']));
  expect(await next(store, await addRunner(store))).toBe('a.ts');
  expect(await next(store, await addRunner(store))).toBeUndefined();
  await land(store, a);
  expect(await next(store, await addRunner(store))).toBe('b.ts');
});

test('who waits for a person keeps nobody apart', async () => {
  const { store } = await openTestStore();
  const first = await add(store, 'a.ts');
  await add(store, 'a.ts');
  await next(store, await addRunner(store));
  await apply(store, first, happens.submitted(commit('a')));
  expect(await next(store, await addRunner(store), { reviews: false })).toBe('a.ts');
});

describe('what was held back too long', () => {
  test('goes before what came first, and what conflicts with it waits', async () => {
    const { store, pass } = await openTestStore();
    const [a, b] = [await add(store, 'a.ts'), await add(store, 'b.ts')];
    await add(store, 'a.ts b.ts');
    const [one, other] = [await addRunner(store), await addRunner(store)];
    expect([await next(store, one), await next(store, other)]).toEqual(['a.ts', 'b.ts']);
    const third = await addRunner(store);
    expect(await next(store, third)).toBeUndefined();
    await land(store, a);
    pass(HOLD_MS);
    await add(store, 'a.ts', { priority: 9 });
    // Nothing under way changes a.ts, and it is more urgent: without the bound it would go on like that for ever.
    expect(await next(store, third)).toBeUndefined();
    await land(store, b);
    expect(await next(store, third)).toBe('a.ts b.ts');
    expect(await next(store, await addRunner(store))).toBeUndefined();
  });

  test('holds up other sections only as long as a runner of its own may take it', async () => {
    const { store, pass } = await openTestStore();
    const [api, web] = [await addSection(store, { name: 'api' }), await addSection(store, { name: 'web' })];
    const runner = await addRunner(store, { sectionId: api });
    const of = await addRunner(store, { sectionId: web });
    const first = await add(store, 'a.ts', { sectionId: api });
    await add(store, 'a.ts b.ts', { sectionId: web });
    await add(store, 'b.ts', { sectionId: api });
    expect(await next(store, runner)).toBe('a.ts');
    expect(await next(store, of)).toBeUndefined();
    pass(HOLD_MS);
    expect(await next(store, of)).toBeUndefined(); // it is still wanted
    await land(store, first);
    expect(await next(store, runner)).toBeUndefined();
    await store.write((trx) => endRunner(store, trx, of.id, 'it ended'));
    expect(await next(store, runner)).toBe('b.ts');
  });
});

test('while most runners are idle the one that is held the least begins all the same', async () => {
  const { store } = await openTestStore();
  await addTask(store, { title: 'sure', likely: [['a.ts', 1]] });
  await addTask(store, { title: 'likely', likely: [['a.ts', 0.5]] });
  await addTask(store, { title: 'hardly', likely: [['a.ts', 0.1]] });
  const runners = [];
  for (let count = 0; count < 4; count++) runners.push(await addRunner(store));
  const titles = [];
  for (const runner of runners) titles.push(await next(store, runner));
  expect(titles).toEqual(['sure', 'hardly', undefined, undefined]);
});

describe('pressure', () => {
  const pressure = (of: Pressure['of']): Pressure => ({ of, sentence: '', remedy: '' });

  test('of the queue lets nothing begin', async () => {
    const { store } = await openTestStore();
    await add(store, 'a.ts');
    const runner = await addRunner(store);
    expect(await next(store, runner, { pressure: pressure('queue') })).toBeUndefined();
    expect(await next(store, runner)).toBe('a.ts');
  });

  test('of the machine lets one begin where nothing is under way, and still reviews', async () => {
    const { store } = await openTestStore();
    const first = await add(store, 'a.ts');
    await add(store, 'b.ts');
    const [one, other] = [await addRunner(store), await addRunner(store)];
    expect(await next(store, one, { pressure: pressure('memory') })).toBe('a.ts');
    expect(await next(store, other, { pressure: pressure('memory') })).toBeUndefined();
    expect(await next(store, other, { pressure: pressure('disk') })).toBeUndefined();
    await apply(store, first, happens.submitted(commit('a')));
    const reviewing = await claimNext(store, other, {
      scheduling,
      reviews: true,
      pressure: pressure('queue'),
    });
    expect(reviewing).toMatchObject({ taskId: first, kind: 'review' });
  });
});
