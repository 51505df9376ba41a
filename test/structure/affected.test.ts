import fc from 'fast-check';
import { expect, test } from 'vitest';
import { affectedBy } from '../../src/structure/affected.ts';
import type { Component, Structure } from '../../src/structure/component.ts';

const component = (key: string, path = `packages/${key}`): Component => ({
  key,
  title: key,
  path,
  paths: [`${path}/**`],
  ecosystems: ['node'],
  manifests: [],
  names: [key],
  kind: 'library',
  framework: undefined,
  shared: false,
});

const structure = (
  components: readonly Component[],
  uses: readonly (readonly [string, string])[],
): Structure => ({
  components,
  edges: uses.map(([from, to]) => ({ from, to, sources: ['manifest'] })),
  warnings: [],
});

const keysOf = (changed: readonly string[], of: Structure) => {
  const affected = affectedBy(changed, of);
  return affected.kind === 'all' ? affected : affected.components.map((one) => one.key);
};

test('the nearest component owns a path, and whoever uses it, directly or not, is affected', () => {
  const all = [
    component('', ''),
    component('a'),
    component('b'),
    component('c'),
    component('inner', 'packages/a/inner'),
  ];
  const of = structure(all, [
    ['b', 'a'],
    ['c', 'b'],
    ['a', 'c'],
  ]);
  expect(keysOf(['packages/a/inner/x.ts'], of)).toEqual(['inner']);
  expect(keysOf(['packages/a/x.ts'], of)).toEqual(['a', 'b', 'c']);
  expect(keysOf([], of)).toEqual([]);
});

test('a path that no component owns concerns all, and is named', () => {
  const of = structure([component('', ''), component('a')], []);
  expect(keysOf(['packages/a/x.ts', 'tsconfig.json'], of)).toEqual({ kind: 'all', because: 'tsconfig.json' });
  expect(keysOf(['packages/gone/x.ts'], of)).toMatchObject({ kind: 'all' });
});

test('nothing that depends on a changed component is ever left out', () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  const uses = fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...keys)), { maxLength: 12 });
  fc.assert(
    fc.property(uses, fc.subarray(keys, { minLength: 1 }), (edges, changed) => {
      const found = keysOf(
        changed.map((key) => `packages/${key}/x`),
        structure(
          keys.map((key) => component(key)),
          edges,
        ),
      );
      const wanted = keys.filter((key) => changed.some((one) => reaches(key, one, edges)));
      expect(found).toEqual(wanted);
    }),
  );
});

/** By trying every path of the graph. */
function reaches(
  from: string,
  to: string,
  edges: readonly (readonly [string, string])[],
  seen: readonly string[] = [],
): boolean {
  if (from === to) return true;
  if (seen.includes(from)) return false;
  return edges.some(([user, used]) => user === from && reaches(used, to, edges, [...seen, from]));
}
