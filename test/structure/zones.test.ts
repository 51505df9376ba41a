import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matcher } from '../../src/structure/globs.ts';
import { contains, overlaps } from '../../src/structure/overlap.ts';
import { mapZones, zonesOfSections } from '../../src/structure/zones.ts';
import type { Zone } from '../../src/task/zone.ts';

const zone = (name: string, paths: readonly string[], more: Partial<Zone> = {}): Zone => ({
  name,
  paths,
  maxRunners: 1,
  exclusive: false,
  sections: [],
  ...more,
});

/** As in the specification: `shared/**` lies around what the others have in it. */
const SPECIFIED = [
  zone('api', ['api/**', 'shared/api-types/**']),
  zone('mobile', ['mobile/**', 'shared/mobile-types/**']),
  zone('web', ['web/**']),
  zone('shared', ['shared/**'], { exclusive: true }),
];

describe('whose a path is', () => {
  const { owner } = mapZones(SPECIFIED);

  test.each([
    ['api/src/routes.ts', 'api'],
    ['shared/api-types/user.ts', 'api'],
    ['shared/mobile-types/user.ts', 'mobile'],
    ['shared/log.ts', 'shared'],
    ['package.json', 'shared'],
    ['apiary/x.ts', 'shared'],
    ['api/.env', 'api'],
  ])('%s is of %s', (path, name) => {
    expect(owner(path).name).toBe(name);
  });

  test('the most specific glob wins, whatever the order', () => {
    const { owner } = mapZones([zone('all', ['**']), zone('docs', ['**/*.md']), zone('api', ['api/**'])]);
    expect(owner('x/y.ts').name).toBe('all');
    // Neither begins with anything: the first of them has it.
    expect(owner('x/y.md').name).toBe('all');
    expect(owner('api/y.md').name).toBe('api');
  });

  test('a folder’s name means all that is in it', () => {
    const { owner } = mapZones([zone('api', ['api/']), zone('one', ['./README.md'])]);
    expect(['api/a/b.ts', 'README.md', 'apis/x'].map((path) => owner(path).name)).toEqual([
      'api',
      'one',
      'shared',
    ]);
  });

  test('what is in no zone is shared, and is worked on one after the other', () => {
    expect(mapZones([zone('api', ['api/**'])]).owner('x.ts')).toEqual(zone('shared', []));
  });
});

describe('which zones a task touches', () => {
  const touching = (zones: readonly Zone[], ...globs: readonly string[]) =>
    mapZones(zones)
      .touching(globs)
      .map(({ name }) => name);

  test.each([
    [['api/**'], ['api']],
    [['api/src/routes.ts'], ['api']],
    [['api'], ['api']],
    [['shared/api-types/**'], ['api']],
    [['shared/log/**'], ['shared']],
    [['shared/**'], ['api', 'mobile', 'shared']],
    [['shared'], ['api', 'mobile', 'shared']],
    [
      ['api/**', 'web/**'],
      ['api', 'web'],
    ],
    [['package.json'], ['shared']],
    [['**/*.ts'], ['api', 'mobile', 'web', 'shared']],
    [['*.json'], ['shared']],
    [['docs/**'], ['shared']],
  ])('%j touches %j', (globs, names) => {
    expect(touching(SPECIFIED, ...globs)).toEqual(names);
  });

  test('what is less specific has nothing of it left', () => {
    const zones = [zone('all', ['**']), zone('routes', ['api/routes/**']), zone('api', ['api/**'])];
    expect(touching(zones, 'api/routes/**')).toEqual(['routes']);
    expect(touching(zones, 'api/**')).toEqual(['routes', 'api']);
    expect(touching(zones, 'api/*.ts')).toEqual(['api']);
  });

  test('without paths it is its section that says, by name and else by its paths', () => {
    const map = mapZones([zone('api', ['api/**'], { sections: ['API Phase 1'] }), zone('web', ['web/**'])]);
    const of = (name: string, paths: readonly string[] = []) =>
      map.ofTask({ paths: [], section: { name, paths } }).map((one) => one.name);
    expect(of('api phase 1')).toEqual(['api']);
    expect(of('Pages', ['web/pages/**'])).toEqual(['web']);
    expect(of('Anything')).toEqual([]);
    expect(map.ofTask({ paths: ['web/x'], section: { name: 'API Phase 1', paths: [] } })).toMatchObject([
      { name: 'web' },
    ]);
  });

  test('where there are no zones, nothing is shared either', () => {
    expect(mapZones([]).ofTask({ paths: ['package.json'], section: null })).toEqual([]);
  });

  test('sections with paths are zones', () => {
    const plain = { exclusive: false, maxRunners: 2 };
    const zones = zonesOfSections([
      { name: 'Web', paths: ['web/**'], ...plain },
      { name: 'Talk', paths: [], ...plain },
    ]);
    expect(zones).toEqual([zone('Web', ['web/**'], { maxRunners: 2, sections: ['Web'] })]);
  });
});

describe('globs', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '*', '**', 'a*', '*b', '?', '[ab]');
  const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'ba'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'));

  test('overlap where a path matches both', () => {
    fc.assert(
      fc.property(glob, glob, path, (one, other, at) => {
        if (matcher([one])(at) && matcher([other])(at)) expect(overlaps(one, other)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['api/*.ts', 'api/routes/**', false],
    ['src/*.ts', 'src/*.js', false],
    ['**/*.md', 'api/**', true],
    ['a/**/z', 'a/z', true],
    ['api/**', 'web/**', false],
  ])('%s and %s: %s', (one, other, met) => {
    expect(overlaps(one, other)).toBe(met);
    expect(overlaps(other, one)).toBe(met);
  });

  test('one contains another only where every path of that matches it', () => {
    fc.assert(
      fc.property(glob, glob, path, (outer, inner, at) => {
        if (contains(outer, inner) && matcher([inner])(at)) expect(matcher([outer])(at)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(contains('api/**', 'api/src/*.ts')).toBe(true);
  });

  test('many stars do not take for ever', () => {
    const stars = (end: string) => `${'**/a/'.repeat(30)}${end}`;
    expect(overlaps(stars('b'), stars('c'))).toBe(false);
  });
});

test('a task touches the owner of every path that it names', () => {
  const part = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const glob = fc.oneof(
    path,
    path.map((folder) => `${folder}/**`),
    path.map((folder) => `${folder}/*`),
    fc.constantFrom('**', '*/a/**', '**/b'),
  );
  const zones = fc
    .uniqueArray(glob, { minLength: 1, maxLength: 6 })
    .map((globs) => globs.map((one, index) => zone(`zone-${index}`, [one])));
  fc.assert(
    fc.property(zones, glob, path, (given, named, at) => {
      const map = mapZones(given);
      if (matcher([named])(at)) expect(map.touching([named])).toContainEqual(map.owner(at));
    }),
    { numRuns: 3_000 },
  );
});
