// Modules that `require` and assign to `exports`.

import { expect, test } from 'vitest';
import { exportsOf } from '../../src/analysis/semantic/exports.ts';
import { findingsOf } from '../../src/analysis/semantic/semantic.ts';
import { readText, surfaceOf } from '../../src/analysis/semantic/surface.ts';
import { usesOf } from '../../src/analysis/semantic/uses.ts';

const used = (source: string) =>
  [...usesOf(source).values()].map(({ specifier, name, times }) => `${specifier} ${name} ${times}`);
const exported = (source: string) => Object.fromEntries(exportsOf(source));

test('uses: of what is destructured, of members, and at once', () => {
  expect(
    used(`
const { one, two: second, ...rest } = require('./numbers');
const lib = require("../lib");
import old = require('./old');
let three = require('./more').three;
// const { no } = require('./no');
const text = "require('./no')";
notRequire('./no'); a.require('./no');
one(second, one); lib.go(lib.stop); rest.four; old.done; three();
`),
  ).toEqual([
    './numbers one 2',
    './numbers two 1',
    '../lib go 1',
    '../lib stop 1',
    './old done 1',
    './more three 1',
  ]);
});

test('exports: assigned one by one, and all in one object', () => {
  expect(
    exported(`
function add(a, b) { return a + b; }
exports.add = add;
module.exports.twice = function (value) { return value * 2; };
exports.arrow = (value) => value;
exports.size = 4
exports.alias = add
exports.last = 'x'
function inner() { exports.no = 1; }
if (exports.same === 1) {}
`),
  ).toEqual({
    add: '(a,b)',
    twice: 'function(value)',
    arrow: '(value)',
    size: 'a number',
    alias: '(a,b)',
    last: 'a text',
  });
  expect(
    exported(`
function add(a, b) { return a + b; }
module.exports = {
  add,
  plus: add,
  other(one, two) { return { one, two }; },
  ...rest,
};
`),
  ).toEqual({ add: '(a,b)', plus: '(a,b)', other: '(one,two)' });
});

test('what is the whole of a module is its default: exported, and used by the name that it has there', () => {
  for (const [source, signature] of [
    ['function make(a, b) { return a; }\nmodule.exports = make;\n', '(a,b)'],
    ['exports = module.exports = make;\nfunction make(a) { return a; }\n', '(a)'],
    ['module.exports = function (a) { return a; };\n', 'function(a)'],
    ['module.exports = async (a) => a;\n', 'async(a)'],
    ['module.exports = class Shape { area(unit) { return 1; } };\n', '{area(unit)}'],
    ['declare function make(a: string): void;\nexport = make;\n', '(a:string):void'],
  ] as const)
    expect(exported(source), source).toEqual({ default: signature });
  expect(exported('module.exports = make;\nmodule.exports.twice = (a) => a;\nfunction make() {}\n')).toEqual({
    default: '()',
    twice: '(a)',
  });
  expect(
    used(`
const make = require('./make');
const Shape = require('./shape');
const lib = require('./lib');
import other = require('./other');
make(1); new Shape(make); lib.go(1); other(make.size);
require('./begin')(make);
`),
  ).toEqual([
    './make size 1',
    './make default 3',
    './shape default 1',
    './lib go 1',
    './other default 1',
    './begin default 1',
  ]);
});

const TEXT = 'function trim(a) { return a; }\nmodule.exports = { trim };\n';
const moduleOf = (file: string, text: string) => ({ file, ...readText(text) });
const lib = (after: string) =>
  surfaceOf([{ before: moduleOf('src/lib/text.js', TEXT), after: moduleOf('src/lib/text.js', after) }]);
const app = (text: string) => surfaceOf([{ before: undefined, after: moduleOf('src/app.js', text) }]);

test.each([
  ['removed', TEXT.replace('{ trim }', '{}')],
  ['renamed', TEXT.replaceAll('trim', 'strip')],
  ['retyped', TEXT.replace('(a)', '(a, b)')],
])('%s, while another branch begins to use it', (change, after) => {
  for (const use of [
    "const { trim } = require('./lib/text');\ntrim('a');\n",
    "const text = require('./lib/text.js');\ntext.trim('a');\n",
    "require('./lib/text').trim('a');\n",
  ])
    expect(findingsOf(lib(after), app(use))).toMatchObject([
      { change, export: 'trim', changedBy: 'one', usedIn: 'src/app.js' },
    ]);
  expect(findingsOf(lib(after), app("const { trim } = require('lodash');\ntrim('a');\n"))).toEqual([]);
  expect(findingsOf(lib(TEXT), app("require('./lib/text').trim('a');\n"))).toEqual([]);
});

const MAKE = 'module.exports = make;\nfunction make(a) { return a; }\n';

test.each([
  ['removed', 'exports.make = make;\nfunction make(a, b) { return a; }\n'],
  ['retyped', MAKE.replace('(a)', '(a, b)')],
])('the whole of a module %s, while another branch begins to use it', (change, after) => {
  const changed = (text: string) =>
    surfaceOf([{ before: moduleOf('src/make.js', MAKE), after: moduleOf('src/make.js', text) }]);
  for (const use of [
    "const make = require('./make');\nmake(1);\n",
    "require('./make')(1);\n",
    "import make from './make.js';\nmake(1);\n",
  ])
    expect(findingsOf(changed(after), app(use))).toMatchObject([{ change, export: 'default' }]);
  expect(findingsOf(changed(after), app("const make = require('./make');\nmake.more();\n"))).toEqual([]);
  expect(findingsOf(changed(MAKE.replace('return a', 'return 1')), app("require('./make')(1);\n"))).toEqual(
    [],
  );
});

test.for([
  'const { a, ',
  'const {',
  'require( ',
  "const a = require('",
  'module.exports = {',
  'module.exports = ',
  'exports = class {',
  'export = ',
  'exports.a = ',
])('the time is linear in the text, whatever stands in it: %s', (part) => {
  const source = part.repeat(400_000 / part.length);
  const began = performance.now();
  exportsOf(`exports.b = 1; ${source}`);
  usesOf(source);
  expect(performance.now() - began).toBeLessThan(10_000);
});
