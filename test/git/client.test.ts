import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openGit } from '../../src/git/client.ts';
import { findRepository } from '../../src/git/repository.ts';
import { temporaryFolder } from '../support/folder.ts';

/** A git that does nothing but this. */
function openFake(script: string) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'git');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return openGit(folder, { PATH: `${folder}:${process.env.PATH}` });
}

describe('a failure says which subcommand failed and how, and nothing of what is pinned', () => {
  test.each([
    ['kill -KILL $$', 'git gc was ended by SIGKILL'],
    ['echo "fatal: no space" >&2; kill -TERM $$', 'git gc was ended by SIGTERM: fatal: no space'],
    ['echo "fatal: no space" >&2; exit 128', 'git gc failed: fatal: no space'],
    ['exit 3', 'git gc failed: exit code 3'],
  ])('%s', async (script, message) => {
    const git = openFake(script);
    await expect(git.read(['gc', '--quiet'])).rejects.toMatchObject({ code: 'git-failed', message });
    const elsewhere = git.read(['-C', 'x', '-c', 'a.b=c', 'gc', '--quiet']);
    await expect(elsewhere).rejects.toMatchObject({ message });
  });

  test('a git that is not there', async () => {
    const folder = temporaryFolder();
    const message = 'git gc could not be started (spawn git ENOENT)';
    await expect(openGit(folder, { PATH: folder }).read(['gc'])).rejects.toMatchObject({ message });
    await expect(findRepository(folder, { PATH: folder })).rejects.toMatchObject({
      code: 'git-missing',
      message: 'git rev-parse could not be started (spawn git ENOENT)',
    });
  });

  test('a folder that is not there', async () => {
    const folder = path.join(temporaryFolder(), 'gone');
    const message = `git gc could not be started (there is no folder ${folder})`;
    await expect(openGit(folder, process.env).read(['gc'])).rejects.toMatchObject({ message });
  });
});
