// The first half of the conflict: it lands while a colleague, who began before, changes the same line.

import { commit, edit, untilCommitted, write } from '../workbench.mjs';

export default async function change() {
  edit('packages/web/src/footer.js', "['The corner bakery']", "['The corner bakery', 'Open from 7 to 18']");
  write(
    'packages/web/test/openingHours.test.js',
    `import assert from 'node:assert/strict';
import test from 'node:test';
import { footer } from '../src/footer.js';

test('the footer says when the bakery is open', () => {
  assert.match(footer(), /Open from 7 to 18/);
});
`,
  );
  commit('Show the opening hours in the footer');
  await untilCommitted('Show the phone number in the footer');
}
