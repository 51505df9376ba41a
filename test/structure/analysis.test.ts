// What is believed of an analyst's answer.

import { describe, expect, test } from 'vitest';
import { ANALYST, analysisQuestion, readAnalysis, refine } from '../../src/structure/analysis.ts';
import { analysisInput } from '../../src/structure/analysisInput.ts';
import type { Discoverer } from '../../src/structure/component.ts';
import { discover } from '../../src/structure/discover.ts';
import type { Tree } from '../../src/structure/tree.ts';

function treeOf(files: Readonly<Record<string, string>>): Tree {
  return { files: Object.keys(files).toSorted(), read: async (path) => files[path] };
}

const TREE = treeOf({
  'README.md': '# Shop\n',
  'apps/api/Dockerfile': 'FROM node\n',
  'apps/api/index.js': '',
  'apps/api/admin/page.js': '',
  'package.json': '{"name": "shop"}',
});

/** One component: the API. */
const api: Discoverer = async () => [
  {
    path: 'apps/api',
    ecosystem: 'node',
    manifest: 'apps/api/package.json',
    names: ['api'],
    title: undefined,
    kind: 'other',
    framework: undefined,
    uses: [],
  },
];

async function refined(analysis: object) {
  const read = readAnalysis(JSON.stringify(analysis));
  if (read.kind !== 'analysis') throw new Error(read.reason);
  const found = await discover(TREE, [api]);
  return await refine(TREE, found, read.analysis, (also) => discover(TREE, [api, async () => also]));
}

test('names and kinds of folders that are there are taken, each told as a difference', async () => {
  const { structure, changes, refused } = await refined({
    components: [{ name: 'Shop API', path: './apps/api/', type: 'backend' }],
  });
  expect(structure.components.find((one) => one.path === 'apps/api')).toMatchObject({
    title: 'Shop API',
    kind: 'backend',
    key: 'api',
  });
  expect(changes).toEqual(['~ apps/api: “API” is called “Shop API”', '~ apps/api: other becomes backend']);
  expect(refused).toEqual([]);
});

test('a folder may become a part of its own; one that is invented is refused, and so is a section for routing', async () => {
  const { structure, routing, changes, refused } = await refined({
    components: [
      { name: 'Admin', path: 'apps/api/admin', type: 'frontend' },
      { name: 'Ghost', path: 'apps/ghost', type: 'frontend' },
      { name: 'Outside', path: '../elsewhere', type: 'frontend' },
    ],
    taskRouting: [
      { match: 'admin', section: 'Admin' },
      { match: 'ghost', section: 'Ghost' },
    ],
  });
  expect(structure.components.map((one) => one.path)).toContain('apps/api/admin');
  expect(structure.components.map((one) => one.path)).not.toContain('apps/ghost');
  expect(routing).toEqual([{ match: 'admin', section: 'Admin' }]);
  expect(changes).toEqual(['+ Admin: apps/api/admin/ by itself', '+ routing: /admin/ to Admin']);
  expect(refused).toEqual([
    'Ghost: apps/ghost/, which is not there',
    'Outside: ../elsewhere/, which is not there',
    'routing: /ghost/ to "Ghost", which is not there',
  ]);
});

describe('an answer that cannot be read', () => {
  test.each([
    ['no JSON', 'The structure is: {}', 'it is not JSON'],
    ['a list', '[]', 'it: '],
    ['without components', '{}', 'components: '],
    ['a part without a name', '{"components": [{"path": "apps/api"}]}', 'components.0.name: '],
  ])('%s', (_, said, reason) => {
    const read = readAnalysis(said);
    expect(read.kind).toBe('unreadable');
    expect(read.kind === 'unreadable' && read.reason).toContain(reason);
  });
});

test('what it is shown is bounded, and what was left out is said', async () => {
  const many = treeOf(
    Object.fromEntries(
      Array.from({ length: 50 }, (_, number) => [
        `packages/p${number}/package.json`,
        `{"name": "p${number}"}`,
      ]),
    ),
  );
  const bounds = { characters: 100, folders: 10, files: 20, readme: 100 };
  const input = await analysisInput(many, bounds);
  expect(input.directoryTree.split('\n')).toHaveLength(10);
  expect(input.packageJsons.length).toBeLessThan(20);
  expect(input.leftOut).toContain('40 more folders');
  expect(input.leftOut).toContain('30 more package.json files');
  expect(analysisQuestion(input)).toContain('Left out: ');
  const all = await analysisInput(TREE);
  expect(all.leftOut).toEqual([]);
  expect(all.dockerfiles).toEqual(['apps/api/Dockerfile']);
  expect(all.readmes).toEqual([{ path: 'README.md', text: '# Shop\n' }]);
  expect(ANALYST).toContain('backend');
});
