// The order in which those who wait for the store's lock look at it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { makePipe } from '../../src/process/pipe.ts';
import { getMeta, setMeta } from '../../src/store/meta.ts';
import { openStore } from '../../src/store/open.ts';
import { openTestStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const WAITER = path.join(import.meta.dirname, '..', 'support', 'waitInWrite.ts');

async function openWaiting(file: string) {
  let looks = 0;
  const store = await openStore({
    file,
    now: Date.now,
    newId: () => 'id',
    sleep: (ms) => {
      looks++;
      return sleep(ms);
    },
    makePipe,
  });
  onTestFinished(() => store.close());
  return { store, looks: () => looks };
}

/** Another connection, as another process has it. */
function lock(file: string): { release(): void } {
  const other = new Database(file);
  other.exec('begin immediate');
  return {
    release: () => {
      other.exec('rollback');
      other.close();
    },
  };
}

function openPipe(file: string) {
  const fd = openSync(`${file}.turn`, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(fd));
  return {
    /** @returns how many batons are in it, which are taken out */
    drain: () => {
      try {
        return readSync(fd, Buffer.alloc(64));
      } catch {
        return 0;
      }
    },
  };
}

test('one of those who wait looks at the lock, the others sleep until it has begun', async () => {
  const { file } = await openTestStore();
  makePipe(`${file}.turn`);
  const held = lock(file);
  const waiting = await Promise.all([1, 2, 3].map(() => openWaiting(file)));
  const done = Promise.all(
    waiting.map(({ store }, at) => store.write((trx) => setMeta(trx, 'main', `${at}`))),
  );
  while (waiting.every(({ looks }) => looks() < 20)) await sleep(1);
  const looked = waiting.map(({ looks }) => looks()).sort((one, other) => other - one);
  held.release();
  await done;
  expect(looked.slice(1)).toEqual([0, 0]);
  const pipe = openPipe(file);
  expect(pipe.drain()).toBe(1);
});

test('a baton that was lost is replaced', async () => {
  const { store, file } = await openTestStore();
  makePipe(`${file}.turn`);
  const pipe = openPipe(file); // open, and there is none in it: who had it was killed
  const held = lock(file);
  const waiting = await openWaiting(file);
  const written = waiting.store.write((trx) => setMeta(trx, 'main', 'written'));
  await sleep(1);
  held.release();
  await written;
  expect(await getMeta(store.db, 'main')).toBe('written');
  await until(() => pipe.drain() === 1);
});

test('two writes of one process wait for it together', async () => {
  const { store, file } = await openTestStore();
  const held = lock(file);
  const waiting = await openWaiting(file);
  const written = Promise.all(
    ['one', 'two'].map((word) => waiting.store.write((trx) => setMeta(trx, 'main', word))),
  );
  while (waiting.looks() === 0) await sleep(1);
  held.release();
  await written;
  expect(await getMeta(store.db, 'main')).toBe('two');
});

test('a process that ends while it waits for it does end, and takes none with it', async () => {
  const { file } = await openTestStore();
  const held = lock(file);
  onTestFinished(() => held.release());
  makePipe(`${file}.turn`);
  const pipe = openPipe(file);
  const child = spawn(process.execPath, [WAITER, file], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'exit')).toEqual([7, null]);
  expect(pipe.drain()).toBeGreaterThan(0);
});

test('where no pipe can be made, all of them look', async () => {
  const { store, file } = await openTestStore();
  writeFileSync(`${file}.turn`, 'a file');
  const held = lock(file);
  const waiting = await openWaiting(file);
  const written = waiting.store.write((trx) => setMeta(trx, 'main', 'written'));
  while (waiting.looks() < 3) await sleep(1);
  held.release();
  await written;
  expect(await getMeta(store.db, 'main')).toBe('written');
});
