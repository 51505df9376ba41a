import { expect, test } from 'vitest';
import { askAnalyst } from '../../src/orchestrator/analyst.ts';
import { findAll, structureOf } from '../../src/structure/discover.ts';
import { DISCOVERERS } from '../../src/structure/discoverers.ts';
import { memoryTree } from '../support/memoryTree.ts';

const ANSWER = JSON.stringify({
  components: [{ name: 'Admin', path: 'apps/api/admin', type: 'frontend' }],
  sharedPackages: [],
  taskRouting: [],
});

test('a part that is added is put together with what was found: no code is read for it again', async () => {
  const tree = memoryTree({
    'package.json': { name: 'shop', private: true, workspaces: ['apps/*', 'libs/*'] },
    'apps/api/package.json': { name: 'api' },
    'apps/api/index.js': 'import "core";\n',
    'apps/api/admin/page.js': 'import "core";\n',
    'libs/core/package.json': { name: 'core' },
    'libs/core/index.js': '\n',
  });
  const parts = await findAll(tree, DISCOVERERS);
  const before = new Map(tree.reads);
  expect(before.get('apps/api/index.js')).toBe(1);
  const found = { tree, parts, files: tree.files, structure: structureOf(tree, parts) };
  const asked: string[] = [];
  const analyzed = await askAnalyst(found, async ({ text }) => {
    asked.push(text);
    return { kind: 'answered', text: ANSWER };
  });
  if (analyzed.kind !== 'refined') throw new Error(analyzed.reason);
  expect(analyzed.structure.components.map(({ path }) => path)).toEqual([
    'apps/api',
    'apps/api/admin',
    'libs/core',
  ]);
  expect(analyzed.structure.edges).toMatchObject([{ from: 'api', to: 'core' }]);
  const read = [...tree.reads]
    .filter(([path, times]) => times > (before.get(path) ?? 0))
    .map(([path]) => path);
  expect(read.filter((path) => path.endsWith('.js'))).toEqual([]);
  expect(asked).toHaveLength(1);
});
