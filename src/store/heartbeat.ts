// Heartbeats: leases are renewed from a thread of their own for as long as this process's work goes on.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { HeartData } from './heartbeatWorker.ts';

/** What is renewed, for `ttlMs` (milliseconds) at a time. */
export type Kept =
  | { readonly kind: 'runner'; readonly id: string; readonly process: string; readonly ttlMs: number }
  | { readonly kind: 'lease'; readonly name: string; readonly token: number; readonly ttlMs: number };

/** What the thread is told; at `end` it has nothing more to do. */
export type ToHeart =
  /** Null: not renewed any more. */
  { readonly key: number; readonly kept: Kept | null } | 'end';

export interface Heart {
  /**
   * Renews something from now on.
   * @param lost called once when somebody else has it
   * @returns what ends it
   */
  keep(kept: Kept, lost: () => void): () => void;
  /** Has the thread end, if there is one. */
  stop(): Promise<void>;
}

/** So long may the main thread be busy with one thing; then it hangs, and its leases run out. */
const HUNG_MS = 120_000;
const PULSE_MS = 500;

/** From the sources, or from the bundle, where this file is in a folder of chunks. */
const THREAD = import.meta.url.endsWith('.ts') ? './heartbeatWorker.ts' : '../store/heartbeatWorker.js';

/**
 * @param file of the store
 * @param hungMs how long the main thread may stand still, in milliseconds
 */
export function makeHeart(file: string, hungMs = HUNG_MS): Heart {
  const pulse = new SharedArrayBuffer(4);
  const counter = new Int32Array(pulse);
  const losers = new Map<number, () => void>();
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let keys = 0;
  const start = () => {
    const data: HeartData = { file, pulse, hungMs };
    const started = new Worker(new URL(THREAD, import.meta.url), { workerData: data });
    // It keeps nobody from ending.
    started.unref();
    timer = setInterval(() => Atomics.add(counter, 0, 1), PULSE_MS).unref();
    started.on('message', (key: number) => {
      const lost = losers.get(key);
      losers.delete(key);
      lost?.();
    });
    // Without heartbeats the leases run out, and others take over: nothing that is begun now may go on.
    started.on('error', () => {
      for (const lost of losers.values()) lost();
      losers.clear();
    });
    return started;
  };
  return {
    keep(kept, lost) {
      worker ??= start();
      const key = keys++;
      losers.set(key, lost);
      worker.postMessage({ key, kept } satisfies ToHeart);
      return () => {
        losers.delete(key);
        worker?.postMessage({ key, kept: null } satisfies ToHeart);
      };
    },
    async stop() {
      clearInterval(timer);
      const ending = worker;
      worker = undefined;
      if (ending === undefined || ending.threadId < 0) return;
      const ended = once(ending, 'exit');
      ending.ref();
      // It is asked: `terminate` while it loads SQLite ends the whole process, with a core.
      ending.postMessage('end' satisfies ToHeart);
      await ended;
    },
  };
}
