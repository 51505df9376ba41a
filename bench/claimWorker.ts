// One of the processes of the claim benchmark. Does what it is told over IPC and says when it began and ended.

import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { touchesOf } from '../src/orchestrator/scheduling.ts';
import { makePipe } from '../src/process/pipe.ts';
import type { Claimant } from '../src/store/candidates.ts';
import { type Claimed, claim } from '../src/store/claim.ts';
import type { Overlapping } from '../src/store/fileLocks.ts';
import { openStore, type Store } from '../src/store/open.ts';
import { registerRunner } from '../src/store/runners.ts';
import type { Scheduling } from '../src/store/schedule.ts';
import { overlaps } from '../src/structure/overlap.ts';
import { overlapIndex } from '../src/structure/overlapping.ts';
import { newId } from '../src/task/ids.ts';
import { approveTask, LIMITS, landTask, MAIN } from './lifecycle.ts';

export type Order =
  | { readonly kind: 'open'; readonly file: string; readonly scheduled: boolean }
  /** Claim so many tasks, or until there is nothing to claim. */
  | { readonly kind: 'claim'; readonly count: number }
  /** Complete what is claimed. */
  | { readonly kind: 'complete' }
  /** Claim and complete until every task is done. */
  | { readonly kind: 'work'; readonly locking: boolean }
  | { readonly kind: 'bare'; readonly file: string; readonly count: number };

export interface Done {
  /** Epoch milliseconds with fractions. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly claimed: readonly string[];
}

const clock = () => performance.timeOrigin + performance.now();

let store: Store | undefined;
let claimant: Claimant | undefined;
let scheduling: Scheduling | undefined;
let held: Claimed[] = [];

async function obey(order: Order): Promise<Done> {
  const prepared = order.kind === 'bare' ? openBare(order.file) : undefined;
  const startedAt = clock();
  const claimed: string[] = [];
  if (order.kind === 'open') await open(order.file, order.scheduled);
  else if (order.kind === 'claim') claimed.push(...(await claimSome(order.count)));
  else if (order.kind === 'complete') await completeHeld();
  else if (order.kind === 'work') claimed.push(...(await workAll(order.locking)));
  else for (let number = 1; number <= order.count; number++) prepared?.(number);
  return { startedAt, endedAt: clock(), claimed };
}

function opened(): Store {
  if (!store) throw new Error('not open yet');
  return store;
}

async function open(file: string, scheduled: boolean): Promise<void> {
  const made = await openStore({
    file,
    now: Date.now,
    newId: () => newId((bound) => randomInt(bound)),
    sleep: (ms) => sleep(ms),
    makePipe,
  });
  const runner = await made.write((trx) =>
    registerRunner(made, trx, {
      sectionId: null,
      coder: null,
      process: JSON.stringify({ pid: process.pid }),
      logFolder: '/nowhere',
      leaseMs: 3_600_000,
    }),
  );
  claimant = { id: runner.id, number: runner.number, sectionId: null, sectionIds: [], coder: 'default' };
  scheduling = scheduled ? { mode: 'balanced', holdMs: 3_600_000, meet: overlaps, touchesOf } : undefined;
  store = made;
}

async function claimOne(overlapping?: Overlapping): Promise<Claimed | undefined> {
  const by = claimant;
  if (!by) throw new Error('not open yet');
  const claiming = {
    claimant: by,
    main: MAIN,
    limits: LIMITS,
    reviews: false,
    intentMs: 1_000,
    held: [],
    instead: new Map(),
    overlapping,
    scheduling,
  };
  return await opened().write((trx) => claim(opened(), trx, claiming));
}

async function claimSome(count: number): Promise<string[]> {
  while (held.length < count) {
    const claimed = await claimOne();
    if (!claimed) break;
    held.push(claimed);
  }
  return held.map((claimed) => claimed.taskId);
}

async function completeHeld(): Promise<void> {
  for (const claimed of held) await complete(claimed);
  held = [];
}

async function complete({ taskId, stepId }: Claimed): Promise<void> {
  const to = opened();
  await to.write((trx) => approveTask(to, trx, taskId, stepId));
  await to.write((trx) => landTask(to, trx, taskId));
}

async function workAll(locking: boolean): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    const claimed = await claimOne(locking ? overlapIndex : undefined);
    if (claimed) {
      done.push(claimed.taskId);
      await complete(claimed);
    } else if (await isAllClaimed()) return done;
    else await sleep(1); // what is left waits for what others are at work on
  }
}

async function isAllClaimed(): Promise<boolean> {
  const left = await opened()
    .db.selectFrom('tasks')
    .select('id')
    .where('status', '=', 'pending')
    .limit(1)
    .execute();
  return left.length === 0;
}

/** @returns one bare transaction: what the driver and the disk can do at all */
function openBare(file: string): (row: number) => void {
  const sqlite = new Database(file, { timeout: 10_000 });
  sqlite.pragma('synchronous = full');
  const begin = sqlite.prepare('begin immediate');
  const update = sqlite.prepare('update counters set value = value + 1 where id = ?');
  const commit = sqlite.prepare('commit');
  return (row) => {
    begin.run();
    update.run(row);
    commit.run();
  };
}

process.on('message', (order: Order) => {
  void obey(order).then(
    (done) => process.send?.(done),
    (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => void (store?.close() ?? Promise.resolve()).then(() => process.exit()));
process.send?.({ startedAt: 0, endedAt: 0, claimed: [] } satisfies Done);
