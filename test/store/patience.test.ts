// How long somebody waits for the store's lock.

import { expect, test } from 'vitest';
import { type Patience, patiently } from '../../src/store/patience.ts';

const busy = async () => {
  throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
};

/** A clock that only waiting moves. @param changes how many changes others had made by that time */
function waitingFor(changes: (ms: number) => number): Patience & { readonly now: () => number } {
  let clock = 0;
  return {
    file: 'steroids.db',
    now: () => clock,
    sleep: async (ms) => {
      clock += ms;
    },
    changes: () => changes(clock),
  };
}

test('whoever waits goes on for as long as others get on', async () => {
  // Fifty that have just begun, on a machine that is busy: each has its turn, and all of them together take a minute.
  const waiting = waitingFor((ms) => Math.floor(Math.min(ms, 60_000) / 3_000));
  await expect(patiently(waiting, busy)).rejects.toMatchObject({ code: 'store-busy' });
  expect(waiting.now()).toBeGreaterThan(60_000 + 10_000);
  expect(waiting.now()).toBeLessThan(60_000 + 20_000);
});

test('one who keeps it for himself is waited for fifteen seconds, and no crowd for more than five minutes', async () => {
  const one = waitingFor(() => 7);
  await expect(patiently(one, busy)).rejects.toMatchObject({ code: 'store-busy' });
  expect(one.now()).toBeGreaterThan(15_000);
  expect(one.now()).toBeLessThan(17_000);
  const crowd = waitingFor((ms) => ms);
  await expect(patiently(crowd, busy)).rejects.toMatchObject({ code: 'store-busy' });
  expect(crowd.now()).toBeGreaterThan(300_000);
  expect(crowd.now()).toBeLessThan(302_000);
});
