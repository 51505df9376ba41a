// Claiming: many processes take tasks out of one store, each task exactly once, every transaction flushed to the disk.
//
// Counted in three ways: claims alone (phases in which all processes only claim, between barriers; what was claimed is
// completed between the phases, and that is not timed), whole tasks (claim, approve, land: three transactions each), and
// the transactions of those; and whole tasks of three paths each with `locks.files`. The baseline is what the machine can do at all: as many processes, each updating one row.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openStore, type Store } from '../src/store/open.ts';
import { insertSection } from '../src/store/sections.ts';
import { addDependency, insertTask } from '../src/store/tasks.ts';
import type { TaskId } from '../src/task/ids.ts';
import type { Done, Order } from './claimWorker.ts';
import { inTurn, type Place } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder } from './place.ts';
import { hostIn, plainTask } from './project.ts';
import type { Report } from './report.ts';

const CLAIMS_PER_SECOND = 1_500;
/** How many tasks all processes together hold at the end of a phase: fewer than the sections have places. */
const HELD = 200;
const PLACES = 8;

interface Size {
  readonly tasks: number;
  readonly processes: number;
  readonly sections: number;
  /** Of each task; undefined where files are not locked. */
  readonly paths?: number;
}

const PATHS = 3;

export async function measure(options: Options): Promise<Report> {
  const size: Size = {
    tasks: options.number('tasks', 2_000),
    processes: options.number('processes', 8),
    sections: options.number('sections', 40),
  };
  const rounds = options.number('rounds', 3);
  const figures = await inTemporaryFolder((place) =>
    inTurn(rounds, {
      claims: (round) => claimOnly(place, `claims-${round}.db`, size, false),
      balanced: (round) => claimOnly(place, `balanced-${round}.db`, size, true),
      tasks: (round) => claimAndComplete(place, `tasks-${round}.db`, size),
      locking: (round) => claimAndComplete(place, `locking-${round}.db`, { ...size, paths: PATHS }),
      bare: (round) => bareTransactions(place, `bare-${round}.db`, size),
    }),
  );
  const baseline = { name: `begin immediate; update one row; commit`, unit: '/s', figures: figures.bare };
  return {
    benchmark: 'claim',
    settings: { ...size, rounds, flushed: 'each' },
    comparisons: [
      {
        what: `claims alone, ${size.processes} processes together`,
        product: { name: 'claims', unit: '/s', figures: figures.claims },
        baseline,
        target: {
          sentence: `at least ${CLAIMS_PER_SECOND} claims a second`,
          met: figures.claims.median >= CLAIMS_PER_SECOND,
        },
        notes: ['completing what was claimed is done between the phases and not counted'],
      },
      {
        what: `claims alone with scheduling: balanced, up to ${HELD} tasks under way`,
        product: { name: 'claims', unit: '/s', figures: figures.balanced },
        baseline: { name: 'claims without', unit: '/s', figures: figures.claims },
        notes: ['each task may change six files, one of which all may change'],
      },
      {
        what: 'claim, approve and land, each a transaction',
        product: { name: 'whole tasks', unit: '/s', figures: figures.tasks },
        baseline,
        notes: [`that is ${Math.round(figures.tasks.median * 3)} transactions a second (median)`],
      },
      {
        what: `the same with locks.files, ${PATHS} paths a task, every tenth of them another task's too`,
        product: { name: 'whole tasks', unit: '/s', figures: figures.locking },
        baseline,
      },
    ],
  };
}

/** @param scheduled whether tasks that are likely to conflict are kept apart */
async function claimOnly(place: Place, name: string, size: Size, scheduled: boolean): Promise<number> {
  const file = await fill(place, name, size);
  return await withWorkers(size.processes, async (workers) => {
    await tell(workers, { kind: 'open', file, scheduled });
    const claimed: string[] = [];
    let tookMs = 0;
    while (claimed.length < size.tasks) {
      const phase = await tell(workers, { kind: 'claim', count: Math.ceil(HELD / size.processes) });
      const got = phase.flatMap((done) => done.claimed);
      if (got.length === 0)
        throw new Error(`nothing to claim after ${claimed.length} of ${size.tasks} tasks`);
      claimed.push(...got);
      tookMs += spanOf(phase);
      await tell(workers, { kind: 'complete' });
    }
    checkOnce(claimed, size.tasks);
    return perSecond(size.tasks, tookMs);
  });
}

async function claimAndComplete(place: Place, name: string, size: Size): Promise<number> {
  const file = await fill(place, name, size);
  return await withWorkers(size.processes, async (workers) => {
    await tell(workers, { kind: 'open', file, scheduled: false });
    const done = await tell(workers, { kind: 'work', locking: size.paths !== undefined });
    checkOnce(
      done.flatMap((one) => one.claimed),
      size.tasks,
    );
    return perSecond(size.tasks, spanOf(done));
  });
}

async function bareTransactions(place: Place, name: string, size: Size): Promise<number> {
  const file = path.join(place.cwd, name);
  const sqlite = new Database(file);
  sqlite.pragma('journal_mode = wal');
  sqlite.exec('create table counters (id integer primary key, value integer not null)');
  const insert = sqlite.prepare('insert into counters (value) values (0)');
  sqlite.transaction(() => {
    for (let row = 0; row < size.tasks; row++) insert.run();
  })();
  sqlite.close();
  const count = Math.ceil(size.tasks / size.processes);
  return await withWorkers(size.processes, async (workers) => {
    const done = await tell(workers, { kind: 'bare', file, count });
    return perSecond(count * size.processes, spanOf(done));
  });
}

/** Tasks in sections with eight places each, some without; each waits for two earlier ones, where there are. */
async function fill(place: Place, name: string, size: Size): Promise<string> {
  const file = path.join(place.cwd, name);
  const store = await openStore({ ...hostIn(place), file, create: true });
  try {
    await store.write((trx) => fillIn(store, trx, size));
  } finally {
    await store.close();
  }
  return file;
}

async function fillIn(store: Store, trx: Parameters<typeof insertTask>[1], size: Size): Promise<void> {
  const sections: string[] = [];
  for (let number = 0; number < size.sections; number++) {
    const section = { name: `Section ${number}`, paths: [], exclusive: false, maxRunners: PLACES };
    sections.push(await insertSection(store, trx, section));
  }
  const ids: TaskId[] = [];
  for (let number = 0; number < size.tasks; number++) {
    const sectionId = number % 10 === 0 ? null : (sections[number % size.sections] ?? null);
    const id = await insertTask(store, trx, {
      ...plainTask(`Task ${number}`),
      sectionId,
      paths: pathsOf(number, size.paths ?? 0),
      likely: likelyOf(number),
    });
    for (const before of [ids[number - 300], ids[number - 450]])
      if (before !== undefined) await addDependency(trx, id, before);
    ids.push(id);
  }
}

/** Files of its own; the first one of every tenth task is the one that came before it has too. */
function pathsOf(number: number, count: number): string[] {
  const folder = (of: number) => `packages/p${of % 50}/src/f${of}`;
  return Array.from({ length: count }, (_, index) =>
    index === 0 && number % 10 === 0 ? `${folder(number - 1)}/1.ts` : `${folder(number)}/${index}.ts`,
  );
}

/** None of them so likely that two tasks are kept apart. */
function likelyOf(number: number): [string, number][] {
  const own = [1, 2, 3, 4, 5].map((file): [string, number] => [`src/part-${number}/file-${file}.ts`, 0.5]);
  return [...own, ['package.json', 0.2]];
}

function checkOnce(claimed: readonly string[], tasks: number): void {
  const different = new Set(claimed).size;
  if (claimed.length !== tasks || different !== tasks)
    throw new Error(`${tasks} tasks: ${claimed.length} claims of ${different} different ones`);
}

/** From the first worker's start to the last one's end, in milliseconds. */
function spanOf(done: readonly Done[]): number {
  return Math.max(...done.map((one) => one.endedAt)) - Math.min(...done.map((one) => one.startedAt));
}

function perSecond(count: number, ms: number): number {
  return (count * 1_000) / ms;
}

async function withWorkers<T>(
  count: number,
  work: (workers: readonly ChildProcess[]) => Promise<T>,
): Promise<T> {
  const file = path.join(import.meta.dirname, 'claimWorker.ts');
  const workers = Array.from({ length: count }, () => fork(file));
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message'))); // each says when it has loaded
    return await work(workers);
  } finally {
    const ended = workers.map((worker) => worker.exitCode === null && once(worker, 'exit'));
    for (const worker of workers) if (worker.connected) worker.disconnect();
    await Promise.all(ended);
  }
}

/** Gives all workers the same order at once, and waits for all of them. */
async function tell(workers: readonly ChildProcess[], order: Order): Promise<Done[]> {
  const answers = workers.map(answerOf);
  for (const worker of workers) worker.send(order);
  return await Promise.all(answers);
}

function answerOf(worker: ChildProcess): Promise<Done> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a worker ended with ${code}`));
    worker.once('exit', ended);
    worker.once('message', (answer) => {
      worker.off('exit', ended);
      resolve(answer as Done);
    });
  });
}
