// Zones as structure.yaml says them.

import { expect, test } from 'vitest';
import { readStructureFile } from '../../src/structure/structureFile.ts';
import { mapZones, zonesDeclared } from '../../src/structure/zones.ts';

const { declared } = readStructureFile(`
components:
  - { name: API, paths: [apps/api/**], dependencies: [shared-types] }
  - { name: Web, paths: [apps/web/**], isolation: exclusive }
shared:
  - { name: shared-types, paths: [packages/shared-types/**], usedBy: [API, Web] }
  - { name: log, paths: [packages/log/**], isolation: parallel }
`);

const section = (name: string, paths: readonly string[] = [], maxRunners = 1) => ({
  name,
  paths,
  maxRunners,
  exclusive: false,
});

test('each component and each shared package is one, as exclusive as the file says', () => {
  expect(zonesDeclared(declared, [])).toEqual([
    { name: 'API', paths: ['apps/api/**'], maxRunners: 1, exclusive: false, sections: [] },
    { name: 'Web', paths: ['apps/web/**'], maxRunners: 1, exclusive: true, sections: [] },
    {
      name: 'shared-types',
      paths: ['packages/shared-types/**'],
      maxRunners: 1,
      exclusive: true,
      sections: [],
    },
    { name: 'log', paths: ['packages/log/**'], maxRunners: 1, exclusive: false, sections: [] },
  ]);
});

test('a section belongs to the zone that is called like it, or has its paths', () => {
  const zones = zonesDeclared(declared, [
    section('Shared Types', ['old/**']),
    section('Logging', ['packages/log/**']),
    section('api', ['apps/api/**'], 3),
    section('Talk'),
  ]);
  expect(zones.map(({ name, sections, maxRunners }) => [name, sections, maxRunners])).toEqual([
    ['API', ['api'], 3],
    ['Web', [], 1],
    ['shared-types', ['Shared Types'], 1],
    ['log', ['Logging'], 1],
  ]);
  // Whoever has paths of a part and is called like another one belongs to that one alone.
  const mixed = zonesDeclared(declared, [section('Web', ['apps/api/**'])]);
  expect(mixed.map(({ name, sections }) => [name, sections])).toContainEqual(['API', []]);
  expect(mixed.map(({ name, sections }) => [name, sections])).toContainEqual(['Web', ['Web']]);
});

test('a section with paths that the file does not know is a zone as before, and the more specific glob wins', () => {
  const sections = [section('Routes', ['apps/api/routes/**'], 2), section('Docs', ['docs/**'])];
  const map = mapZones(zonesDeclared(declared, sections));
  expect(map.zones.slice(4)).toEqual([
    { ...section('Routes', ['apps/api/routes/**'], 2), sections: ['Routes'] },
    { ...section('Docs', ['docs/**']), sections: ['Docs'] },
  ]);
  const owners = ['apps/api/routes/a.ts', 'apps/api/a.ts', 'packages/shared-types/a.ts', 'package.json'];
  expect(owners.map((path) => map.owner(path).name)).toEqual(['Routes', 'API', 'shared-types', 'shared']);
});
