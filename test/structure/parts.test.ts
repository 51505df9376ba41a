// What several ecosystems found, put together.

import { expect, test } from 'vitest';
import type { Discoverer, Found } from '../../src/structure/component.ts';
import { discover } from '../../src/structure/discover.ts';
import { matcher } from '../../src/structure/globs.ts';
import { memoryTree } from '../support/memoryTree.ts';

function found(path: string, about: Partial<Found> = {}): Found {
  return {
    path,
    ecosystem: 'go',
    manifest: `${path}/go.mod`,
    names: [],
    title: undefined,
    kind: 'other',
    framework: undefined,
    uses: [],
    ...about,
  };
}

const finds =
  (...those: readonly Found[]): Discoverer =>
  async () =>
    those;

test('parts of one folder are one component; the first that says something counts', async () => {
  const { components } = await discover(memoryTree({ 'api/x': '' }), [
    finds(found('api', { ecosystem: 'node', manifest: 'api/package.json', names: ['api'] })),
    finds(found('api', { names: ['example.org/api'], kind: 'backend', framework: 'Gin', title: 'The API' })),
    finds(
      found('api', {
        ecosystem: 'docker',
        manifest: 'api/Dockerfile',
        kind: 'infrastructure',
        title: 'Image',
      }),
    ),
  ]);
  expect(components).toEqual([
    {
      key: 'api',
      title: 'The API',
      path: 'api',
      paths: ['api/**'],
      ecosystems: ['node', 'go', 'docker'],
      manifests: ['api/package.json', 'api/go.mod', 'api/Dockerfile'],
      names: ['api', 'example.org/api'],
      kind: 'backend',
      framework: 'Gin',
      shared: false,
    },
  ]);
});

test('a name is looked up in its own ecosystem, a path in all', async () => {
  const { edges } = await discover(memoryTree({}), [
    finds(
      found('a', {
        uses: [
          { of: { name: 'utils' }, source: 'manifest' },
          { of: { path: 'rust/src/lib.rs' }, source: 'import' },
          { of: { path: 'nobody/x' }, source: 'import' },
        ],
      }),
    ),
    finds(found('js', { ecosystem: 'node', names: ['utils'] }), found('go', { names: ['utils'] })),
    finds(found('rust', { ecosystem: 'rust' })),
  ]);
  expect(edges).toEqual([
    { from: 'a', to: 'go', sources: ['manifest'] },
    { from: 'a', to: 'rust', sources: ['import'] },
  ]);
});

test('of the root only what no other component has is its own, and nothing that is at the top but code', async () => {
  const tree = memoryTree({
    'go.mod': '',
    'main.go': '',
    'cmd/x/main.go': '',
    'web/package.json': '',
    'web/src/a.js': '',
    '.github/workflows/ci.yml': '',
    'vendor/x/x.go': '',
  });
  const { components, edges } = await discover(tree, [
    finds(
      found('', { manifest: 'go.mod', names: ['example.org/shop'] }),
      found('web', {
        ecosystem: 'node',
        uses: [
          { of: { path: 'cmd/x' }, source: 'import' },
          { of: { path: 'go.mod' }, source: 'import' },
        ],
      }),
    ),
  ]);
  expect(components.map(({ key, paths }) => [key, paths])).toEqual([
    ['example-org-shop', ['cmd/**', '*.go']],
    ['web', ['web/**']],
  ]);
  expect(edges).toEqual([{ from: 'web', to: 'example-org-shop', sources: ['import'] }]);
});

test('what only says how all is run is no component at the root', async () => {
  const root = found('', { ecosystem: 'docker', manifest: 'compose.yaml' });
  const both = await discover(memoryTree({ 'a/x': '', 'b/x': '' }), [finds(root, found('a'))]);
  expect(both.components.map(({ path }) => path)).toEqual(['a']);
  const alone = await discover(memoryTree({ 'a/x': '' }), [finds(root)]);
  expect(alone.components.map(({ paths }) => paths)).toEqual([['**']]);
});

test('a folder whose name means something in globs has paths that match it alone', async () => {
  const { components } = await discover(memoryTree({}), [finds(found('app/(shop)/[id]'), found('app/b'))]);
  const matches = matcher(components[0]?.paths ?? []);
  expect(['app/(shop)/[id]/page.tsx', 'app/shop/i/page.tsx'].map(matches)).toEqual([true, false]);
});

test('a chain of ten thousand, which closes, is one circle', async () => {
  const chain = Array.from({ length: 10_000 }, (_, number) =>
    found(`p${number}`, {
      names: [`n${number}`],
      uses: [{ of: { name: `n${(number + 1) % 10_000}` }, source: 'manifest' }],
    }),
  );
  const { warnings } = await discover(memoryTree({}), [finds(...chain)]);
  expect(warnings).toEqual([{ path: 'p0', sentence: expect.stringContaining('p0 → p1 → p2') }]);
  expect(warnings[0]?.sentence.length).toBeLessThan(500);
});

test('the root itself may be used, and what is only needed when something runs makes nothing shared', async () => {
  const uses = (path: string, source: 'manifest' | 'service') => ({ uses: [{ of: { path }, source }] });
  const { components, edges } = await discover(
    memoryTree({ 'go.mod': '', 'main.go': '', 'a/x': '', 'b/x': '', 'db/x': '' }),
    [
      finds(
        found('', { manifest: 'go.mod' }),
        found('a', { uses: [...uses('', 'manifest').uses, ...uses('db', 'service').uses] }),
        found('b', uses('db', 'service')),
        found('db'),
      ),
    ],
  );
  const root = components.find((one) => one.path === '');
  expect(edges).toContainEqual({ from: 'a', to: root?.key, sources: ['manifest'] });
  expect(edges.filter((edge) => edge.to === 'db').map((edge) => edge.sources)).toEqual([
    ['service'],
    ['service'],
  ]);
  expect(components.filter((one) => one.shared)).toEqual([]);
});
