// A process that stalls for longer than its leases last, and wakes up when others have done its work, does no harm. One of
// the places of `npm run test:failpoints`, others at each run.

import { expect, test } from 'vitest';
import { fewOf, SEED } from '../support/sample.ts';
import { listPoints, stallAt, stalls } from './kill.ts';

const SAMPLE = 1;

test('whoever lost its leases neither writes status, moves a branch, nor lands', {
  timeout: 240_000,
}, async () => {
  const all = stalls(await listPoints());
  const some = fewOf(all, SAMPLE);
  expect(some.length).toBe(SAMPLE);
  console.log(`${all.length} places to stall; of these, by TEST_SEED=${SEED}:`);
  for (const armed of some) {
    console.log(`  before ${armed.point}`);
    expect(await stallAt(armed), armed.point).toMatchObject({ reached: true, violations: [] });
  }
});
