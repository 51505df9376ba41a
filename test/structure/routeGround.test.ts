// Routes where nobody has declared the parts of the repository.

import { expect, test } from 'vitest';
import { type AreaSection, ownersOf, type Part } from '../../src/structure/routeAreas.ts';
import { FileIndex } from '../../src/structure/routeFiles.ts';
import { routeOn } from '../../src/structure/routeGround.ts';
import { type Change, historyOf } from '../../src/structure/routeHistory.ts';
import { readText } from '../../src/structure/routeText.ts';

const FILES = ['apps/admin/page.tsx', 'apps/api/auth.ts', 'libs/types/user.ts', 'tools/x.sh'];

const part = (key: string, folder: string, usedBy: readonly string[] = []): Part => ({
  key,
  title: key,
  paths: [`${folder}/**`],
  shared: usedBy.length > 0,
  usedBy,
});
const section = (name: string, ...paths: readonly string[]): AreaSection => ({
  id: name,
  name,
  paths,
  exclusive: false,
});

const PARTS = [
  part('admin', 'apps/admin'),
  part('api', 'apps/api'),
  part('types', 'libs/types', ['admin', 'api']),
];

function lead(
  title: string,
  sections: readonly AreaSection[],
  more: { changes?: readonly Change[]; discovered?: boolean } = {},
) {
  const task = { title, spec: '' };
  const evidence = { files: new FileIndex(FILES), history: historyOf(more.changes ?? []), mentions: [] };
  const described = {
    parts: PARTS,
    patterns: [
      { match: 'endpoint|server', section: 'api' },
      { match: 'interface', section: 'types' },
    ],
    discovered: more.discovered ?? true,
  };
  return routeOn(task, readText(task), evidence, sections, described).routed;
}

const BROAD = [section('Product', 'apps/**'), section('Tools', 'tools/**')];

test('a section around parts without one has their files, and nobody is told that they have none', () => {
  const routed = lead('Correct apps/api/auth.ts', BROAD);
  expect(routed.section?.name).toBe('Product');
  expect(routed.reason).toBe('Task names apps/api/auth.ts, which is in apps/');
  expect(routed.warnings).toEqual([]);
});

test('what is shared, and whom it affects, is known; it is waited for unless it lies in the section itself', () => {
  const changes = [{ subject: 'Rename a user', paths: ['apps/api/auth.ts', 'libs/types/user.ts'] }];
  expect(lead('Rename a user again', BROAD, { changes }).shared).toEqual([
    { key: 'types', section: null, paths: ['libs/types/**'], affects: ['admin', 'api'] },
  ]);
  const all = [section('Everything', '**')];
  expect(lead('Rename a user again', all, { changes }).shared).toMatchObject([
    { key: 'types', section: { name: 'Everything' } },
  ]);
});

test('a part outside of all sections is told of, with the remedy', () => {
  expect(lead('Correct libs/types/user.ts', BROAD).warnings).toEqual([
    'most speaks for types (libs/types/), which has no section: steroids init --monorepo',
  ]);
});

test('patterns that discovery makes of names are asked where nothing else speaks, and only there', () => {
  expect(lead('Zzz endpoint', BROAD)).toMatchObject({
    section: { name: 'Product' },
    reason: expect.stringContaining('Task mentions "endpoint"'),
  });
  // No section holds it, so the pattern leads to nobody.
  expect(lead('Zzz interface', BROAD).section).toBeNull();
  const routed = lead('Change tools/x.sh of the server', BROAD);
  expect([routed.section?.name, routed.alternatives]).toEqual(['Tools', []]);
  // A person's patterns count beside all else.
  const own = [section('api', 'apps/api/**'), section('Tools', 'tools/**')];
  const declared = lead('Change the endpoint', own, { discovered: false });
  expect(declared.section?.name).toBe('api');
});

test('the owner of a path is the same, however often it is asked for', () => {
  const areas = PARTS.map((one) => ({ ...one, section: undefined }));
  const owner = ownersOf(areas);
  for (let time = 0; time < 2; time++) {
    expect(owner('apps/api/auth.ts')?.key).toBe('api');
    expect(owner('tools/x.sh')).toBeUndefined();
  }
});
