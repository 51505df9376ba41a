import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { leaveBranch } from '../../src/coder/ended.ts';
import { replay } from '../../src/git/replay.ts';
import type { Layout } from '../../src/task/attempt.ts';
import type { BranchName, Sha } from '../../src/task/ids.ts';
import { removeSlot } from '../../src/worktree/remove.ts';
import {
  clearIgnoredFiles,
  clearSlot,
  ensureWorktree,
  layBranch,
  type Start,
} from '../../src/worktree/slot.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

const BRANCH = 'runner-1/task-abcd2345' as BranchName;
const KEEP = ['node_modules'];

const folderOf = (repository: TestRepository, slot = 'runner-1') =>
  path.join(repository.root, 'project.steroids', slot);

async function openSlot(repository: TestRepository, slot = 'runner-1') {
  return await ensureWorktree(repository.open(), folderOf(repository, slot), repository.sha('main'));
}

function start(repository: TestRepository, also: Partial<Start> = {}): Start {
  return {
    taskId: 'abcd2345',
    branch: BRANCH,
    main: repository.sha('main'),
    lastHead: undefined,
    fresh: false,
    layout: null,
    ...also,
  };
}

/** A slot with the task's branch laid, as a coder finds it. */
async function coding(repository: TestRepository) {
  const worktree = await openSlot(repository);
  await layBranch(worktree, start(repository));
  return { worktree, folder: worktree.dir };
}

const clear = (repository: TestRepository, worktree: Awaited<ReturnType<typeof openSlot>>) =>
  clearSlot(worktree, 'runner-1', repository.sha('main'), KEEP);

/** Refs under which something was put aside: name without the hash → commit. */
function archived(repository: TestRepository): Record<string, string> {
  const text = repository.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/steroids/archive');
  return Object.fromEntries(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [ref = '', hash = ''] = line.split(' ');
        return [ref.replace('refs/steroids/archive/', '').replace(/-[0-9a-f]{12}$/, ''), hash];
      }),
  );
}

function expectCleared(repository: TestRepository, folder: string, head: string): void {
  expect(repository.status(folder)).toEqual([]);
  expect(repository.gitIn(folder, 'rev-parse', 'HEAD')).toBe(head);
  expect(() => repository.gitIn(folder, 'symbolic-ref', '-q', 'HEAD')).toThrow();
}

describe('opening a slot', () => {
  test('the first time: a detached worktree at main, whose folders are made', async () => {
    const repository = makeRepository();
    const worktree = await openSlot(repository);
    expect(worktree.dir).toBe(folderOf(repository));
    expectCleared(repository, worktree.dir, repository.sha('main'));
    expect(repository.git('branch', '--list').trim()).toBe('* main');
  });

  test('again: what stands there is not touched', async () => {
    const repository = makeRepository();
    const { folder } = await coding(repository);
    repository.write({ 'draft.txt': 'draft\n' }, folder);
    repository.commit({ 'later.txt': 'later\n' });
    const again = await openSlot(repository);
    expect(repository.read('draft.txt', again.dir)).toBe('draft\n');
    expect(repository.gitIn(folder, 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
  });

  test('a folder that was deleted by hand is made again', async () => {
    const repository = makeRepository();
    const { folder } = await coding(repository);
    const head = repository.commit({ 'work.txt': 'work\n' }, { folder });
    rmSync(folder, { recursive: true });
    const worktree = await openSlot(repository);
    expectCleared(repository, worktree.dir, repository.sha('main'));
    expect(repository.sha(BRANCH)).toBe(head);
  });

  test('commits on no branch stay reachable when their folder was deleted by hand', async () => {
    const repository = makeRepository();
    const { folder } = await coding(repository);
    repository.gitIn(folder, 'switch', '--quiet', '--detach');
    const lost = repository.commit({ 'work.txt': 'work\n' }, { folder });
    rmSync(folder, { recursive: true });
    await openSlot(repository);
    expect(Object.values(archived(repository))).toEqual([lost]);
  });

  test.each(['folder', 'file'])('a %s that is something else is left alone', async (kind) => {
    const repository = makeRepository();
    const folder = folderOf(repository);
    const mine = kind === 'folder' ? path.join(folder, 'mine.txt') : folder;
    repository.write({ [path.relative(repository.folder, mine)]: 'mine\n' });
    await expect(openSlot(repository)).rejects.toMatchObject({ kind: 'environment', code: 'slot-occupied' });
    expect(repository.read(path.relative(repository.root, mine), repository.root)).toBe('mine\n');
  });

  test('an empty folder is taken for something else too', async () => {
    const repository = makeRepository();
    mkdirSync(folderOf(repository), { recursive: true });
    await expect(openSlot(repository)).rejects.toMatchObject({ code: 'slot-occupied' });
  });

  test('a link there is followed nowhere: the repository that it leads to stays as it is', async () => {
    const repository = makeRepository();
    const { folder } = await coding(repository);
    renameSync(folder, `${folder}.moved`);
    symlinkSync(repository.folder, folder);
    await expect(openSlot(repository)).rejects.toMatchObject({ code: 'slot-occupied' });
    expect(existsSync(path.join(repository.folder, '.git'))).toBe(true);
    expect(repository.status()).toEqual([]);
  });

  test('below a link: again, and after its folder was deleted', async () => {
    const repository = makeRepository();
    mkdirSync(path.join(repository.root, 'real'));
    symlinkSync('real', path.join(repository.root, 'project.steroids'));
    await openSlot(repository);
    const again = await openSlot(repository);
    expect(repository.read('README.md', again.dir)).toBe('# project\n');
    rmSync(again.dir, { recursive: true });
    const made = await openSlot(repository);
    expect(repository.read('README.md', made.dir)).toBe('# project\n');
  });
});

describe('clearing a slot', () => {
  test('a clean one leaves its branch, which may then be deleted', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const head = repository.commit({ 'work.txt': 'work\n' }, { folder });
    await clear(repository, worktree);
    expectCleared(repository, folder, head);
    expect(archived(repository)).toEqual({});
    repository.git('branch', '--quiet', '-D', BRANCH);
  });

  test('modified, staged, deleted and untracked files are archived under the task', async () => {
    const repository = makeRepository();
    const names = ['a b.txt', 'größe.txt', 'line\nbreak.txt', '"quoted"\t\\.txt', '-dash.txt', ':colon.txt'];
    repository.commit(Object.fromEntries([...names, 'gone.txt'].map((name) => [name, 'before\n'])));
    const { worktree, folder } = await coding(repository);
    const left = {
      ...Object.fromEntries(names.map((name) => [name, 'after\n'])),
      ...Object.fromEntries(names.map((name) => [`new/${name}`, 'new\n'])),
      'staged.txt': 'staged\n',
      link: { link: 'nowhere' },
      script: { run: '#!/bin/sh\n' },
    };
    repository.write({ ...left, 'gone.txt': null }, folder);
    repository.gitIn(folder, 'add', 'staged.txt', 'a b.txt');
    const head = repository.sha('main');
    await clear(repository, worktree);
    expectCleared(repository, folder, head);
    expect(existsSync(path.join(folder, 'new'))).toBe(false);
    expect(repository.read('a b.txt', folder)).toBe('before\n');
    const { 'abcd2345/uncommitted': kept = '' } = archived(repository);
    expect(repository.sha(`${kept}^`)).toBe(head);
    expect(Object.keys(repository.tree(kept)).sort()).toEqual(['README.md', ...Object.keys(left)].sort());
    for (const name of names) expect(repository.show(kept, name)).toBe('after\n');
    expect(repository.tree(kept).script).toMatch(/^100755/);
    expect(repository.tree(kept).link).toMatch(/^120000/);
  });

  test.each([
    ['skip-worktree', ['update-index', '--skip-worktree', 'one.txt', 'd/two.txt']],
    ['assume-unchanged', ['update-index', '--assume-unchanged', 'one.txt', 'd/two.txt']],
  ])('edits that git was told not to look at (%s) are archived and do not pass on', async (_, hide) => {
    const repository = makeRepository();
    repository.commit({ 'one.txt': '1\n', 'd/two.txt': '2\n' });
    const { worktree, folder } = await coding(repository);
    repository.gitIn(folder, ...hide);
    repository.write({ 'one.txt': 'hidden\n' }, folder);
    await clear(repository, worktree);
    const { 'abcd2345/uncommitted': kept = '' } = archived(repository);
    expect(repository.show(kept, 'one.txt')).toBe('hidden\n');
    expect(repository.show(kept, 'd/two.txt')).toBe('2\n');
    expect(repository.read('one.txt', folder)).toBe('1\n');
    expect(repository.gitIn(folder, 'ls-files', '-v')).not.toMatch(/^[a-zS]/m);
  });

  test('after a sparse checkout every file is there again, and none is taken for deleted', async () => {
    const repository = makeRepository();
    repository.commit({ 'in/a.txt': 'a\n', 'out/b.txt': 'b\n' });
    const { worktree, folder } = await coding(repository);
    repository.gitIn(folder, 'sparse-checkout', 'set', 'in');
    repository.git('config', '--unset', 'extensions.worktreeConfig');
    expect(existsSync(path.join(folder, 'out'))).toBe(false);
    await clear(repository, worktree);
    expect(archived(repository)).toEqual({});
    expect(repository.read('out/b.txt', folder)).toBe('b\n');
  });

  test('pipes and sockets, of which git says nothing, do not pass on', async () => {
    const repository = makeRepository();
    repository.commit({ 'd/one.txt': '1\n' });
    const { worktree, folder } = await coding(repository);
    for (const pipe of ['pipe', 'd/pipe', '.gitignore']) execFileSync('mkfifo', [path.join(folder, pipe)]);
    await clear(repository, worktree);
    expect(readdirSync(folder).sort()).toEqual(['.git', 'README.md', 'd']);
    expect(readdirSync(path.join(folder, 'd'))).toEqual(['one.txt']);
  });

  test('what is only staged is archived too', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    repository.write({ 'staged.txt': 'only staged\n' }, folder);
    repository.gitIn(folder, 'add', 'staged.txt');
    repository.write({ 'staged.txt': null }, folder);
    const blob = repository.gitIn(folder, 'rev-parse', ':staged.txt');
    await clear(repository, worktree);
    expect(repository.status(folder)).toEqual([]);
    expect(repository.git('rev-list', '--objects', '--glob=refs/steroids')).toContain(blob);
  });

  test('commits on a detached HEAD are archived, and those on main are not', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    repository.gitIn(folder, 'switch', '--quiet', '--detach');
    const one = repository.commit({ 'one.txt': 'one\n' }, { folder });
    const two = repository.commit({ 'two.txt': 'two\n' }, { folder });
    await clear(repository, worktree);
    expect(archived(repository)).toEqual({ 'runner-1/detached': two });
    expect(repository.sha(`${two}^`)).toBe(one);
    repository.gitIn(folder, 'checkout', '--quiet', '--detach', 'main');
    await clear(repository, worktree);
    expect(Object.keys(archived(repository))).toHaveLength(1);
  });

  test('a rebase half done: its commits and files are archived, and the branch is free', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const { worktree, folder } = await coding(repository);
    repository.commit({ 'own.txt': 'own\n' }, { folder });
    const tip = repository.commit({ 'shared.txt': 'task\n' }, { folder });
    repository.commit({ 'shared.txt': 'main\n' });
    expect(() => repository.gitIn(folder, 'rebase', 'main')).toThrow();
    const halfway = repository.gitIn(folder, 'rev-parse', 'HEAD');
    await clear(repository, worktree);
    expectCleared(repository, folder, halfway);
    const { 'runner-1/detached': commits, 'runner-1/uncommitted': files = '' } = archived(repository);
    expect(commits).toBe(halfway);
    expect(repository.show(files, 'shared.txt')).toContain('<<<<<<<');
    expect(repository.sha(BRANCH)).toBe(tip);
    expect(repository.gitIn(folder, 'status')).not.toContain('rebase');
    repository.git('branch', '--quiet', '-D', BRANCH);
  });

  test.each([
    ['merge', ['merge', 'main']],
    ['cherry-pick', ['cherry-pick', 'main']],
    ['revert', ['revert', '--no-edit', 'HEAD~1']],
  ])('a %s half done is archived and over', async (_, command) => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const { worktree, folder } = await coding(repository);
    repository.commit({ 'shared.txt': 'two\n' }, { folder });
    const tip = repository.commit({ 'shared.txt': 'task\n' }, { folder });
    repository.commit({ 'shared.txt': 'main\n' });
    expect(() => repository.gitIn(folder, ...command)).toThrow();
    await clear(repository, worktree);
    expectCleared(repository, folder, tip);
    expect(repository.show(archived(repository)['abcd2345/uncommitted'] ?? '', 'shared.txt')).toContain(
      '<<<<<<<',
    );
    // Nothing of it speaks in the next task's commits.
    for (const file of ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_MSG']) {
      expect(
        existsSync(repository.gitIn(folder, 'rev-parse', '--path-format=absolute', '--git-path', file)),
      ).toBe(false);
    }
  });

  test('what a rebase had put aside by itself (autostash) is archived', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n', 'draft.txt': 'x\n' });
    const { worktree, folder } = await coding(repository);
    repository.commit({ 'shared.txt': 'task\n' }, { folder });
    repository.commit({ 'shared.txt': 'main\n' });
    repository.write({ 'draft.txt': 'draft\n' }, folder);
    expect(() => repository.gitIn(folder, 'rebase', '--autostash', 'main')).toThrow();
    expect(repository.read('draft.txt', folder)).toBe('x\n');
    await clear(repository, worktree);
    expect(repository.show(archived(repository)['runner-1/autostash'] ?? '', 'draft.txt')).toBe('draft\n');
  });

  test('a bisect half done does not keep the branch from other slots', async () => {
    const repository = makeRepository();
    repository.commit({ 'a.txt': 'a\n' });
    repository.commit({ 'a.txt': 'b\n' });
    const { worktree, folder } = await coding(repository);
    repository.gitIn(folder, 'bisect', 'start', 'HEAD', 'HEAD~2');
    await clear(repository, worktree);
    expect(repository.gitIn(folder, 'status')).not.toContain('bisect');
    const other = await openSlot(repository, 'runner-2');
    expect((await layBranch(other, start(repository))).head).toBe(repository.sha('main'));
  });

  test('ignored files do not pass on; node_modules may, without its caches', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitignore': 'node_modules/\ndist/\n*.log\n.env\n' });
    const { worktree, folder } = await coding(repository);
    repository.write(
      {
        'node_modules/a/index.js': 'a',
        'node_modules/.cache/x': 'x',
        'node_modules/.vite/x': 'x',
        'packages/p/node_modules/b/index.js': 'b',
        'dist/out.js': 'out',
        'packages/p/dist/out.js': 'out',
        'src/debug ü.log': 'log',
        '.env': 'SECRET=1',
      },
      folder,
    );
    await clear(repository, worktree);
    const left = repository
      .gitIn(folder, 'status', '--porcelain', '-z', '--ignored')
      .split('\0')
      .filter(Boolean);
    expect(left).toEqual(['!! node_modules/', '!! packages/']);
    expect(existsSync(path.join(folder, 'node_modules/a/index.js'))).toBe(true);
    expect(existsSync(path.join(folder, 'packages/p/node_modules/b/index.js'))).toBe(true);
    for (const file of ['node_modules/.cache', 'node_modules/.vite', 'dist', 'packages/p/dist', '.env']) {
      expect(existsSync(path.join(folder, file))).toBe(false);
    }
    await clearIgnoredFiles(worktree);
    expect(existsSync(path.join(folder, 'node_modules'))).toBe(false);
    expect(repository.git('for-each-ref', 'refs/steroids')).toBe('');
  });

  test('a linked node_modules goes, and what it points to stays', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitignore': 'node_modules/\n' });
    repository.write({ '../shared/a.js': 'a' });
    const { worktree, folder } = await coding(repository);
    symlinkSync(path.join(repository.root, 'shared'), path.join(folder, 'node_modules'));
    await clear(repository, worktree);
    expect(() => lstatSync(path.join(folder, 'node_modules'))).toThrow();
    expect(existsSync(path.join(repository.root, 'shared/a.js'))).toBe(true);
  });

  test("a change of .gitignore that goes with the task's files hides nothing from the next", async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    repository.write({ '.gitignore': 'hidden/\n', 'hidden/x': 'x' }, folder);
    await clear(repository, worktree);
    expect(repository.status(folder)).toEqual([]);
    expect(existsSync(path.join(folder, 'hidden'))).toBe(false);
  });

  test('a project that began with an empty commit', async () => {
    const repository = makeRepository({ firstCommit: false });
    repository.commit({}, { message: 'Empty\n' });
    const { worktree, folder } = await coding(repository);
    repository.write({ 'first.txt': 'first\n' }, folder);
    await clear(repository, worktree);
    expect(repository.status(folder)).toEqual([]);
    expect(repository.show(archived(repository)['abcd2345/uncommitted'] ?? '', 'first.txt')).toBe('first\n');
  });

  test.each(['with a commit', 'without a commit'])(
    'a repository that a coder made in it, %s',
    async (how) => {
      const repository = makeRepository();
      const { worktree, folder } = await coding(repository);
      const nested = path.join(folder, 'nested');
      repository.gitIn(folder, 'init', '--quiet', 'nested');
      if (how === 'with a commit') repository.commit({ 'inside.txt': 'inside\n' }, { folder: nested });
      repository.write({ 'inside.txt': 'written\n', 'more.txt': 'more\n' }, nested);
      repository.write({ 'beside.txt': 'beside\n' }, folder);
      await clear(repository, worktree);
      expect(repository.status(folder)).toEqual([]);
      expect(existsSync(nested)).toBe(false);
      const { 'abcd2345/uncommitted': kept = '' } = archived(repository);
      expect(repository.show(kept, 'beside.txt')).toBe('beside\n');
      // Its files are the coder's work as well.
      expect(repository.show(kept, 'nested/inside.txt')).toBe('written\n');
      expect(repository.show(kept, 'nested/more.txt')).toBe('more\n');
    },
  );
});

describe('laying a branch', () => {
  async function cleared(repository: TestRepository, slot = 'runner-1') {
    const worktree = await openSlot(repository, slot);
    await clear(repository, worktree);
    return worktree;
  }

  test('the first time: a new branch at main', async () => {
    const repository = makeRepository();
    const opened = await layBranch(await cleared(repository), start(repository));
    expect(opened).toMatchObject({ head: repository.sha('main'), layout: null });
    expect(repository.gitIn(opened.git.dir, 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
    expect(repository.tryGit('config', `branch.${BRANCH}.remote`).code).toBe(1);
  });

  test('a branch with work is laid where it is, although main went on', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const head = repository.commit({ 'work.txt': 'work\n' }, { folder });
    repository.commit({ 'main.txt': 'main\n' });
    await clear(repository, worktree);
    const opened = await layBranch(worktree, start(repository, { lastHead: head }));
    expect(opened.head).toBe(head);
    expect(repository.read('main.txt', folder)).toBeUndefined();
    expect(repository.read('work.txt', folder)).toBe('work\n');
  });

  test('a branch without work follows main', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const lastHead = repository.sha('main');
    await clear(repository, worktree);
    const main = repository.commit({ 'main.txt': 'main\n' });
    const opened = await layBranch(worktree, start(repository, { lastHead }));
    expect(opened.head).toBe(main);
    expect(repository.sha(BRANCH)).toBe(main);
    expect(repository.read('main.txt', folder)).toBe('main\n');
    expect(repository.git('for-each-ref', 'refs/steroids')).toBe('');
  });

  test('a branch that was deleted by hand stands at its last head again', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const lastHead = repository.commit({ 'work.txt': 'work\n' }, { folder });
    await clear(repository, worktree);
    repository.git('branch', '--quiet', '-D', BRANCH);
    const opened = await layBranch(worktree, start(repository, { lastHead }));
    expect(opened.head).toBe(lastHead);
    expect(repository.sha(BRANCH)).toBe(lastHead);
  });

  test('a branch without work that was deleted by hand follows main too', async () => {
    const repository = makeRepository();
    const { worktree } = await coding(repository);
    const lastHead = repository.sha('main');
    await clear(repository, worktree);
    repository.git('branch', '--quiet', '-D', BRANCH);
    const main = repository.commit({ 'main.txt': 'main\n' });
    expect((await layBranch(worktree, start(repository, { lastHead }))).head).toBe(main);
  });

  test('fresh: from main, and the work is archived', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const lastHead = repository.commit({ 'work.txt': 'work\n' }, { folder });
    await clear(repository, worktree);
    const main = repository.commit({ 'main.txt': 'main\n' });
    const opened = await layBranch(worktree, start(repository, { lastHead, fresh: true }));
    expect(opened).toMatchObject({ head: main, layout: null });
    expect(repository.read('work.txt', folder)).toBeUndefined();
    expect(archived(repository)).toEqual({ 'abcd2345/fresh': lastHead });
  });

  test('in another slot than the last time, after a coder left a rebase half done', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const { worktree, folder } = await coding(repository);
    const head = repository.commit({ 'shared.txt': 'task\n' }, { folder });
    repository.commit({ 'shared.txt': 'main\n' });
    expect(() => repository.gitIn(folder, 'rebase', 'main')).toThrow();
    await leaveBranch(worktree, BRANCH);
    const other = await cleared(repository, 'runner-2');
    expect((await layBranch(other, start(repository, { lastHead: head }))).head).toBe(head);
  });

  test('a branch that is checked out by a person is a problem, and stays theirs', async () => {
    const repository = makeRepository();
    const theirs = repository.worktree('theirs', BRANCH);
    const worktree = await cleared(repository);
    await expect(layBranch(worktree, start(repository))).rejects.toMatchObject({ kind: 'environment' });
    expect(repository.gitIn(theirs, 'symbolic-ref', '--short', 'HEAD')).toBe(BRANCH);
  });

  /** A branch whose second commit conflicts with main, and the layout that a replay makes of it. */
  async function conflicting(repository: TestRepository, also: Parameters<TestRepository['commit']>[0] = {}) {
    repository.commit({ 'shared.txt': 'one\n', 'deleted.txt': 'x\n', '.gitignore': 'dist/\n' });
    const { worktree, folder } = await coding(repository);
    repository.commit({ 'good.txt': 'good\n' }, { folder });
    const head = repository.commit(
      { 'shared.txt': 'task\n', 'new ü.txt': 'new\n', 'deleted.txt': null, ...also },
      { folder, message: 'The rest\n' },
    );
    await clear(repository, worktree);
    const main = repository.commit({ 'shared.txt': 'main\n' });
    const tried = await replay(await repository.own(), main, head);
    if (tried.kind !== 'conflicted') throw new Error(tried.kind);
    const layout: Layout = { onto: main, laid: tried.laid, head, conflict: tried.conflict };
    return { worktree, folder, head, layout };
  }

  test('with a conflict: the branch on main, markers and the rest uncommitted, the old head archived', async () => {
    const repository = makeRepository();
    const { worktree, folder, head, layout } = await conflicting(repository);
    const opened = await layBranch(worktree, start(repository, { lastHead: head, layout }));
    expect(opened).toMatchObject({ head: layout.laid, layout });
    expect(repository.sha(BRANCH)).toBe(layout.laid);
    expect(repository.read('good.txt', folder)).toBe('good\n');
    expect(repository.read('shared.txt', folder)).toMatch(/^<{7} .*\nmain\n={7}\ntask\n>{7} .*\n$/);
    expect(repository.read('new ü.txt', folder)).toBe('new\n');
    expect(existsSync(path.join(folder, 'deleted.txt'))).toBe(false);
    expect(repository.gitIn(folder, 'diff', '--cached', '--name-only')).toBe('');
    expect(archived(repository)).toEqual({ 'abcd2345/conflicted': head });
  });

  test('with a conflict: an ignored file that the branch tracks is not lost when all is committed', async () => {
    const repository = makeRepository();
    const { worktree, folder, head, layout } = await conflicting(repository, { 'dist/kept.js': 'kept\n' });
    await layBranch(worktree, start(repository, { lastHead: head, layout }));
    repository.write({ 'shared.txt': 'both\n' }, folder);
    repository.gitIn(folder, 'add', '--all');
    const solved = repository.commit({}, { folder });
    expect(repository.show(solved, 'dist/kept.js')).toBe('kept\n');
    expect(repository.show(solved, 'new ü.txt')).toBe('new\n');
    expect(repository.show(solved, 'deleted.txt')).toBeUndefined();
  });

  test('with a conflict that a coder did not solve: cleared, archived, and laid again', async () => {
    const repository = makeRepository();
    const { worktree, folder, head, layout } = await conflicting(repository);
    await layBranch(worktree, start(repository, { lastHead: head, layout }));
    repository.write({ 'half.txt': 'half\n' }, folder);
    await clear(repository, worktree);
    expectCleared(repository, folder, layout.laid);
    expect(repository.show(archived(repository)['abcd2345/uncommitted'] ?? '', 'half.txt')).toBe('half\n');
    const again: Layout = { ...layout, head: layout.laid };
    const opened = await layBranch(worktree, start(repository, { lastHead: layout.laid, layout: again }));
    expect(opened.layout).toEqual(again);
    expect(repository.read('shared.txt', folder)).toContain('<<<<<<<');
    expect(repository.read('half.txt', folder)).toBeUndefined();
  });

  test('a layout without a conflict: the branch on main, nothing uncommitted', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const head = repository.commit({ 'work.txt': 'work\n' }, { folder });
    await clear(repository, worktree);
    const main = repository.commit({ 'main.txt': 'main\n' });
    const tried = await replay(await repository.own(), main, head);
    if (tried.kind !== 'clean') throw new Error(tried.kind);
    const layout: Layout = { onto: main, laid: tried.commit, head, conflict: null };
    const opened = await layBranch(worktree, start(repository, { lastHead: head, layout }));
    expect(opened).toMatchObject({ head: tried.commit, layout });
    expect(repository.status(folder)).toEqual([]);
    expect(archived(repository)).toEqual({ 'abcd2345/broken': head });
  });

  test('somebody worked on the branch since: their work is the truth, and the layout is not', async () => {
    const repository = makeRepository();
    const { worktree, folder, head, layout } = await conflicting(repository);
    repository.git('switch', '--quiet', BRANCH);
    const theirs = repository.commit({ 'theirs.txt': 'theirs\n' });
    repository.git('switch', '--quiet', 'main');
    const opened = await layBranch(worktree, start(repository, { lastHead: head, layout }));
    expect(opened).toMatchObject({ head: theirs as Sha, layout: null });
    expect(repository.read('theirs.txt', folder)).toBe('theirs\n');
    expect(repository.status(folder)).toEqual([]);
  });
});

describe('removing a slot', () => {
  test('takes a cleared one away, ignored files included', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitignore': 'node_modules/\n*.log\n' });
    const { worktree, folder } = await coding(repository);
    repository.write({ 'node_modules/a.js': 'a', 'debug ü.log': 'x' }, folder);
    await clear(repository, worktree);
    await removeSlot(repository.open(), folder);
    expect(existsSync(folder)).toBe(false);
    expect(repository.git('worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(1);
  });

  test('one whose folder is gone', async () => {
    const repository = makeRepository();
    const { folder } = await coding(repository);
    rmSync(folder, { recursive: true });
    await removeSlot(repository.open(), folder);
    expect(repository.git('worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(1);
  });

  test.each([
    ['untracked', { 'mine.txt': 'mine\n' }],
    ['modified', { 'README.md': 'mine\n' }],
  ])('refuses when something %s is in it', async (_, files) => {
    const repository = makeRepository();
    const { folder } = await coding(repository);
    repository.write(files, folder);
    await expect(removeSlot(repository.open(), folder)).rejects.toMatchObject({ code: 'git-failed' });
    for (const [name, text] of Object.entries(files)) expect(repository.read(name, folder)).toBe(text);
  });
});
