// Circles of packages that close only through what they are developed with: to be known, and nothing to be mended.

import { describe, expect, test } from 'vitest';
import { discover } from '../../src/structure/discover.ts';
import { DISCOVERERS } from '../../src/structure/discoverers.ts';
import { memoryTree } from '../support/memoryTree.ts';

const discovered = (files: Readonly<Record<string, string>>) => discover(memoryTree(files), DISCOVERERS);

const warningsIn = async (files: Readonly<Record<string, string>>) =>
  (await discovered(files)).warnings.filter(({ sentence }) => sentence.includes('circle'));

const npm = (name: string, more: object) => JSON.stringify({ name, main: 'index.js', ...more });
const ROOT = { 'package.json': '{ "workspaces": ["packages/*"] }' };

const ONLY_FOR_DEVELOPMENT = (closing: string, way: string) =>
  `These depend on each other in a circle, though only through dependencies for development (${closing}): ${way}. Package managers allow that; tools that order builds by all dependencies may not.`;
const REAL = (way: string) =>
  `These depend on each other in a circle: ${way}. Move what they share into a package of its own.`;

test('a package that is tested with what uses it: said to be by dependencies for development, and minor', async () => {
  const files = {
    ...ROOT,
    'packages/a/package.json': npm('a', { dependencies: { b: '*' } }),
    'packages/b/package.json': npm('b', { devDependencies: { a: '*' } }),
    // Its tests import it.
    'packages/b/test/b.test.js': "import 'a';\n",
  };
  expect(await warningsIn(files)).toEqual([
    { path: 'packages/a', minor: true, sentence: ONLY_FOR_DEVELOPMENT('b → a', 'a → b → a') },
  ]);
  const { edges } = await discovered(files);
  expect(edges).toEqual([
    { from: 'a', to: 'b', sources: ['manifest'] },
    { from: 'b', to: 'a', sources: ['manifest', 'import'], development: true },
  ]);
});

describe('it is a circle like others', () => {
  test.each([
    ['by dependencies', { dependencies: { a: '*' } }, {}],
    [
      'by what its users have to bring, too',
      { devDependencies: { a: '*' }, peerDependencies: { a: '*' } },
      {},
    ],
    [
      'by a project reference',
      { devDependencies: { a: '*' } },
      { 'packages/b/tsconfig.json': '{ "references": [{ "path": "../a" }] }' },
    ],
    ['by an import that no manifest declares', {}, { 'packages/b/index.js': "import 'a';\n" }],
  ])('%s', async (_, more, files) => {
    expect(
      await warningsIn({
        ...ROOT,
        'packages/a/package.json': npm('a', { dependencies: { b: '*' } }),
        'packages/b/package.json': npm('b', more),
        ...files,
      }),
    ).toEqual([{ path: 'packages/a', sentence: REAL('a → b → a') }]);
  });
});

test('where both are, each is told as what it is; what is in a real one is not told twice', async () => {
  const files = {
    ...ROOT,
    'packages/a/package.json': npm('a', { dependencies: { b: '*' } }),
    'packages/b/package.json': npm('b', { dependencies: { a: '*' }, devDependencies: { c: '*' } }),
    'packages/c/package.json': npm('c', { dependencies: { b: '*' } }),
    'packages/x/package.json': npm('x', { devDependencies: { y: '*' } }),
    'packages/y/package.json': npm('y', { devDependencies: { x: '*' } }),
  };
  expect(await warningsIn(files)).toEqual([
    { path: 'packages/a', sentence: REAL('a → b → a') },
    { path: 'packages/x', minor: true, sentence: ONLY_FOR_DEVELOPMENT('x → y, y → x', 'x → y → x') },
  ]);
});

test('Cargo’s dev-dependencies, and not those of a build', async () => {
  const crate = (name: string, section: string, other: string) =>
    `[package]\nname = "${name}"\n[${section}]\n${other} = { path = "../${other}" }\n`;
  const crates = (section: string) => ({
    'one/Cargo.toml': crate('one', 'dependencies', 'two'),
    'two/Cargo.toml': crate('two', section, 'one'),
  });
  expect(await warningsIn(crates('dev-dependencies'))).toMatchObject([{ minor: true }]);
  expect(await warningsIn(crates('build-dependencies'))).toEqual([
    { path: 'one', sentence: REAL('one → two → one') },
  ]);
});

test('Python’s dependency groups', async () => {
  const project = (name: string, more: string) => `[project]\nname = "${name}"\n${more}\n`;
  const projects = (more: string) => ({
    'one/pyproject.toml': project('one', 'dependencies = ["two"]'),
    'two/pyproject.toml': project('two', more),
  });
  expect(await warningsIn(projects('[dependency-groups]\ntest = ["one"]'))).toMatchObject([{ minor: true }]);
  const [real] = await warningsIn(projects('dependencies = ["one"]'));
  expect(real).toEqual({ path: 'one', sentence: REAL('one → two → one') });
});
