import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { branchWith, compare, linesOf } from '../support/matrix.ts';
import { type FileContents, makeRepository, type TestRepository } from '../support/repository.ts';

/** Two branches of a main that has `before`. */
async function pairOf(
  before: Readonly<Record<string, FileContents>>,
  one: Readonly<Record<string, FileContents>>,
  other: Readonly<Record<string, FileContents>>,
): Promise<string[]> {
  const repository = makeRepository();
  repository.commit(before);
  branchWith(repository, 'one', one);
  branchWith(repository, 'other', other);
  return linesOf(await compare(repository, ['one', 'other']));
}

const LONG = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join('');
const NAME = 'odd name\nwith a "break".txt';

test.for<
  [string, Record<string, FileContents>, Record<string, FileContents>, Record<string, FileContents>, string[]]
>([
  ['content', { 'a.txt': 'a\n' }, { 'a.txt': 'b\n' }, { 'a.txt': 'c\n' }, ['a.txt (content)']],
  ['add/add', {}, { 'a.txt': 'b\n' }, { 'a.txt': 'c\n' }, ['a.txt (add/add)']],
  ['modify/delete', { 'a.txt': 'a\n' }, { 'a.txt': 'b\n' }, { 'a.txt': null }, ['a.txt (modify/delete)']],
  ['binary', { a: 'a\0a' }, { a: 'a\0b' }, { a: 'a\0c' }, ['a (binary)']],
  [
    'rename/rename',
    { 'a.txt': LONG },
    { 'a.txt': null, 'b.txt': LONG },
    { 'a.txt': null, 'c.txt': LONG },
    ['a.txt (rename/rename)', 'b.txt (rename/rename)', 'c.txt (rename/rename)'],
  ],
  [
    'a renamed file is followed',
    { 'a.txt': LONG },
    { 'a.txt': null, 'b.txt': LONG.replace('line 3', 'one') },
    { 'a.txt': LONG.replace('line 3', 'other') },
    ['b.txt (content)'],
  ],
  ['file names', { [NAME]: 'a\n' }, { [NAME]: 'b\n' }, { [NAME]: 'c\n' }, [`${NAME} (content)`]],
  ['a link and a file', {}, { a: { link: 'x' } }, { a: 'c\n' }, ['a (distinct types)']],
  ['a file and a folder', {}, { a: 'x\n' }, { 'a/b': 'c\n' }, ['a (file/directory)']],
])('%s', async ([, before, one, other, files]) => {
  expect(await pairOf(before, one, other)).toEqual([`one other: ${files.join(', ')}`]);
});

test('the mode of one and the contents of the other go together; different modes of a new file do not', async () => {
  const run = { run: 'echo a\n' };
  expect(await pairOf({ 'a.sh': 'echo a\n' }, { 'a.sh': run }, { 'a.sh': 'echo b\n' })).toEqual([]);
  const [said] = await pairOf({}, { 'a.sh': run }, { 'a.sh': 'echo a\n' });
  expect(said).toMatch(/^one other: a\.sh \(/);
});

test('a name that is not UTF-8', async () => {
  const repository = makeRepository();
  const file = Buffer.concat([Buffer.from(`${repository.folder}/caf`), Buffer.from([0xe9])]);
  for (const [branch, text] of [
    ['one', 'b\n'],
    ['other', 'c\n'],
  ] as const) {
    repository.switchTo(branch, 'main');
    writeFileSync(file, text);
    repository.git('add', '--all');
    repository.commit({});
    repository.git('switch', '--quiet', 'main');
  }
  expect(linesOf(await compare(repository, ['one', 'other']))).toEqual(['one other: caf\uFFFD (add/add)']);
});

test('a submodule that both move', async () => {
  const repository = makeRepository();
  const gitlink = (commit: string) => ['update-index', '--add', '--cacheinfo', `160000,${commit},sub`];
  const commits = ['1', '2', '3'].map((digit) => digit.repeat(40));
  repository.git(...gitlink(commits[0] as string));
  repository.commit({});
  for (const [branch, commit] of [
    ['one', commits[1]],
    ['other', commits[2]],
  ] as const) {
    repository.switchTo(branch, 'main');
    repository.git(...gitlink(commit as string));
    repository.commit({});
    repository.git('switch', '--quiet', '--force', 'main');
  }
  expect(linesOf(await compare(repository, ['one', 'other']))).toEqual(['one other: sub (submodule)']);
});

test('with main, and what a branch without commits of its own has: nothing', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  branchWith(repository, 'one', { 'a.txt': 'b\n' });
  branchWith(repository, 'two', { 'b.txt': 'b\n' });
  repository.git('branch', 'fresh', 'main');
  repository.commit({ 'a.txt': 'main\n' });
  const matrix = await compare(repository, ['one', 'two', 'fresh']);
  expect(linesOf(matrix)).toEqual(['one main: a.txt (content)']);
  expect(matrix).toMatchObject({ pairs: 6, failed: [] });
});

test('who conflicts with main does not conflict with every branch that is newer', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  branchWith(repository, 'old', { 'a.txt': 'old\n', 'b.txt': 'old\n' });
  repository.commit({ 'a.txt': 'main\n' });
  branchWith(repository, 'new', { 'c.txt': 'new\n' });
  branchWith(repository, 'both', { 'b.txt': 'new\n' });
  expect(linesOf(await compare(repository, ['old', 'new', 'both']))).toEqual([
    'old main: a.txt (content)',
    'old both: b.txt (content)',
  ]);
});

test('a rename on main is no conflict of a newer branch with an older one', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': LONG });
  branchWith(repository, 'old', { 'a.txt': LONG.replace('line 3', 'old') });
  repository.commit({ 'a.txt': null, 'b.txt': LONG });
  branchWith(repository, 'new', { 'b.txt': LONG.replace('line 3', 'new') });
  expect(linesOf(await compare(repository, ['old', 'new']))).toEqual(['old new: b.txt (content)']);
});

test('what the queue resolves by itself is no conflict: a manifest by its keys, and the lockfile of it', async () => {
  const manifest = (name: string) =>
    `{\n  "name": "x",\n  "dependencies": {\n    "m": "1"${name === '' ? '' : `,\n    "${name}": "1"`}\n  }\n}\n`;
  const files = (name: string) => ({
    'package.json': manifest(name),
    'package-lock.json': `{"${name}": 1}\n`,
  });
  expect(await pairOf(files(''), files('a'), files('z'))).toEqual([]);
  expect(await pairOf(files(''), { 'package-lock.json': 'a\n' }, { 'package-lock.json': 'b\n' })).toEqual([
    'one other: package-lock.json (content)',
  ]);
});

test("main's attributes are in force", async () => {
  const before = { 'log.txt': 'a\n', '.gitattributes': 'log.txt merge=union\n' };
  expect(await pairOf(before, { 'log.txt': 'a\nb\n' }, { 'log.txt': 'a\nc\n' })).toEqual([]);
});

test('a branch without a common history is said to be so, and keeps nobody from an answer', async () => {
  const repository = makeRepository();
  branchWith(repository, 'one', { 'a.txt': 'b\n' });
  branchWith(repository, 'two', { 'a.txt': 'c\n' });
  repository.git('checkout', '--quiet', '--orphan', 'alien');
  repository.commit({ 'a.txt': 'alien\n' });
  repository.git('switch', '--quiet', 'main');
  const matrix = await compare(repository, ['one', 'alien', 'two']);
  expect(linesOf(matrix)).toEqual(['one two: a.txt (add/add)']);
  expect(matrix.failed).toEqual([{ one: 'alien', other: null, reason: 'no commit in common with main' }]);
});

test('an object that is missing fails the pairs that need it, and no other', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  branchWith(repository, 'one', { 'a.txt': 'one\n' });
  branchWith(repository, 'two', { 'a.txt': 'two\n' });
  branchWith(repository, 'three', { 'a.txt': 'three\n' });
  const blob = repository.git('rev-parse', 'three:a.txt');
  const object = path.join(repository.folder, '.git/objects', blob.slice(0, 2), blob.slice(2));
  rmSync(object);
  const matrix = await compare(repository, ['one', 'two', 'three']);
  expect(linesOf(matrix)).toEqual(['one two: a.txt (content)']);
  expect(matrix.failed.map(({ one, other }) => `${one} ${other}`)).toEqual(['one three', 'two three']);
});

/** Loose ones, of the user's store and of our own git directory. */
const objectsOf = (repository: TestRepository) =>
  readdirSync(path.join(repository.folder, '.git'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /objects\/[0-9a-f]{2}\/|\.pack$/.test(file))
    .sort();

test('no object is left in the store, and only what has moved is merged again', async () => {
  const repository = makeRepository();
  for (let number = 0; number < 8; number++)
    branchWith(repository, `b${number}`, { 'a.txt': `${number % 2}\n`, [`${number}.txt`]: 'x\n' });
  const names = Array.from({ length: 8 }, (_, number) => `b${number}`);
  const memory = path.join(repository.root, 'memory', 'conflicts.json');
  mkdirSync(path.dirname(memory));
  const before = objectsOf(repository);
  const first = await compare(repository, names, memory);
  expect(first).toMatchObject({ pairs: 36, merged: 28 });
  expect(first.clashes).toHaveLength(16);
  expect(objectsOf(repository)).toEqual(before);
  const again = await compare(repository, names, memory);
  expect(again).toEqual({ ...first, merged: 0 });
  branchWith(repository, 'b0', { 'a.txt': '1\n' });
  const changed = await compare(repository, names, memory);
  expect(changed.merged).toBe(7);
  expect(changed.clashes).toHaveLength(15);
  // A copy that is damaged, or another's, is made again.
  writeFileSync(memory, '{"format": 1, "about": "test", "pairs": [], "surfaces": 3}');
  expect((await compare(repository, names, memory)).merged).toBe(28);
});

test('pairs that cannot conflict are not merged, and the answer is the one that each pair gives alone', async () => {
  const repository = makeRepository();
  const file = (name: string) => `${LONG}${name}\n`;
  repository.commit({ 'd/a.txt': file('a'), 'd/b.txt': file('b'), 'e.txt': 'e\n', 'm.txt': file('m') });
  branchWith(repository, 'plain', { 'x.txt': 'x\n' });
  branchWith(repository, 'moves', {
    'd/a.txt': null,
    'd/b.txt': null,
    'n/a.txt': file('a'),
    'n/b.txt': file('b'),
  });
  branchWith(repository, 'adds', { 'd/new.txt': 'new\n' });
  branchWith(repository, 'file', { 'p/q': 'a file\n' });
  branchWith(repository, 'folder', { 'p/q/r.txt': 'in a folder\n' });
  branchWith(repository, 'early', { 'm.txt': file('m').replace('line 3', 'early') });
  repository.commit({ 'm.txt': null, 'renamed.txt': file('m') });
  branchWith(repository, 'late', { 'renamed.txt': file('m').replace('line 3', 'late') });
  branchWith(repository, 'other', { 'e.txt': 'other\n' });
  const names = ['plain', 'moves', 'adds', 'file', 'folder', 'early', 'late', 'other'];
  const matrix = await compare(repository, names);
  const alone = [];
  for (const [index, one] of names.entries())
    for (const other of names.slice(index + 1))
      alone.push(
        ...linesOf(await compare(repository, [one, other])).filter((line) => !line.includes('main:')),
      );
  expect(alone).toHaveLength(3);
  expect(linesOf(matrix).filter((line) => !line.includes('main:'))).toEqual(alone);
  expect(matrix.merged).toBeLessThan(28);
});
