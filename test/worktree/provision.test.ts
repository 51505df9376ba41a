import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GROUP } from '../../src/process/containment.ts';
import { type Provisioning, provision, setupCommands, setupDigest } from '../../src/worktree/provision.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

describe('which set-up', () => {
  test.each([
    [['package-lock.json'], ['npm ci']],
    [['npm-shrinkwrap.json', 'package-lock.json'], ['npm ci']],
    [['pnpm-lock.yaml', 'package-lock.json'], ['pnpm install --frozen-lockfile']],
    [['yarn.lock'], ['yarn install --frozen-lockfile']],
    [['yarn.lock', '.yarnrc.yml'], ['yarn install --immutable']],
    [['bun.lock'], ['bun install --frozen-lockfile']],
    [['bun.lockb'], ['bun install --frozen-lockfile']],
    [['package.json', '.yarnrc.yml'], []],
    [[], []],
  ])('%j → %j', async (files, commands) => {
    const repository = makeRepository();
    repository.write(Object.fromEntries(files.map((file) => [file, ''])));
    expect(await setupCommands(repository.folder, undefined)).toEqual(commands);
  });

  test('what is configured wins, even when it is nothing', async () => {
    const repository = makeRepository();
    repository.write({ 'package-lock.json': '{}' });
    expect(await setupCommands(repository.folder, ['make deps'])).toEqual(['make deps']);
    expect(await setupCommands(repository.folder, [])).toEqual([]);
  });
});

describe('for what a worktree is set up', () => {
  const commands = ['npm ci'];

  test('the same files and commands: the same digest, wherever they stand', async () => {
    const one = makeRepository();
    const other = makeRepository();
    for (const repository of [one, other]) repository.write({ 'package-lock.json': '{"a":1}' });
    expect(await setupDigest(other.folder, commands)).toBe(await setupDigest(one.folder, commands));
    one.write({ 'src/a.ts': 'x', 'package.json': '{}' });
    expect(await setupDigest(one.folder, commands)).toBe(await setupDigest(other.folder, commands));
  });

  test.each([
    'package-lock.json',
    'pnpm-lock.yaml',
    'yarn.lock',
    'bun.lock',
    'npm-shrinkwrap.json',
    'node_modules/.package-lock.json',
    'node_modules/.modules.yaml',
    'node_modules/.yarn-integrity',
    'node_modules/.yarn-state.yml',
  ])('a change of %s is noticed', async (file) => {
    const repository = makeRepository();
    const digests = [await setupDigest(repository.folder, commands)];
    for (const text of ['', 'one', 'two', null]) {
      repository.write({ [file]: text });
      digests.push(await setupDigest(repository.folder, commands));
    }
    expect(new Set(digests.slice(0, 4)).size).toBe(4);
    expect(digests[4]).toBe(digests[0]);
  });

  test('other commands are another set-up, and text does not move from file to file unnoticed', async () => {
    const repository = makeRepository();
    const before = await setupDigest(repository.folder, commands);
    expect(await setupDigest(repository.folder, ['npm ci --ignore-scripts'])).not.toBe(before);
    repository.write({ 'yarn.lock': 'a', 'package-lock.json': 'b' });
    const one = await setupDigest(repository.folder, commands);
    repository.write({ 'yarn.lock': 'b', 'package-lock.json': 'a' });
    expect(await setupDigest(repository.folder, commands)).not.toBe(one);
  });
});

describe('provisioning', () => {
  const provisioning = (repository: TestRepository, commands: Provisioning['commands']): Provisioning => ({
    folder: repository.folder,
    commands,
    environment: repository.environment,
    log: path.join(repository.root, 'setup.log'),
    timeLimit: 60_000,
    signal: new AbortController().signal,
    containment: GROUP,
  });

  test('runs the commands in order and says for what the worktree is set up now', async () => {
    const repository = makeRepository();
    const commands = ['mkdir node_modules', 'echo installed > node_modules/.package-lock.json'];
    const made = await provision(provisioning(repository, commands));
    expect(made).toEqual({ kind: 'ready', digest: await setupDigest(repository.folder, commands) });
    repository.write({ 'node_modules/.package-lock.json': 'installed by somebody else\n' });
    expect(await setupDigest(repository.folder, commands)).not.toBe(made.kind === 'ready' && made.digest);
  });

  test('stops at the first command that fails, and names it', async () => {
    const repository = makeRepository();
    const made = await provision(provisioning(repository, [['sh', '-c', 'exit 7'], 'touch not-reached']));
    expect(made).toEqual({
      kind: 'failed',
      command: 'sh -c exit 7',
      worked: { kind: 'exited', code: 7 },
    });
    expect(existsSync(path.join(repository.folder, 'not-reached'))).toBe(false);
  });

  test('past its time limit it has failed, and is not ready', async () => {
    const repository = makeRepository();
    const made = await provision({ ...provisioning(repository, ['sleep 600']), timeLimit: 50 });
    expect(made).toMatchObject({ kind: 'failed', worked: { kind: 'timedOut', limit: 50 } });
  });
});
