import { edit } from '../workbench.mjs';

export default function change() {
  edit(
    'packages/api/src/customers.js',
    '  return undefined;',
    "  if (name.trim() === '') return 'a name is not empty';\n  return undefined;",
  );
  edit(
    'packages/api/test/customers.test.js',
    '  assert.equal(nameProblem(7),',
    "  assert.equal(nameProblem(' '), 'a name is not empty');\n  assert.equal(nameProblem(7),",
  );
}
