import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matcher } from '../../src/structure/globs.ts';
import { isLiteral } from '../../src/structure/overlap.ts';
import { gathered, overlapIndex } from '../../src/structure/overlapping.ts';

const glob = (path: string) => ({ path, exact: false });
const name = (path: string) => ({ path, exact: true });

test.each<[string, string, boolean]>([
  ['api/a.ts', 'api/a.ts', true],
  ['api/a.ts', 'api/a.tsx', false],
  ['api', 'api/a.ts', true],
  ['./api/', 'api/a.ts', true],
  ['api', 'apis/a.ts', false],
  ['api/**', 'api', true],
  ['api/**', 'api/x/*.ts', true],
  ['api/*.ts', 'api/*.md', false],
  ['**/*.ts', 'api/x', true],
  ['web/**', 'api/**', false],
  ['.', 'api/a.ts', true],
  ['./', '**', true],
])('%s and %s: %s, whichever is asked for', (one, other, meet) => {
  expect(overlapIndex([glob(one)])(glob(other)).length > 0).toBe(meet);
  expect(overlapIndex([glob(other)])(glob(one)).length > 0).toBe(meet);
});

test('the name of a file is no glob', () => {
  const page = name('app/[id]/page.tsx');
  for (const wanted of [page, glob('app/[id]/page.tsx'), glob('app/**'), glob('app/*/page.tsx'), glob('app')])
    expect(overlapIndex([page])(wanted)).toEqual([page]);
  expect(overlapIndex([page])(glob('app/ix/**'))).toEqual([]);
  expect(overlapIndex([page])(name('app/i/page.tsx'))).toEqual([]);
  expect(overlapIndex([glob('app/**')])(page)).toEqual([glob('app/**')]);
});

/** Whatever stands in the index, in whatever order: nothing that has a path in common with another one is missed. */
test('never one too few', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '**', '?');
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const files = ['a', 'b', 'ab'].flatMap((x) => [x, `${x}/a`, `${x}/b/a`, `${x}/ab/b`, `${x}/a/ab/b`]);
  const matches = (one: string) => matcher(isLiteral(one) ? [one, `${one}/**`] : [one]);
  fc.assert(
    fc.property(fc.array(path, { maxLength: 8 }), path, (all, wanted) => {
      const found = overlapIndex(all.map(glob))(glob(wanted)).map((place) => place.path);
      const common = all.filter((one) => files.some((file) => matches(one)(file) && matches(wanted)(file)));
      expect(found).toEqual(expect.arrayContaining(common));
    }),
    { numRuns: 500 },
  );
});

test('many files become their folders, the deepest first', () => {
  const files = ['src/a/x/1.ts', 'src/a/x/2.ts', 'src/a/y.ts', 'src/b.ts', 'README.md'];
  expect(gathered(files, 5)).toEqual(files);
  expect(gathered(files, 4)).toEqual(['src/a/x', 'src/a/y.ts', 'src/b.ts', 'README.md']);
  expect(gathered(files, 3)).toEqual(['src/a', 'src/b.ts', 'README.md']);
  expect(gathered(files, 2)).toEqual(['src', 'README.md']);
  expect(gathered(files, 1)).toEqual(['.']);
  expect(gathered([], 1)).toEqual([]);
});
