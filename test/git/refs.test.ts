import { describe, expect, test } from 'vitest';
import { summarizeDiff } from '../../src/git/porcelain.ts';
import { isAncestor, mergeBase } from '../../src/git/refs.ts';
import { makeRepository } from '../support/repository.ts';
import { sha } from '../support/store.ts';

describe('ancestry', () => {
  test('is asked of git, and a commit is its own ancestor', async () => {
    const repository = makeRepository();
    const first = repository.sha('main');
    const second = repository.commit({ 'a.txt': 'a\n' });
    const git = repository.open();
    expect(await isAncestor(git, first, second)).toBe(true);
    expect(await isAncestor(git, second, second)).toBe(true);
    expect(await isAncestor(git, second, first)).toBe(false);
  });

  test('of a commit that git does not have is a failure, never a no', async () => {
    const repository = makeRepository();
    const git = repository.open();
    const failure = { kind: 'environment', code: 'git-failed' };
    await expect(isAncestor(git, sha('a'), repository.sha('main'))).rejects.toMatchObject(failure);
    await expect(mergeBase(git, sha('a'), repository.sha('main'))).rejects.toMatchObject(failure);
  });

  test('and content are what the commits themselves say, not what somebody replaced them with', async () => {
    const repository = makeRepository();
    const first = repository.sha('main');
    const good = repository.commit({ 'a.txt': 'good\n' });
    repository.switchTo('other', first);
    const bad = repository.commit({ 'a.txt': 'bad\n' });
    repository.git('replace', bad, good);
    repository.git('replace', '--graft', good);
    const git = repository.open();
    expect(await isAncestor(git, first, good)).toBe(true);
    expect(await git.read(['show', `${bad}:a.txt`])).toBe('bad');
    expect(await summarizeDiff(git, good, bad)).toMatchObject({ files: 1 });
  });

  test('a deprecated graft file adds no word to what is told of a failure', async () => {
    const repository = makeRepository();
    repository.write({ '.git/info/grafts': `${repository.sha('main')}\n` });
    const failed = await repository.open().run(['rev-list', 'main', 'missing', '--']);
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).not.toContain('grafts');
  });
});
