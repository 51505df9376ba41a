// Locks on files, at the claim and at every ending of a task.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claimed } from '../../src/store/claim.ts';
import { dropFiles, dropStray, listFileLocks, listStrayFiles, takeFiles } from '../../src/store/fileLocks.ts';
import { run, type Store } from '../../src/store/open.ts';
import type { Runner } from '../../src/store/runners.ts';
import { matcher } from '../../src/structure/globs.ts';
import { overlapIndex } from '../../src/structure/overlapping.ts';
import type { TaskEvent } from '../../src/task/event.ts';
import type { TaskId } from '../../src/task/ids.ts';
import {
  addRunner,
  addSection,
  addTask,
  apply,
  claimNext,
  commit,
  happens,
  LIMITS,
  MAIN,
  openTestStore,
  sha,
  taskOf,
} from '../support/store.ts';

const LOCKING = { overlapping: overlapIndex };

/** Tasks of these paths, by their titles, which are the paths. */
async function addTasks(store: Store, ...paths: readonly string[]): Promise<TaskId[]> {
  const ids: TaskId[] = [];
  for (const title of paths) ids.push(await addTask(store, { title, paths: title.split(' ') }));
  return ids;
}

async function claimTitle(store: Store, runner: Runner, claiming = LOCKING): Promise<string | undefined> {
  const claimed = await claimNext(store, runner, claiming);
  return claimed && (await taskOf(store, claimed.taskId)).title;
}

const change = (store: Store, id: TaskId, ...paths: readonly string[]) =>
  store.write((trx) => takeFiles(store, trx, id, null, paths, true));

async function land(store: Store, id: TaskId): Promise<void> {
  await apply(store, id, happens.submitted(commit('a')));
  await apply(store, id, happens.approved(sha('a')));
  await apply(store, id, happens.landed(sha('b')));
}

const locked = async (store: Store) => (await listFileLocks(store.db)).map(({ path }) => path);

describe('tasks whose globs overlap', () => {
  test('run one after the other, until the first has landed; others beside them', async () => {
    const { store } = await openTestStore();
    const [first] = await addTasks(store, 'src/**', 'src/a.ts', 'docs', 'docs/b.md');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('src/**');
    expect(await claimTitle(store, runner)).toBe('docs');
    expect(await claimTitle(store, runner)).toBeUndefined();
    await apply(store, first as TaskId, happens.submitted(commit('a')));
    await apply(store, first as TaskId, happens.approved(sha('a')));
    expect(await claimTitle(store, runner)).toBeUndefined();
    await apply(store, first as TaskId, happens.landed(sha('b')));
    expect(await locked(store)).toEqual(['docs']);
    expect(await claimTitle(store, runner)).toBe('src/a.ts');
  });

  test.each([3, 4, 5, 35, 36, 37, 300])(
    '%i of them are passed over for the one behind them',
    async (many) => {
      const { store } = await openTestStore();
      await addTasks(store, ...Array.from({ length: many + 1 }, (_, number) => `a f${number}`), 'free');
      const runner = await addRunner(store);
      expect(await claimTitle(store, runner)).toBe('a f0');
      expect(await claimTitle(store, runner)).toBe('free');
      expect(await claimTitle(store, runner)).toBeUndefined();
    },
  );

  test('take all of their files, or none', async () => {
    const { store } = await openTestStore();
    const [first] = await addTasks(store, 'a', 'a b', 'c');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('a');
    expect(await claimTitle(store, runner)).toBe('c');
    expect(await locked(store)).toEqual(['a', 'c']);
    await land(store, first as TaskId);
    expect(await claimTitle(store, runner)).toBe('a b');
    expect(await locked(store)).toEqual(['c', 'a', 'b']);
  });

  test('also what another has really changed, without having said so', async () => {
    const { store } = await openTestStore();
    const [first] = await addTasks(store, 'a', 'b/*.ts');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('a');
    await change(store, first as TaskId, 'b/x.ts');
    expect(await claimTitle(store, runner)).toBeUndefined();
    // It took it back.
    await store.write((trx) => dropFiles(trx, first as TaskId, ['b/x.ts']));
    expect(await claimTitle(store, runner)).toBe('b/*.ts');
  });

  test('nothing is known of a task without paths, and it waits for none', async () => {
    const { store } = await openTestStore();
    await addTasks(store, '**');
    await addTask(store, { title: 'anything' });
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('**');
    expect(await claimTitle(store, runner)).toBe('anything');
  });

  test('where files are not locked, none is taken and none is waited for', async () => {
    const { store } = await openTestStore();
    const [first] = await addTasks(store, 'a', 'a');
    const runner = await addRunner(store);
    await claimNext(store, runner);
    expect(await locked(store)).toEqual([]);
    await change(store, first as TaskId, 'a');
    expect(await claimNext(store, runner)).toBeDefined();
  });

  test('an exclusive one waits to be alone, and for no file: what overlaps with it cannot pass it by', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store, { exclusive: true });
    const [first] = await addTasks(store, 'a/x');
    await addTask(store, { title: 'alone', paths: ['a/**'], sectionId });
    await addTasks(store, 'b');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('a/x');
    expect(await claimTitle(store, runner)).toBeUndefined();
    await land(store, first as TaskId);
    expect(await claimTitle(store, runner)).toBe('alone');
    expect(await locked(store)).toEqual(['a/**']);
  });
});

describe('a task gives back its files', () => {
  const submitted = happens.submitted(commit('a'));
  const disputed = { kind: 'disputed', reviewer: 'strict', commit: sha('a'), reason: 'who knows' } as const;
  const failed = happens.setback();
  test.each<[string, readonly TaskEvent[], readonly string[]]>([
    ['when it has landed', [submitted, happens.approved(sha('a')), happens.landed(sha('b'))], []],
    ['when it is cancelled', [happens.cancelled], []],
    ['when it is skipped', [submitted, disputed, happens.skipped], []],
    ['when its coder fails', [failed], []],
    ['when its runner dies', [happens.interrupted], []],
    ['when it is handed back', [happens.tookOver, happens.handedBack(MAIN)], []],
    ['when it is rejected', [submitted, happens.rejected(sha('a'))], []],
    ['when a person has to decide', [submitted, disputed], []],
    ['when it is taken out of the queue', [submitted, happens.approved(sha('a')), happens.dequeued], []],
    ['not when it is submitted', [submitted], ['a', 'b', 'really']],
    ['not when it is approved', [submitted, happens.approved(sha('a'))], ['a', 'b', 'really']],
    ['not when a person takes it over', [happens.tookOver], ['a', 'b', 'really']],
  ])('%s', async (_, events, left) => {
    const { store } = await openTestStore();
    const [id] = await addTasks(store, 'a b');
    await claimTitle(store, await addRunner(store));
    await change(store, id as TaskId, 'really');
    for (const event of events) expect((await apply(store, id as TaskId, event)).kind).toBe('applied');
    expect(await locked(store)).toEqual(left);
  });
});

test('only what is under way takes files: who comes too late leaves nothing behind', async () => {
  const { store } = await openTestStore();
  const [id] = await addTasks(store, 'a');
  expect(await change(store, id as TaskId, 'x')).toEqual([]);
  await claimTitle(store, await addRunner(store));
  expect(await change(store, id as TaskId, 'x', 'a')).toEqual(['x']);
  await apply(store, id as TaskId, happens.cancelled);
  expect(await change(store, id as TaskId, 'y')).toEqual([]);
  expect(await locked(store)).toEqual([]);
});

test('one that its task has no right to is found and given back, and no other one', async () => {
  const { store } = await openTestStore();
  const [first, second] = await addTasks(store, 'a', 'b');
  await claimTitle(store, await addRunner(store));
  await store.write((trx) =>
    run(trx, `insert into file_locks (path, task_id, exact, locked_at) values ('b', ?, 1, 0)`, second),
  );
  const stray = { resource: 'file:b', holder: `task:${second}` };
  expect(await listStrayFiles(store.db)).toMatchObject([stray]);
  const drop = (resource: string, holder: string) =>
    store.write((trx) => dropStray(trx, { resource, holder }));
  expect(await drop('file:a', `task:${first}`)).toBe(false);
  expect(await drop('file:b', `task:${first}`)).toBe(false);
  expect(await drop(stray.resource, stray.holder)).toBe(true);
  expect(await locked(store)).toEqual(['a']);
});

/** Whatever tasks there are, in whatever order they end and whatever they really change: the rules hold at every moment. */
test('never two whose globs overlap, never a deadlock, and nothing left behind', async () => {
  const files = ['a', 'b', 'c', 'd'].flatMap((folder) => [`${folder}/x.ts`, `${folder}/y.md`]);
  const globs = [...files, 'a', 'b/**', 'c/*.ts', '**/*.md'];
  const endings = ['landed', 'landed', 'interrupted', 'rejected', 'cancelled'] as const;
  const given = fc.record({
    tasks: fc.array(fc.subarray(globs, { maxLength: 3 }), { minLength: 1, maxLength: 8 }),
    runners: fc.integer({ min: 1, max: 4 }),
    steps: fc.infiniteStream(
      fc.record({ who: fc.nat(100), ends: fc.constantFrom(...endings), changes: fc.subarray(files) }),
    ),
  });
  const meet = (one: readonly string[], other: readonly string[]) =>
    files.some((file) => covers(one, file) && covers(other, file));
  await fc.assert(
    fc.asyncProperty(given, async ({ tasks, runners, steps }) => {
      const { store } = await openTestStore();
      for (const paths of tasks) await addTask(store, { paths });
      const crew = await Promise.all(Array.from({ length: runners }, () => addRunner(store)));
      const running = new Map<Runner, Claimed>();
      let ended = 0;
      for (let round = 0; ended < tasks.length; round++) {
        for (const runner of crew) {
          if (running.has(runner)) continue;
          const before = await listFileLocks(store.db);
          const claimed = await claimNext(store, runner, LOCKING);
          if (!claimed) continue;
          running.set(runner, claimed);
          const { paths } = await taskOf(store, claimed.taskId);
          const taken = before.map(({ path }) => path);
          expect(meet(paths, taken)).toBe(false);
        }
        // Nothing runs and something is left: nobody would ever go on.
        expect(running.size).toBeGreaterThan(0);
        const at = [...running.keys()];
        const { who, ends, changes } = steps.next().value ?? { who: 0, ends: 'landed', changes: [] };
        const runner = at[who % at.length] as Runner;
        const { taskId } = running.get(runner) as Claimed;
        await change(store, taskId, ...changes);
        running.delete(runner);
        // At last all land, so that it ends.
        ended += await end(store, taskId, round < 30 ? ends : 'landed');
        expect((await listFileLocks(store.db)).filter((lock) => lock.taskId === taskId)).toEqual([]);
      }
      expect(await locked(store)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

const covers = (globs: readonly string[], file: string) =>
  globs.some((glob) => matcher(glob.includes('*') ? [glob] : [glob, `${glob}/**`])(file));

/** @returns 1 when the task has ended for good */
async function end(
  store: Store,
  id: TaskId,
  how: 'landed' | 'interrupted' | 'rejected' | 'cancelled',
): Promise<number> {
  if (how === 'landed') await land(store, id);
  else if (how === 'rejected') {
    await apply(store, id, happens.submitted(commit('a')));
    await apply(store, id, happens.rejected(sha('a')), { limits: { ...LIMITS, rejected: 100 } });
  } else await apply(store, id, happens[how]);
  return how === 'landed' || how === 'cancelled' ? 1 : 0;
}
