import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openGit } from '../../src/git/client.ts';
import { attributesOf, openOwnGit, openOwnWorktree, ownGitDir, prepareOwnGit } from '../../src/git/own.ts';
import { replay } from '../../src/git/replay.ts';
import { findRepository } from '../../src/git/repository.ts';
import { checkOutCandidate } from '../../src/merge/verify.ts';
import { removeSlot } from '../../src/worktree/remove.ts';
import { clearSlot, ensureWorktree } from '../../src/worktree/slot.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

/** A worktree of our own git directory, as verification and review use it. */
async function ownWorktree(repository: TestRepository, commit = 'main') {
  await repository.own();
  const found = await repository.find();
  const own = openOwnWorktree(found.git, ownGitDir(found.commonDir));
  return await ensureWorktree(
    own,
    path.join(repository.root, 'worktrees', 'merge-1'),
    repository.sha(commit),
  );
}

/** Plants, in the shared git directory, everything that could start a program. @returns the file that it would make */
function plant(repository: TestRepository): string {
  const ran = path.join(repository.root, 'ran');
  const hooks = ['post-checkout', 'post-commit', 'reference-transaction', 'pre-commit', 'post-index-change'];
  for (const hook of hooks) {
    repository.write({ [`.git/hooks/${hook}`]: { run: `#!/bin/sh\necho ${hook} >> ${ran}\n` } });
  }
  const program = path.join(repository.root, 'program');
  repository.write({
    [path.relative(repository.folder, program)]: { run: `#!/bin/sh\necho "$@" >> ${ran}\ncat\n` },
  });
  for (const [name, value] of [
    ['core.fsmonitor', program],
    ['core.pager', program],
    ['core.editor', program],
    ['core.sshCommand', program],
    ['filter.planted.smudge', program],
    ['filter.planted.clean', program],
    ['filter.planted.required', 'true'],
    ['merge.planted.driver', `${program}; false`],
    ['diff.planted.textconv', program],
    ['diff.external', program],
    ['alias.status', `!${program}`],
    ['uploadpack.packObjectsHook', program],
    ['credential.helper', program],
  ] as const) {
    repository.git('config', name, value);
  }
  repository.write({ '.git/info/attributes': '* filter=planted merge=planted diff=planted\n' });
  return ran;
}

describe('our git directory', () => {
  test('is made once, and holds no hook and no configuration of the repository', async () => {
    const repository = makeRepository();
    repository.git('config', 'user.name', 'Planted');
    const found = await repository.find();
    await prepareOwnGit(found);
    await prepareOwnGit(found);
    const dir = ownGitDir(found.commonDir);
    expect(existsSync(path.join(dir, 'hooks'))).toBe(false);
    const own = await openOwnGit(found);
    expect((await own.run(['config', 'user.name'])).code).toBe(1);
    expect(await own.read(['rev-parse', '--git-dir'])).toBe(dir);
    expect(await own.read(['cat-file', '-t', repository.sha('main')])).toBe('commit');
    // It knows none of the user's refs: nothing of theirs moves by what we do there.
    expect(await own.read(['for-each-ref'])).toBe('');
  });

  test('what is written there is an object of the user’s repository', async () => {
    const repository = makeRepository();
    const own = await repository.own();
    const blob = await own.read(['hash-object', '-w', '--stdin'], { input: 'ours\n' });
    expect(repository.git('cat-file', 'blob', blob)).toBe('ours');
    expect(existsSync(path.join(repository.folder, '.git/objects', blob.slice(0, 2), blob.slice(2)))).toBe(
      true,
    );
  });

  test('follows a repository that moved', async () => {
    const repository = makeRepository();
    await repository.own();
    const moved = path.join(repository.root, 'moved here');
    renameSync(repository.folder, moved);
    const found = await findRepository(moved, repository.environment);
    await prepareOwnGit(found);
    const alternates = path.join(ownGitDir(found.commonDir), 'objects/info/alternates');
    expect(readFileSync(alternates, 'utf8')).toBe(`${path.join(moved, '.git', 'objects')}\n`);
    const head = repository.gitIn(moved, 'rev-parse', 'HEAD');
    const plain = openOwnWorktree(found.git, ownGitDir(found.commonDir));
    expect(await plain.read(['cat-file', '-t', head])).toBe('commit');
  });

  test('is the same one from a linked worktree and from a folder below', async () => {
    const repository = makeRepository();
    const linked = repository.worktree('linked', 'other');
    repository.write({ 'deep/er/file.txt': 'x\n' }, linked);
    const found = await repository.find();
    const fromLinked = await repository.find(path.join(linked, 'deep/er'));
    expect(fromLinked.commonDir).toBe(found.commonDir);
    expect(fromLinked.home).toBe(repository.folder);
    expect(fromLinked.topLevel).toBe(linked);
  });

  test('replays and checks out in a repository of SHA-256', async () => {
    const repository = makeRepository({ objectFormat: 'sha256' });
    repository.switchTo('task');
    repository.commit({ 'task.txt': 'task\n' });
    repository.git('switch', '--quiet', 'main');
    repository.commit({ 'main.txt': 'main\n' });
    const result = await replay(await repository.own(), repository.sha('main'), repository.sha('task'));
    if (result.kind !== 'clean') throw new Error(result.kind);
    expect(result.commit).toMatch(/^[0-9a-f]{64}$/);
    const worktree = await ownWorktree(repository, result.commit);
    expect(repository.read('task.txt', worktree.dir)).toBe('task\n');
  });

  test('replays in a shallow clone', async () => {
    const origin = makeRepository();
    origin.commit({ 'a.txt': 'a\n' });
    origin.commit({ 'b.txt': 'b\n' });
    const clone = path.join(origin.root, 'shallow');
    origin.git('clone', '--quiet', '--depth=1', `file://${origin.folder}`, clone);
    origin.gitIn(clone, 'switch', '--quiet', '-c', 'task');
    const task = origin.commit({ 'task.txt': 'task\n' }, { folder: clone });
    origin.gitIn(clone, 'switch', '--quiet', 'main');
    const main = origin.commit({ 'main.txt': 'main\n' }, { folder: clone });
    const found = await origin.find(clone);
    await prepareOwnGit(found);
    expect((await replay(await openOwnGit(found), main, task)).kind).toBe('clean');
  });

  test('gives the attributes of a commit in a file that never changes', async () => {
    const repository = makeRepository();
    const own = await repository.own();
    const without = repository.sha('main');
    const withThem = repository.commit({ '.gitattributes': '*.md merge=union\n' });
    const other = repository.commit({ '.gitattributes': '*.txt merge=union\n' });
    const file = (await attributesOf(own, withThem)) ?? '';
    expect(await attributesOf(own, without)).toBe(undefined);
    expect(await attributesOf(own, other)).not.toBe(file);
    expect(await attributesOf(own, withThem)).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe('*.md merge=union\n');
  });
});

describe('what is planted in the repository does not run for us', () => {
  test('in a worktree of ours: adding, checking out, clearing, removing', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitattributes': '* filter=planted merge=planted\n', 'a.txt': 'a\n' });
    const next = repository.commit({ 'a.txt': 'next\n' });
    const ran = plant(repository);
    const worktree = await ownWorktree(repository, 'main~1');
    await checkOutCandidate(worktree, next);
    expect(repository.read('a.txt', worktree.dir)).toBe('next\n');
    repository.write({ 'a.txt': 'changed\n', 'b.txt': 'b\n' }, worktree.dir);
    await clearSlot(worktree, 'merge-1', next, []);
    const found = await repository.find();
    await removeSlot(openOwnWorktree(found.git, ownGitDir(found.commonDir)), worktree.dir);
    expect(existsSync(worktree.dir)).toBe(false);
    expect(existsSync(ran)).toBe(false);
    // The trap is live: git itself falls into it.
    repository.git('checkout', '--quiet', '--detach', 'main~1');
    expect(existsSync(ran)).toBe(true);
  });

  test('in a replay', async () => {
    const repository = makeRepository();
    repository.commit({ '.gitattributes': '* filter=planted merge=planted diff=planted\n', 'a.txt': 'a\n' });
    repository.switchTo('task');
    repository.commit({ 'a.txt': 'task\n' });
    repository.git('switch', '--quiet', 'main');
    repository.commit({ 'a.txt': 'main\n' });
    const ran = plant(repository);
    const own = await repository.own();
    const result = await replay(own, repository.sha('main'), repository.sha('task'));
    expect(result.kind).toBe('conflicted');
    expect(existsSync(ran)).toBe(false);
  });

  test('variables of a surrounding git (a hook, `git rebase --exec`) do not point us elsewhere', async () => {
    const repository = makeRepository();
    const other = makeRepository({ name: 'other' });
    const environment = {
      ...repository.environment,
      GIT_DIR: path.join(other.folder, '.git'),
      GIT_WORK_TREE: other.folder,
      GIT_INDEX_FILE: path.join(other.root, 'index'),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: '/bin/false',
      GIT_CONFIG_PARAMETERS: "'core.bare'='true'",
    };
    const git = openGit(repository.folder, environment);
    expect(await git.read(['rev-parse', '--show-toplevel'])).toBe(repository.folder);
    expect((await findRepository(repository.folder, environment)).topLevel).toBe(repository.folder);
  });

  test('a user who forbids bare repositories (safe.bareRepository=explicit) is served all the same', async () => {
    const repository = makeRepository();
    repository.git('config', '--global', 'safe.bareRepository', 'explicit');
    const worktree = await ownWorktree(repository);
    expect(repository.read('README.md', worktree.dir)).toBe('# project\n');
  });
});
