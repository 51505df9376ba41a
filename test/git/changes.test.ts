import { describe, expect, test } from 'vitest';
import { listCommitPaths } from '../../src/git/changes.ts';
import { findSymbols } from '../../src/git/mentions.ts';
import { listFiles } from '../../src/git/tree.ts';
import { makeRepository } from '../support/repository.ts';

describe('commits with their paths', () => {
  test('are told oldest first, the root too, whatever their names and subjects look like', async () => {
    const repository = makeRepository();
    const strange = 'odd\n name\u0001é.txt';
    repository.commit({ [strange]: 'a\n', 'b.txt': 'b\n' }, { message: 'A "subject" \u00e9\n\nand more\n' });
    repository.commit({ 'b.txt': null }, { message: 'Delete it\u0001\n' });
    repository.commit({}, { message: 'Nothing\n' });
    repository.commit({ 'c.txt': '' }, { message: '' });
    const [first, second, third, fourth, fifth, ...others] = await listCommitPaths(
      repository.open(),
      'main',
      100,
    );
    expect(first).toMatchObject({ subject: 'Begin', parent: undefined, paths: ['README.md'] });
    expect(second).toMatchObject({ subject: 'A "subject" \u00e9', parent: first?.hash });
    expect(second?.paths.toSorted()).toEqual(['b.txt', strange]);
    expect(third).toMatchObject({ subject: 'Delete it\u0001', paths: ['b.txt'] });
    expect(fourth).toMatchObject({ subject: 'Nothing', paths: [] });
    expect(fifth).toMatchObject({ subject: '', paths: ['c.txt'] });
    expect(others).toEqual([]);
  });

  test('leave merges out, are as many as asked for, and only those of a range', async () => {
    const repository = makeRepository();
    const begin = repository.sha('main');
    repository.switchTo('side');
    repository.commit({ 'side.txt': 'a\n' }, { message: 'On the side\n' });
    repository.switchTo('main', begin);
    repository.commit({ 'main.txt': 'a\n' }, { message: 'On main\n' });
    repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'side');
    const git = repository.open();
    const subjects = async (range: string, most: number) =>
      (await listCommitPaths(git, range, most)).map(({ subject }) => subject);
    expect((await subjects('main', 100)).toSorted()).toEqual(['Begin', 'On main', 'On the side']);
    expect(await subjects('main', 1)).toEqual(['On main']);
    expect((await subjects(`${begin}..main`, 100)).toSorted()).toEqual(['On main', 'On the side']);
  });
});

test('files of a commit are told without links and submodules', async () => {
  const repository = makeRepository();
  repository.commit({ 'a/run.sh': { run: 'true\n' }, link: { link: 'README.md' }, 'zö.txt': '' });
  repository.git('update-index', '--add', '--cacheinfo', `160000,${repository.sha('HEAD')},module`);
  repository.git('commit', '--quiet', '--message', 'A submodule');
  expect(await listFiles(repository.open(), 'main')).toEqual(['README.md', 'a/run.sh', 'zö.txt']);
});

describe('names of code', () => {
  const LIMIT_MS = 30_000;

  test('are found where they are words of their own, and where they are declared', async () => {
    const repository = makeRepository();
    repository.commit({
      'money.js': 'export function total(items) {\n  return sum(items);\n}\n',
      'go/money.go': 'func (m *Money) Total() int { return total }\n',
      'page.js': 'show(total(basket), subtotal);\n',
      'other.js': 'subtotal();\n',
      'picture.png': new Uint8Array([0, 1, 2, 116, 111, 116, 97, 108]),
    });
    const found = await findSymbols(
      repository.open(),
      repository.sha('main'),
      ['total', 'Total', 'none'],
      LIMIT_MS,
    );
    expect(found.toSorted((one, other) => (one.path < other.path ? -1 : 1))).toEqual([
      { path: 'go/money.go', symbol: 'total', declares: false },
      { path: 'go/money.go', symbol: 'Total', declares: true },
      { path: 'money.js', symbol: 'total', declares: true },
      { path: 'page.js', symbol: 'total', declares: false },
    ]);
  });

  test('that look like options or expressions are names', async () => {
    const repository = makeRepository();
    repository.commit({ 'a.txt': 'a.*b\n', 'b.txt': 'axxb\n' });
    const git = repository.open();
    const main = repository.sha('main');
    expect(await findSymbols(git, main, ['a.*b'], LIMIT_MS)).toMatchObject([{ path: 'a.txt' }]);
    expect(await findSymbols(git, main, ['--open-files-in-pager=touch x'], LIMIT_MS)).toEqual([]);
  });

  test('that stand nearly everywhere say nothing, except where they are declared', async () => {
    const repository = makeRepository();
    const uses = Object.fromEntries(
      Array.from({ length: 70 }, (_, number) => [`use${number}.js`, 'assertThat();\n']),
    );
    repository.commit({ ...uses, 'assert.js': 'const assertThat = () => {};\n' });
    expect(await findSymbols(repository.open(), repository.sha('main'), ['assertThat'], LIMIT_MS)).toEqual([
      { path: 'assert.js', symbol: 'assertThat', declares: true },
    ]);
  });

  test('take no longer than they may: nothing was found then', async () => {
    const repository = makeRepository();
    repository.commit({ 'a.js': 'const name = 1;\n' });
    expect(await findSymbols(repository.open(), repository.sha('main'), ['name'], 1)).toEqual([]);
  });
});
