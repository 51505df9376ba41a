// How long a write waits when many processes claim, renew leases and write status at once, each transaction flushed to the
// disk. The baseline is one process that makes as many writes a second alone: what the disk takes by itself.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { openStore } from '../src/store/open.ts';
import { insertTask } from '../src/store/tasks.ts';
import { inTurn, type Place } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder } from './place.ts';
import { hostIn, plainTask } from './project.ts';
import type { Report } from './report.ts';
import type { Pace } from './writesWorker.ts';

const P99_MS = 30;
const DURATION_MS = 10_000;

export async function measure(options: Options): Promise<Report> {
  const processes = options.number('processes', 50);
  const rate = options.number('rate', 500);
  const rounds = options.number('rounds', 3);
  const others: string[] = [];
  const figures = await inTemporaryFolder((place) =>
    inTurn(rounds, {
      together: async (round) => {
        const times = await writeTogether(place, `together-${round}.db`, processes, rate);
        const made = Math.round((times.length * 1_000) / DURATION_MS);
        others.push(
          `round ${round + 1}: ${made} writes a second, median ${at(times, 0.5)} ms, longest ${at(times, 1)} ms`,
        );
        return quantile(times, 0.99);
      },
      alone: async (round) => quantile(await writeTogether(place, `alone-${round}.db`, 1, rate), 0.99),
    }),
  );
  return {
    benchmark: 'writes',
    settings: { processes, rate, rounds, flushed: 'each' },
    comparisons: [
      {
        what: `the slowest hundredth of writes, ${processes} processes, ${rate} writes a second together`,
        product: { name: `${processes} processes`, unit: 'ms', figures: figures.together },
        baseline: { name: 'one process', unit: 'ms', figures: figures.alone },
        target: { sentence: `p99 below ${P99_MS} ms`, met: figures.together.median < P99_MS },
        notes: [...others, 'no write failed: one that does ends the benchmark'],
      },
    ],
  };
}

const at = (times: readonly number[], part: number) => quantile(times, part).toFixed(1);

function quantile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

async function writeTogether(place: Place, name: string, processes: number, rate: number): Promise<number[]> {
  const file = await fill(place, name, Math.ceil((rate * DURATION_MS) / 1_000));
  const script = path.join(import.meta.dirname, 'writesWorker.ts');
  const workers = Array.from({ length: processes }, () => fork(script));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const pace: Pace = { file, rate: rate / processes, durationMs: DURATION_MS };
    await Promise.all(workers.map((worker) => told(worker, pace)));
    return (await Promise.all(workers.map((worker) => told(worker, 'begin')))).flat();
  } finally {
    for (const worker of workers) if (worker.connected) worker.disconnect();
  }
}

function told(worker: ChildProcess, message: Pace | 'begin'): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a worker ended with ${code}`));
    worker.once('exit', ended);
    worker.once('message', (times) => {
      worker.off('exit', ended);
      resolve(times as number[]);
    });
    worker.send(message);
  });
}

async function fill(place: Place, name: string, tasks: number): Promise<string> {
  const file = path.join(place.cwd, name);
  const store = await openStore({ ...hostIn(place), file, create: true });
  try {
    await store.write(async (trx) => {
      for (let number = 0; number < tasks; number++)
        await insertTask(store, trx, plainTask(`Task ${number}`));
    });
  } finally {
    await store.close();
  }
  return file;
}
