// A checkout as it lies on disk: what is no plain file is never followed, and what cannot be read is told.

import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { discoverFolder, treeOfFolder } from '../../src/structure/fromFolder.ts';
import { discoverNode } from '../../src/structure/node/node.ts';
import type { Warning } from '../../src/structure/tree.ts';
import { makeRepository } from '../support/repository.ts';

const packageJson = (name: string) => JSON.stringify({ name, version: '1.0.0', main: 'index.js' });

test('tracked files are read as they are on disk now; links, deleted and untracked ones are left out', async () => {
  const repository = makeRepository();
  repository.commit({
    'packages/a/package.json': packageJson('a'),
    'packages/b/package.json': packageJson('b'),
    'packages/c': { link: 'a' },
    'grün.txt': 'ä\n',
  });
  repository.write({
    'packages/a/package.json': packageJson('changed'),
    'packages/d/package.json': packageJson('d'),
  });
  rmSync(path.join(repository.folder, 'packages/b'), { recursive: true });
  const warnings: Warning[] = [];
  const tree = await treeOfFolder(repository.open(), (warning) => warnings.push(warning));
  expect(tree.files).toEqual(['README.md', 'grün.txt', 'packages/a/package.json']);
  expect(await tree.read('packages/a/package.json')).toBe(packageJson('changed'));
  expect(await tree.read('grün.txt')).toBe('ä\n');
  expect(warnings).toEqual([]);
});

test('links that lead in a circle are told of', async () => {
  const repository = makeRepository();
  repository.commit({
    'packages/a/package.json': packageJson('a'),
    'packages/a/self': { link: '..' },
    one: { link: 'two' },
    two: { link: 'one' },
    nowhere: { link: 'gone' },
    plain: { link: 'packages/a' },
  });
  const { components, warnings } = await discoverFolder(repository.open(), [discoverNode]);
  expect(components.map(({ path }) => path)).toEqual(['packages/a']);
  const sentence = 'This link leads round in a circle. Links are not followed; take it out.';
  expect(warnings).toEqual(['one', 'packages/a/self', 'two'].map((path) => ({ path, sentence })));
});

test('submodules are named, and not looked into', async () => {
  const repository = makeRepository();
  repository.commit({ 'packages/a/package.json': packageJson('a') });
  const commit = repository.git('rev-parse', 'HEAD');
  for (const name of ['libs/one', 'libs/two'])
    repository.git('update-index', '--add', '--cacheinfo', `160000,${commit},${name}`);
  repository.write({
    'libs/one/package.json': packageJson('one'),
    'libs/two/package.json': packageJson('two'),
  });
  const { components, warnings } = await discoverFolder(repository.open(), [discoverNode]);
  expect(components.map(({ path }) => path)).toEqual(['packages/a']);
  const sentence =
    'These submodules belong to other repositories and are not looked into: libs/one, libs/two.';
  expect(warnings).toEqual([{ path: '', sentence, minor: true }]);
});

test('a link or a pipe that has taken the place of a file is not followed, nor waited for', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.js': 'a', 'b.js': 'b', 'c.js': 'c' });
  writeFileSync(path.join(repository.root, 'outside'), 'secret');
  for (const name of ['a.js', 'b.js']) rmSync(path.join(repository.folder, name));
  symlinkSync(path.join(repository.root, 'outside'), path.join(repository.folder, 'a.js'));
  execFileSync('mkfifo', [path.join(repository.folder, 'b.js')]);
  const tree = await treeOfFolder(repository.open(), () => {});
  expect(await Promise.all(['a.js', 'b.js', 'c.js'].map((name) => tree.read(name)))).toEqual([
    undefined,
    undefined,
    'c',
  ]);
});

test('a huge file is left out, with a warning', async () => {
  const repository = makeRepository();
  repository.commit({ 'huge.js': 'x'.repeat(5 * 1024 * 1024), 'large.js': 'y'.repeat(1024 * 1024) });
  const warnings: Warning[] = [];
  const tree = await treeOfFolder(repository.open(), (warning) => warnings.push(warning));
  expect(await tree.read('huge.js')).toBeUndefined();
  expect((await tree.read('large.js'))?.length).toBe(1024 * 1024);
  expect(warnings.map(({ path }) => path)).toEqual(['huge.js']);
});

test('what a sparse checkout leaves out is counted', async () => {
  const repository = makeRepository();
  repository.commit({ 'apps/a/package.json': packageJson('a'), 'apps/b/package.json': packageJson('b') });
  repository.git('sparse-checkout', 'set', 'apps/a');
  const { components, warnings } = await discoverFolder(repository.open(), [discoverNode]);
  expect(components.map(({ path }) => path)).toEqual(['apps/a']);
  expect(warnings).toEqual([
    { path: '', sentence: expect.stringMatching(/^1 file is not checked out here/) },
  ]);
});

test('a folder without permission is told of once, and the rest is found', () => {
  const repository = makeRepository();
  repository.commit({
    'packages/a/package.json': packageJson('a'),
    'packages/secret/package.json': packageJson('secret'),
    'packages/secret/src/index.js': '',
  });
  const closed = path.join(repository.folder, 'packages/secret');
  chmodSync(closed, 0o000);
  // Root may read everything.
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if ('uid' in asNobody) execFileSync('chown', ['-R', '65534:65534', repository.root]);
  chmodSync(repository.root, 0o755);
  const script = path.join(import.meta.dirname, '../support/discoverFolder.ts');
  const told = execFileSync(process.execPath, [script, repository.folder], {
    ...asNobody,
    env: repository.environment,
    encoding: 'utf8',
  });
  chmodSync(closed, 0o755);
  const { components, warnings } = JSON.parse(told);
  expect(components.map((one: { path: string }) => one.path)).toEqual(['packages/a']);
  expect(warnings).toEqual([
    {
      path: 'packages/secret',
      sentence:
        'It cannot be read (EACCES), so what it says is left out. Give the user who runs this leave to read it.',
    },
  ]);
});
