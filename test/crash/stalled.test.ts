// A process that stalls for longer than its leases last, and wakes up when others have done its work, does no harm. Two of
// the places of `npm run test:failpoints`, others at each run.

import { expect, test } from 'vitest';
import { listPoints, stallAt, stalls } from './kill.ts';

const SAMPLE = 2;

test('whoever lost its leases neither writes status, moves a branch, nor lands', {
  timeout: 240_000,
}, async () => {
  const all = stalls(await listPoints());
  const seed = Number(process.env.FAILPOINT_SEED ?? Date.now() % 1_000_000);
  const sample = Array.from({ length: SAMPLE }, (_, index) => all[(seed + index * 2) % all.length]);
  console.log(`${all.length} places to stall; of these, by FAILPOINT_SEED=${seed}:`);
  for (const armed of sample) {
    if (!armed) throw new TypeError('no failpoint was reached at all');
    console.log(`  before ${armed.point}`);
    expect(await stallAt(armed), armed.point).toMatchObject({ reached: true, violations: [] });
  }
});
