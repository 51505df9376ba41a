// When what was written is on the disk.

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Sync } from '../../src/store/flush.ts';
import { openStore, run, type Store } from '../../src/store/open.ts';
import { temporaryFolder } from '../support/folder.ts';

function opening(file: string, sync?: Sync, crowdedMs = 0): Promise<Store> {
  const host = { now: Date.now, newId: () => randomUUID(), sleep: async () => {} };
  return openStore({ ...host, file, create: true, crowdedMs, ...(sync && { sync }) });
}

/** Once it is open, its disk says that it has something when one of `flushes` is called. */
async function openingSlow(file: string) {
  const flushes: (() => void)[] = [];
  let slow = false;
  const store = await opening(file, async () => {
    if (slow) await new Promise<void>((resolve) => flushes.push(resolve));
  });
  slow = true;
  return { store, flushes };
}

const meta = (store: Store, key: string) =>
  store.write((trx) => run(trx, 'insert into meta (key, value) values (?, ?)', key, 'x'));

test('a write returns when the log is on the disk, and keeps nobody else from writing until then', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  const { store, flushes } = await openingSlow(file);
  const returned: string[] = [];
  const first = meta(store, 'first').then(() => returned.push('first'));
  await expect.poll(() => flushes.length).toBe(1);
  const other = await opening(file);
  await meta(other, 'other');
  expect(returned).toEqual([]);
  flushes[0]?.();
  await first;
  expect(returned).toEqual(['first']);
  await other.close();
  await store.close();
});

test('who has changed nothing flushes nothing', async () => {
  let flushed = 0;
  const store = await opening(path.join(temporaryFolder(), 'store.db'), async () => {
    flushed++;
  });
  const before = flushed;
  await store.write((trx) => run(trx, 'select * from tasks'));
  expect(flushed).toBe(before);
  await meta(store, 'one');
  expect(flushed).toBe(before + 1);
  await store.close();
});

test('a disk that does not say that it has it is told', async () => {
  let broken = false;
  const store = await opening(path.join(temporaryFolder(), 'store.db'), async () => {
    if (broken) throw new Error('EIO: i/o error, fdatasync');
  });
  broken = true;
  await expect(meta(store, 'one')).rejects.toMatchObject({
    code: 'store-disk',
    message: expect.stringContaining('i/o error'),
  });
  await store.close();
});

test('closing waits for what is being flushed', async () => {
  const file = path.join(temporaryFolder(), 'store.db');
  const { store, flushes } = await openingSlow(file);
  const written = meta(store, 'one');
  await expect.poll(() => flushes.length).toBe(1);
  const closed = store.close();
  expect(existsSync(`${file}-wal`)).toBe(true);
  flushes[0]?.();
  await Promise.all([written, closed]);
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test('who has not waited flushes within its commit', async () => {
  let flushed = 0;
  const sync = async () => {
    flushed++;
  };
  const store = await opening(path.join(temporaryFolder(), 'store.db'), sync, 60_000);
  await meta(store, 'one');
  expect(flushed).toBe(0);
  expect(await run(store.db, 'pragma synchronous')).toEqual([{ synchronous: 2 }]);
  await store.close();
});
