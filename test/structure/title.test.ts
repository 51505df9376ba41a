// What components are called, and the document of the specification.

import { expect, test } from 'vitest';
import { discover } from '../../src/structure/discover.ts';
import { documentOf } from '../../src/structure/document.ts';
import { keysOf } from '../../src/structure/keys.ts';
import { discoverNode } from '../../src/structure/node/node.ts';
import { asTitle, titleOf, titleOfReadme } from '../../src/structure/title.ts';
import { memoryTree } from '../support/memoryTree.ts';

test.each([
  ['shared-types', 'Shared Types'],
  ['ui-components', 'UI Components'],
  ['apiGateway', 'API Gateway'],
  ['e2e_web', 'E2E Web'],
  ['größe', 'Größe'],
  ['__', '__'],
])('the folder %s is called %s', (folder, title) => {
  expect(titleOf(folder)).toBe(title);
});

test.each([
  ['# Admin Dashboard\n', 'Admin Dashboard'],
  ['<p align="center"></p>\n\n# ![logo](x.png) The **Shop** 🚀 [docs](https://x.y)\n', 'The Shop docs'],
  ['Landing Page\n============\n', 'Landing Page'],
  ['# @acme/ui\n', undefined],
  ['# shared-types\n', undefined],
  ['# This package holds all that the others need and more\n', undefined],
  ['No heading.\n', undefined],
])('a README that begins with %j gives the title %s', (text, title) => {
  expect(titleOfReadme(text)).toBe(title);
});

test('a description is a title only when it is no sentence', () => {
  expect(asTitle('Landing Page.')).toBe('Landing Page');
  expect(asTitle('Everything that the landing page shows to visitors')).toBeUndefined();
});

test('keys are unique, and the same whatever the order of the folders', () => {
  const folders = ['', 'a/api', 'b/api', 'a/b/api', 'x/a_b', 'x/a-b', 'Größe', 'web/src'];
  const keys = keysOf(folders, '@acme/shop');
  expect(Object.fromEntries(keys)).toEqual({
    '': 'acme-shop',
    'a/api': 'a-api',
    'a/b/api': 'a-b-api',
    'b/api': 'b-api',
    'x/a-b': 'x-a-b',
    'x/a_b': 'x-a-b-2',
    Größe: 'große',
    'web/src': 'web-src',
  });
  expect(Object.fromEntries(keysOf(folders.toReversed(), '@acme/shop'))).toEqual(Object.fromEntries(keys));
});

test("the document is the specification's", async () => {
  const tree = memoryTree({
    'package.json': { workspaces: ['apps/*', 'packages/*'] },
    'apps/api/package.json': {
      name: 'api',
      dependencies: { express: '5', 'shared-types': '*' },
      scripts: { start: '.' },
    },
    'apps/admin/package.json': {
      name: 'admin',
      description: 'Admin Dashboard',
      dependencies: { 'react-native': '1', 'shared-types': '*' },
    },
    'packages/shared-types/package.json': { name: 'shared-types', types: 'index.d.ts' },
  });
  expect(documentOf(await discover(tree, [discoverNode]))).toEqual({
    components: [
      {
        name: 'Admin Dashboard',
        path: 'apps/admin',
        type: 'mobile',
        framework: 'react-native',
        dependencies: ['shared-types'],
        canRunParallel: true,
      },
      {
        name: 'API',
        path: 'apps/api',
        type: 'backend',
        framework: 'express',
        dependencies: ['shared-types'],
        canRunParallel: true,
      },
    ],
    sharedPackages: [
      { name: 'shared-types', path: 'packages/shared-types', usedBy: ['admin', 'api'], exclusive: true },
    ],
    dependencyGraph: { admin: ['shared-types'], api: ['shared-types'], 'shared-types': [] },
    suggestedSections: [
      { name: 'Admin Dashboard', paths: ['apps/admin/**'], isolation: 'parallel' },
      { name: 'API', paths: ['apps/api/**'], isolation: 'parallel' },
      { name: 'Shared Types', paths: ['packages/shared-types/**'], isolation: 'exclusive' },
    ],
  });
});
