import { expect, test } from 'vitest';
import { exportsOf } from '../../src/analysis/semantic/exports.ts';
import { mask } from '../../src/analysis/semantic/mask.ts';
import { stemOf } from '../../src/analysis/semantic/module.ts';
import { findingsOf } from '../../src/analysis/semantic/semantic.ts';
import { type ChangedModule, readText, surfaceOf } from '../../src/analysis/semantic/surface.ts';
import { usesOf } from '../../src/analysis/semantic/uses.ts';
import { branchWith, compare } from '../support/matrix.ts';
import { makeRepository } from '../support/repository.ts';

const exported = (source: string) => Object.fromEntries(exportsOf(source));
const used = (source: string) => [...usesOf(source).values()].map((one) => Object.values(one).join(' '));

test('code is told from strings, comments, templates and regular expressions', () => {
  const source = 'a("x{" /* { */, `t{$' + '{b("}")}{`) // {\nc = /[{/]{"/g; d = 4 / 2; <p>don\'t {e}</p>';
  const { code, text } = mask(source);
  const expected = 'a("  "        , `  $' + '{b(" ")} `)     \nc =          ; d = 4 / 2; <p>don\'t {e}</p>';
  expect(code).toBe(expected);
  expect(text).toContain('"x{"');
  expect(text).not.toContain('/*');
  expect(code).toHaveLength(source.length);
});

test('what declarations say of their types, whatever stands in their bodies', () => {
  expect(
    exported(`
// export const no = 1;
export function add(a: number, b = '{'): { sum: number } {
  return { sum: a };
}
export async function load<T>(id: T): Promise<T> { return id; }
export const size = 4, other = 5;
export const name: string = 'x';
export const twice = (value: number): number => value * 2;
export const text = 'export function inText() {}';
export const maker = async function (a: string) { return a; };
export interface Shape {
  // why
  kind: 'a' | 'b';
}
export type Id = string | number;
export enum Color { Red, Green }
export class Box<T> extends Base {
  private secret = 1;
  #hidden = 2;
  value: T;
  open(key: string): T { return this.value; }
}
export function later(): () => { a: number } { return f; }
function inner(a: string) { export_ = 1; }
const kept: number = 1;
export { inner, kept as renamed };
export { far } from './far.js';
export * as all from './all.js';
export * from './rest.js';
export default function main(argv: string[]) { }
`),
  ).toEqual({
    add: "(a:number,b='{'):{sum:number}",
    load: 'async<T>(id:T):Promise<T>',
    size: 'a number',
    name: ':string',
    twice: '(value:number):number',
    text: 'a text',
    maker: 'async function(a:string)',
    Shape: "{kind:'a'|'b'}",
    Id: '=string|number',
    Color: '{Red,Green}',
    Box: '<T>extends Base{value:T;open(key:string):T}',
    later: '():()=>{a:number}',
    inner: '(a:string)',
    renamed: ':number',
    far: '',
    all: '',
    default: '(argv:string[])',
  });
});

test('bodies and layout change no type; parameters do', () => {
  const before = exported('export function f(a: string, b: number): void { one(); }');
  const after = exported(
    'export function f(\n  a: string, // first\n  b: number,\n): void {\n  two({ a });\n}\n',
  );
  expect(after).toEqual(before);
  expect(exported('export function f(a: string): void { one(); }')).not.toEqual(before);
});

test('uses: what is imported and how often it is named', () => {
  expect(
    used(`
import React, { useState as state } from 'react';
import type { Shape } from './shape';
import * as all from '../all.js';
export { handed } from './handed';
import { unused } from './unused';
// import { no } from './no';
const text = "import { no } from './no'";
state(state()); all.one(all.two); thing.state; React.x;
const a: Shape = { ...state };
`),
  ).toEqual([
    'react default 1',
    'react useState 3',
    './shape Shape 1',
    '../all.js one 1',
    '../all.js two 1',
    './handed handed 1',
    './unused unused 0',
  ]);
});

test.for(['import a ', 'export { ', '/', '`$' + '{', '"\\', 'export type a = (', 'import {a,', 'a = /[/'])(
  'the time is linear in the text, whatever stands in it: %s',
  (part) => {
    const source = part.repeat(400_000 / part.length);
    const began = performance.now();
    exportsOf(`export ${source}`);
    usesOf(`${source} from `);
    // Where it was the square of it, 20,000 took 3 s.
    expect(performance.now() - began).toBeLessThan(10_000);
  },
);

test('stems', () => {
  expect(
    ['src/a.ts', 'src/a.d.ts', 'src/a.js', 'src/index.tsx', 'index.ts', 'src/a.b.mts'].map(stemOf),
  ).toEqual(['src/a', 'src/a', 'src/a', 'src', '.', 'src/a.b']);
});

const changed = (
  file: string,
  before: string | undefined,
  after: string | undefined,
  now = file,
): ChangedModule => ({
  before: before === undefined ? undefined : { file, ...readText(before) },
  after: after === undefined ? undefined : { file: now, ...readText(after) },
});

/** What `one` did to src/lib/text.ts, found against another branch that adds a file with a use. */
function against(one: ChangedModule, use: string, file = 'src/app.ts'): string[] {
  const found = findingsOf(surfaceOf([one]), surfaceOf([changed(file, undefined, use)]));
  return found.map(
    (finding) =>
      `${finding.change} ${finding.export} ${finding.to ?? ''} ${finding.changedBy} ${finding.usedIn}`,
  );
}

const TEXT = 'src/lib/text.ts';
const USE = "import { trim } from './lib/text.js';\ntrim('a');\n";
const TRIM = 'export function trim(a: string): string { return a; }\n';

test('removed, renamed, moved, retyped', () => {
  expect(against(changed(TEXT, TRIM, ''), USE)).toEqual(['removed trim  one src/app.ts']);
  expect(against(changed(TEXT, TRIM, undefined), USE)).toEqual(['removed trim  one src/app.ts']);
  expect(against(changed(TEXT, TRIM, TRIM.replace('trim', 'strip')), USE)).toEqual([
    'renamed trim strip one src/app.ts',
  ]);
  expect(against(changed(TEXT, TRIM, TRIM, 'src/text.ts'), USE)).toEqual([
    'moved trim src/text.ts one src/app.ts',
  ]);
  expect(against(changed(TEXT, TRIM, TRIM.replace('a: string', 'a: string, b: string')), USE)).toEqual([
    'retyped trim  one src/app.ts',
  ]);
  expect(against(changed(TEXT, TRIM, TRIM.replace('return a', 'return b')), USE)).toEqual([]);
});

test.for([
  ["import { trim as cut } from '@/lib/text';\ncut('a');", 1],
  ["import * as text from './lib/text';\ntext.trim('a');", 1],
  ["export { trim } from './lib/text';", 1],
  ["import { trim } from './lib';\ntrim('a');", 1], // an index hands it on
  ["import { trim } from './lib/other';\ntrim('a');", 0],
  ["import { trim } from 'lodash';\ntrim('a');", 0],
  ["import { pad } from './lib/text';\npad('a');", 0],
] as const)('%s', ([use, times]) => {
  expect(against(changed(TEXT, TRIM, ''), use)).toHaveLength(times);
});

test('only a use that is new: what was there is for who changes the export', () => {
  const removal = surfaceOf([changed(TEXT, TRIM, '')]);
  const more = surfaceOf([changed('src/app.ts', USE, `${USE}trim('b');\n`)]);
  const same = surfaceOf([changed('src/app.ts', USE, `${USE}other('b');\n`)]);
  expect(findingsOf(removal, more)).toHaveLength(1);
  expect(findingsOf(more, removal)).toMatchObject([{ changedBy: 'other' }]);
  expect(findingsOf(removal, same)).toEqual([]);
});

test('where both change it alike, or an export of the folder takes its place, nothing breaks', () => {
  const retyped = TRIM.replace('a: string', 'a: string, b: string');
  const one = surfaceOf([changed(TEXT, TRIM, retyped)]);
  const both = surfaceOf([changed(TEXT, TRIM, retyped), changed('src/app.ts', undefined, USE)]);
  expect(findingsOf(one, both)).toEqual([]);
  const elsewhere = surfaceOf([changed(TEXT, TRIM, ''), changed('src/lib/trim.ts', undefined, TRIM)]);
  const byFolder = surfaceOf([changed('src/app.ts', undefined, "import { trim } from './lib';\ntrim('a');")]);
  expect(findingsOf(elsewhere, byFolder)).toEqual([]);
});

test('in git: of a package by its name, of main, and remembered with the branch', async () => {
  const repository = makeRepository();
  repository.commit({
    'packages/text/package.json': '{"name": "@acme/text"}\n',
    'packages/text/src/index.ts': "export * from './trim.js';\n",
    'packages/text/src/trim.ts': TRIM,
  });
  branchWith(repository, 'removes', { 'packages/text/src/trim.ts': 'export const strip = 1;\n' });
  branchWith(repository, 'uses', { 'apps/web/a.ts': "import { trim } from '@acme/text';\ntrim('a');\n" });
  const matrix = await compare(repository, ['removes', 'uses']);
  expect(matrix.clashes).toEqual([
    {
      one: 'removes',
      other: 'uses',
      files: [],
      more: 0,
      findings: [
        {
          file: 'packages/text/src/trim.ts',
          export: 'trim',
          change: 'removed',
          to: null,
          before: '(a:string):string',
          after: null,
          changedBy: 'one',
          usedIn: 'apps/web/a.ts',
        },
      ],
    },
  ]);
  repository.git('merge', '--quiet', '--ff-only', 'removes');
  repository.git('switch', '--quiet', 'main');
  expect((await compare(repository, ['uses'])).clashes).toMatchObject([
    { one: 'uses', other: null, files: [], findings: [{ export: 'trim', changedBy: 'other' }] },
  ]);
});
