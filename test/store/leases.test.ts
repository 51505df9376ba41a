import { describe, expect, test } from 'vitest';
import { acquireLease, getLease, holdsLease, type Lease, releaseLease } from '../../src/store/leases.ts';
import type { Store } from '../../src/store/open.ts';
import { NOON, openTestStore } from '../support/store.ts';

const TTL = 30_000;
const NAME = 'lander:main';

const acquire = (store: Store, owner: string, over?: number) =>
  store.write((trx) => acquireLease(store, trx, NAME, owner, TTL, over));
const holds = (store: Store, lease: Lease) => store.write((trx) => holdsLease(trx, lease));

async function acquired(store: Store, owner: string, over?: number): Promise<Lease> {
  const lease = await acquire(store, owner, over);
  if (!lease) throw new TypeError(`${owner} did not get the lease`);
  return lease;
}

describe('a lease', () => {
  test('is had by one at a time', async () => {
    const { store } = await openTestStore();
    expect(await acquire(store, 'a')).toEqual({ name: NAME, token: 1 });
    expect(await acquire(store, 'b')).toBeUndefined();
    expect(await getLease(store, NAME)).toEqual({
      name: NAME,
      token: 1,
      owner: 'a',
      expiresAt: NOON + TTL,
      takenAt: NOON,
    });
  });

  test('others are not touched by it', async () => {
    const { store } = await openTestStore();
    await acquired(store, 'a');
    expect(await store.write((trx) => acquireLease(store, trx, 'lander:next', 'b', TTL, undefined))).toEqual({
      name: 'lander:next',
      token: 1,
    });
  });

  test('that has run out is taken only by who says over whom', async () => {
    const { store, pass } = await openTestStore();
    const { token } = await acquired(store, 'a');
    pass(10 * TTL);
    expect(await acquire(store, 'b')).toBeUndefined();
    expect(await acquire(store, 'b', token + 1)).toBeUndefined();
    expect(await acquire(store, 'b', token)).toEqual({ name: NAME, token: 2 });
    // Somebody else who had seen the same was slower.
    expect(await acquire(store, 'c', token)).toBeUndefined();
  });

  test('has a token that grows with every owner, released or taken over', async () => {
    const { store } = await openTestStore();
    const tokens: number[] = [];
    let over: number | undefined;
    for (const owner of ['a', 'b', 'a', 'c']) {
      const lease = await acquired(store, owner, over);
      tokens.push(lease.token);
      over = owner === 'b' ? lease.token : undefined;
      if (owner !== 'b') await store.write((trx) => releaseLease(trx, lease));
    }
    expect(tokens).toEqual([1, 2, 3, 4]);
  });

  test('is nobody’s once released', async () => {
    const { store } = await openTestStore();
    const lease = await acquired(store, 'a');
    await store.write((trx) => releaseLease(trx, lease));
    expect(await getLease(store, NAME)).toBeUndefined();
  });
});

describe('a zombie', () => {
  test('holds what ran out until somebody takes it, and then nothing', async () => {
    const { store, pass } = await openTestStore();
    const lease = await acquired(store, 'a');
    pass(TTL);
    expect(await holds(store, lease)).toBe(true);
    await acquired(store, 'b', lease.token);
    expect(await holds(store, lease)).toBe(false);
  });

  test('cannot release what is another’s by now', async () => {
    const { store } = await openTestStore();
    const lease = await acquired(store, 'a');
    await acquired(store, 'b', lease.token);
    await store.write((trx) => releaseLease(trx, lease));
    expect(await getLease(store, NAME)).toMatchObject({ owner: 'b' });
  });
});
