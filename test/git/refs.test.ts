import { describe, expect, test } from 'vitest';
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
});
