// Heartbeats come from a real thread, in real time: leases here are short, and what is waited for is a change in the store.

import { expect, onTestFinished, test } from 'vitest';
import { makeHeart } from '../../src/store/heartbeat.ts';
import { acquireLease, getLease, releaseLease } from '../../src/store/leases.ts';
import type { Store } from '../../src/store/open.ts';
import { getRunner, registerRunner, takeOverRunner } from '../../src/store/runners.ts';
import { openRealStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const TTL = 600;

async function held(store: Store, name = 'git') {
  const lease = await store.write((trx) => acquireLease(store, trx, name, 'us', TTL, undefined));
  if (!lease) throw new TypeError('the lease was not free');
  return { kind: 'lease', ...lease, ttlMs: TTL } as const;
}

function heart(file: string, hungMs?: number) {
  const made = makeHeart(file, hungMs);
  onTestFinished(() => made.stop());
  return made;
}

/** Keeps the thread that it runs in from doing anything else. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('a lease is renewed while the main thread does nothing else for much longer than it lasts', async () => {
  const { store, file } = await openRealStore();
  const kept = await held(store);
  heart(file).keep(kept, () => {});
  await until(async () => ((await getLease(store, 'git'))?.expiresAt ?? 0) > Date.now() + TTL / 2);
  standStill(5 * TTL);
  expect((await getLease(store, 'git'))?.expiresAt).toBeGreaterThan(Date.now());
});

test('when the main thread hangs, its leases run out, and when it goes on they are renewed again', async () => {
  const { store, file } = await openRealStore();
  const kept = await held(store);
  heart(file, 2 * TTL).keep(kept, () => {});
  await until(async () => ((await getLease(store, 'git'))?.expiresAt ?? 0) > Date.now() + TTL / 2);
  standStill(8 * TTL);
  expect((await getLease(store, 'git'))?.expiresAt).toBeLessThan(Date.now());
  await until(async () => ((await getLease(store, 'git'))?.expiresAt ?? 0) > Date.now());
});

test('who has lost a lease is told, once, and does not renew it any more', async () => {
  const { store, file } = await openRealStore();
  const kept = await held(store);
  let lost = 0;
  heart(file).keep(kept, () => lost++);
  await store.write((trx) => acquireLease(store, trx, 'git', 'others', 60_000, kept.token));
  const taken = await getLease(store, 'git');
  await until(async () => lost > 0);
  expect(lost).toBe(1);
  expect(await getLease(store, 'git')).toEqual(taken);
});

test('what is given back is not brought back', async () => {
  const { store, file } = await openRealStore();
  const kept = await held(store);
  const other = await held(store, 'other');
  const beating = heart(file);
  const stop = beating.keep(kept, () => {});
  beating.keep(other, () => {});
  await until(async () => ((await getLease(store, 'git'))?.expiresAt ?? 0) > Date.now() + TTL / 2);
  stop();
  await store.write((trx) => releaseLease(trx, kept));
  // The other one is renewed by the same thread, after this one would have been.
  const before = (await getLease(store, 'other'))?.expiresAt ?? 0;
  await until(async () => ((await getLease(store, 'other'))?.expiresAt ?? 0) > before + TTL / 2);
  expect(await getLease(store, 'git')).toBeUndefined();
});

test('a runner that was taken over is not kept alive by the process that had it', async () => {
  const { store, file } = await openRealStore();
  const runner = await store.write((trx) =>
    registerRunner(store, trx, {
      sectionId: null,
      coder: null,
      process: 'us',
      logFolder: '/logs',
      leaseMs: TTL,
    }),
  );
  let lost = 0;
  heart(file).keep({ kind: 'runner', id: runner.id, process: 'us', ttlMs: TTL }, () => lost++);
  await until(
    async () => ((await getRunner(store.db, runner.id))?.leaseExpiresAt ?? 0) > runner.leaseExpiresAt,
  );
  const now = await getRunner(store.db, runner.id);
  if (!now) throw new TypeError('the runner is gone');
  expect(await takeOver(store, now.id)).toBe(true);
  await until(async () => lost === 1);
  expect((await getRunner(store.db, runner.id))?.process).toBe('a reaper');
});

/** As it stands at this moment: it is renewed ten times a second. */
async function takeOver(store: Store, id: string): Promise<boolean> {
  return await store.write(async (trx) => {
    const runner = await getRunner(trx, id);
    return runner ? takeOverRunner(store, trx, runner, 'a reaper', 60_000) : false;
  });
}
