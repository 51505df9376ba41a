import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claimed } from '../../src/store/claim.ts';
import { listClaims } from '../../src/store/claims.ts';
import type { Store } from '../../src/store/open.ts';
import { endRunner, getRunner, type Runner } from '../../src/store/runners.ts';
import type { Zoning } from '../../src/store/zones.ts';
import { mapZones } from '../../src/structure/zones.ts';
import type { TaskId } from '../../src/task/ids.ts';
import type { Zone } from '../../src/task/zone.ts';
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

const zone = (name: string, more: Partial<Zone> = {}): Zone => ({
  name,
  paths: [`${name}/**`],
  maxRunners: 1,
  exclusive: false,
  sections: [],
  ...more,
});

const API = zone('api');
const WEB = zone('web');
const CORE = zone('core', { exclusive: true });

function zoning(zones: readonly Zone[], kept: string | null = null, only: readonly string[] = []): Zoning {
  const map = mapZones(zones);
  return {
    kept,
    only: kept === null ? only : [kept],
    zonesOf: ({ paths }) => map.ofTask({ paths: JSON.parse(paths), section: null }),
  };
}

const ZONES = zoning([API, WEB, CORE]);

/** Tasks of these paths, by their titles, which are the paths. */
async function addTasks(store: Store, ...paths: readonly string[]): Promise<TaskId[]> {
  const ids: TaskId[] = [];
  for (const title of paths) ids.push(await addTask(store, { title, paths: title.split(' ') }));
  return ids;
}

async function claimTitle(store: Store, runner: Runner, zones: Zoning = ZONES): Promise<string | undefined> {
  const claimed = await claimNext(store, runner, { zoning: zones });
  return claimed && (await taskOf(store, claimed.taskId)).title;
}

async function land(store: Store, id: TaskId): Promise<void> {
  await apply(store, id, happens.submitted(commit('a')));
  await apply(store, id, happens.approved(sha('a')));
  await apply(store, id, happens.landed(sha('b')));
}

const zonesHeld = async (store: Store) =>
  (await listClaims(store.db))
    .filter(({ resource }) => resource.startsWith('zone:'))
    .map(({ resource, holder }) => `${resource} ${holder}`);

describe('tasks of one zone', () => {
  test('run one after the other, until the first has landed', async () => {
    const { store } = await openTestStore();
    const [first, second] = await addTasks(store, 'api/a.ts', 'api/b.ts', 'web/c.ts');
    const [one, two] = [await addRunner(store), await addRunner(store)];
    expect(await claimTitle(store, one)).toBe('api/a.ts');
    expect(await claimTitle(store, two)).toBe('web/c.ts');
    expect(await claimTitle(store, two)).toBeUndefined();
    // Approved is not landed: what comes next would be made from a main without it.
    await apply(store, first as TaskId, happens.submitted(commit('a')));
    await apply(store, first as TaskId, happens.approved(sha('a')));
    expect(await claimTitle(store, one)).toBeUndefined();
    await apply(store, first as TaskId, happens.landed(sha('b')));
    expect(await claimTitle(store, one)).toBe('api/b.ts');
    expect(await zonesHeld(store)).toContain(`zone:api task:${second}`);
  });

  test.each(['interrupted', 'cancelled'] as const)('give it back when they are %s', async (how) => {
    const { store } = await openTestStore();
    const [id] = await addTasks(store, 'api/a.ts web/b.ts');
    await claimTitle(store, await addRunner(store));
    expect(await zonesHeld(store)).toEqual([`zone:api task:${id}`, `zone:web task:${id}`]);
    await apply(store, id as TaskId, happens[how]);
    expect(await zonesHeld(store)).toEqual([]);
  });

  test('as many as it has places', async () => {
    const { store } = await openTestStore();
    await addTasks(store, 'api/a.ts', 'api/b.ts', 'api/c.ts');
    const wide = zoning([zone('api', { maxRunners: 2 })]);
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner, wide)).toBe('api/a.ts');
    expect(await claimTitle(store, runner, wide)).toBe('api/b.ts');
    expect(await claimTitle(store, runner, wide)).toBeUndefined();
  });

  test('are passed over, however many there are', async () => {
    const { store } = await openTestStore();
    await addTasks(store, ...Array.from({ length: 150 }, (_, index) => `api/${index}.ts`), 'web/x.ts');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('api/0.ts');
    expect(await claimTitle(store, runner)).toBe('web/x.ts');
    expect(await claimTitle(store, runner)).toBeUndefined();
  });

  test('paths in no zone are done one after the other', async () => {
    const { store } = await openTestStore();
    await addTasks(store, 'package.json', 'tsconfig.json');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('package.json');
    expect(await claimTitle(store, runner)).toBeUndefined();
    expect(await zonesHeld(store)).toEqual([expect.stringMatching(/^zone:shared /)]);
  });

  test('nothing is known of a task without paths, and it waits for none', async () => {
    const { store } = await openTestStore();
    await addTasks(store, 'api/a.ts');
    await addTask(store, { title: 'anything' });
    const runner = await addRunner(store);
    expect([await claimTitle(store, runner), await claimTitle(store, runner)]).toEqual([
      'api/a.ts',
      'anything',
    ]);
  });
});

test('a task of two zones takes both at once, or none', async () => {
  const { store } = await openTestStore();
  const [first] = await addTasks(store, 'api/a.ts', 'api/b.ts web/b.ts', 'web/c.ts');
  const runner = await addRunner(store);
  expect(await claimTitle(store, runner)).toBe('api/a.ts');
  expect(await claimTitle(store, runner)).toBe('web/c.ts');
  await land(store, first as TaskId);
  // `web` is not free yet, so `api` is not taken either.
  expect(await claimTitle(store, runner)).toBeUndefined();
  expect(await zonesHeld(store)).toEqual([expect.stringMatching(/^zone:web /)]);
});

describe('an exclusive zone', () => {
  test('waits for what is under way, keeps new ones from starting, and then is alone', async () => {
    const { store } = await openTestStore();
    const [api, core] = await addTasks(store, 'api/a.ts', 'core/x.ts', 'web/b.ts');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('api/a.ts');
    expect(await claimTitle(store, runner)).toBeUndefined();
    await land(store, api as TaskId);
    expect(await claimTitle(store, runner)).toBe('core/x.ts');
    expect(await claimTitle(store, runner)).toBeUndefined();
    await land(store, core as TaskId);
    expect(await claimTitle(store, runner)).toBe('web/b.ts');
  });

  test('is not starved by its other zones: it asks only for being alone', async () => {
    const { store } = await openTestStore();
    const [api] = await addTasks(store, 'api/a.ts', 'core/x.ts api/y.ts', 'web/b.ts', 'api/c.ts');
    const runner = await addRunner(store);
    expect(await claimTitle(store, runner)).toBe('api/a.ts');
    expect(await claimTitle(store, runner)).toBeUndefined();
    await land(store, api as TaskId);
    expect(await claimTitle(store, runner)).toBe('core/x.ts api/y.ts');
  });
});

describe('a runner that keeps a zone', () => {
  test('takes only its tasks, and nobody else does', async () => {
    const { store } = await openTestStore();
    await addTasks(store, 'web/a.ts', 'api/b.ts', 'api/c.ts');
    const keeper = await addRunner(store, { zone: API });
    const other = await addRunner(store);
    expect(keeper.zone).toBe('api');
    const kept = zoning([API, WEB, CORE], 'api');
    expect(await claimTitle(store, other)).toBe('web/a.ts');
    expect(await claimTitle(store, other)).toBeUndefined();
    expect(await claimTitle(store, keeper, kept)).toBe('api/b.ts');
    expect(await claimTitle(store, keeper, kept)).toBe('api/c.ts');
    expect(await claimTitle(store, keeper, kept)).toBeUndefined();
  });

  test('and ends, gives it back', async () => {
    const { store } = await openTestStore();
    await addTasks(store, 'api/b.ts');
    const keeper = await addRunner(store, { zone: API });
    const other = await addRunner(store);
    expect(await claimTitle(store, other)).toBeUndefined();
    await store.write((trx) => endRunner(store, trx, keeper.id, 'it ended'));
    expect((await getRunner(store.db, keeper.id))?.zone).toBeNull();
    expect(await claimTitle(store, other)).toBe('api/b.ts');
  });

  test('is refused where it is taken, with who has it', async () => {
    const { store } = await openTestStore();
    await addTasks(store, 'api/b.ts');
    await claimTitle(store, await addRunner(store));
    await expect(addRunner(store, { zone: API })).rejects.toMatchObject({
      code: 'zone-busy',
      message: expect.stringMatching(/^zone "api" takes 1 at a time, and runner-1 \(task .* works in it$/),
    });
    expect((await addRunner(store, { zone: WEB })).number).toBe(2);
  });

  test('takes reviews of its own tasks only', async () => {
    const { store } = await openTestStore();
    const [web, api] = await addTasks(store, 'web/a.ts', 'api/b.ts');
    const first = await addRunner(store);
    for (const id of [web, api]) {
      await claimTitle(store, first);
      await apply(store, id as TaskId, happens.submitted(commit('a')));
    }
    const only = zoning([API, WEB], null, ['api']);
    const claimed = await claimNext(store, await addRunner(store), { zoning: only, reviews: true });
    expect(claimed).toMatchObject({ taskId: api, kind: 'review' });
  });
});

test('what keeps tasks of a section apart still does', async () => {
  const { store } = await openTestStore();
  const sectionId = await addSection(store, { maxRunners: 1 });
  for (const title of ['api/a.ts', 'web/b.ts']) await addTask(store, { title, paths: [title], sectionId });
  const runner = await addRunner(store);
  expect([await claimTitle(store, runner), await claimTitle(store, runner)]).toEqual(['api/a.ts', undefined]);
});

/** Whatever tasks there are and in whatever order they end: the rules hold at every moment, and in the end all have landed. */
test('never two where one may be, never a deadlock', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const given = fc.record({
    zones: fc.tuple(
      ...names.map((name) =>
        fc.record({
          name: fc.constant(name),
          maxRunners: fc.integer({ min: 1, max: 2 }),
          exclusive: fc.boolean(),
        }),
      ),
    ),
    tasks: fc.array(fc.subarray(names, { minLength: 1 }), { minLength: 1, maxLength: 8 }),
    runners: fc.integer({ min: 1, max: 4 }),
    order: fc.infiniteStream(fc.nat(100)),
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ zones, tasks, runners, order }) => {
      const { store, pass } = await openTestStore();
      const all = zones.map(({ name, ...rest }) => zone(name, rest));
      const zoned = zoning(all);
      await addTasks(store, ...tasks.map((touched) => touched.map((name) => `${name}/x`).join(' ')));
      const crew = await Promise.all(Array.from({ length: runners }, () => addRunner(store)));
      const running = new Map<Runner, Claimed>();
      let landed = 0;
      while (landed < tasks.length) {
        for (const runner of crew) {
          if (running.has(runner)) continue;
          const claimed = await claimNext(store, runner, { zoning: zoned });
          if (claimed) running.set(runner, claimed);
        }
        const under = await Promise.all([...running.values()].map(({ taskId }) => taskOf(store, taskId)));
        const touched = under.map((task) => all.filter(({ name }) => task.paths.includes(`${name}/x`)));
        const alone = touched.filter((mine) => mine.some((one) => one.exclusive));
        expect(alone.length === 0 || under.length === 1).toBe(true);
        for (const { name, maxRunners } of all)
          expect(touched.filter((mine) => mine.some((one) => one.name === name)).length).toBeLessThanOrEqual(
            maxRunners,
          );
        // Nothing runs and something is left: nobody would ever go on.
        expect(under.length).toBeGreaterThan(0);
        const at = [...running.keys()];
        const ends = at[(order.next().value ?? 0) % at.length] as Runner;
        await land(store, running.get(ends)?.taskId as TaskId);
        running.delete(ends);
        landed += 1;
        pass(1);
      }
      expect(await zonesHeld(store)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
