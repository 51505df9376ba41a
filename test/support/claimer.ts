// A process of its own that opens the store and claims until nothing is left: node claimer.ts FILE NAME
// It begins when its standard input ends, and prints the ids that it claimed.

import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePipe } from '../../src/process/pipe.ts';
import { claim } from '../../src/store/claim.ts';
import { openStore } from '../../src/store/open.ts';
import { registerRunner } from '../../src/store/runners.ts';
import { NO_LIMITS } from '../../src/task/attempt.ts';
import type { Sha } from '../../src/task/ids.ts';

const [file = '', name = ''] = process.argv.slice(2);
let ids = 0;
process.stdout.write('ready\n');
await text(process.stdin);
const store = await openStore({
  file,
  now: Date.now,
  newId: () => `${name}-${ids++}`,
  sleep: (ms) => sleep(ms),
  makePipe,
  create: true,
});
const runner = await store.write((trx) =>
  registerRunner(store, trx, {
    sectionId: null,
    coder: null,
    process: '{}',
    logFolder: '/logs',
    leaseMs: 60_000,
  }),
);
const claimant = {
  id: runner.id,
  number: runner.number,
  sectionId: null,
  sectionIds: [],
  coder: 'default',
};
const main = '0'.repeat(40) as Sha;
const claimed: string[] = [];
for (;;) {
  const step = await store.write((trx) =>
    claim(store, trx, {
      claimant,
      main,
      limits: NO_LIMITS,
      reviews: false,
      intentMs: 1_000,
      held: [],
      instead: new Map(),
    }),
  );
  if (!step) break;
  claimed.push(step.taskId);
}
process.stdout.write(JSON.stringify({ number: runner.number, claimed }));
await store.close();
