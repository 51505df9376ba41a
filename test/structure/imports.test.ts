// What is found in a file, whatever it is written in, and how long hostile text may take.

import { expect, test } from 'vitest';
import { importsOf, lexerReady } from '../../src/structure/node/imports.ts';
import { scanImports } from '../../src/structure/node/scan.ts';

/** Text, and what it imports. */
const CODE: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'a bare import': ["import 'a'", ['a']],
  'names over several lines': ["import {\n  one,\n  two as three,\n} from 'a';", ['a']],
  'types, and all of another': [
    "import type { A } from 'a';\nexport * as b from \"b\";\nexport { c } from 'c'",
    ['a', 'b', 'c'],
  ],
  'a call, with a comment in it': ["const x = await import(/* webpackChunkName: 'no' */ 'a');", ['a']],
  'a template without parts': ['import(`a`)', ['a']],
  'require in its forms': [
    "const a = require('a');\nrequire . resolve;\nrequire.resolve('b');\nx.require('no')",
    ['a', 'b'],
  ],
  'a required module with a name': ["import a = require('a')", ['a']],
  comments: ["// import 'no'\n/* import 'no' */\nimport 'a' // import 'no'", ['a']],
  strings: ["const s = \"import 'no'\";\nconst t = 'require(\"no\")';\nimport 'a'", ['a']],
  'templates with code in them': [
    "const t = `import 'no' $" +
      '{list.map(() => { return `$' +
      "{require('a')}`; })} require('no')`;\nimport 'b'",
    ['a', 'b'],
  ],
  'a regular expression with quotes': ["const r = /['\"`]/.test(x); const s = a / b / c;\nimport 'a'", ['a']],
  'prose in JSX': [
    "import 'a';\nconst x = <p>Don't worry, it's `fine` and /* so</p>;\nconst y = () => import('b');\nrequire('c')",
    ['a', 'b', 'c'],
  ],
  'an object with such keys': [
    "const x = { from: 'no', import: 'no', export: 'no' }; export const y = 'no';",
    [],
  ],
};

test.each(Object.entries(CODE))('the scan finds %s', (_, [text, expected]) => {
  expect([...scanImports(text)].sort()).toEqual(expected);
});

test.each(Object.entries(CODE))('with the lexer: %s', async (_, [text, expected]) => {
  await lexerReady();
  expect([...new Set(importsOf('x.tsx', text, () => true))].sort()).toEqual(expected);
});

test('a file in which nothing looks as if it mattered is not read closer', async () => {
  await lexerReady();
  const seen: string[] = [];
  const text =
    "import a from './a';\nimport { b } from 'b'; import(/* x */ 'c'); require( 'd' ); require.resolve('e')";
  const matters = (specifier: string) => {
    seen.push(specifier);
    return false;
  };
  expect(importsOf('x.ts', text, matters)).toEqual([]);
  expect(seen).toEqual(['./a', 'b', 'c', 'd', 'e']);
});

const MANY = 100_000;

test.each([
  ['apostrophes', "'".repeat(MANY)],
  ['backticks', '`$\u007b'.repeat(MANY)],
  ['unclosed comments', 'import /*'.repeat(MANY)],
  ['line comments on one line', 'import // '.repeat(MANY)],
  ['slashes', '=/['.repeat(MANY)],
  ['texts after one import', `import ${'"a" '.repeat(MANY)}`],
  ['spaces', `import${' '.repeat(MANY)}from${' '.repeat(MANY)}`],
  ['scripts that do not end', '<script>'.repeat(MANY)],
])('%s by the hundred thousand take no longer than they must', async (_, text) => {
  await lexerReady();
  const before = process.cpuUsage();
  importsOf('x.tsx', `${text}\nimport 'a'`, () => true);
  importsOf('x.vue', `${text}\nimport 'a'`, () => true);
  // Processor time, since the machine may have more to do. Quadratic, each would take minutes.
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000);
});
