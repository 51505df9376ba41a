import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openOwnWorktree, ownGitDir, prepareOwnGit } from '../../src/git/own.ts';
import { fetchBranch, openRemote, pushBranch, type Remote } from '../../src/git/remote.ts';
import { archiveFiles } from '../../src/worktree/archive.ts';
import { ensureWorktree } from '../../src/worktree/slot.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

/** A bare repository beside it, with main pushed, as `origin`. */
async function shared(
  repository: TestRepository,
  address = (bare: string) => bare,
): Promise<{ remote: Remote; bare: string }> {
  const bare = path.join(repository.root, 'shared here.git');
  repository.git('clone', '--quiet', '--bare', repository.folder, bare);
  repository.git('remote', 'add', 'origin', address(bare));
  return { remote: await open(repository), bare };
}

async function open(repository: TestRepository): Promise<Remote> {
  const found = await repository.find();
  await prepareOwnGit(found);
  const remote = await openRemote(found, 'origin');
  if (!remote) throw new Error('no remote');
  return remote;
}

/** Somebody else's commit on the shared main. */
function pushFromElsewhere(repository: TestRepository, bare: string) {
  const clone = path.join(repository.root, 'elsewhere');
  repository.git('clone', '--quiet', bare, clone);
  const theirs = repository.commit({ 'theirs.txt': 'x\n' }, { folder: clone });
  repository.gitIn(clone, 'push', '--quiet', 'origin', 'main');
  return theirs;
}

test('a name that is no remote here', async () => {
  expect(await openRemote(await makeRepository().find(), 'origin')).toBeUndefined();
});

describe('fetching', () => {
  test('brings what somebody else has pushed, and touches no ref of the user', async () => {
    const repository = makeRepository();
    const { remote, bare } = await shared(repository);
    const theirs = pushFromElsewhere(repository, bare);
    const before = repository.git('for-each-ref');
    expect(await fetchBranch(remote, 'main', repository.sha('main'))).toEqual({
      kind: 'fetched',
      at: theirs,
    });
    expect(repository.show(theirs, 'theirs.txt')).toBe('x\n');
    expect(repository.git('for-each-ref')).toBe(before);
    expect(existsSync(path.join(repository.folder, '.git/FETCH_HEAD'))).toBe(false);
  });

  test('does not look at what was made in worktrees of our own: a check or a reviewer may leave anything there', async () => {
    const repository = makeRepository();
    const { remote, bare } = await shared(repository);
    const theirs = pushFromElsewhere(repository, bare);
    const own = openOwnWorktree(
      (await repository.find()).git,
      ownGitDir(path.join(repository.folder, '.git')),
    );
    const folder = path.join(repository.root, 'worktrees', 'merge-1');
    const worktree = await ensureWorktree(own, folder, repository.sha('main'));
    repository.write({ 'report.txt': 'left by a check\n' }, folder);
    expect(await archiveFiles(worktree, 'merge-1', 'uncommitted', 'probe')).toBeDefined();
    repository.commit({ 'made.txt': 'committed by a check\n' }, { folder });
    expect(await fetchBranch(remote, 'main', repository.sha('main'))).toEqual({
      kind: 'fetched',
      at: theirs,
    });
    expect((await pushBranch(remote, 'main', theirs, theirs)).kind).toBe('pushed');
  });

  test('a branch that the remote does not have, and a remote that is gone', async () => {
    const repository = makeRepository();
    const { remote } = await shared(repository);
    const main = repository.sha('main');
    expect(await fetchBranch(remote, 'nope', main)).toEqual({ kind: 'missing' });
    const gone = { ...remote, fetchUrl: path.join(repository.root, 'gone.git') };
    expect(await fetchBranch(gone, 'main', main)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('gone.git'),
    });
  });
});

describe('pushing', () => {
  test('moves the branch there, and no other', async () => {
    const repository = makeRepository();
    const { remote, bare } = await shared(repository);
    const base = repository.sha('main');
    repository.git('tag', '--annotate', '--message=x', 'v1');
    repository.git('config', 'push.followTags', 'true');
    repository.git('config', 'remote.origin.push', 'refs/heads/*:refs/heads/*');
    repository.git('branch', 'private');
    const next = repository.commit({ 'a.txt': 'a\n' });
    expect(await pushBranch(remote, 'main', base, next)).toEqual({ kind: 'pushed' });
    expect(repository.gitIn(bare, 'for-each-ref', '--format=%(refname) %(objectname)')).toBe(
      `refs/heads/main ${next}`,
    );
  });

  test.each([
    ['a file: address', (bare: string) => pathToFileURL(bare).href],
    ['a path from the repository', (bare: string) => `../${path.basename(bare)}`],
  ])('to %s moves the branch there, and fetching tells so', async (_, address) => {
    const repository = makeRepository();
    const { remote, bare } = await shared(repository, address);
    const base = repository.sha('main');
    const next = repository.commit({ 'a.txt': 'a\n' });
    expect(await pushBranch(remote, 'main', base, next)).toEqual({ kind: 'pushed' });
    expect(repository.gitIn(bare, 'rev-parse', 'main')).toBe(next);
    expect(await fetchBranch(remote, 'main', base)).toEqual({ kind: 'fetched', at: next });
  });

  test('somebody was faster: nothing moves', async () => {
    const repository = makeRepository();
    const { remote, bare } = await shared(repository);
    const base = repository.sha('main');
    const theirs = pushFromElsewhere(repository, bare);
    const next = repository.commit({ 'a.txt': 'a\n' });
    expect(await pushBranch(remote, 'main', base, next)).toMatchObject({ kind: 'stale' });
    expect(repository.gitIn(bare, 'rev-parse', 'main')).toBe(theirs);
  });

  test('the server says no, and its words are told', async () => {
    const repository = makeRepository();
    const { remote, bare } = await shared(repository);
    const base = repository.sha('main');
    const hook = path.join(bare, 'hooks', 'update');
    writeFileSync(hook, '#!/bin/sh\necho "main is protected here" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const next = repository.commit({ 'a.txt': 'a\n' });
    const pushed = await pushBranch(remote, 'main', base, next);
    expect(pushed).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('main is protected here'),
    });
    expect(repository.gitIn(bare, 'rev-parse', 'main')).toBe(base);
  });

  test('what was pushed before the connection broke has been pushed', async () => {
    const repository = makeRepository();
    const { remote } = await shared(repository);
    const base = repository.sha('main');
    const next = repository.commit({ 'a.txt': 'a\n' });
    expect(await pushBranch(remote, 'main', base, next)).toEqual({ kind: 'pushed' });
    // The lease names a commit that the branch is not at any more.
    expect(await pushBranch(remote, 'main', base, next)).toEqual({ kind: 'pushed' });
  });

  test('settings that a coder plants after the start do not run', async () => {
    const repository = makeRepository();
    const { remote } = await shared(repository);
    const base = repository.sha('main');
    const ran = path.join(repository.root, 'ran');
    const planted = path.join(repository.root, 'planted.sh');
    writeFileSync(planted, `#!/bin/sh\ntouch '${ran}'\nexec git-receive-pack "$@"\n`);
    chmodSync(planted, 0o755);
    repository.git('config', 'remote.origin.receivepack', planted);
    repository.git('config', 'core.hooksPath', repository.root);
    repository.git('config', 'url.ext::sh -c touch% x .insteadOf', '/');
    const next = repository.commit({ 'a.txt': 'a\n' });
    expect(await pushBranch(remote, 'main', base, next)).toEqual({ kind: 'pushed' });
    expect(existsSync(ran)).toBe(false);
  });

  test('credentials that stand in the repository’s own configuration are used', async () => {
    const repository = makeRepository();
    repository.git('config', 'http.https://example.org/.extraheader', 'Authorization: basic abc');
    const { remote } = await shared(repository);
    const told = await remote.git.read(['config', 'http.https://example.org/.extraheader']);
    expect(told).toBe('Authorization: basic abc');
  });
});
