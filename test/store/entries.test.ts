import { describe, expect, test } from 'vitest';
import {
  type EntryChange,
  findEntries,
  getEntry,
  insertEntry,
  listEntries,
  moveEntry,
  type NewEntry,
  nextEntry,
} from '../../src/store/entries.ts';
import { listEvents } from '../../src/store/events.ts';
import { acquireLease, releaseLease } from '../../src/store/leases.ts';
import type { Store } from '../../src/store/open.ts';
import { ACTIVE_ENTRY, ENTRY_STATUSES, type EntryStatus } from '../../src/task/status.ts';
import { MAIN, NOON, openTestStore, sha } from '../support/store.ts';

async function enqueue(store: Store, branch: string, entry: Partial<NewEntry> = {}): Promise<string> {
  const whole = {
    target: 'main',
    branch,
    taskId: null,
    title: branch,
    head: sha('a'),
    reviewedOn: null,
    priority: 0,
    ...entry,
  };
  return await store.write((trx) => insertEntry(store, trx, whole));
}

async function move(store: Store, id: string, change: EntryChange, holds?: { name: string; token: number }) {
  return await store.write((trx) => moveEntry(store, trx, { id, taskId: null }, change, holds));
}

const ENDED = ENTRY_STATUSES.filter((status) => !ACTIVE_ENTRY.includes(status));
const titles = async (store: Store) => (await listEntries(store.db)).map((entry) => entry.title);
const next = async (store: Store, now = NOON) => (await nextEntry(store.db, 'main', now))?.title;

describe('the turn', () => {
  test('is by priority, then first in, first out', async () => {
    const { store } = await openTestStore();
    await enqueue(store, 'first');
    await enqueue(store, 'urgent', { priority: 5 });
    await enqueue(store, 'second');
    await enqueue(store, 'unhurried', { priority: -1 });
    const turns: string[] = [];
    for (let title = await next(store); title !== undefined; title = await next(store)) {
      turns.push(title);
      const [entry] = await findEntries(store.db, (await nextEntry(store.db, 'main', NOON))?.id ?? '');
      await move(store, entry?.id ?? '', { status: 'landed' });
    }
    expect(turns).toEqual(['urgent', 'first', 'second', 'unhurried']);
  });

  test('comes to the oldest when nine that came later have gone before it, and then to what is urgent again', async () => {
    const { store, pass } = await openTestStore();
    for (const title of ['old', 'older than most']) await enqueue(store, title);
    for (let number = 0; number < 24; number++) await enqueue(store, `urgent ${number}`, { priority: 5 });
    const turns: string[] = [];
    for (let turn = 0; turn < 22; turn++) {
      pass(1_000);
      const [listed] = await titles(store);
      const entry = await nextEntry(store.db, 'main', NOON);
      expect(listed).toBe(entry?.title);
      turns.push(entry?.title ?? '');
      await move(store, entry?.id ?? '', { status: turn % 2 === 0 ? 'landed' : 'conflicted' });
    }
    expect([turns.indexOf('old'), turns.indexOf('older than most')]).toEqual([9, 19]);
    expect(turns.filter((title) => title.startsWith('urgent'))).toEqual(
      Array.from({ length: 20 }, (_, number) => `urgent ${number}`),
    );
  });

  test('of the oldest comes after what was begun, also where the queue is listed', async () => {
    const { store, pass } = await openTestStore();
    await enqueue(store, 'old');
    for (let number = 0; number < 11; number++) await enqueue(store, `urgent ${number}`, { priority: 5 });
    for (let turn = 0; turn < 9; turn++) {
      pass(1_000);
      await move(store, (await nextEntry(store.db, 'main', NOON))?.id ?? '', { status: 'landed' });
    }
    const [begun] = (await listEntries(store.db)).filter(({ title }) => title === 'urgent 9');
    await move(store, begun?.id ?? '', { status: 'verifying' });
    expect(await next(store)).toBe('urgent 9');
    expect(await titles(store)).toEqual(['urgent 9', 'old', 'urgent 10']);
  });

  test.each(['verifying', 'verified', 'landing'] as const)(
    'of what is %s comes before everything',
    async (status) => {
      const { store } = await openTestStore();
      const begun = await enqueue(store, 'begun');
      await enqueue(store, 'urgent', { priority: 5 });
      await move(store, begun, { status });
      expect(await next(store)).toBe('begun');
    },
  );

  test('of what waits for a checkout is its old place in the row', async () => {
    const { store } = await openTestStore();
    await enqueue(store, 'first');
    const second = await enqueue(store, 'second');
    await move(store, second, { status: 'waiting-on-checkout' });
    expect(await next(store)).toBe('first');
    expect(await titles(store)).toEqual(['first', 'second']);
  });

  test('does not come before its time', async () => {
    const { store } = await openTestStore();
    const early = await enqueue(store, 'early');
    await enqueue(store, 'late');
    await move(store, early, { status: 'waiting', notBefore: NOON + 10 });
    expect(await next(store)).toBe('late');
    expect(await next(store, NOON + 9)).toBe('late');
    expect(await next(store, NOON + 10)).toBe('early');
  });

  test('is of one target', async () => {
    const { store } = await openTestStore();
    await enqueue(store, 'elsewhere', { target: 'next' });
    expect(await next(store)).toBeUndefined();
  });
});

describe('moving', () => {
  test('writes what it is given and keeps the rest', async () => {
    const { store, pass } = await openTestStore();
    const id = await enqueue(store, 'a');
    pass(7);
    await move(store, id, {
      status: 'verifying',
      base: MAIN,
      candidate: sha('c'),
      newRound: true,
      log: '/l',
    });
    await move(store, id, { status: 'verified' });
    expect(await getEntry(store.db, id)).toMatchObject({
      status: 'verified',
      base: MAIN,
      candidate: sha('c'),
      rounds: 1,
      log: '/l',
      reason: null,
      notBefore: null,
      createdAt: NOON,
      updatedAt: NOON + 7,
    });
    expect((await listEvents(store.db)).map((event) => event.kind)).toEqual([
      'enqueued',
      'entry:verifying',
      'entry:verified',
    ]);
  });

  test.each(ENDED)('out of %s is not possible', async (status) => {
    const { store } = await openTestStore();
    const id = await enqueue(store, 'a');
    expect(await move(store, id, { status, reason: 'the end' })).toBe(true);
    const before = await listEvents(store.db);
    expect(await move(store, id, { status: 'waiting' })).toBe(false);
    expect(await getEntry(store.db, id)).toMatchObject({ status, reason: 'the end' });
    expect(await listEvents(store.db)).toEqual(before);
  });

  test('is only for the holder of the lease', async () => {
    const { store, pass } = await openTestStore();
    const id = await enqueue(store, 'a');
    const acquire = (owner: string, over?: number) =>
      store.write((trx) => acquireLease(store, trx, 'lander:main', owner, 10, over));
    const zombie = await acquire('zombie');
    expect(await move(store, id, { status: 'verifying' }, zombie)).toBe(true);
    pass(10);
    // It ran out, and nobody has taken it: it is still the holder.
    expect(await move(store, id, { status: 'verified' }, zombie)).toBe(true);
    const holder = await acquire('holder', zombie?.token);
    expect(await move(store, id, { status: 'landed' }, zombie)).toBe(false);
    expect(await getEntry(store.db, id)).toMatchObject({ status: 'verified' });
    expect(
      await move(store, id, { status: 'landing' }, { name: 'lander:next', token: holder?.token ?? 0 }),
    ).toBe(false);
    expect(await move(store, id, { status: 'landing' }, holder)).toBe(true);
  });

  test('is not for who had the lease when it was given back, also before somebody else has it', async () => {
    const { store } = await openTestStore();
    const id = await enqueue(store, 'a');
    const zombie = await store.write((trx) =>
      acquireLease(store, trx, 'lander:main', 'zombie', 10, undefined),
    );
    if (!zombie) throw new TypeError('a free lease was not given');
    await store.write((trx) => releaseLease(trx, zombie));
    expect(await move(store, id, { status: 'landing' }, zombie)).toBe(false);
    expect(await getEntry(store.db, id)).toMatchObject({ status: 'waiting' });
  });
});

describe('the rows', () => {
  test('hold a branch once for each target while it waits', async () => {
    const { store } = await openTestStore();
    const id = await enqueue(store, 'a');
    await expect(enqueue(store, 'a')).rejects.toThrow('UNIQUE');
    await enqueue(store, 'a', { target: 'next' });
    await move(store, id, { status: 'conflicted' });
    await enqueue(store, 'a');
    expect(await listEntries(store.db)).toHaveLength(2);
  });

  test('are listed with those that have ended when asked for, newest first', async () => {
    const { store, pass } = await openTestStore();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push(await enqueue(store, name));
    const statuses: EntryStatus[] = ['landed', 'broken', 'cancelled'];
    for (const [index, status] of statuses.entries()) {
      pass(1);
      await move(store, ids[index] ?? '', { status });
    }
    expect(await titles(store)).toEqual(['d']);
    const all = await listEntries(store.db, { all: true, limit: 2 });
    expect(all.map((entry) => entry.title)).toEqual(['d', 'c', 'b']);
  });

  test('are found by the beginning of their id, taken literally', async () => {
    const { store } = await openTestStore();
    const id = await enqueue(store, 'a');
    expect((await findEntries(store.db, id.slice(0, 4))).map((entry) => entry.id)).toEqual([id]);
    expect(await findEntries(store.db, '%')).toEqual([]);
    expect(await findEntries(store.db, '_')).toEqual([]);
  });
});
