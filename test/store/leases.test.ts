import { describe, expect, test } from 'vitest';
import {
  acquireLease,
  expireLease,
  getLease,
  type Lease,
  releaseLease,
  renewLease,
} from '../../src/store/leases.ts';
import type { Store } from '../../src/store/open.ts';
import { NOON, openTestStore } from '../support/store.ts';

const TTL = 30_000;
const NAME = 'lander:main';

const acquire = (store: Store, owner: string) =>
  store.write((trx) => acquireLease(store, trx, NAME, owner, TTL));
const renew = (store: Store, lease: Lease) => store.write((trx) => renewLease(store, trx, lease, TTL));

async function acquired(store: Store, owner: string): Promise<Lease> {
  const lease = await acquire(store, owner);
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
    expect(await store.write((trx) => acquireLease(store, trx, 'lander:next', 'b', TTL))).toEqual({
      name: 'lander:next',
      token: 1,
    });
  });

  test('can be taken in the millisecond in which it ends, and not before', async () => {
    const { store, pass } = await openTestStore();
    await acquired(store, 'a');
    pass(TTL - 1);
    expect(await acquire(store, 'b')).toBeUndefined();
    pass(1);
    expect(await acquire(store, 'b')).toEqual({ name: NAME, token: 2 });
  });

  test('has a token that grows with every owner, released or expired', async () => {
    const { store, pass } = await openTestStore();
    const tokens: number[] = [];
    for (const owner of ['a', 'b', 'a', 'c']) {
      const lease = await acquired(store, owner);
      tokens.push(lease.token);
      if (owner === 'b') pass(TTL);
      else await store.write((trx) => releaseLease(trx, lease));
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

describe('renewing', () => {
  test('moves its end', async () => {
    const { store, pass } = await openTestStore();
    const lease = await acquired(store, 'a');
    pass(TTL - 1);
    expect(await renew(store, lease)).toBe(true);
    pass(TTL - 1);
    expect(await acquire(store, 'b')).toBeUndefined();
  });

  test('is allowed after its end while nobody has taken it', async () => {
    const { store, pass } = await openTestStore();
    const lease = await acquired(store, 'a');
    pass(10 * TTL);
    expect(await renew(store, lease)).toBe(true);
    expect(await acquire(store, 'b')).toBeUndefined();
  });

  test('is refused once somebody has taken it', async () => {
    const { store, pass } = await openTestStore();
    const lease = await acquired(store, 'a');
    pass(TTL);
    await acquired(store, 'b');
    expect(await renew(store, lease)).toBe(false);
    expect(await getLease(store, NAME)).toMatchObject({ owner: 'b', token: 2, expiresAt: NOON + 2 * TTL });
  });

  test('does not bring back a lease that was given back', async () => {
    const { store } = await openTestStore();
    const lease = await acquired(store, 'a');
    await store.write((trx) => releaseLease(trx, lease));
    // A heartbeat that had waited for the database.
    expect(await renew(store, lease)).toBe(false);
    expect(await acquire(store, 'b')).toEqual({ name: NAME, token: 2 });
  });
});

describe('a zombie', () => {
  test('cannot release what is another’s by now', async () => {
    const { store, pass } = await openTestStore();
    const lease = await acquired(store, 'a');
    pass(TTL);
    await acquired(store, 'b');
    await store.write((trx) => releaseLease(trx, lease));
    expect(await getLease(store, NAME)).toMatchObject({ owner: 'b' });
  });

  test('known to be dead frees it at once, and only the lease that was its own', async () => {
    const { store } = await openTestStore();
    await acquired(store, 'a');
    const held = await getLease(store, NAME);
    if (!held) throw new TypeError('nobody holds it');
    await store.write((trx) => expireLease(trx, held));
    await acquired(store, 'b');
    await store.write((trx) => expireLease(trx, held));
    expect(await getLease(store, NAME)).toMatchObject({ owner: 'b', token: 2 });
  });
});
