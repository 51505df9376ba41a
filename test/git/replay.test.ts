import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommits, writeCommit } from '../../src/git/commits.ts';
import { type Replay, replay } from '../../src/git/replay.ts';
import type { Sha } from '../../src/task/ids.ts';
import { FIRST_DATE, makeRepository, type TestRepository } from '../support/repository.ts';

type Clean = Extract<Replay, { kind: 'clean' }>;
type Conflicted = Extract<Replay, { kind: 'conflicted' }>;

async function replayed(repository: TestRepository, onto = 'main', head = 'task'): Promise<Replay> {
  return await replay(await repository.own(), repository.sha(onto), repository.sha(head));
}

async function replayClean(repository: TestRepository, onto = 'main', head = 'task'): Promise<Clean> {
  const result = await replayed(repository, onto, head);
  if (result.kind !== 'clean') throw new Error(`expected a clean replay: ${JSON.stringify(result)}`);
  return result;
}

async function replayConflicted(repository: TestRepository): Promise<Conflicted> {
  const result = await replayed(repository);
  if (result.kind !== 'conflicted') throw new Error(`expected a conflict: ${result.kind}`);
  return result;
}

/** What `git rebase` makes of `task`, in a worktree of its own. @returns its commit, or undefined on a conflict */
function rebased(repository: TestRepository, onto = 'main', head = 'task'): Sha | undefined {
  const folder = repository.worktree('rebase-oracle', null);
  repository.gitIn(folder, 'checkout', '--quiet', '--detach', head);
  try {
    repository.gitIn(folder, 'rebase', '--quiet', onto);
    return repository.gitIn(folder, 'rev-parse', 'HEAD') as Sha;
  } catch {
    return undefined;
  }
}

/** `task` branches off the first commit; `main` goes on by one commit. */
function diverge(
  repository: TestRepository,
  task: readonly Parameters<TestRepository['commit']>[],
  main: readonly Parameters<TestRepository['commit']>[] = [[{ 'main.txt': 'main\n' }]],
): Sha[] {
  repository.switchTo('task', 'main');
  const hashes = task.map((commit) => repository.commit(...commit));
  repository.git('switch', '--quiet', 'main');
  for (const commit of main) repository.commit(...commit);
  return hashes;
}

describe('a clean replay', () => {
  test('keeps author, message and author date, and has main for its parent', async () => {
    const repository = makeRepository();
    const [one, two] = diverge(repository, [
      [{ 'a.txt': 'a\n' }, { message: 'Add a\n\nBecause.\n', author: 'Grace <grace@example.org>' }],
      [{ 'b.txt': 'b\n' }, { message: 'Add b' }],
    ]);
    const result = await replayClean(repository);
    expect(result.squashed).toBeNull();
    expect([...result.landedAs.keys()]).toEqual([one, two]);
    expect(result.landedAs.get(two as Sha)).toBe(result.commit);
    expect(repository.sha(`${result.commit}~1`)).toBe(result.landedAs.get(one as Sha));
    expect(repository.sha(`${result.commit}~2`)).toBe(repository.sha('main'));
    const format = '--format=%an <%ae> %at%n%B';
    const before = repository.git('log', format, 'main..task');
    expect(repository.git('log', format, `main..${result.commit}`)).toBe(before);
    expect(repository.sha(result.commit)).toBe(result.commit);
    expect(repository.tree(result.commit)).toEqual(repository.tree(rebased(repository) as Sha));
  });

  test('keeps the message byte for byte, without a newline at the end and without any text', async () => {
    const repository = makeRepository();
    const hashes = diverge(repository, [
      [{ 'a.txt': 'a\n' }, { message: '  # odd\n\n\n\ttext ' }],
      [{ 'b.txt': 'b\n' }, { message: '' }],
    ]);
    const result = await replayClean(repository);
    const own = await repository.own();
    const [one, two] = await readCommits(own, [...result.landedAs.values()]);
    const [before] = await readCommits(own, hashes);
    expect(one?.message).toBe('  # odd\n\n\n\ttext ');
    expect(one?.message).toBe(before?.message);
    expect(two?.message).toBe('');
  });

  test('keeps a message that is not UTF-8, and its encoding', async () => {
    const repository = makeRepository();
    const latin1 = Buffer.from('Gr\xfc\xdfe\n', 'latin1');
    diverge(repository, [
      [{ 'a.txt': 'a\n' }, { message: latin1, config: ['i18n.commitEncoding=ISO-8859-1'] }],
      [{ 'b.txt': 'b\n' }, { message: 'Grüße 🎉\n' }],
    ]);
    const result = await replayClean(repository);
    const own = await repository.own();
    const [one, two] = await readCommits(own, [...result.landedAs.values()]);
    expect(one?.others).toEqual(['encoding ISO-8859-1']);
    expect(Buffer.from(one?.message ?? '', 'latin1')).toEqual(latin1);
    expect(Buffer.from(two?.message ?? '', 'latin1').toString('utf8')).toBe('Grüße 🎉\n');
  });

  test('the committer keeps his date unless main is newer: then the date is the one of main', async () => {
    const repository = makeRepository();
    diverge(
      repository,
      [
        [{ 'a.txt': 'a\n' }, { date: FIRST_DATE + 1_000 }],
        [{ 'b.txt': 'b\n' }, { date: FIRST_DATE + 9_000 }],
      ],
      [[{ 'main.txt': 'main\n' }, { date: FIRST_DATE + 5_000 }]],
    );
    const { commit } = await replayClean(repository);
    const dates = repository
      .git('log', '--reverse', '--format=%ct', `main..${commit}`)
      .split('\n')
      .map(Number);
    expect(dates).toEqual([FIRST_DATE + 5_000, FIRST_DATE + 9_000]);
  });

  test('committer dates never run backwards, even where they do on the branch', async () => {
    const repository = makeRepository();
    diverge(
      repository,
      [
        [{ 'a.txt': 'a\n' }, { date: FIRST_DATE + 9_000 }],
        [{ 'b.txt': 'b\n' }, { date: FIRST_DATE + 7_000 }],
      ],
      [[{ 'main.txt': 'main\n' }, { date: FIRST_DATE + 5_000 }]],
    );
    const { commit } = await replayClean(repository);
    const dates = repository
      .git('log', '--reverse', '--format=%ct', `main..${commit}`)
      .split('\n')
      .map(Number);
    expect(dates).toEqual([...dates].sort((a, b) => a - b));
  });

  test('drops signatures, which would not fit any more, and keeps other headers', async () => {
    const repository = makeRepository();
    const [unsigned] = diverge(repository, [[{ 'a.txt': 'a\n' }]]);
    const own = await repository.own();
    const [commit] = await readCommits(own, [unsigned as Sha]);
    if (!commit) throw new Error('no commit');
    const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----';
    const signed = await writeCommit(own, { ...commit, others: [signature, 'change-id abc'] });
    expect(repository.git('cat-file', 'commit', signed)).toContain('gpgsig');
    const result = await replay(own, repository.sha('main'), signed);
    if (result.kind !== 'clean') throw new Error(result.kind);
    const [landed] = await readCommits(own, [result.commit]);
    expect(landed?.others).toEqual(['change-id abc']);
    expect(landed?.message).toBe(commit.message);
  });

  test('is the branch itself where main has not moved, signatures and merges of its own included', async () => {
    const repository = makeRepository();
    repository.switchTo('task', 'main');
    const head = repository.commit({ 'a.txt': 'a\n' });
    const result = await replayClean(repository);
    expect(result).toEqual({
      kind: 'clean',
      commit: head,
      landedAs: new Map([[head, head]]),
      squashed: null,
      stale: [],
      byKey: [],
    });
  });

  test('the same input gives the same commit: again, in a clone, and under another configuration', async () => {
    const repository = makeRepository();
    diverge(repository, [[{ 'a.txt': 'a\n' }], [{ 'b.txt': 'b\n' }]]);
    const first = await replayClean(repository);
    const again = await replayClean(repository);
    repository.git('config', 'user.name', 'Somebody else');
    const elsewhere = makeRepository({ firstCommit: false });
    elsewhere.git('fetch', '--quiet', repository.folder, '+refs/heads/*:refs/heads/*', '--update-head-ok');
    const inClone = await replayClean(elsewhere);
    expect([again.commit, inClone.commit]).toEqual([first.commit, first.commit]);
    expect(first.commit).toMatchInlineSnapshot(`"20306c8ade34f5359a578d48cba369b80851e544"`);
  });
});

describe('commits that main has already', () => {
  test('a branch that main contains is empty', async () => {
    const repository = makeRepository();
    diverge(repository, []);
    expect(await replayed(repository)).toEqual({ kind: 'empty' });
  });

  test('a commit that was picked onto main is dropped, the others stay', async () => {
    const repository = makeRepository();
    const [picked, other] = diverge(repository, [[{ 'a.txt': 'a\n' }], [{ 'b.txt': 'b\n' }]]);
    repository.git('cherry-pick', picked as Sha);
    const result = await replayClean(repository);
    expect(repository.sha(`${result.commit}~1`)).toBe(repository.sha('main'));
    expect(result.landedAs.get(picked as Sha)).toBe(repository.sha('main'));
    expect(result.landedAs.get(other as Sha)).toBe(result.commit);
  });

  test('a branch of which everything was picked onto main is empty', async () => {
    const repository = makeRepository();
    const [one, two] = diverge(repository, [[{ 'a.txt': 'a\n' }], [{ 'b.txt': 'b\n' }]]);
    repository.git('cherry-pick', one as Sha, two as Sha);
    expect(await replayed(repository)).toEqual({ kind: 'empty' });
  });

  test('a branch that was squashed onto main is empty', async () => {
    const repository = makeRepository();
    diverge(repository, [[{ 'a.txt': 'one\n' }], [{ 'a.txt': 'two\n' }]]);
    repository.commit({ 'a.txt': 'two\n' });
    expect(await replayed(repository)).toEqual({ kind: 'empty' });
  });

  test('a branch is empty too when its first commit was picked and the rest only as a whole', async () => {
    const repository = makeRepository();
    const [picked] = diverge(repository, [
      [{ 'a.txt': 'a\n' }],
      [{ 'b.txt': 'one\n' }],
      [{ 'b.txt': 'two\n' }],
    ]);
    repository.git('cherry-pick', picked as Sha);
    repository.commit({ 'b.txt': 'two\n' });
    expect(await replayed(repository)).toEqual({ kind: 'empty' });
  });

  test('what is below main is not the branch’s, also where dates run backwards and git lists it', async () => {
    const repository = makeRepository();
    const begin = repository.sha('main');
    const early = { date: FIRST_DATE - 1_000 };
    const more = Array.from(
      { length: 9 },
      (_, index): Parameters<TestRepository['commit']> => [{ [`${index}.txt`]: 'x\n' }, early],
    );
    const [task] = diverge(repository, [[{ 'a.txt': 'a\n' }, early]], more);
    expect(repository.git('rev-list', 'main..task').split('\n')).toEqual([task, begin]);
    const { commit, landedAs } = await replayClean(repository);
    expect([...landedAs.keys()]).toEqual([task]);
    expect(repository.sha(`${commit}~1`)).toBe(repository.sha('main'));
  });

  test('what was reverted on main and is on the branch again is kept', async () => {
    const repository = makeRepository();
    const [picked] = diverge(repository, [[{ 'a.txt': 'a\n' }]]);
    repository.git('cherry-pick', picked as Sha);
    repository.git('revert', '--no-edit', 'HEAD');
    const { commit } = await replayClean(repository);
    expect(repository.show(commit, 'a.txt')).toBe('a\n');
  });
});

describe('conflicts', () => {
  test('are laid out on top of what replayed: markers in the files, the rest of the branch merged in', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\ntwo\nthree\n' });
    const [, bad] = diverge(
      repository,
      [
        [{ 'good.txt': 'good\n' }, { message: 'Good\n' }],
        [
          { 'shared.txt': 'one\nTASK\nthree\n' },
          { message: 'Bad\n\nBody.\n', author: 'Zoë <zoe@example.org>' },
        ],
        [{ 'after.txt': 'after\n' }, { message: 'After\n' }],
      ],
      [[{ 'shared.txt': 'one\nMAIN\nthree\n' }]],
    );
    const { laid, conflict } = await replayConflicted(repository);
    expect(repository.sha(`${laid}~1`)).toBe(repository.sha('main'));
    expect(repository.show(laid, 'good.txt')).toBe('good\n');
    expect(repository.show(laid, 'shared.txt')).toBe('one\nMAIN\nthree\n');
    expect(conflict.commit).toBe(bad);
    expect(conflict.files).toEqual(['shared.txt']);
    expect(conflict.author).toBe('Zoë <zoe@example.org>');
    expect(conflict.message).toBe('Bad\n\nBody.\n\n* After\n');
    const marked = repository.show(conflict.tree, 'shared.txt') ?? '';
    expect(marked).toMatch(/^one\n<{7} .*\nMAIN\n={7}\nTASK\n>{7} .*\nthree\n$/);
    expect(repository.show(conflict.tree, 'after.txt')).toBe('after\n');
    expect(repository.show(conflict.tree, 'good.txt')).toBe('good\n');
  });

  test('that the commits have one by one, and the branch as a whole has not: one commit, with a reason', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    const hashes = diverge(
      repository,
      [
        [{ 'good.txt': 'good\n' }],
        [{ 'shared.txt': 'wrong\n' }, { message: 'Try\n', author: 'Grace <grace@example.org>' }],
        [{ 'shared.txt': 'one\n', 'new.txt': 'new\n' }, { message: 'Undo, and do it otherwise\n' }],
      ],
      [[{ 'shared.txt': 'main\n' }]],
    );
    const result = await replayClean(repository);
    expect(result.squashed).toContain('does not replay by itself');
    expect(repository.git('log', '--format=%s', `main..${result.commit}`)).toBe('Try\nChange good.txt');
    expect(repository.git('log', '-1', '--format=%an %B', result.commit).trim()).toBe(
      'Grace Try\n\n* Undo, and do it otherwise',
    );
    expect(repository.show(result.commit, 'shared.txt')).toBe('main\n');
    expect(repository.show(result.commit, 'new.txt')).toBe('new\n');
    expect(hashes.slice(1).map((hash) => result.landedAs.get(hash))).toEqual([result.commit, result.commit]);
  });

  test.each([
    ['file against folder', { x: 'a file\n' }, { 'x/y.txt': 'in a folder\n' }],
    ['folder against file', { 'x/y.txt': 'in a folder\n' }, { x: 'a file\n' }],
    ['added twice', { x: 'one\n' }, { x: 'two\n' }],
    ['deleted and changed', { 'README.md': null }, { 'README.md': '# changed\n' }],
    ['changed and deleted', { 'README.md': '# changed\n' }, { 'README.md': null }],
    ['binary', { x: Buffer.from([0, 1, 2]) }, { x: Buffer.from([0, 1, 3]) }],
    ['two targets of a link', { x: { link: 'here' } }, { x: { link: 'there' } }],
    ['link against file', { x: { link: 'README.md' } }, { x: 'a file\n' }],
  ] as const)('%s', async (_, task, main) => {
    const repository = makeRepository();
    diverge(repository, [[task]], [[main]]);
    const { laid, conflict } = await replayConflicted(repository);
    expect(laid).toBe(repository.sha('main'));
    expect(conflict.files.length).toBeGreaterThan(0);
    expect(rebased(repository)).toBeUndefined();
    // The tree that is laid out can be read, and what is named in it exists or was deleted by one side.
    expect(Object.keys(repository.tree(conflict.tree)).length).toBeGreaterThan(0);
  });

  test('names of files may hold spaces, umlauts and newlines', async () => {
    const repository = makeRepository();
    const names = ['a b.txt', 'größe.txt', 'line\nbreak.txt', '"quoted"\t.txt'];
    const all = (text: string) => Object.fromEntries(names.map((name) => [name, text]));
    diverge(repository, [[all('task\n')]], [[all('main\n')]]);
    const { conflict } = await replayConflicted(repository);
    expect([...conflict.files].sort()).toEqual([...names].sort());
  });
});

describe('merge commits in the branch', () => {
  test('main merged into the branch: one commit with what the branch changed, resolutions included', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    diverge(repository, [[{ 'shared.txt': 'task\n', 'own.txt': 'own\n' }]], [[{ 'shared.txt': 'main\n' }]]);
    repository.git('switch', '--quiet', 'task');
    expect(repository.tryGit('merge', 'main').code).toBe(1);
    repository.commit({ 'shared.txt': 'both\n' }, { message: 'Merge main\n' });
    repository.git('switch', '--quiet', 'main');
    repository.commit({ 'later.txt': 'later\n' });
    const result = await replayClean(repository);
    expect(result.squashed).toContain('merge commit');
    expect(repository.sha(`${result.commit}~1`)).toBe(repository.sha('main'));
    expect(repository.git('log', '-1', '--format=%P', result.commit)).toBe(repository.sha('main'));
    expect(repository.show(result.commit, 'shared.txt')).toBe('both\n');
    expect(repository.show(result.commit, 'later.txt')).toBe('later\n');
    expect(repository.git('diff', '--name-only', 'main', result.commit)).toBe('own.txt\nshared.txt');
  });

  test('a merge of today’s main is one commit as well: main stays linear', async () => {
    const repository = makeRepository();
    diverge(repository, [[{ 'own.txt': 'own\n' }]]);
    repository.git('switch', '--quiet', 'task');
    repository.git('merge', '--quiet', '--no-edit', 'main');
    repository.git('switch', '--quiet', 'main');
    const result = await replayClean(repository);
    expect(repository.git('log', '-1', '--format=%P', result.commit)).toBe(repository.sha('main'));
    expect(repository.git('diff', '--name-only', 'main', result.commit)).toBe('own.txt');
    expect(repository.git('log', '-1', '--format=%s', result.commit)).toBe('Change own.txt');
  });

  test('a merge of another branch that conflicts with main is a conflict', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    repository.switchTo('other', 'main');
    repository.commit({ 'shared.txt': 'other\n' });
    diverge(repository, [[{ 'own.txt': 'own\n' }]], [[{ 'shared.txt': 'main\n' }]]);
    repository.git('switch', '--quiet', 'task');
    repository.git('merge', '--quiet', '--no-edit', 'other');
    const { laid, conflict } = await replayConflicted(repository);
    expect(laid).toBe(repository.sha('main'));
    expect(conflict.files).toEqual(['shared.txt']);
    expect(repository.show(conflict.tree, 'own.txt')).toBe('own\n');
  });
});

describe('kinds of changes', () => {
  const long = `${Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')}\n`;

  test('a rename on one side and an edit on the other', async () => {
    const repository = makeRepository();
    repository.commit({ 'old.txt': long });
    diverge(
      repository,
      [[{ 'old.txt': long.replace('line 3\n', 'LINE 3\n') }]],
      [[{ 'old.txt': null, 'new.txt': long }]],
    );
    const { commit } = await replayClean(repository);
    expect(repository.show(commit, 'new.txt')).toBe(long.replace('line 3\n', 'LINE 3\n'));
    expect(repository.show(commit, 'old.txt')).toBeUndefined();
    expect(repository.tree(commit)).toEqual(repository.tree(rebased(repository) as Sha));
  });

  test('a renamed folder takes new files with it, as with rebase', async () => {
    const repository = makeRepository();
    repository.commit({ 'old/a.txt': long, 'old/b.txt': `${long}b\n` });
    diverge(
      repository,
      [[{ 'old/c.txt': 'c\n' }]],
      [[{ 'old/a.txt': null, 'old/b.txt': null, 'new/a.txt': long, 'new/b.txt': `${long}b\n` }]],
    );
    const oracle = rebased(repository);
    const result = await replayed(repository);
    // Git's default takes such a move for a conflict that a person should look at; whichever it is, both agree.
    expect(result.kind).toBe(oracle === undefined ? 'conflicted' : 'clean');
    if (result.kind === 'clean')
      expect(repository.tree(result.commit)).toEqual(repository.tree(oracle as Sha));
  });

  test('binary files, file modes, links and submodule entries', async () => {
    const repository = makeRepository();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    repository.commit({ script: '#!/bin/sh\n', 'to-link': 'text\n', image: bytes });
    const module = 'a'.repeat(40);
    diverge(repository, [
      [{ script: { run: '#!/bin/sh\n' } }],
      [{ 'to-link': { link: 'README.md' }, dangling: { link: '/nowhere/at all' } }],
      [{ image: bytes.toReversed(), more: bytes }],
    ]);
    repository.git('switch', '--quiet', 'task');
    repository.git('update-index', '--add', '--cacheinfo', `160000,${module},vendor/module`);
    repository.commit({}, { message: 'Add a module\n' });
    const { commit } = await replayClean(repository);
    const tree = repository.tree(commit);
    expect(tree.script).toMatch(/^100755 /);
    expect(tree['to-link']).toMatch(/^120000 /);
    expect(tree.dangling).toMatch(/^120000 /);
    expect(tree['vendor/module']).toBe(`160000 ${module}`);
    for (const file of ['image', 'more']) expect(tree[file]).toBe(repository.tree('task')[file]);
    expect(tree['main.txt']).toBe(repository.tree('main')['main.txt']);
    expect(Object.keys(tree)).toHaveLength(8);
  });

  test('an empty commit of the coder is dropped', async () => {
    const repository = makeRepository();
    const [empty, real] = diverge(repository, [[{}, { message: 'Nothing\n' }], [{ 'a.txt': 'a\n' }]]);
    const result = await replayClean(repository);
    expect(result.landedAs.get(empty as Sha)).toBe(repository.sha('main'));
    expect(result.landedAs.get(real as Sha)).toBe(result.commit);
  });
});

describe('attributes and configuration', () => {
  test("main's own merge=union is in force", async () => {
    const repository = makeRepository();
    repository.commit({ '.gitattributes': 'CHANGELOG.md merge=union\n', 'CHANGELOG.md': '# Changes\n' });
    diverge(
      repository,
      [[{ 'CHANGELOG.md': '# Changes\n- task\n' }]],
      [[{ 'CHANGELOG.md': '# Changes\n- main\n' }]],
    );
    const { commit } = await replayClean(repository);
    expect(repository.show(commit, 'CHANGELOG.md')).toBe('# Changes\n- main\n- task\n');
  });

  test('an attribute that only the branch has is not in force, nor one that main has dropped since', async () => {
    const repository = makeRepository();
    repository.commit({ 'CHANGELOG.md': '# Changes\n' });
    diverge(
      repository,
      [[{ '.gitattributes': '* merge=union\n' }], [{ 'CHANGELOG.md': '# Changes\n- task\n' }]],
      [[{ 'CHANGELOG.md': '# Changes\n- main\n' }]],
    );
    expect((await replayed(repository)).kind).toBe('conflicted');
    repository.commit({ '.gitattributes': '* merge=union\n' });
    expect((await replayed(repository)).kind).toBe('clean');
    repository.commit({ '.gitattributes': null });
    expect((await replayed(repository)).kind).toBe('conflicted');
  });

  test('what the user configured has no effect on the result', async () => {
    const repository = makeRepository();
    const long = `${Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')}\n`;
    repository.commit({ 'old.txt': long, 'shared.txt': 'one\n' });
    diverge(
      repository,
      [[{ 'old.txt': long.replace('line 3\n', 'LINE 3\n') }], [{ 'shared.txt': 'task\n' }]],
      [[{ 'old.txt': null, 'new.txt': long, 'shared.txt': 'main\n' }]],
    );
    const before = await replayed(repository);
    for (const [name, value] of [
      ['diff.renames', 'false'],
      ['merge.renames', 'false'],
      ['merge.conflictStyle', 'diff3'],
      ['diff.algorithm', 'patience'],
      ['core.autocrlf', 'true'],
      ['i18n.commitEncoding', 'ISO-8859-1'],
      ['merge.renormalize', 'true'],
      ['merge.default', 'union'],
      ['commit.gpgSign', 'true'],
    ] as const) {
      repository.git('config', name, value);
      repository.git('config', '--global', name, value);
    }
    expect(await replayed(repository)).toEqual(before);
    expect(before.kind).toBe('conflicted');
  });

  test('a merge driver of the user neither runs nor decides', async () => {
    const repository = makeRepository();
    const ran = path.join(repository.root, 'driver-ran');
    for (const scope of ['--local', '--global']) {
      repository.git('config', scope, 'merge.mine.driver', `touch ${ran}; exit 0`);
    }
    repository.commit({ '.gitattributes': '* merge=mine\n', 'shared.txt': 'one\n' });
    diverge(repository, [[{ 'shared.txt': 'task\n' }]], [[{ 'shared.txt': 'main\n' }]]);
    const { conflict } = await replayConflicted(repository);
    expect(conflict.files).toEqual(['shared.txt']);
    expect(repository.tryGit('cat-file', '-e', conflict.tree).code).toBe(0);
    expect(existsSync(ran)).toBe(false);
    expect(repository.tryGit('merge', 'task').stderr).not.toContain('fatal');
    expect(existsSync(ran)).toBe(true); // the user's own git does run it
  });
});

describe('what cannot be replayed', () => {
  test('unrelated histories are a problem of the user, never a conflict', async () => {
    const repository = makeRepository();
    repository.git('switch', '--quiet', '--orphan', 'task');
    repository.commit({ 'a.txt': 'a\n' });
    repository.git('switch', '--quiet', 'main');
    await expect(replayed(repository)).rejects.toMatchObject({ kind: 'user', code: 'unrelated-histories' });
  });

  test('an object that is missing is a failure of git, never a conflict', async () => {
    const repository = makeRepository();
    repository.commit({ 'shared.txt': 'one\n' });
    diverge(repository, [[{ 'shared.txt': 'task\n' }]], [[{ 'shared.txt': 'main\n' }]]);
    const own = await repository.own();
    const [, blob = ''] = (repository.tree('task')['shared.txt'] ?? '').split(' ');
    rmSync(path.join(repository.folder, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    await expect(replay(own, repository.sha('main'), repository.sha('task'))).rejects.toMatchObject({
      kind: 'environment',
      code: 'git-failed',
    });
  });
});

describe('as git rebase', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'dir/a', 'dir/b', 'dir/deep/c');
  const contents = fc.oneof(fc.constantFrom('x\n', 'y\n', 'no newline', ''), fc.string({ maxLength: 40 }));
  const change = fc.tuple(name, fc.option(contents, { nil: null }));
  const history = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });

  test('random histories that touch disjoint files end in the same tree', async () => {
    await fc.assert(
      fc.asyncProperty(history, history, async (task, main) => {
        const repository = makeRepository();
        const build = (side: string, commits: typeof task) => {
          for (const changes of commits) {
            const files = Object.fromEntries(changes.map(([file, text]) => [`${side}/${file}`, text]));
            const present = Object.entries(files).filter(
              ([file, text]) => text !== null || repository.read(file) !== undefined,
            );
            repository.commit(Object.fromEntries(present));
          }
        };
        repository.switchTo('task');
        build('task', task);
        repository.git('switch', '--quiet', 'main');
        build('main', main);
        const oracle = rebased(repository);
        const result = await replayed(repository);
        expect(result.kind).not.toBe('conflicted');
        const landed = result.kind === 'clean' ? result.commit : repository.sha('main');
        expect(repository.tree(landed)).toEqual(repository.tree(oracle as Sha));
      }),
      { numRuns: 12, seed: 7 },
    );
  });
});
