// The thread that renews leases. It has a connection of its own, so that nothing which the main thread does keeps a
// heartbeat waiting; when the main thread stands still for too long, its work hangs, and nothing is renewed any more.

import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Kept, ToHeart } from './heartbeat.ts';

export interface HeartData {
  readonly file: string;
  /** A number that the main thread raises while it is alive. */
  readonly pulse: SharedArrayBuffer;
  /** Milliseconds without a rise after which the main thread is taken to hang. */
  readonly hungMs: number;
}

const { file, pulse, hungMs } = workerData as HeartData;
const BUSY_TIMEOUT_MS = 2_000;
const RENEWALS: Readonly<Record<Kept['kind'], string>> = {
  runner: `update runners set lease_expires_at = ? where id = ? and process = ? and state <> 'stopped'`,
  lease: `update leases set expires_at = ? where name = ? and token = ? and expires_at <> 0`,
};

const counter = new Int32Array(pulse);
const timers = new Map<number, NodeJS.Timeout>();
const sqlite = new Database(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
sqlite.pragma('synchronous = normal'); // who has lost its power holds no lease
let seen = { count: 0, at: performance.now() };

function hangs(): boolean {
  const count = Atomics.load(counter, 0);
  const now = performance.now();
  if (count !== seen.count) seen = { count, at: now };
  return now - seen.at > hungMs;
}

function renew(key: number, kept: Kept): void {
  if (hangs()) return;
  const values = kept.kind === 'runner' ? [kept.id, kept.process] : [kept.name, kept.token];
  try {
    const { changes } = sqlite.prepare(RENEWALS[kept.kind]).run(Date.now() + kept.ttlMs, ...values);
    if (changes > 0) return;
  } catch (error) {
    // Somebody else writes, or the disk is full: the next beat tries again, and the lease decides in the end.
    if (error instanceof Database.SqliteError) return;
    throw error;
  }
  drop(key);
  parentPort?.postMessage(key);
}

function drop(key: number): void {
  clearInterval(timers.get(key));
  timers.delete(key);
}

/** With nothing left to wait for, a thread ends. */
function end(): void {
  for (const key of [...timers.keys()]) drop(key);
  sqlite.close();
  parentPort?.close();
}

parentPort?.on('message', (message: ToHeart) => {
  if (message === 'end') return end();
  if (message.kept === null) return drop(message.key);
  const { kept } = message;
  timers.set(
    message.key,
    setInterval(() => renew(message.key, kept), kept.ttlMs / BEATS_A_LEASE),
  );
});

/** How often a lease is renewed in the time that it lasts. */
const BEATS_A_LEASE = 6;
