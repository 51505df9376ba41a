// The second half of the conflict: its first attempt comes too late, its second one keeps both sides.

import { commit, edit, read, untilLanded, write } from '../workbench.mjs';

const FOOTER = 'packages/web/src/footer.js';

export default async function change(brief) {
  if (brief.includes('## A conflict to solve')) return keepBothSides();
  edit(FOOTER, "['The corner bakery']", "['The corner bakery', 'Call 555 0142']");
  write(
    'packages/web/test/phoneNumber.test.js',
    `import assert from 'node:assert/strict';
import test from 'node:test';
import { footer } from '../src/footer.js';

test('the footer says how to call the bakery', () => {
  assert.match(footer(), /Call 555 0142/);
});
`,
  );
  commit('Show the phone number in the footer');
  await untilLanded('Show the opening hours in the footer');
}

/** Both sides are lists of texts; each text is wanted once. Steroids commits it, under the first attempt's message. */
function keepBothSides() {
  const [conflict] = /^<{7} [\s\S]*^>{7} .*\n/m.exec(read(FOOTER)) ?? [];
  if (conflict === undefined) throw new Error(`${FOOTER} holds no conflict`);
  const texts = new Set(conflict.match(/'[^']*'/g));
  edit(FOOTER, conflict, `const LINES = [${[...texts].join(', ')}];\n`);
}
