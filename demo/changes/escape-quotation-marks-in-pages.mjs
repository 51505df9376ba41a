import { edit } from '../workbench.mjs';

export default function change() {
  edit(
    'packages/web/src/html.js',
    ".replaceAll('<', '&lt;')",
    ".replaceAll('<', '&lt;').replaceAll('\"', '&quot;')",
  );
  edit(
    'packages/web/test/html.test.js',
    "test('a text cannot open a tag'",
    `test('a text cannot end an attribute', () => {
  assert.equal(escapeHtml('"Pretzel"'), '&quot;Pretzel&quot;');
});

test('a text cannot open a tag'`,
  );
}
