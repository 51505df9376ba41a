import { describe, expect, test } from 'vitest';
import { layOut, needOf } from '../../../src/git/lock/layOut.ts';
import { mergeLock } from '../../../src/git/lock/merge.ts';

const merge = (base: string | undefined, ours: string, theirs: string) =>
  mergeLock('bun.lock', base, ours, theirs);

type Ranges = Readonly<Record<string, string>>;
/** By place: the package there, and what it needs. */
type Places = Readonly<
  Record<string, readonly [id: string, needs?: Ranges, more?: Readonly<Record<string, unknown>>]>
>;

const workspace = (name: string, dependencies: Ranges) => ({ name, dependencies });

/** As bun writes it, with a comma behind the last of each. */
function lock(places: Places, dependencies: Ranges, more: Readonly<Record<string, unknown>> = {}): string {
  const { workspaces = {}, ...rest } = more;
  const all = {
    lockfileVersion: 1,
    workspaces: { '': workspace('app', dependencies), ...(workspaces as object) },
    ...rest,
  };
  const text = JSON.stringify(all, null, 2)
    .slice(2, -2)
    .replaceAll(/(["\]}\d])(?=\n *[\]}])/g, '$1,');
  const packages = Object.entries(places).map(([place, [id, needs, more]]) => {
    const about = { ...(needs && { dependencies: needs }), ...more };
    const [, version = ''] = /.@(.*)$/.exec(id) ?? [];
    const said = version.startsWith('workspace:') ? [id] : [id, '', about, `sha512-${id}==`];
    return `    ${JSON.stringify(place)}: ${JSON.stringify(said)},\n`;
  });
  return `{\n${text},\n  "packages": {\n${packages.join('\n')}  }\n}\n`;
}

/** Which package lies where. */
function placesOf(made: { readonly text: string; readonly lost: boolean } | undefined) {
  if (made === undefined) return undefined;
  const { packages } = JSON.parse(made.text) as { packages: Record<string, [string]> };
  return {
    ...Object.fromEntries(Object.entries(packages).map(([place, [id]]) => [place, id])),
    lost: made.lost,
  };
}

const APP = { left: '^1.0.0', right: '^1.0.0' };

const app = (deep: string, floor: string): Places => ({
  deep: [`deep@${deep}`],
  floor: [`floor@${floor}`],
  left: ['left@1.0.0', { deep: '^1.0.0' }],
  right: ['right@1.0.0', { floor: '^1.0.0' }],
});

test('two updates of different things are both there, with all that bun says of them', () => {
  const made = merge(
    lock(app('1.0.0', '1.0.0'), APP),
    lock(app('1.0.5', '1.0.0'), APP),
    lock(app('1.0.0', '1.0.7'), APP),
  );
  expect(placesOf(made)).toEqual({
    deep: 'deep@1.0.5',
    floor: 'floor@1.0.7',
    left: 'left@1.0.0',
    right: 'right@1.0.0',
    lost: false,
  });
  expect(JSON.parse(made?.text ?? '')).toMatchObject({
    lockfileVersion: 1,
    workspaces: { '': { name: 'app', dependencies: APP } },
    packages: {
      deep: ['deep@1.0.5', '', {}, 'sha512-deep@1.0.5=='],
      left: ['left@1.0.0', '', { dependencies: { deep: '^1.0.0' } }, 'sha512-left@1.0.0=='],
    },
  });
});

test('what bun laid elsewhere is still who needs it', () => {
  // As bun 1.4 does: what was added has its version at the top, and what lay there is with whom it is for.
  const exact = { exact: '^1.0.0', ...APP };
  const main: Places = {
    ...app('1.0.2', '1.0.0'),
    exact: ['exact@1.0.0', { deep: '1.0.2' }],
    'left/deep': ['deep@1.0.0'],
  };
  const update = lock(app('1.0.6', '1.0.7'), APP);
  const both = {
    exact: 'exact@1.0.0',
    floor: 'floor@1.0.7',
    left: 'left@1.0.0',
    right: 'right@1.0.0',
    deep: 'deep@1.0.2',
    'left/deep': 'deep@1.0.6',
    lost: false,
  };
  expect(placesOf(merge(lock(app('1.0.0', '1.0.0'), APP), lock(main, exact), update))).toEqual(both);
  expect(placesOf(merge(lock(app('1.0.0', '1.0.0'), APP), update, lock(main, exact)))).toEqual(both);
});

describe('one package that both have updated', () => {
  const one = (base: string, ours: string, theirs: string) => {
    const [from, mine, other] = [base, ours, theirs].map((version) => lock(app(version, '1.0.0'), APP));
    const { deep, lost } = placesOf(merge(from, mine ?? '', other ?? '')) as { deep: string; lost: boolean };
    return [deep, lost];
  };
  test.each([
    ['1.0.0', '1.0.9', '1.0.10', '1.0.10', false],
    ['1.0.0', '1.0.10', '1.0.9', '1.0.10', false],
    ['1.2.0', '1.3.0', '1.1.0', '1.3.0', true],
    ['1.0.0', '1.3.0', '1.4.0-rc.1', '1.3.0', true],
    [
      'git+ssh://git@github.com/a/b#aaa',
      'git+ssh://git@github.com/a/b#bbb',
      'git+ssh://git@github.com/a/b#ccc',
      'git+ssh://git@github.com/a/b#bbb',
      true,
    ],
    ['file:a', 'file:b', 'file:c', 'file:b', false],
  ])('%s: %s and %s', (base, ours, theirs, version, lost) => {
    expect(one(base, ours, theirs)).toEqual([`deep@${version}`, lost]);
  });
});

test('what a manifest asks for otherwise has what was found for that', () => {
  const asks = (range: string, version: string) => lock({ a: [`a@${version}`] }, { a: range });
  expect(placesOf(merge(asks('^1.0.0', '1.0.0'), asks('1.0.2', '1.0.2'), asks('^1.0.0', '1.0.6')))).toEqual({
    a: 'a@1.0.2',
    lost: false,
  });
  expect(merge(asks('^1.0.0', '1.0.0'), asks('1.0.2', '1.0.2'), asks('1.0.6', '1.0.6'))).toBeUndefined();
});

test('what one side has taken away goes, but not what the other has added needs', () => {
  const base = lock(
    { gone: ['gone@1.0.0', { only: '^1.0.0', odd: '^1.0.0' }], odd: ['odd@1.0.0'], only: ['only@1.0.0'] },
    { gone: '^1.0.0' },
  );
  const main = lock({}, {});
  const theirs = lock(
    {
      gone: ['gone@1.0.0', { only: '^1.0.0', odd: '^1.0.0' }],
      new: ['new@1.0.0', { only: '^1.0.0' }],
      odd: ['odd@1.0.0'],
      only: ['only@1.0.0'],
    },
    { gone: '^1.0.0', new: '^1.0.0' },
  );
  expect(placesOf(merge(base, main, theirs))).toEqual({ new: 'new@1.0.0', only: 'only@1.0.0', lost: false });
});

test('workspaces have what is theirs, and peers what is there', () => {
  const side = (react: string, dom: string) =>
    lock(
      {
        '@app/api': ['@app/api@workspace:packages/api'],
        dom: [`dom@${dom}`, {}, { peerDependencies: { react: '>=17' } }],
        react: [`react@${react}`],
        '@app/api/react': ['react@17.0.0'],
      },
      { dom: '^1.0.0', react: '^18.0.0' },
      { workspaces: { 'packages/api': workspace('@app/api', { react: '^17.0.0', dom: '^1.0.0' }) } },
    );
  expect(placesOf(merge(side('18.0.0', '1.0.0'), side('18.2.0', '1.0.0'), side('18.0.0', '1.0.1')))).toEqual({
    '@app/api': '@app/api@workspace:packages/api',
    dom: 'dom@1.0.1',
    react: 'react@18.2.0',
    '@app/api/react': 'react@17.0.0',
    lost: false,
  });
});

test('what a package brings lies in it and nowhere else', () => {
  const side = (core: string, a: string) =>
    lock(
      {
        a: [`a@${a}`, { tslib: '^2.0.0' }],
        tslib: ['tslib@2.0.0'],
        wasm: ['wasm@1.0.0', { core: '^1.0.0' }],
        'wasm/core': [`core@${core}`, { tslib: '^2.0.0' }, { bundled: true }],
        'wasm/tslib': ['tslib@2.0.0', {}, { bundled: true }],
      },
      { a: '^1.0.0', wasm: '^1.0.0' },
    );
  expect(side('1.0.0', '1.0.0').match(/bundled/g)).toHaveLength(2);
  expect(placesOf(merge(side('1.0.0', '1.0.0'), side('1.0.1', '1.0.0'), side('1.0.0', '1.0.9')))).toEqual({
    a: 'a@1.0.9',
    tslib: 'tslib@2.0.0',
    wasm: 'wasm@1.0.0',
    'wasm/core': 'core@1.0.1',
    'wasm/tslib': 'tslib@2.0.0',
    lost: false,
  });
});

test('what else it says is as the side that changed it has it', () => {
  const side = (more: object, a = '1.0.0') =>
    lock({ a: [`a@${a}`] }, { a: '^1.0.0' }, more as Record<string, unknown>);
  const text = merge(
    side({}),
    side({ configVersion: 1 }),
    side({ trustedDependencies: ['a', 'b,]'] }, '1.0.1'),
  )?.text;
  expect(JSON.parse(text ?? '')).toMatchObject({
    configVersion: 1,
    trustedDependencies: ['a', 'b,]'],
    packages: { a: ['a@1.0.1', '', {}, 'sha512-a@1.0.1=='] },
  });
  // What a range means is another thing on each side.
  for (const ranges of [{ overrides: { a: '1.0.2' } }, { catalog: { a: '1.0.2' } }])
    expect(merge(side({}), side(ranges, '1.0.2'), side({}, '1.0.6'))).toBeUndefined();
});

test('where both have added the file, it has what either has, and main’s versions; main’s newlines stay', () => {
  const windows = (text: string) => text.replaceAll('\n', '\r\n');
  const made = merge(undefined, windows(lock(app('1.0.0', '1.0.0'), APP)), lock(app('1.0.5', '1.0.0'), APP));
  expect(placesOf(made)).toMatchObject({ deep: 'deep@1.0.0', lost: false });
  expect(made?.text.replaceAll('\r\n', '')).not.toContain('\n');
});

const fine = lock(app('1.0.0', '1.0.0'), APP);
test.each([
  ['nothing', ''],
  ['one with markers', fine.replace('"packages"', '<<<<<<< ours\n"packages"')],
  ['what has no packages', '{"lockfileVersion": 1, "workspaces": {}}'],
  ['one with a place that is none', fine.replace('["deep@', '[1, "deep@')],
])('%s is not merged', (_, text) => {
  expect(text).not.toBe(fine);
  expect(merge(fine, fine, text)).toBeUndefined();
  expect(merge(fine, text, fine)).toBeUndefined();
  expect(merge(text, fine, fine)).toBeUndefined();
});

test('one in which something is missing, whatever side is taken, is not merged: bun would begin anew', () => {
  const broken = fine.replace('"deep": [', '"right/deep": [');
  expect(merge(broken, broken, broken)).toBeUndefined();
  expect(placesOf(merge(broken, broken, fine))).toMatchObject({ deep: 'deep@1.0.0', lost: false });
});

test('one of another format is not merged', () => {
  const other = fine.replace('"lockfileVersion": 1', '"lockfileVersion": 2');
  expect(merge(fine, fine, other)).toBeUndefined();
  expect(merge(fine, other, fine)).toBeUndefined();
});

test('what one package brings must not come between another one and what it is given', () => {
  const need = (name: string) => ({ name, range: '*', kind: 'needed' as const });
  const [one, two, brought] = ['one@1 (brought)', 'two@1 (brought)', 'lib@2 (brought)'];
  const dependencies: Record<string, ReturnType<typeof need>[]> = {
    '': [need('wasm')],
    'wasm@1': [need('one'), need('two')],
    [one]: [need('lib')],
    [two]: [need('lib')],
  };
  const laid = (forOne: string) =>
    layOut(
      (id) => dependencies[id] ?? [],
      new Map([
        [needOf('', need('wasm')), 'wasm@1'],
        [needOf('wasm@1', need('one')), one],
        [needOf('wasm@1', need('two')), two],
        [needOf(one, need('lib')), forOne],
        [needOf(two, need('lib')), brought],
      ]),
    );
  expect(laid(brought)?.get('wasm/lib')).toBe(brought);
  expect(laid('lib@1')).toBeUndefined();
});

test('two that would each lie in the other without end are laid nowhere', () => {
  const need = (name: string) => ({ name, range: '*', kind: 'needed' as const });
  const dependencies: Record<string, ReturnType<typeof need>[]> = { '': [need('a'), need('b')] };
  const given = new Map([
    [needOf('', need('a')), 'a@1'],
    [needOf('', need('b')), 'b@1'],
  ]);
  for (const [id, name, other] of [
    ['a@1', 'b', 'b@2'],
    ['b@2', 'a', 'a@2'],
    ['a@2', 'b', 'b@1'],
    ['b@1', 'a', 'a@1'],
  ] as const) {
    dependencies[id] = [need(name)];
    given.set(needOf(id, need(name)), other);
  }
  expect(layOut((id) => dependencies[id], given)).toBeUndefined();
  given.set(needOf('b@2', need('a')), 'a@1');
  expect(layOut((id) => dependencies[id], given)).toEqual(
    new Map([
      ['a', 'a@1'],
      ['b', 'b@1'],
      ['a/b', 'b@2'],
    ]),
  );
});
