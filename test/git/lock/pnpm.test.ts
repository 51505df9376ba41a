import { describe, expect, test } from 'vitest';
import { mergeLock } from '../../../src/git/lock/merge.ts';

const merge = (base: string | undefined, ours: string, theirs: string) =>
  mergeLock('apps/pnpm-lock.yaml', base, ours, theirs);

/** As pnpm 9 to 12 write it. */
const BASE = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

importers:

  .:
    dependencies:
      gone:
        specifier: ^1.0.0
        version: 1.0.0
      react:
        specifier: ^18.0.0
        version: 18.0.0
      ui:
        specifier: ^1.0.0
        version: 1.0.0(react@18.0.0)

  packages/one: {}

packages:

  '@scope/deep@1.0.0':
    resolution: {integrity: sha512-deep100==}
    engines: {node: '>=10'}

  gone@1.0.0:
    resolution: {integrity: sha512-gone100==}
    deprecated: |-
      Gone:
      use another one

  only@1.0.0:
    resolution: {integrity: sha512-only100==}

  react@18.0.0:
    resolution: {integrity: sha512-react1800==}

  ui@1.0.0:
    resolution: {integrity: sha512-ui100==}
    peerDependencies:
      react: ^18.0.0

snapshots:

  '@scope/deep@1.0.0': {}

  gone@1.0.0:
    dependencies:
      only: 1.0.0

  only@1.0.0: {}

  react@18.0.0: {}

  ui@1.0.0(react@18.0.0):
    dependencies:
      '@scope/deep': 1.0.0
      react: 18.0.0
    transitivePeerDependencies:
      - supports-color
`;

type Edit = readonly [from: string, to: string];

/** Each of them has to be there. */
function edited(text: string, ...edits: readonly Edit[]): string {
  return edits.reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replaceAll(from, () => to);
  }, text);
}

/** What `pnpm update` writes for something deep below. */
const deep = (version: string): readonly Edit[] => [
  ["'@scope/deep@1.0.0'", `'@scope/deep@${version}'`],
  ["'@scope/deep': 1.0.0", `'@scope/deep': ${version}`],
  ['sha512-deep100', `sha512-deep${version}`],
];

const react = (version: string): readonly Edit[] => [
  ['version: 18.0.0', `version: ${version}`],
  ['react: 18.0.0', `react: ${version}`],
  ['react@18.0.0', `react@${version}`],
  ['sha512-react1800', `sha512-react${version}`],
];

/** What a side without \`gone\` writes. */
const GONE: readonly Edit[] = [
  ['      gone:\n        specifier: ^1.0.0\n        version: 1.0.0\n', ''],
  [
    '  gone@1.0.0:\n    resolution: {integrity: sha512-gone100==}\n    deprecated: |-\n      Gone:\n      use another one\n\n',
    '',
  ],
  ['  only@1.0.0:\n    resolution: {integrity: sha512-only100==}\n\n', ''],
  ['  gone@1.0.0:\n    dependencies:\n      only: 1.0.0\n\n', ''],
  ['  only@1.0.0: {}\n\n', ''],
];

const UI = "ui@1.0.0(react@18.0.0):\n    dependencies:\n      '@scope/deep': ";

test('two updates of different things are both there, and what neither names any more is left to pnpm', () => {
  const made = merge(BASE, edited(BASE, ...deep('1.0.5')), edited(BASE, ...react('18.2.0')));
  expect(made?.lost).toBe(false);
  const text = made?.text ?? '';
  for (const pinned of [
    '        version: 18.2.0\n',
    '        version: 1.0.0(react@18.2.0)\n',
    "  '@scope/deep@1.0.5':\n    resolution: {integrity: sha512-deep1.0.5==}\n    engines: {node: '>=10'}\n\n",
    '  react@18.2.0:\n    resolution: {integrity: sha512-react18.2.0==}\n',
    `  ${UI}1.0.5\n`,
    "  ui@1.0.0(react@18.2.0):\n    dependencies:\n      '@scope/deep': 1.0.0\n      react: 18.2.0\n",
    "  '@scope/deep@1.0.0':\n",
    '  react@18.0.0: {}\n',
  ])
    expect(text).toContain(pinned);
  // Sorted, and each once.
  const keys = [...text.matchAll(/^ {2}(\S.*?@.*?):/gm)].map(([, key]) => key);
  expect(new Set(keys).size).toBe(keys.length - 6);
});

test('what one side has taken away stays for what the other has added', () => {
  const added = edited(
    BASE,
    [
      '      react:\n        specifier',
      '      new:\n        specifier: ^2.0.0\n        version: 2.0.0\n      react:\n        specifier',
    ],
    ['snapshots:\n\n', 'snapshots:\n\n  new@2.0.0:\n    dependencies:\n      only: 1.0.0\n\n'],
    [
      '  only@1.0.0:\n    res',
      '  new@2.0.0:\n    resolution: {integrity: sha512-new==}\n\n  only@1.0.0:\n    res',
    ],
  );
  for (const [ours, theirs] of [
    [edited(BASE, ...GONE), added],
    [added, edited(BASE, ...GONE)],
  ] as const) {
    const text = merge(BASE, ours, theirs)?.text ?? '';
    expect(text).toContain('      new:\n        specifier: ^2.0.0\n        version: 2.0.0\n');
    expect(text).not.toContain('      gone:\n');
    expect(text).toContain('  only@1.0.0:\n    resolution: {integrity: sha512-only100==}\n');
    expect(text).toContain('  only@1.0.0: {}\n');
    expect(text).toContain('    deprecated: |-\n      Gone:\n      use another one\n');
  }
});

/** The version of `@scope/deep` for `ui`, where the sides have these. */
function one(base: string, ours: string, theirs: string) {
  const side = (version: string) => edited(BASE, ["'@scope/deep': 1.0.0", `'@scope/deep': ${version}`]);
  const made = merge(side(base), side(ours), side(theirs));
  return [/'@scope\/deep': (.*)/.exec(made?.text ?? '')?.[1], made?.lost];
}

describe('one version that both have changed', () => {
  test.each([
    ['1.0.0', '1.0.9', '1.0.10', '1.0.10', false],
    ['1.0.0', '1.0.10', '1.0.9', '1.0.10', false],
    [
      '1.0.0',
      '1.0.5(react@18.0.0)',
      '1.0.6(react@18.1.0)(vue@3.0.0)',
      '1.0.6(react@18.1.0)(vue@3.0.0)',
      false,
    ],
    ['1.0.0(react@18.0.0)', '1.0.0(react@18.1.0)', '1.0.0(react@18.2.0)', '1.0.0(react@18.1.0)', false],
    ["'@a/b@1.0.0'", "'@a/b@1.0.1'", "'@a/b@1.0.2'", "'@a/b@1.0.2'", false],
    ['1.0.0_react@17.0.0', '1.0.1_react@17.0.0', '1.0.2_react@17.0.0', '1.0.2_react@17.0.0', false],
    ['1.0.0', '1.0.5', '0.9.0', '1.0.5', true],
    ['1.0.0', '1.0.5', '1.1.0-rc.1', '1.0.5', true],
    [
      'https://codeload.github.com/a/b/tar.gz/aaa',
      'https://codeload.github.com/a/b/tar.gz/bbb',
      'https://codeload.github.com/a/b/tar.gz/ccc',
      'https://codeload.github.com/a/b/tar.gz/bbb',
      true,
    ],
    ['1.0.0', '1.0.5', 'https://codeload.github.com/a/b/tar.gz/1.0.6', '1.0.5', true],
    ['file:deep', 'file:other', 'file:another', 'file:other', false],
    ['link:deep', 'link:other', '1.0.0', 'link:other', false],
    [
      '1.0.0(patch_hash=aaa)',
      '1.0.1(patch_hash=aaa)',
      '1.0.0(patch_hash=bbb)',
      '1.0.1(patch_hash=aaa)',
      false,
    ],
    ['1.0.0(react@18.0.0)', '1.0.0(react@18.1.0)', '1.0.1(react@18.0.0)', '1.0.1(react@18.0.0)', false],
    ['1.0.0(react@18.0.0)', '1.0.1(react@18.0.0)', '1.0.0(react@18.1.0)', '1.0.1(react@18.0.0)', false],
  ])('%s: %s and %s', (base, ours, theirs, ...made) => {
    expect(one(base, ours, theirs)).toEqual(made);
  });

  test('stands where a manifest asks for it, or a catalog', () => {
    const catalog = (version: string) =>
      edited(BASE, [
        'importers:\n',
        `catalogs:\n  default:\n    a:\n      specifier: ^1.0.0\n      version: ${version}\n\nimporters:\n`,
      ]);
    expect(merge(catalog('1.0.0'), catalog('1.0.1'), catalog('1.0.2'))).toEqual({
      text: catalog('1.0.2'),
      lost: false,
    });
    expect(merge(catalog('1.0.1'), catalog('1.0.2'), catalog('1.0.0'))).toEqual({
      text: catalog('1.0.2'),
      lost: true,
    });
    const direct = (version: string) => edited(BASE, ['version: 18.0.0', `version: ${version}`]);
    expect(merge(BASE, direct('18.1.0'), direct('18.2.0'))).toEqual({ text: direct('18.2.0'), lost: false });
    expect(merge(BASE, direct('18.1.0'), direct('17.0.0'))).toEqual({ text: direct('18.1.0'), lost: true });
  });
});

test('what says nothing but what a file beside it says is main’s', () => {
  const says = (what: string) =>
    edited(
      BASE,
      ['autoInstallPeers: true', `autoInstallPeers: ${what}`],
      ['specifier: ^18.0.0', `specifier: ${what}`],
    );
  expect(merge(BASE, says("'1'"), says("'2'"))).toEqual({ text: says("'1'"), lost: false });
});

test('an importer that was empty has what both have added', () => {
  const dependency = (name: string) => `      ${name}:\n        specifier: ^1.0.0\n        version: 1.0.0\n`;
  const one = (...names: string[]) =>
    edited(BASE, [
      'packages/one: {}\n',
      `packages/one:\n    dependencies:\n${names.map(dependency).join('')}`,
    ]);
  expect(merge(BASE, one('b'), one('a', 'c'))).toEqual({ text: one('a', 'b', 'c'), lost: false });
});

test.each([
  ['7', '5.4', '/left/1.0.0'],
  ['8', "'6.0'", '/left@1.0.0'],
])('the format of pnpm %s is merged too', (_, format, name) => {
  const lock = (deep: string, other: string) =>
    `lockfileVersion: ${format}\n\nspecifiers:\n  left: ^1.0.0\n\ndependencies:\n  left: 1.0.0\n\npackages:\n\n  ${name}:\n    resolution: {integrity: sha512-a==}\n    dependencies:\n      deep: ${deep}\n      other: ${other}\n    dev: false\n`;
  expect(merge(lock('1.0.0', '1.0.0'), lock('1.0.1', '1.0.0'), lock('1.0.0', '1.0.2'))).toEqual({
    text: lock('1.0.1', '1.0.2'),
    lost: false,
  });
});

test('what is about pnpm itself is merged for itself', () => {
  const two = (version: string, text: string) =>
    `---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    configDependencies:\n      left:\n        specifier: ${version}\n        version: ${version}\n\n---\n${text}`;
  const theirs = edited(BASE, ['version: 18.0.0', 'version: 18.2.0']);
  expect(merge(two('1.0.0', BASE), two('1.1.0', BASE), two('1.0.0', theirs))).toEqual({
    text: two('1.1.0', theirs),
    lost: false,
  });
  expect(merge(BASE, BASE, two('1.0.0', BASE))).toBeUndefined();
});

test('a key that is too long for its line is a place like any other', () => {
  const long = `/a@1.0.0(${'b'.repeat(1100)}@1.0.0)`;
  const entry = (flag: string) =>
    `  ? ${long}\n  : resolution: {integrity: sha512-a==}\n    dev: ${flag}\n\n`;
  const side = (flag: string) => edited(BASE, ['snapshots:\n\n', `snapshots:\n\n${entry(flag)}`]);
  expect(merge(side('true'), side('true'), side('false'))).toEqual({ text: side('false'), lost: false });
  expect(merge(BASE, BASE, side('true'))).toEqual({ text: side('true'), lost: false });
});

test('main’s newlines stay', () => {
  const windows = (text: string) => text.replaceAll('\n', '\r\n');
  const theirs = edited(BASE, ['version: 18.0.0', 'version: 18.2.0']);
  expect(merge(BASE, windows(BASE), theirs)?.text).toBe(windows(theirs));
  expect(merge(windows(BASE), BASE, windows(theirs))?.text).toBe(theirs);
});

test('where both have added the file, it has what either has, and main’s versions', () => {
  const ours = edited(BASE, ...GONE, ['version: 18.0.0', 'version: 18.1.0']);
  expect(merge(undefined, ours, BASE)).toEqual({
    text: edited(BASE, ['version: 18.0.0', 'version: 18.1.0']),
    lost: false,
  });
});

test.each([
  ['nothing', ''],
  ['one with markers', edited(BASE, ['importers:\n', '<<<<<<< ours\nimporters:\n=======\n>>>>>>> theirs\n'])],
  ['one of another format', edited(BASE, ["'9.0'", "'6.0'"])],
  ['what is no list of keys', 'lock of\nm\n'],
  ['one with a key twice', `${BASE}\nsettings:\n  a: 1\n`],
  ['one that is indented in no order', `  a: 1\n${BASE}`],
])('%s is not merged', (_, text) => {
  expect(merge(BASE, BASE, text)).toBeUndefined();
  expect(merge(BASE, text, BASE)).toBeUndefined();
  expect(merge(text, BASE, BASE)).toBeUndefined();
});
