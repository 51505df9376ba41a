import { describe, expect, test } from 'vitest';
import { listClaims, runnerHolder } from '../../src/store/claims.ts';
import { listEvents } from '../../src/store/events.ts';
import type { Store } from '../../src/store/open.ts';
import {
  askRunnerToStop,
  endRunner,
  getRunner,
  listRunners,
  type Runner,
  renumberRunner,
  takeOverRunner,
} from '../../src/store/runners.ts';
import { updateSection } from '../../src/store/sections.ts';
import { addRunner, addSection, addTask, claimNext, NOON, openTestStore } from '../support/store.ts';

const end = (store: Store, id: string) => store.write((trx) => endRunner(store, trx, id, 'it ended'));

describe('a number', () => {
  test('is the lowest that no living runner has', async () => {
    const { store } = await openTestStore();
    const [first, second] = [await addRunner(store), await addRunner(store), await addRunner(store)];
    await end(store, second.id);
    expect((await addRunner(store)).number).toBe(2);
    await end(store, first.id);
    expect((await addRunner(store)).number).toBe(1);
    expect((await addRunner(store)).number).toBe(4);
  });

  test('is never one that cannot be used', async () => {
    const { store } = await openTestStore();
    await addRunner(store);
    const { id } = await addRunner(store);
    expect(await store.write((trx) => renumberRunner(trx, id, [2, 3]))).toBe(4);
    expect((await addRunner(store)).number).toBe(2);
    expect(await getRunner(store.db, id)).toMatchObject({ number: 4, state: 'active' });
  });
});

test('a registered runner', async () => {
  const { store } = await openTestStore();
  const sectionId = await addSection(store, { name: 'backend' });
  const runner = await addRunner(store, { sectionId, coder: 'quick', process: '{"pid":1}' });
  expect(runner).toEqual({
    id: runner.id,
    number: 1,
    section: { id: sectionId, name: 'backend' },
    zone: null,
    coder: 'quick',
    state: 'active',
    stop: 'none',
    process: '{"pid":1}',
    log: `/logs/runner-${runner.id}.log`,
    leaseExpiresAt: NOON + 30_000,
    startedAt: NOON,
    endedAt: null,
  });
  expect((await listEvents(store.db)).map((event) => event.kind)).toEqual(['runner-started']);
});

describe('a section that is full', () => {
  test('names the runner that works in it', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store, { name: 'backend' });
    const holder = await addRunner(store, { sectionId });
    await expect(addRunner(store, { sectionId })).rejects.toMatchObject({
      kind: 'refused',
      code: 'section-busy',
      message: `section "backend" takes one runner at a time, and runner-1 (${holder.id}, since 2026-01-02T12:00:00.000Z) works in it`,
      hint: expect.stringContaining('steroids sections edit "backend" --max-runners 2'),
    });
    expect(await listRunners(store.db)).toHaveLength(1);
  });

  test('names all of them, runners and tasks', async () => {
    const { store, pass } = await openTestStore();
    const sectionId = await addSection(store, { name: 'backend', maxRunners: 2 });
    const taskId = await addTask(store, { title: 'Tidy', sectionId });
    await claimNext(store, await addRunner(store));
    pass(1);
    const second = await addRunner(store, { sectionId });
    await expect(addRunner(store, { sectionId })).rejects.toThrow(
      `section "backend" takes 2 runners at a time, and runner-1 (task ${taskId} "Tidy") and runner-2 (${second.id}, since 2026-01-02T12:00:00.001Z) work in it`,
    );
  });

  test('takes the next one when a runner has ended', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store);
    const holder = await addRunner(store, { sectionId });
    await end(store, holder.id);
    expect(await addRunner(store, { sectionId })).toMatchObject({ section: { id: sectionId } });
  });

  test('takes one more when it is made wider', async () => {
    const { store } = await openTestStore();
    const sectionId = await addSection(store);
    await addRunner(store, { sectionId });
    await store.write((trx) => updateSection(trx, sectionId, { maxRunners: 2 }));
    expect(await addRunner(store, { sectionId })).toMatchObject({ number: 2 });
  });

  test('keeps nobody out of another section', async () => {
    const { store } = await openTestStore();
    await addRunner(store, { sectionId: await addSection(store, { name: 'backend' }) });
    expect(
      await addRunner(store, { sectionId: await addSection(store, { name: 'frontend' }) }),
    ).toMatchObject({
      number: 2,
    });
  });
});

describe('a life', () => {
  test('ends once, and gives back what the runner holds', async () => {
    const { store, pass } = await openTestStore();
    const { id } = await addRunner(store, { sectionId: await addSection(store) });
    expect((await listClaims(store.db)).map((claim) => claim.holder)).toEqual([runnerHolder(id)]);
    pass(5);
    expect(await end(store, id)).toBe(true);
    expect(await end(store, id)).toBe(false);
    expect(await listClaims(store.db)).toEqual([]);
    expect(await getRunner(store.db, id)).toMatchObject({ state: 'stopped', endedAt: NOON + 5 });
    expect((await listEvents(store.db)).map((event) => event.kind)).toEqual([
      'runner-started',
      'runner-stopped',
    ]);
  });

  test('can be asked to end, while it lasts', async () => {
    const { store } = await openTestStore();
    const living = await addRunner(store);
    const ended = await addRunner(store);
    await end(store, ended.id);
    for (const { id } of [living, ended])
      await store.write((trx) => askRunnerToStop(store, trx, id, 'drain'));
    expect(await getRunner(store.db, living.id)).toMatchObject({ state: 'active', stop: 'drain' });
    expect(await getRunner(store.db, ended.id)).toMatchObject({ state: 'stopped', stop: 'none' });
  });

  test('is listed while it lasts, afterwards only when asked for', async () => {
    const { store, pass } = await openTestStore();
    const [a, b, c] = [await addRunner(store), await addRunner(store), await addRunner(store)];
    await end(store, a.id);
    pass(1);
    await end(store, b.id);
    expect((await listRunners(store.db)).map((runner) => runner.id)).toEqual([c.id]);
    expect((await listRunners(store.db, true)).map((runner) => runner.id)).toEqual([c.id, b.id, a.id]);
  });
});

describe('a runner that seems dead', () => {
  const takeOver = (store: Store, runner: Runner, process: string) =>
    store.write((trx) => takeOverRunner(store, trx, runner, process, 30_000));

  test('is taken over by one of those who found it', async () => {
    const { store } = await openTestStore();
    const found = await addRunner(store, { process: 'dead' });
    expect(await takeOver(store, found, 'first')).toBe(true);
    expect(await takeOver(store, found, 'second')).toBe(false);
    expect(await getRunner(store.db, found.id)).toMatchObject({ process: 'first', state: 'active' });
  });

  test('is left alone when it has answered since it was looked at', async () => {
    const { store, pass } = await openTestStore();
    const found = await addRunner(store, { process: 'slow' });
    pass(30_000);
    await store.db
      .updateTable('runners')
      .set({ lease_expires_at: store.now() + 30_000 })
      .execute();
    expect(await takeOver(store, found, 'hasty')).toBe(false);
    expect(await getRunner(store.db, found.id)).toMatchObject({ process: 'slow' });
  });

  test('is left alone when it has ended since', async () => {
    const { store } = await openTestStore();
    const found = await addRunner(store, { process: 'quick' });
    await end(store, found.id);
    expect(await takeOver(store, found, 'late')).toBe(false);
    expect(await getRunner(store.db, found.id)).toMatchObject({ process: 'quick', state: 'stopped' });
  });
});
