import { write } from '../workbench.mjs';

export default function change() {
  write(
    'packages/core/src/discount.js',
    `/** Every twelfth thing of a kind is free. */
export function freeOfCharge(count) {
  return Math.floor(count / 12);
}
`,
  );
  write(
    'packages/core/test/discount.test.js',
    `import assert from 'node:assert/strict';
import test from 'node:test';
import { freeOfCharge } from '../src/discount.js';

test('of a dozen, one is free', () => {
  assert.equal(freeOfCharge(11), 0);
  assert.equal(freeOfCharge(24), 2);
});
`,
  );
}
