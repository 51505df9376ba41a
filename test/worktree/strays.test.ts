// What only a worktree knows of is archived before it is cleared, used for something else, or removed.

import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { leaveBranch } from '../../src/coder/ended.ts';
import type { BranchName } from '../../src/task/ids.ts';
import { clearSlot, ensureWorktree, layBranch, retireSlot, type Start } from '../../src/worktree/slot.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

const BRANCH = 'runner-1/task-abcd2345' as BranchName;

const folderOf = (repository: TestRepository) => path.join(repository.root, 'project.steroids', 'runner-1');

function start(repository: TestRepository, also: Partial<Start> = {}): Start {
  const main = repository.sha('main');
  return {
    taskId: 'abcd2345',
    branch: BRANCH,
    main,
    lastHead: undefined,
    fresh: false,
    layout: null,
    ...also,
  };
}

/** A slot with the task's branch laid, as a coder finds it. */
async function coding(repository: TestRepository) {
  const worktree = await ensureWorktree(repository.open(), folderOf(repository), repository.sha('main'));
  await layBranch(worktree, start(repository));
  return { worktree, folder: worktree.dir };
}

type Worktree = Awaited<ReturnType<typeof coding>>['worktree'];

/** Every way in which a worktree is emptied. */
const WAYS: readonly [string, (repository: TestRepository, worktree: Worktree) => Promise<void>][] = [
  ['cleared', (repository, worktree) => clearSlot(worktree, 'runner-1', repository.sha('main'), [])],
  [
    'removed',
    (repository, worktree) => retireSlot(repository.open(), 'runner-1', worktree.dir, repository.sha('main')),
  ],
  [
    'removed after its folder was deleted by hand',
    async (repository, worktree) => {
      rmSync(worktree.dir, { recursive: true });
      await retireSlot(repository.open(), 'runner-1', worktree.dir, repository.sha('main'));
    },
  ],
  [
    'made anew after its folder was deleted by hand',
    async (repository, worktree) => {
      rmSync(worktree.dir, { recursive: true });
      await ensureWorktree(repository.open(), worktree.dir, repository.sha('main'));
    },
  ],
];

/** All that our refs hold; a worktree's own HEAD and its log hold nothing here. */
function held(repository: TestRepository): string {
  return repository.git('rev-list', '--objects', '--glob=refs/heads', '--glob=refs/steroids');
}

function names(repository: TestRepository): string[] {
  return repository
    .git('for-each-ref', '--format=%(refname)', 'refs/steroids/archive')
    .split('\n')
    .filter(Boolean)
    .map((ref) => ref.replace('refs/steroids/archive/', '').replace(/-[0-9a-f]{12}$/, ''));
}

describe.each(WAYS)('a worktree that is %s', (_, empty) => {
  test('keeps commits on a detached HEAD', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    repository.gitIn(folder, 'switch', '--quiet', '--detach');
    const lost = repository.commit({ 'a.txt': 'a\n' }, { folder });
    await empty(repository, worktree);
    expect(held(repository)).toContain(lost);
    expect(names(repository)).toEqual(['runner-1/detached']);
  });

  test('keeps commits that were amended, reset, or left for a branch, each once', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const first = repository.commit({ 'a.txt': 'a\n' }, { folder });
    repository.gitIn(folder, 'commit', '--quiet', '--amend', '--message', 'better');
    const amended = repository.gitIn(folder, 'rev-parse', 'HEAD');
    const two = [
      repository.commit({ 'b.txt': 'b\n' }, { folder }),
      repository.commit({ 'c.txt': 'c\n' }, { folder }),
    ];
    repository.gitIn(folder, 'reset', '--quiet', '--keep', amended);
    repository.gitIn(folder, 'switch', '--quiet', '--detach');
    const detached = repository.commit({ 'd.txt': 'd\n' }, { folder });
    repository.gitIn(folder, 'switch', '--quiet', BRANCH);
    await empty(repository, worktree);
    for (const commit of [first, ...two, detached]) expect(held(repository)).toContain(commit);
    expect(repository.sha(BRANCH)).toBe(amended);
    expect(names(repository)).toEqual(['abcd2345/left', 'abcd2345/left', 'abcd2345/left']);
  });

  test('keeps the commits that a rebase of a detached HEAD had not picked yet', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const { worktree, folder } = await coding(repository);
    repository.gitIn(folder, 'switch', '--quiet', '--detach');
    repository.commit({ 'shared.txt': 'task\n' }, { folder });
    const unpicked = repository.commit({ 'later.txt': 'later\n' }, { folder });
    repository.commit({ 'shared.txt': 'main\n' });
    // As a person would have it whose git keeps no log.
    expect(() => repository.gitIn(folder, '-c', 'core.logAllRefUpdates=false', 'rebase', 'main')).toThrow();
    rmSync(repository.gitIn(folder, 'rev-parse', '--path-format=absolute', '--git-path', 'logs/HEAD'));
    await empty(repository, worktree);
    expect(held(repository)).toContain(unpicked);
  });

  test('keeps what a merge in progress was to bring in, which no branch names', async () => {
    const repository = makeRepository();
    const other = path.join(repository.root, 'other');
    repository.git('clone', '--quiet', repository.folder, other);
    const theirs = repository.commit({ 'README.md': 'theirs\n' }, { folder: other });
    const { worktree, folder } = await coding(repository);
    const tip = repository.commit({ 'README.md': 'ours\n' }, { folder });
    repository.gitIn(folder, 'fetch', '--quiet', other, 'main');
    expect(() => repository.gitIn(folder, 'merge', 'FETCH_HEAD')).toThrow();
    await empty(repository, worktree);
    expect(held(repository)).toContain(theirs);
    expect(repository.sha(BRANCH)).toBe(tip);
  });

  test('keeps what was staged', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    repository.write({ 'staged.txt': 'only staged\n' }, folder);
    repository.gitIn(folder, 'add', 'staged.txt');
    const blob = repository.gitIn(folder, 'rev-parse', ':staged.txt');
    await empty(repository, worktree);
    expect(held(repository)).toContain(blob);
    expect(names(repository)).toEqual(['abcd2345/uncommitted']);
  });

  test('archives nothing that a branch holds, and leaves the stash alone', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    repository.commit({ 'a.txt': 'a\n' }, { folder });
    repository.write({ 'a.txt': 'draft\n' }, folder);
    repository.gitIn(folder, 'stash', '--quiet');
    const stash = repository.sha('refs/stash');
    await empty(repository, worktree);
    expect(names(repository)).toEqual([]);
    expect(repository.sha('refs/stash')).toBe(stash);
    expect(repository.git('stash', 'list').split('\n')).toHaveLength(1);
  });
});

test('what only a bisect that goes with the worktree names is kept', async () => {
  const repository = makeRepository();
  const { worktree, folder } = await coding(repository);
  repository.gitIn(folder, 'switch', '--quiet', '--detach');
  const bad = repository.commit({ 'a.txt': 'a\n' }, { folder });
  repository.commit({ 'b.txt': 'b\n' }, { folder });
  const start = repository.gitIn(folder, 'rev-parse', 'HEAD');
  repository.gitIn(folder, 'bisect', 'start', start, 'main');
  await clearSlot(worktree, 'runner-1', repository.sha('main'), []);
  expect(repository.git('for-each-ref', 'refs/bisect')).toBe('');
  for (const commit of [bad, start]) expect(held(repository)).toContain(commit);
});

test('a coder that ended well: what it amended away is kept as its task’s, before its branch is left', async () => {
  const repository = makeRepository();
  const { worktree, folder } = await coding(repository);
  const first = repository.commit({ 'a.txt': 'a\n' }, { folder });
  repository.gitIn(folder, 'commit', '--quiet', '--amend', '--message', 'better');
  await leaveBranch(worktree, BRANCH);
  expect(names(repository)).toEqual(['abcd2345/left']);
  expect(held(repository)).toContain(first);
  await clearSlot(worktree, 'runner-1', repository.sha('main'), []);
  expect(names(repository)).toHaveLength(1);
});

describe('laying a branch', () => {
  test('that somebody moved meanwhile: where its last attempt had left it is kept', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const last = repository.commit({ 'a.txt': 'a\n' }, { folder });
    await clearSlot(worktree, 'runner-1', repository.sha('main'), []);
    repository.git('branch', '--quiet', '--force', BRANCH, 'main');
    repository.switchTo('elsewhere');
    const other = repository.commit({ 'b.txt': 'b\n' });
    repository.git('update-ref', `refs/heads/${BRANCH}`, other);
    const opened = await layBranch(worktree, start(repository, { lastHead: last }));
    expect(opened.head).toBe(other);
    expect(names(repository)).toEqual(['abcd2345/moved']);
    expect(held(repository)).toContain(last);
  });

  test('that somebody went on with: nothing is archived', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const last = repository.commit({ 'a.txt': 'a\n' }, { folder });
    repository.commit({ 'b.txt': 'b\n' }, { folder });
    await clearSlot(worktree, 'runner-1', repository.sha('main'), []);
    await layBranch(worktree, start(repository, { lastHead: last }));
    expect(names(repository)).toEqual([]);
  });

  test('afresh, which somebody had deleted: its last head is kept', async () => {
    const repository = makeRepository();
    const { worktree, folder } = await coding(repository);
    const last = repository.commit({ 'a.txt': 'a\n' }, { folder });
    await clearSlot(worktree, 'runner-1', repository.sha('main'), []);
    repository.git('branch', '--quiet', '-D', BRANCH);
    const opened = await layBranch(worktree, start(repository, { lastHead: last, fresh: true }));
    expect(opened.head).toBe(repository.sha('main'));
    expect(names(repository)).toEqual(['abcd2345/fresh']);
    expect(held(repository)).toContain(last);
    expect(existsSync(path.join(folder, 'a.txt'))).toBe(false);
  });
});
