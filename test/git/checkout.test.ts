import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkoutsOf, type HeldCheckout, holdCheckout, repairCheckout } from '../../src/git/checkout.ts';
import { listWorktrees } from '../../src/git/worktrees.ts';
import type { Sha } from '../../src/task/ids.ts';
import { FIRST_DATE, type FileContents, makeRepository, type TestRepository } from '../support/repository.ts';

interface Move {
  readonly repository: TestRepository;
  readonly base: Sha;
  readonly next: Sha;
}

/** main, checked out, and a commit on top of it that is to become main. */
function prepare(
  files: Readonly<Record<string, FileContents>>,
  before: Record<string, FileContents> = {},
): Move {
  const repository = makeRepository();
  const base = repository.commit(before, { message: 'Before\n' });
  repository.switchTo('next');
  const next = repository.commit(files);
  repository.git('switch', '--quiet', 'main');
  return { repository, base, next };
}

async function hold({ repository, base, next }: Move): Promise<HeldCheckout> {
  const held = await holdCheckout(repository.open(), repository.folder, base, next);
  if (held.kind === 'obstacle') throw new Error(held.reason);
  return held;
}

/** As landing does it: hold, move the ref, move the files. */
async function fastForward(move: Move): Promise<void> {
  const held = await hold(move);
  move.repository.git('update-ref', 'refs/heads/main', move.next, move.base);
  await held.finish();
}

const lockOf = (repository: TestRepository) => path.join(repository.folder, '.git/index.lock');

async function expectObstacle(move: Move, reason: string | RegExp): Promise<void> {
  const { repository } = move;
  const index = path.join(repository.folder, '.git/index');
  const before = [readFileSync(index, 'hex'), repository.status(), repository.sha('main')];
  const answer = await holdCheckout(repository.open(), repository.folder, move.base, move.next);
  expect(answer).toEqual({ kind: 'obstacle', reason: expect.stringMatching(reason) });
  expect([readFileSync(index, 'hex'), repository.status(), repository.sha('main')]).toEqual(before);
}

describe('a checkout follows its branch', () => {
  test('clean: added, changed, deleted and renamed files, modes and links', async () => {
    const move = prepare(
      {
        'new/file.txt': 'new\n',
        'changed.txt': 'changed\n',
        'deleted/file.txt': null,
        'old.txt': null,
        'renamed.txt': 'same\n',
        script: { run: '#!/bin/sh\n' },
        link: { link: 'changed.txt' },
      },
      { 'changed.txt': 'x\n', 'deleted/file.txt': 'x\n', 'old.txt': 'same\n', script: '#!/bin/sh\n' },
    );
    await fastForward(move);
    const { repository } = move;
    expect(repository.status()).toEqual([]);
    expect(repository.git('rev-parse', 'HEAD')).toBe(move.next);
    expect(repository.read('new/file.txt')).toBe('new\n');
    expect(existsSync(path.join(repository.folder, 'deleted'))).toBe(false);
    expect(existsSync(lockOf(repository))).toBe(false);
  });

  test('edits, staged edits, deletions and untracked files that it does not touch survive', async () => {
    const move = prepare(
      { 'landed.txt': 'landed\n', 'dir/landed.txt': 'landed\n' },
      {
        'edited.txt': 'x\n',
        'staged.txt': 'x\n',
        'both.txt': 'x\n',
        'gone.txt': 'x\n',
        'staged-gone.txt': 'x\n',
      },
    );
    const { repository } = move;
    repository.write({
      'edited.txt': 'my edit\n',
      'staged.txt': 'my staged edit\n',
      'both.txt': 'staged\n',
      'added.txt': 'added\n',
      'gone.txt': null,
      'dir/untracked ü.txt': 'mine\n',
    });
    repository.git('add', 'staged.txt', 'both.txt', 'added.txt');
    repository.git('rm', '--quiet', 'staged-gone.txt');
    repository.write({ 'both.txt': 'and edited\n' });
    const before = repository.status();
    expect(before).toHaveLength(7);
    await fastForward(move);
    expect(repository.status()).toEqual(before);
    expect(repository.git('show', ':both.txt')).toBe('staged');
    expect(repository.read('both.txt')).toBe('and edited\n');
    expect(repository.read('edited.txt')).toBe('my edit\n');
    expect(repository.read('dir/untracked ü.txt')).toBe('mine\n');
    expect(repository.read('dir/landed.txt')).toBe('landed\n');
  });

  test('a staged edit that is what lands is no obstacle', async () => {
    const move = prepare({ 'README.md': '# the same\n' });
    move.repository.write({ 'README.md': '# the same\n' });
    move.repository.git('add', 'README.md');
    await fastForward(move);
    expect(move.repository.status()).toEqual([]);
  });

  test('a file that was only touched is no obstacle', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    const file = path.join(move.repository.folder, 'README.md');
    const text = readFileSync(file);
    rmSync(file);
    writeFileSync(file, text);
    await fastForward(move);
    expect(move.repository.read('README.md')).toBe('# landed\n');
  });

  test('leaves everything as it was when the ref did not move', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    const held = await hold(move);
    expect(existsSync(lockOf(move.repository))).toBe(true);
    expect(move.repository.tryGit('add', '.').code).not.toBe(0);
    await held.abandon();
    expect(move.repository.status()).toEqual([]);
    expect(move.repository.read('README.md')).toBe('# project\n');
    expect(existsSync(lockOf(move.repository))).toBe(false);
  });

  test('an edit made between looking and moving survives, and no lock is left', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    const { repository } = move;
    const held = await hold(move);
    repository.git('update-ref', 'refs/heads/main', move.next, move.base);
    repository.write({ 'README.md': '# mine, just now\n' });
    await expect(held.finish()).rejects.toMatchObject({ code: 'git-failed' });
    expect(repository.read('README.md')).toBe('# mine, just now\n');
    expect(existsSync(lockOf(repository))).toBe(false);
    // The next repair names the file, and goes through once it is out of the way.
    expect(await repairCheckout(repository.open(), repository.folder, move.base, move.next)).toMatchObject({
      reason: expect.stringContaining('README.md'),
    });
    repository.write({ 'README.md': '# project\n' });
    expect(await repairCheckout(repository.open(), repository.folder, move.base, move.next)).toBeUndefined();
    expect(repository.status()).toEqual([]);
  });
});

describe('obstacles: nothing is touched', () => {
  test.each(['README.md', 'a b.txt', 'größe ü.txt', "it's.txt"])(
    'an edit of %s, which lands too',
    async (name) => {
      const move = prepare({ [name]: 'landed\n' }, { [name]: 'before\n' });
      move.repository.write({ [name]: 'mine\n' });
      await expectObstacle(move, name);
      expect(move.repository.read(name)).toBe('mine\n');
    },
  );

  test('a staged edit of a file that lands', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    move.repository.write({ 'README.md': '# mine\n' });
    move.repository.git('add', 'README.md');
    await expectObstacle(move, 'README.md');
  });

  test('an edit of a file that the landing deletes', async () => {
    const move = prepare({ 'README.md': null });
    move.repository.write({ 'README.md': '# mine\n' });
    await expectObstacle(move, 'README.md');
  });

  test('an untracked file where one lands', async () => {
    const move = prepare({ 'new.txt': 'landed\n' });
    move.repository.write({ 'new.txt': 'mine\n' });
    await expectObstacle(move, 'new.txt');
    expect(move.repository.read('new.txt')).toBe('mine\n');
  });

  test('an ignored file where one lands', async () => {
    const move = prepare({ '.env': 'landed\n' }, { '.gitignore': '.env\n' });
    move.repository.write({ '.env': 'my secret\n' });
    await expectObstacle(move, '.env');
    expect(move.repository.read('.env')).toBe('my secret\n');
  });

  test('an untracked file where a folder lands, and a folder where a file lands', async () => {
    const folder = prepare({ 'x/y.txt': 'landed\n' });
    folder.repository.write({ x: 'mine\n' });
    await expectObstacle(folder, 'x');
    const file = prepare({ x: 'landed\n' });
    file.repository.write({ 'x/y.txt': 'mine\n' });
    await expectObstacle(file, 'x');
    expect(file.repository.read('x/y.txt')).toBe('mine\n');
  });

  test('the middle of a merge, a rebase, a cherry-pick, a revert and a bisect', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    const { repository } = move;
    repository.switchTo('other', 'main');
    const theirs = repository.commit({ 'conflict.txt': 'theirs\n' });
    repository.git('switch', '--quiet', 'main');
    const mine = repository.commit({ 'conflict.txt': 'mine\n' });
    const here = { ...move, base: mine };
    for (const [what, start, end] of [
      ['a merge', ['merge', theirs], ['merge', '--abort']],
      ['a cherry-pick', ['cherry-pick', theirs], ['cherry-pick', '--abort']],
      ['a revert', ['revert', '--no-commit', mine], ['revert', '--abort']],
      ['a rebase', ['rebase', theirs], ['rebase', '--abort']],
      ['a bisect', ['bisect', 'start', 'HEAD', move.base], ['bisect', 'reset']],
    ] as const) {
      repository.tryGit(...start);
      await expectObstacle(here, what);
      repository.git(...end);
    }
    expect(repository.status()).toEqual([]);
  });

  test('files that still conflict after `git stash pop`', async () => {
    const move = prepare({ 'landed.txt': 'landed\n' });
    const { repository } = move;
    repository.write({ 'README.md': '# stashed\n' });
    repository.git('stash', '--quiet');
    const base = repository.commit({ 'README.md': '# committed\n' });
    expect(repository.tryGit('stash', 'pop').code).toBe(1);
    await expectObstacle({ ...move, base }, 'README.md|resolve');
  });

  test('an index.lock that another git holds, which stays', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    writeFileSync(lockOf(move.repository), 'theirs');
    const held = await holdCheckout(move.repository.open(), move.repository.folder, move.base, move.next);
    expect(held).toMatchObject({ kind: 'obstacle', reason: expect.stringContaining('index.lock') });
    expect(readFileSync(lockOf(move.repository), 'utf8')).toBe('theirs');
  });

  test('a checkout whose folder is gone', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    const folder = move.repository.worktree('gone', 'elsewhere');
    rmSync(folder, { recursive: true });
    expect(checkoutsOf(await listWorktrees(move.repository.open()), 'elsewhere')).toEqual([folder]);
    expect(await holdCheckout(move.repository.open(), folder, move.base, move.next)).toMatchObject({
      kind: 'obstacle',
      reason: expect.stringContaining('missing'),
    });
  });
});

describe('checkoutsOf', () => {
  test('finds the branch in every worktree, and no detached one', async () => {
    const repository = makeRepository();
    const folder = repository.worktree('linked here', 'other');
    repository.worktree('detached', null);
    for (const place of [repository.folder, folder]) {
      const worktrees = await listWorktrees(repository.open(place));
      expect(checkoutsOf(worktrees, 'main')).toEqual([repository.folder]);
      expect(checkoutsOf(worktrees, 'other')).toEqual([folder]);
      expect(checkoutsOf(worktrees, 'mai')).toEqual([]);
    }
  });
});

describe('repair after a crash', () => {
  const repair = ({ repository, base, next }: Move) =>
    repairCheckout(repository.open(), repository.folder, base, next);

  test('between the ref and the files: the files follow, edits elsewhere stay', async () => {
    const move = prepare({ 'README.md': '# landed\n', 'new.txt': 'new\n' }, { 'mine.txt': 'x\n' });
    const { repository } = move;
    repository.git('update-ref', 'refs/heads/main', move.next);
    repository.write({ 'mine.txt': 'mine\n' });
    expect(repository.status()).toHaveLength(3);
    expect(await repair(move)).toBeUndefined();
    expect(repository.status()).toEqual([' M mine.txt']);
    expect(await repair(move)).toBeUndefined();
    expect(repository.status()).toEqual([' M mine.txt']);
  });

  test('in the middle of a file: what git had begun to write is written whole', async () => {
    const files = {
      'README.md': '# landed\n',
      'new.txt': 'new\n',
      'empty.txt': 'not yet\n',
      'later.txt': 'x\n',
    };
    const move = prepare(files, { 'mine.txt': 'x\n' });
    const { repository } = move;
    repository.git('update-ref', 'refs/heads/main', move.next);
    repository.write({ 'README.md': '# la', 'new.txt': 'new\n', 'empty.txt': '', 'mine.txt': 'mine\n' });
    expect(await repair(move)).toBeUndefined();
    expect(repository.status()).toEqual([' M mine.txt']);
    expect(repository.read('README.md')).toBe('# landed\n');
  });

  test('changes nothing where nothing is to repair, and keeps what is staged', async () => {
    const move = prepare({ 'README.md': '# landed\n' }, { 'mine.txt': 'x\n' });
    await fastForward(move);
    move.repository.write({ 'mine.txt': 'mine\n' });
    move.repository.git('add', 'mine.txt');
    expect(await repair(move)).toBeUndefined();
    expect(move.repository.status()).toEqual(['M  mine.txt']);
  });

  test('refuses, without damage, where a file was edited meanwhile', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    move.repository.git('update-ref', 'refs/heads/main', move.next);
    move.repository.write({ 'README.md': '# mine\n' });
    expect(await repair(move)).toMatchObject({ reason: expect.stringContaining('README.md') });
    expect(move.repository.read('README.md')).toBe('# mine\n');
    expect(existsSync(lockOf(move.repository))).toBe(false);
  });

  test.each(['ref', 'files', 'index'])(
    'killed after the %s had moved, its lock left behind',
    async (step) => {
      const move = prepare(
        { 'README.md': '# landed\n', 'new ü.txt': 'new\n', 'old.txt': null, script: { run: 'x\n' } },
        { 'old.txt': 'x\n', script: 'x\n', 'mine.txt': 'x\n', 'staged.txt': 'x\n' },
      );
      const { repository } = move;
      repository.write({ 'mine.txt': 'mine\n', 'staged.txt': 'mine\n', 'untracked.txt': 'mine\n' });
      repository.git('add', 'staged.txt');
      const mine = repository.status();
      const script = path.join(import.meta.dirname, '../support/dieInCheckout.ts');
      const died = spawnSync(process.execPath, [script, repository.folder, move.base, move.next, step], {
        env: repository.environment,
        encoding: 'utf8',
      });
      expect(died.signal, died.stderr).toBe('SIGKILL');
      expect(existsSync(lockOf(repository))).toBe(true);
      expect(await repair(move)).toBeUndefined();
      expect(repository.status()).toEqual(mine);
      expect(repository.sha('HEAD')).toBe(move.next);
      expect(existsSync(lockOf(repository))).toBe(false);
      expect(
        readdirSync(path.join(repository.folder, '.git')).filter((name) => name.includes('index')),
      ).toEqual(['index']);
    },
  );

  test('a lock of one of us who lives is left to him', async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    const held = await hold(move);
    expect(await repair(move)).toMatchObject({ reason: expect.stringContaining('index.lock') });
    await held.finish();
    expect(move.repository.read('README.md')).toBe('# landed\n');
  });

  test('with some of the files moved', async () => {
    const move = prepare(
      { 'README.md': '# landed\n', 'new.txt': 'new\n', 'old.txt': null },
      { 'old.txt': 'x\n' },
    );
    const { repository } = move;
    repository.git('update-ref', 'refs/heads/main', move.next);
    repository.write({ 'README.md': '# landed\n', 'new.txt': 'new\n' });
    expect(await repair(move)).toBeUndefined();
    expect(repository.status()).toEqual([]);
  });

  test("with somebody else's lock: it waits, and the lock stays theirs", async () => {
    const move = prepare({ 'README.md': '# landed\n' });
    move.repository.git('update-ref', 'refs/heads/main', move.next);
    writeFileSync(lockOf(move.repository), '');
    expect(await repair(move)).toMatchObject({ reason: expect.stringContaining('index.lock') });
    expect(existsSync(lockOf(move.repository))).toBe(true);
  });
});

test('an edit that only its content tells from what was staged at the same moment is in the way', async () => {
  const move = prepare({ 'a.txt': 'next\n' }, { 'a.txt': 'base\n' });
  const { repository } = move;
  const file = path.join(repository.folder, 'a.txt');
  const index = path.join(repository.folder, '.git/index');
  const moment = new Date(FIRST_DATE * 1000);
  // Git then knows the file by size and time alone, and has to read it, as it is no older than the index.
  repository.git('config', 'core.trustctime', 'false');
  utimesSync(file, moment, moment);
  repository.git('update-index', '--refresh');
  writeFileSync(file, 'mine\n');
  utimesSync(file, moment, moment);
  utimesSync(index, moment, moment);
  const answer = await holdCheckout(repository.open(), repository.folder, move.base, move.next);
  expect(answer).toEqual({ kind: 'obstacle', reason: expect.stringContaining('a.txt') });
});
