// A process that is stopped in the middle of a write has the store's lock, and cannot give it back.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readStat } from '../../src/process/identity.ts';
import { killStoppedHolders } from '../../src/process/lockHolder.ts';
import { getMeta, setMeta } from '../../src/store/meta.ts';
import { openStore } from '../../src/store/open.ts';
import { openTestStore } from '../support/store.ts';
import { until } from '../support/until.ts';

const STOPPER = path.join(import.meta.dirname, '..', 'support', 'stopInWrite.ts');

/** Opens the store with a clock that goes ten times as fast: what is waited for here lasts seconds. */
async function openFast(file: string, unblock?: () => void) {
  const now = () => Date.now() * 10;
  const options = { file, now, newId: () => 'id', sleep: (ms: number) => sleep(ms) };
  const store = await openStore({ ...options, ...(unblock ? { unblock } : {}) });
  onTestFinished(() => store.close());
  return store;
}

async function stopInWrite(file: string): Promise<number> {
  const child = spawn(process.execPath, [STOPPER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const pid = child.pid as number;
  await until(() => readStat(pid)?.state === 'T');
  return pid;
}

test('it is killed, what it had half written is gone, and the others go on', async () => {
  const { store, file } = await openTestStore();
  await store.write((trx) => setMeta(trx, 'main', 'before'));
  const pid = await stopInWrite(file);
  const killed: number[] = [];
  const waiting = await openFast(file, () => killed.push(...killStoppedHolders(`${file}-shm`)));
  await waiting.write(async (trx) => {
    expect(await getMeta(trx, 'main')).toBe('before');
    await setMeta(trx, 'main', 'after');
  });
  expect(killed).toEqual([pid]);
  expect(await getMeta(store.db, 'main')).toBe('after');
});

test('without anybody to end it, whoever waits is told after a while, and nothing is written', async () => {
  const { store, file } = await openTestStore();
  await store.write((trx) => setMeta(trx, 'main', 'before'));
  await stopInWrite(file);
  const waiting = await openFast(file);
  await expect(waiting.write((trx) => setMeta(trx, 'main', 'after'))).rejects.toMatchObject({
    code: 'store-busy',
  });
  expect(await getMeta(store.db, 'main')).toBe('before');
});

test('a process that only writes is left alone', async () => {
  const { file } = await openTestStore();
  const other = await openFast(file);
  await other.write(async (trx) => {
    await setMeta(trx, 'main', 'mine');
    expect(killStoppedHolders(`${file}-shm`)).toEqual([]);
  });
});
