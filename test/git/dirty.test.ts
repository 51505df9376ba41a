import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readDirty } from '../../src/git/dirty.ts';
import { openQuarantine, type Quarantine } from '../../src/git/quarantine.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

async function inQuarantine<T>(repository: TestRepository, work: (quarantine: Quarantine) => Promise<T>) {
  const quarantine = await openQuarantine(await repository.own(), await repository.find());
  try {
    return await work(quarantine);
  } finally {
    quarantine.close();
    expect(existsSync(quarantine.folder)).toBe(false);
  }
}

/** The files of a commit that stands in the quarantine. */
async function treeOf({ git }: Quarantine, commit: string): Promise<string[]> {
  return (await git.read(['ls-tree', '-r', '-z', '--name-only', commit])).split('\0').filter(Boolean);
}

const gitDirOf = (repository: TestRepository, folder: string) =>
  repository.gitIn(folder, 'rev-parse', '--absolute-git-dir');

function stateOf(repository: TestRepository, folder: string) {
  const index = path.join(gitDirOf(repository, folder), 'index');
  const { mtimeNs, ino } = statSync(index, { bigint: true });
  return {
    index: readFileSync(index).toString('base64'),
    mtimeNs,
    ino,
    objects: repository.git('count-objects', '-v'),
    status: repository.gitIn(folder, '--no-optional-locks', 'status', '--porcelain'),
  };
}

test('modified, staged, deleted and untracked files count; index, worktree and store stay as they are', async () => {
  const repository = makeRepository();
  repository.commit({
    'a.txt': 'a\n',
    'b.txt': 'b\n',
    'gone.txt': 'x\n',
    '.gitignore': '*.log\n',
    d: 'file\n',
  });
  const folder = repository.worktree('one', 'one');
  const odd = 'new\nline.txt';
  repository.write({ 'a.txt': 'changed\n', 'gone.txt': null, [odd]: 'n\n', 'x.log': 'ignored\n' }, folder);
  repository.write({ d: null }, folder);
  repository.write({ 'd/inside.txt': 'now a folder\n', 'staged.txt': 's\n' }, folder);
  repository.gitIn(folder, 'add', 'staged.txt');
  const before = stateOf(repository, folder);
  await inQuarantine(repository, async (quarantine) => {
    const dirty = await readDirty(repository.open(folder), quarantine);
    expect(dirty).toMatchObject({ leftOut: [] });
    const files = await treeOf(quarantine, dirty?.commit ?? '');
    expect(files).toEqual(['.gitignore', 'README.md', 'a.txt', 'b.txt', 'd/inside.txt', odd, 'staged.txt']);
    expect(await quarantine.git.read(['show', `${dirty?.commit}:a.txt`])).toBe('changed');
    expect(await quarantine.git.read(['rev-parse', `${dirty?.commit}^`])).toBe(repository.sha('one'));
    // The same contents are the same commit.
    expect((await readDirty(repository.open(folder), quarantine))?.commit).toBe(dirty?.commit);
  });
  expect(stateOf(repository, folder)).toEqual(before);
});

test('a clean worktree, and one that says again what HEAD has, are not dirty', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  await inQuarantine(repository, async (quarantine) => {
    expect(await readDirty(repository.open(), quarantine)).toBe(undefined);
    repository.write({ 'a.txt': 'other\n' });
    repository.git('add', 'a.txt');
    repository.write({ 'a.txt': 'a\n' });
    expect(await readDirty(repository.open(), quarantine)).toBe(undefined);
  });
});

test('what is large, and repositories of their own, are left out by name', async () => {
  const repository = makeRepository();
  writeFileSync(path.join(repository.folder, 'large.bin'), Buffer.alloc(10_000_001));
  repository.write({ 'small.txt': 's\n', 'nested/file.txt': 'n\n' });
  repository.gitIn(path.join(repository.folder, 'nested'), 'init', '--quiet');
  await inQuarantine(repository, async (quarantine) => {
    const dirty = await readDirty(repository.open(), quarantine);
    expect(dirty).toMatchObject({ files: 3, leftOut: ['large.bin', 'nested/'] });
    expect(await treeOf(quarantine, dirty?.commit ?? '')).toEqual(['README.md', 'small.txt']);
  });
});

test('in the middle of a merge, and while somebody holds the index', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  repository.switchTo('one');
  repository.commit({ 'a.txt': 'one\n' });
  repository.switchTo('two', 'main');
  repository.commit({ 'a.txt': 'two\n' });
  repository.tryGit('merge', 'one');
  writeFileSync(path.join(repository.folder, '.git', 'index.lock'), '');
  await inQuarantine(repository, async (quarantine) => {
    const dirty = await readDirty(repository.open(), quarantine);
    expect(await quarantine.git.read(['show', `${dirty?.commit}:a.txt`])).toContain('<<<<<<<');
  });
});
