// The second half: new code in a new file, so git sees no conflict with the renaming that lands meanwhile. Only the
// merge queue does, because it runs the tests on main with this on top.

import { commit, edit, untilLanded, write } from '../workbench.mjs';

const RECEIPT = 'packages/api/src/receipt.js';

export default async function change(brief) {
  const [, missing] = /does not provide an export named '(\w+)'/.exec(brief) ?? [];
  if (missing === 'total') return useTheNewName();
  write(
    RECEIPT,
    `import { formatPrice, total } from '@bakery/core';

/** Answers \`GET /receipt\`: a line for each thing, and what it all costs. */
export function getReceipt(basket) {
  const lines = basket.map((line) => \`\${line.count} × \${line.name}\`);
  return { status: 200, body: [...lines, \`Total \${formatPrice(total(basket))}\`].join('\\n') };
}
`,
  );
  write(
    'packages/api/test/receipt.test.js',
    `import assert from 'node:assert/strict';
import test from 'node:test';
import { getReceipt } from '../src/receipt.js';

test('a receipt ends with what it all costs', () => {
  const { body } = getReceipt([{ name: 'Pretzel', cents: 110, count: 2 }]);
  assert.equal(body, '2 × Pretzel\\nTotal 2.20');
});
`,
  );
  commit('Add a receipt to the API');
  await untilLanded('Rename total() to basketTotal()');
}

function useTheNewName() {
  edit(RECEIPT, /\btotal\b/g, 'basketTotal');
  commit('Call basketTotal() by its new name');
}
