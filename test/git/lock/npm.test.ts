import { describe, expect, test } from 'vitest';
import { mergeNpm } from '../../../src/git/lock/npm.ts';

type Entries = Readonly<Record<string, object>>;

const lock = (packages: Entries, more: object = {}) =>
  `${JSON.stringify({ name: 'app', lockfileVersion: 3, requires: true, packages, ...more }, null, 2)}\n`;

const at = (version: string, more: object = {}) => ({ version, resolved: `r/${version}`, ...more });

/** The packages of what comes out, each as `[base, ours, theirs]` has it; undefined is not there. */
function merged(sides: Readonly<Record<string, readonly [object?, object?, object?]>>) {
  const side = (index: number) =>
    lock(
      Object.fromEntries(
        Object.entries(sides).flatMap(([key, each]) => (each[index] ? [[key, each[index]]] : [])),
      ),
    );
  const made = mergeNpm(side(0), side(1), side(2));
  return made && { packages: JSON.parse(made.text).packages as Entries, lost: made.lost };
}

const A = 'node_modules/a';
const one = (...each: [object?, object?, object?]) => {
  const made = merged({ [A]: each });
  return made && [made.packages[A], made.lost];
};

describe('one place', () => {
  test('that one side has changed is as that side has it', () => {
    expect(one(at('1.0.0'), at('1.0.0'), at('1.0.5'))).toEqual([at('1.0.5'), false]);
    expect(one(at('1.0.0'), at('1.0.5'), at('1.0.0'))).toEqual([at('1.0.5'), false]);
    expect(one(undefined, undefined, at('1.0.0'))).toEqual([at('1.0.0'), false]);
    expect(one(undefined, at('1.0.0'), undefined)).toEqual([at('1.0.0'), false]);
    expect(one(at('1.0.0'), at('1.0.0'), undefined)).toEqual([undefined, false]);
    expect(one(at('1.0.0'), undefined, at('1.0.0'))).toEqual([undefined, false]);
  });

  test('that both have updated has the later version, number by number', () => {
    expect(one(at('1.0.0'), at('1.9.0'), at('1.10.0'))).toEqual([at('1.10.0'), false]);
    expect(one(at('1.0.0'), at('2.0.0'), at('1.10.0'))).toEqual([at('2.0.0'), false]);
  });

  test('about which they disagree is main’s, and that is said', () => {
    expect(one(at('1.2.0'), at('1.3.0'), at('1.1.0'))).toEqual([at('1.3.0'), true]);
    expect(one(at('1.0.0'), at('1.3.0'), at('1.4.0-rc.1'))).toEqual([at('1.3.0'), true]);
    const elsewhere = { version: '1.0.0', resolved: 'git+ssh://fork' };
    expect(one(at('1.0.0'), at('1.3.0'), elsewhere)).toEqual([at('1.3.0'), true]);
  });

  test('that has the same version on both sides is the same only where it is from the same source', () => {
    const commit = (hash: string) => ({ version: '1.0.0', resolved: `git+ssh://git@host/a.git#${hash}` });
    expect(one(commit('a'), commit('b'), commit('c'))).toEqual([commit('b'), true]);
    expect(one(commit('a'), commit('a'), commit('c'))).toEqual([commit('c'), false]);
    const from = (registry: string) => ({ version: '1.0.5', resolved: registry, integrity: 'sha512-a' });
    expect(one(at('1.0.0'), from('here'), from('there'))).toEqual([from('here'), false]);
  });

  test('that one has taken away and the other changed, or both have added, is left to npm', () => {
    expect(one(at('1.0.0'), undefined, at('1.0.5'))).toEqual([at('1.0.5'), false]);
    expect(one(at('1.0.0'), at('1.0.5'), undefined)).toEqual([at('1.0.5'), false]);
    expect(one(undefined, at('1.0.0'), at('2.0.0'))).toEqual([at('1.0.0'), false]);
  });

  test('has the later version for whom main says that it is there', () => {
    const dev = { dev: true };
    expect(one(at('1.0.0', dev), at('1.0.0'), at('1.0.5', dev))).toEqual([at('1.0.5'), false]);
    expect(one(at('1.0.0', dev), at('1.0.0', dev), at('1.0.0'))).toEqual([at('1.0.0'), false]);
    expect(one(at('1.0.0'), at('1.0.2', dev), at('1.0.0'))).toEqual([at('1.0.2', dev), false]);
  });

  test('of a manifest beside it is main’s, which npm reads again', () => {
    const local = (name: string) => ({ dependencies: { [name]: '^1.0.0' } });
    const made = merged({
      '': [local('m'), local('a'), local('z')],
      'packages/api': [at('1.0.0'), at('1.1.0'), at('0.9.0')],
      'node_modules/api': [
        { resolved: 'packages/api', link: true },
        { resolved: 'apps/api', link: true },
        { resolved: 'x', link: true },
      ],
    });
    expect(made).toEqual({
      packages: {
        '': local('a'),
        'node_modules/api': { resolved: 'apps/api', link: true },
        'packages/api': at('1.1.0'),
      },
      lost: false,
    });
  });
});

test('where both have added the file, it has what either has, and main’s versions', () => {
  const B = 'node_modules/b';
  const made = mergeNpm(undefined, lock({ [A]: at('1.0.0') }), lock({ [A]: at('1.0.5'), [B]: at('1.0.0') }));
  expect(made).toEqual({ text: lock({ [A]: at('1.0.0'), [B]: at('1.0.0') }), lost: false });
});

test('it is written as main’s is, and places are in npm’s order', () => {
  const like = (packages: Entries) =>
    lock(packages, { extra: 1 }).replaceAll('\n', '\r\n').replaceAll('  ', '\t');
  const made = mergeNpm(
    like({ [A]: at('1.0.0') }),
    like({ [A]: at('1.0.0'), 'node_modules/C': at('1.0.0') }),
    lock({ [A]: at('1.0.5'), 'node_modules/b': at('1.0.0') }),
  );
  expect(made?.text).toBe(
    like({ [A]: at('1.0.5'), 'node_modules/b': at('1.0.0'), 'node_modules/C': at('1.0.0') }),
  );
});

test('a name that means something to JavaScript is a place like any other', () => {
  const made = mergeNpm(
    '{"lockfileVersion":3,"packages":{}}',
    '{"lockfileVersion":3,"packages":{}}',
    '{"lockfileVersion":3,"packages":{"__proto__":{"version":"1.0.0"}}}',
  );
  expect(made?.text).toBe('{"lockfileVersion":3,"packages":{"__proto__":{"version":"1.0.0"}}}');
});

test.each([
  ['what is not JSON', '<<<<<<< ours\n'],
  ['npm 6’s', '{"lockfileVersion":1,"dependencies":{}}'],
  ['of another format', lock({}, { lockfileVersion: 2 })],
  ['with a place that is none', '{"lockfileVersion":3,"packages":{"a":1}}'],
])('%s is not merged', (_, text) => {
  expect(mergeNpm(lock({}), lock({}), text)).toBeUndefined();
  expect(mergeNpm(lock({}), text, lock({}))).toBeUndefined();
});
