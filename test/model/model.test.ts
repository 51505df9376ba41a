// A short, seeded run of what `npm run test:model` does for as long as one likes.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play, sequences } from './play.ts';

test('whatever happens in whichever order, no promise is broken', { timeout: 240_000 }, async () => {
  const seed = Number(process.env.MODEL_SEED ?? 20_261_125);
  const property = fc.asyncProperty(sequences(14), play);
  const checked = await fc.check(property, { seed, numRuns: 1, endOnFailure: true });
  expect(checked.failed, fc.defaultReportMessage(checked)).toBe(false);
});
