// What this machine gives to keep processes together. Where it gives less, tests of it are skipped, and vitest counts
// them; where STEROIDS_TEST_REQUIRES names it (as in CI), they fail instead.

import os from 'node:os';
import { type Containment, findContainment, tryWrapper } from '../../src/process/containment.ts';
import { inBubblewrap } from '../../src/process/sandbox.ts';

const ENVIRONMENT = { PATH: process.env.PATH ?? '' };

function isThere(name: 'namespace' | 'bubblewrap', there: boolean): boolean {
  if (there || !(process.env.STEROIDS_TEST_REQUIRES ?? '').split(',').includes(name)) return there;
  throw new Error(`STEROIDS_TEST_REQUIRES names ${name}, and this machine does not give it`);
}

const best = await findContainment(ENVIRONMENT);

export const hasNamespaces = isThere('namespace', best.kind === 'namespace');

/** A group where the machine has nothing better. */
export const NAMESPACE: Containment = best;

const sandbox = inBubblewrap({
  folder: os.tmpdir(),
  temp: os.tmpdir(),
  readable: [],
  writable: [],
  frozen: [],
  network: true,
});

export const hasBubblewrap = isThere(
  'bubblewrap',
  (await tryWrapper(sandbox.wrapper, ENVIRONMENT)) === undefined,
);
