// One of the processes of the writes benchmark: claims, heartbeats and writes status at a steady rate, and measures how long
// each write took, waiting for the others included. It says when its heartbeats have begun, begins when it is told, and
// answers with the times; a write that fails ends it.

import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePipe } from '../src/process/pipe.ts';
import { claim } from '../src/store/claim.ts';
import { makeHeart } from '../src/store/heartbeat.ts';
import { openStore } from '../src/store/open.ts';
import { getRunner, registerRunner } from '../src/store/runners.ts';
import { recordChild } from '../src/store/steps.ts';
import { newId } from '../src/task/ids.ts';
import { approveTask, LIMITS, landTask, MAIN } from './lifecycle.ts';

export interface Pace {
  readonly file: string;
  /** Writes a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly durationMs: number;
}

const LEASE_MS = 30_000;

async function prepare(pace: Pace): Promise<() => Promise<number[]>> {
  const store = await openStore({
    file: pace.file,
    now: Date.now,
    newId: () => newId((bound) => randomInt(bound)),
    sleep: (ms) => sleep(ms),
    makePipe,
  });
  const process_ = JSON.stringify({ pid: process.pid });
  const registered = {
    sectionId: null,
    coder: null,
    process: process_,
    logFolder: '/nowhere',
    leaseMs: LEASE_MS,
  };
  const runner = await store.write((trx) => registerRunner(store, trx, registered));
  const heart = makeHeart(pace.file);
  heart.keep({ kind: 'runner', id: runner.id, process: process_, ttlMs: LEASE_MS }, () => {
    throw new Error('the heartbeat lost the runner');
  });
  // Starting fifty threads takes these cores longer than the writes that are measured.
  const beating = async () =>
    ((await getRunner(store.db, runner.id))?.leaseExpiresAt ?? 0) > runner.leaseExpiresAt;
  while (!(await beating())) await sleep(50);
  const claimant = {
    id: runner.id,
    number: runner.number,
    sectionId: null,
    sectionIds: [],
    coder: 'default',
  };
  const claiming = {
    claimant,
    main: MAIN,
    limits: LIMITS,
    reviews: false,
    intentMs: 1_000,
    held: [],
    instead: new Map(),
  };
  const times: number[] = [];
  let began = 0;
  let next = 0;
  const begin = () => {
    began = performance.now();
    next = began + Math.random() * (1_000 / pace.rate);
  };
  const write = async <T>(change: Parameters<typeof store.write<T>>[0]): Promise<T> => {
    await sleep(Math.max(0, next - performance.now()));
    next += 1_000 / pace.rate;
    const at = performance.now();
    const done = await store.write(change);
    times.push(performance.now() - at);
    return done;
  };
  const workOneTask = async () => {
    const step = await write((trx) => claim(store, trx, claiming));
    if (!step) throw new Error('there is nothing left to claim');
    await write((trx) => recordChild(trx, step.stepId, '{}', '/nowhere/log'));
    await write((trx) => approveTask(store, trx, step.taskId, step.stepId));
    await write((trx) => landTask(store, trx, step.taskId));
  };
  // The first of each kind is compiled while the others wait for it: what is measured is a runner that is at work.
  await workOneTask();
  times.length = 0;
  return async () => {
    begin();
    while (performance.now() - began < pace.durationMs) await workOneTask();
    await heart.stop();
    await store.close();
    return times;
  };
}

let work: (() => Promise<number[]>) | undefined;

/** First the pace, answered when it is ready; then anything, answered with the times. */
async function obey(message: Pace | 'begin'): Promise<number[]> {
  if (message === 'begin') return (await work?.()) ?? [];
  work = await prepare(message);
  return [];
}

process.on('message', (message: Pace | 'begin') => {
  void obey(message).then(
    (times) => process.send?.(times),
    (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.([]);
