// Rejected: the first attempt has no test, and the reviewer wants one. The second attempt answers with it.

import { commit, write } from '../workbench.mjs';

export default function change(brief) {
  if (brief.includes('roundToFiveCents() in packages/core/src/cash.js has no test')) return addTheTest();
  write(
    'packages/core/src/cash.js',
    `/** A price as it can be paid in coins: to the nearest five cents. */
export function roundToFiveCents(cents) {
  return Math.round(cents / 5) * 5;
}
`,
  );
  commit('Round cash prices to five cents');
}

function addTheTest() {
  write(
    'packages/core/test/cash.test.js',
    `import assert from 'node:assert/strict';
import test from 'node:test';
import { roundToFiveCents } from '../src/cash.js';

test('cash prices go to the nearest five cents', () => {
  assert.deepEqual([1242, 1243, 1245].map(roundToFiveCents), [1240, 1245, 1245]);
  assert.equal(roundToFiveCents(0), 0);
});
`,
  );
  commit('Test how cash prices are rounded');
}
