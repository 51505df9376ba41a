import path from 'node:path';
import { expect, test } from 'vitest';
import { openGit } from '../../src/git/client.ts';
import { readSlotState } from '../../src/git/porcelain.ts';
import { makeRepository } from '../support/repository.ts';

test('the state is read with the configuration that everything else is read with', async () => {
  const repository = makeRepository();
  const global = path.join(repository.root, 'elsewhere.gitconfig');
  const ignore = path.join(repository.root, 'ignore');
  repository.write({ [ignore]: '*.log\n', [global]: `[core]\n\texcludesFile = ${ignore}\n` }, '/');
  repository.write({ 'a.log': 'a\n', 'new.txt': 'n\n' });
  const git = openGit(repository.folder, { ...repository.environment, GIT_CONFIG_GLOBAL: global });
  expect(await readSlotState(git)).toMatchObject({ untracked: ['new.txt'], ignored: ['a.log'] });
});

test('a repository around the folder is not looked for above a ceiling', async () => {
  const repository = makeRepository();
  repository.write({ 'below/it/file.txt': 'x\n' });
  const below = path.join(repository.folder, 'below');
  const git = openGit(path.join(below, 'it'), repository.environment, { GIT_CEILING_DIRECTORIES: below });
  await expect(readSlotState(git)).rejects.toThrow('not a git repository');
});
