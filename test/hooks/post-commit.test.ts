import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hookEnvironment, installHooks } from '../../src/hooks/install.ts';
import { readSpool } from '../../src/hooks/spool.ts';
import { temporaryFolder } from '../support/folder.ts';
import { makeRepository, type RepositoryOptions, type TestRepository } from '../support/repository.ts';

/** A repository whose git runs our hooks, as a coder's does. */
async function withHooks(
  options: RepositoryOptions & { readonly before?: (repository: TestRepository) => void } = {},
) {
  const repository = makeRepository(options);
  options.before?.(repository);
  const hooks = await installHooks(await repository.find(), path.join(repository.root, 'hooks'));
  const spool = path.join(repository.root, 'spool');
  const environment = { ...repository.environment, ...hookEnvironment(hooks, spool) };
  const git = (folder: string, ...args: readonly string[]) => {
    const ended = spawnSync('git', args, { cwd: folder, env: environment, encoding: 'utf8' });
    return { code: ended.status, stderr: ended.stderr, stdout: ended.stdout.trim() };
  };
  const commit = (folder = repository.folder, ...args: readonly string[]) => {
    const ended = git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'Change', ...args);
    expect(ended).toEqual({ code: 0, stderr: '', stdout: '' });
    return git(folder, 'rev-parse', 'HEAD').stdout;
  };
  const spooled = () => (existsSync(spool) ? readFileSync(spool, 'utf8').split('\n').slice(0, -1) : []);
  return { repository, hooks, spool, environment, git, commit, spooled };
}

/** A hook of the user's that says that it ran, and with which arguments. */
function writeHook(folder: string, name: string, body: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

describe('a commit is told of', () => {
  test.each(['sha1', 'sha256'] as const)('in the checkout (%s)', async (objectFormat) => {
    const { commit, spooled } = await withHooks({ objectFormat });
    const made = [commit(), commit()];
    expect(spooled()).toEqual(made);
  });

  test('from a folder of the checkout', async () => {
    const { repository, commit, spooled } = await withHooks();
    const folder = path.join(repository.folder, 'src', 'a b');
    mkdirSync(folder, { recursive: true });
    expect(spooled()).toEqual([]);
    const made = commit(folder);
    expect(spooled()).toEqual([made]);
  });

  test('in a linked worktree, on its own branch', async () => {
    const { repository, commit, spooled } = await withHooks();
    const worktree = repository.worktree('linked', 'runner-1/task-k3j9abcd');
    const made = [commit(worktree), commit(undefined, '-m', 'Elsewhere'), commit(worktree)];
    expect(new Set(made).size).toBe(3);
    expect(spooled()).toEqual(made);
  });

  test('on a detached HEAD', async () => {
    const { repository, commit, spooled } = await withHooks();
    const worktree = repository.worktree('detached', null);
    const made = commit(worktree);
    expect(repository.sha('main')).not.toBe(made);
    expect(spooled()).toEqual([made]);
  });

  test('when it is amended, by its new name', async () => {
    const { commit, spooled } = await withHooks();
    const made = [commit(), commit(undefined, '--amend', '-m', 'Changed')];
    expect(new Set(made).size).toBe(2);
    expect(spooled()).toEqual(made);
  });

  test('when it is the first of a repository', async () => {
    const { commit, spooled } = await withHooks({ firstCommit: false });
    const made = commit();
    expect(spooled()).toEqual([made]);
  });

  test('when refs are packed', async () => {
    const { repository, commit, git, spooled } = await withHooks();
    repository.git('pack-refs', '--all', '--prune');
    const made = commit();
    expect(git(repository.folder, 'rev-parse', 'main').stdout).toBe(made);
    expect(spooled()).toEqual([made]);
  });
});

describe('a commit never fails for it', () => {
  test.each([
    ['is in a folder that is missing', (spool: string) => path.join(spool, 'missing', 'file')],
    ['is a folder', (spool: string) => path.dirname(spool)],
    ['is not named', () => ''],
  ])('when the spool %s', async (_, place) => {
    const { repository, environment, spool, spooled } = await withHooks();
    const ended = spawnSync('git', ['commit', '--quiet', '--allow-empty', '-m', 'Change'], {
      cwd: repository.folder,
      env: { ...environment, STEROIDS_SPOOL: place(spool) },
      encoding: 'utf8',
    });
    expect([ended.status, ended.stdout, ended.stderr]).toEqual([0, '', '']);
    expect(repository.git('log', '-1', '--format=%s')).toBe('Change');
    expect(spooled()).toEqual([]);
  });
});

describe('the user’s own hooks', () => {
  test('run too, with their arguments, after ours', async () => {
    const { repository, commit, spool, spooled } = await withHooks({
      before: (made) => {
        const folder = path.join(made.folder, '.git', 'hooks');
        writeHook(folder, 'post-commit', 'wc -l < "$STEROIDS_SPOOL" > "$HOME/told"');
        writeHook(folder, 'commit-msg', 'head -1 "$1" > "$HOME/message"');
      },
    });
    const made = commit();
    expect(readFileSync(path.join(repository.root, 'home', 'told'), 'utf8').trim()).toBe('1');
    expect(readFileSync(path.join(repository.root, 'home', 'message'), 'utf8')).toBe('Change\n');
    expect(await readSpool(spool)).toEqual([made]);
    expect(spooled()).toHaveLength(1);
  });

  test('may refuse a commit', async () => {
    const { repository, git, spooled } = await withHooks({
      before: (made) =>
        writeHook(path.join(made.folder, '.git', 'hooks'), 'pre-commit', 'echo "not like this" >&2; exit 1'),
    });
    const refused = git(repository.folder, 'commit', '--quiet', '--allow-empty', '-m', 'Change');
    expect(refused).toMatchObject({ code: 1, stderr: 'not like this\n' });
    expect(spooled()).toEqual([]);
  });

  test('in a folder of the checkout mean that of the main checkout, in every worktree', async () => {
    const { repository, commit, hooks } = await withHooks({
      before: (made) => {
        made.git('config', 'core.hooksPath', '.husky');
        writeHook(path.join(made.folder, '.husky'), 'post-commit', 'pwd >> "$HOME/told"');
      },
    });
    expect(hooks.userFolder).toBe(path.join(repository.folder, '.husky'));
    const worktree = repository.worktree('linked', 'other');
    commit(worktree);
    expect(readFileSync(path.join(repository.root, 'home', 'told'), 'utf8')).toBe(`${worktree}\n`);
  });

  test('that are no programs, or only samples, are left alone', async () => {
    const { repository, hooks, commit } = await withHooks({
      before: (made) => {
        const folder = path.join(made.folder, '.git', 'hooks');
        writeHook(folder, 'pre-commit.sample', 'exit 1');
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, 'commit-msg'), '#!/bin/sh\nexit 1\n', { mode: 0o644 });
      },
    });
    expect(existsSync(path.join(hooks.folder, 'pre-commit.sample'))).toBe(false);
    expect(commit()).toBe(repository.sha('main'));
  });
});

describe('installing', () => {
  test('changes nothing of the repository’s own', async () => {
    const repository = makeRepository();
    const configured = () => readFileSync(path.join(repository.folder, '.git', 'config'), 'utf8');
    const before = configured();
    await installHooks(await repository.find(), path.join(repository.root, 'hooks'));
    expect(configured()).toBe(before);
    expect(existsSync(path.join(repository.folder, '.git', 'hooks', 'post-commit'))).toBe(false);
  });

  test('again writes nothing', async () => {
    const { repository, hooks } = await withHooks();
    const file = path.join(hooks.folder, 'post-commit');
    const { ino } = statSync(file);
    await installHooks(await repository.find(), hooks.folder);
    expect(statSync(file).ino).toBe(ino);
  });

  test('writes shell that a plain sh can read', async () => {
    const { hooks } = await withHooks();
    expect(execFileSync('sh', ['-n', path.join(hooks.folder, 'post-commit')]).toString()).toBe('');
  });
});

describe('readSpool', () => {
  const read = (text: string) => {
    const file = path.join(temporaryFolder(), 'spool');
    writeFileSync(file, text);
    return readSpool(file);
  };
  const [a, b] = ['a'.repeat(40), 'b'.repeat(64)];

  test('gives each commit once, in order, and nothing that is not one', async () => {
    expect(await read(`${b}\n${a}\n${b}\n\nrm -rf /\n${a.slice(1)}\n${a} \n--all\n`)).toEqual([b, a]);
  });

  test('does not take a line that is still being written', async () => {
    expect(await read(`${a}\n${'c'.repeat(12)}`)).toEqual([a]);
  });

  test('of a spool that is not there is empty', async () => {
    expect(await readSpool(path.join(temporaryFolder(), 'spool'))).toEqual([]);
  });
});
