import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { candidateRef, LANDER_REF, land, landedAsRef, landedRef } from '../../src/merge/land.ts';
import { makeLanding, takeQueue } from '../support/landing.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

/** Everything that a landing may not touch when it does not happen. */
function stateOf(repository: TestRepository) {
  return {
    refs: repository.git('for-each-ref', '--format=%(refname) %(objectname)'),
    index: readFileSync(path.join(repository.folder, '.git/index'), 'hex'),
    status: repository.status(),
    locked: existsSync(lockOf(repository)),
    left: existsSync(path.join(repository.folder, '.git/steroids-index')),
  };
}

const lockOf = (repository: TestRepository) => path.join(repository.folder, '.git/index.lock');

describe('landing', () => {
  test('moves main, the files and the index, and notes the approved head', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    expect(await land(landing)).toEqual({ kind: 'landed', behind: [] });
    expect(repository.sha('main')).toBe(landing.candidate);
    expect(repository.sha(landedRef(landing.id))).toBe(landing.head);
    expect(repository.read('landed.txt')).toBe('landed\n');
    expect(repository.status()).toEqual([]);
    expect(existsSync(lockOf(repository))).toBe(false);
    expect(repository.git('reflog', '-1', '--format=%gs', 'main')).toBe('steroids: land The task');
  });

  test("takes a task's branch and what was kept for it away in the same step", async () => {
    const repository = makeRepository();
    const landing = { ...(await makeLanding(repository)), ofTask: true };
    repository.git('update-ref', candidateRef(landing.id), landing.base);
    expect(await land(landing)).toEqual({ kind: 'landed', behind: [] });
    const left = repository.git('for-each-ref', '--format=%(refname)');
    expect(left.split('\n')).toEqual(
      ['refs/heads/main', landedAsRef(landing.id), landedRef(landing.id), LANDER_REF].sort(),
    );
  });

  test("leaves a task's branch that somebody has checked out", async () => {
    const repository = makeRepository();
    const landing = { ...(await makeLanding(repository)), ofTask: true };
    repository.worktree('looking', 'task');
    expect(await land(landing)).toEqual({ kind: 'landed', behind: [] });
    expect(repository.sha('task')).toBe(landing.head);
  });

  test('works where main is checked out nowhere', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    repository.git('switch', '--quiet', '--detach', 'main');
    expect(await land(landing)).toEqual({ kind: 'landed', behind: [] });
    expect(repository.sha('main')).toBe(landing.candidate);
    expect(repository.sha('HEAD')).toBe(landing.base);
    expect(repository.read('landed.txt')).toBeUndefined();
  });

  test('works where main is checked out in a linked worktree', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    repository.git('switch', '--quiet', '--detach', 'main');
    const folder = repository.worktree('elsewhere', 'main');
    repository.write({ 'README.md': '# edited\n', 'mine.txt': 'mine\n' }, folder);
    expect(await land(landing)).toEqual({ kind: 'landed', behind: [] });
    expect(repository.read('landed.txt', folder)).toBe('landed\n');
    expect(repository.status(folder)).toEqual([' M README.md', '?? mine.txt']);
    expect(repository.sha('HEAD')).toBe(landing.base);
  });

  test('works in a bare repository', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    const bare = path.join(repository.root, 'bare.git');
    repository.git('clone', '--quiet', '--bare', repository.folder, bare);
    repository.gitIn(bare, 'fetch', '--quiet', 'origin', '+refs/*:refs/*');
    expect(await land({ ...landing, git: repository.open(bare) })).toEqual({ kind: 'landed', behind: [] });
    expect(repository.gitIn(bare, 'rev-parse', 'main')).toBe(landing.candidate);
  });

  test('runs no hook, and a hook cannot veto it', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    const ran = path.join(repository.root, 'ran');
    for (const hook of ['reference-transaction', 'post-checkout', 'post-merge', 'post-index-change']) {
      repository.write({ [`.git/hooks/${hook}`]: { run: `#!/bin/sh\ntouch ${ran}\nexit 1\n` } });
    }
    expect(await land(landing)).toEqual({ kind: 'landed', behind: [] });
    expect(existsSync(ran)).toBe(false);
    expect(repository.tryGit('branch', 'vetoed').code).not.toBe(0);
    expect(existsSync(ran)).toBe(true);
  });

  test.each(['Say "hi"\nto all', '-x --stdin', "o'clock $(touch x)"])(
    'titles may be anything: %j',
    async (title) => {
      const repository = makeRepository();
      const landing = await makeLanding(repository);
      expect(await land({ ...landing, title })).toEqual({ kind: 'landed', behind: [] });
    },
  );
});

describe('what is stale changes nothing', () => {
  test('main has moved on', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    repository.commit({ 'outside.txt': 'outside\n' });
    const before = stateOf(repository);
    expect(await land(landing)).toMatchObject({ kind: 'stale' });
    expect(stateOf(repository)).toEqual(before);
  });

  test('main has moved on, and is checked out nowhere', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    const moved = repository.commit({ 'outside.txt': 'outside\n' });
    repository.git('switch', '--quiet', '--detach', 'main');
    expect(await land(landing)).toMatchObject({ kind: 'stale' });
    expect(repository.sha('main')).toBe(moved);
  });

  test('the candidate does not contain main: a swap alone would move it backwards', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    const newer = repository.commit({ 'outside.txt': 'outside\n' });
    const before = stateOf(repository);
    expect(await land({ ...landing, base: newer })).toMatchObject({ kind: 'stale' });
    expect(stateOf(repository)).toEqual(before);
  });

  test('the branch has a commit that was not approved', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    repository.git('switch', '--quiet', 'task');
    repository.commit({ 'late.txt': 'late\n' });
    repository.git('switch', '--quiet', 'main');
    const before = stateOf(repository);
    expect(await land(landing)).toMatchObject({ kind: 'stale', said: expect.stringContaining('task') });
    expect(stateOf(repository)).toEqual(before);
  });

  test('the branch is gone', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    repository.git('branch', '--quiet', '-D', 'task');
    const before = stateOf(repository);
    expect(await land(landing)).toMatchObject({ kind: 'stale' });
    expect(stateOf(repository)).toEqual(before);
  });

  test('somebody else has taken the queue since', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    await takeQueue(repository, 'token 2\n');
    const before = stateOf(repository);
    expect(await land(landing)).toMatchObject({ kind: 'stale', said: expect.stringContaining(LANDER_REF) });
    expect(stateOf(repository)).toEqual(before);
  });

  test.each([
    [
      'the branch has moved',
      (repository: TestRepository) => repository.git('branch', '--force', 'task', 'main'),
    ],
    ['the queue is another’s', (repository: TestRepository) => takeQueue(repository, 'token 2\n')],
  ])('nothing is pushed when %s', async (_, meddle) => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    await meddle(repository);
    const before = stateOf(repository);
    let pushed = false;
    const publish = async () => {
      pushed = true;
      return { kind: 'pushed' } as const;
    };
    expect(await land(landing, publish)).toMatchObject({ kind: 'stale' });
    expect(pushed).toBe(false);
    expect(stateOf(repository)).toEqual(before);
  });

  test('of two landings that race one wins, and the other is stale', async () => {
    const repository = makeRepository();
    const one = await makeLanding(repository);
    repository.switchTo('other', 'main');
    const other = repository.commit({ 'other.txt': 'other\n' });
    repository.git('switch', '--quiet', '--detach', 'main');
    const outcomes = await Promise.all([
      land(one),
      land({ ...one, id: 'other234', branch: 'other', candidate: other, head: other }),
    ]);
    expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['landed', 'stale']);
    const winner = outcomes[0]?.kind === 'landed' ? one.candidate : other;
    expect(repository.sha('main')).toBe(winner);
  });
});

describe('what is in the way blocks, and changes nothing', () => {
  test('an edit that the landing would overwrite', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository, { 'README.md': '# landed\n' });
    repository.write({ 'README.md': '# mine\n' });
    const before = stateOf(repository);
    expect(await land(landing)).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining('README.md'),
    });
    expect(repository.read('README.md')).toBe('# mine\n');
    expect(stateOf(repository)).toEqual(before);
  });

  test('the second of two checkouts: the first is let go', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    const second = path.join(repository.root, 'second');
    repository.git('worktree', 'add', '--quiet', '--force', second, 'main');
    repository.write({ 'landed.txt': 'in the way\n' }, second);
    const before = stateOf(repository);
    expect(await land(landing)).toMatchObject({ kind: 'blocked' });
    expect(stateOf(repository)).toEqual(before);
  });

  test('a failure of git leaves no lock behind', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    // The ref that notes the landing cannot be made where a folder of that name is.
    repository.git('update-ref', `${landedRef(landing.id)}/in-the-way`, 'main');
    const before = stateOf(repository);
    await expect(land(landing)).rejects.toMatchObject({ kind: 'environment', code: 'git-failed' });
    expect(stateOf(repository)).toEqual(before);
  });

  test.each(['--merge', '--apply'])(
    'a rebase (%s) of main, during which HEAD is on no branch',
    async (how) => {
      const repository = makeRepository();
      const landing = await makeLanding(repository);
      repository.switchTo('other');
      repository.commit({ 'README.md': 'theirs\n' });
      const looking = repository.worktree('looking', 'side');
      repository.git('switch', '--quiet', '--detach', 'main');
      repository.gitIn(looking, 'switch', '--quiet', 'main');
      const mine = repository.commit({ 'README.md': 'mine\n' }, { folder: looking });
      expect(() => repository.gitIn(looking, 'rebase', how, 'other')).toThrow();
      const here = { ...landing, base: mine, candidate: mine };
      const reason = `${looking} is in the middle of a rebase of main`;
      expect(await land(here)).toEqual({ kind: 'blocked', reason });
      repository.gitIn(looking, 'rebase', '--abort');
      expect(await land(here)).toMatchObject({ kind: 'landed' });
    },
  );

  test('an index.lock that somebody holds stays theirs', async () => {
    const repository = makeRepository();
    const landing = await makeLanding(repository);
    writeFileSync(lockOf(repository), 'theirs');
    expect(await land(landing)).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining('index.lock'),
    });
    expect(readFileSync(lockOf(repository), 'utf8')).toBe('theirs');
    expect(repository.sha('main')).toBe(landing.base);
  });
});
