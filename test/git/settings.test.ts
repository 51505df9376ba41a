import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openGit } from '../../src/git/client.ts';
import { freeze, frozenDir, frozenEnvironment } from '../../src/git/frozen.ts';
import {
  readLocalSettings,
  readSettings,
  riskyChanges,
  settingsText,
  writeSetting,
} from '../../src/git/settings.ts';
import { makeRepository } from '../support/repository.ts';

const settings = (...keys: readonly string[]) => new Map(keys.map((key) => [key, ['x']]));
const changed = (...keys: readonly string[]) => riskyChanges(new Map(), settings(...keys));

test.each([
  [
    'filter.a.b.clean',
    'filter.x.process',
    'filter.x.required',
    'include.path',
    'includeif.gitdir:/x.path',
    'alias.st',
  ],
  [
    'core.hookspath',
    'core.fsmonitor',
    'core.sshcommand',
    'core.worktree',
    'core.bare',
    'core.attributesfile',
  ],
  [
    'merge.ours.driver',
    'diff.external',
    'diff.x.textconv',
    'difftool.x.cmd',
    'gpg.program',
    'gpg.ssh.program',
  ],
  [
    'credential.helper',
    'credential.https://x.helper',
    'url.https://evil/.insteadof',
    'http.proxy',
    'hook.x.command',
  ],
  ['remote.new.uploadpack', 'submodule.x.update', 'extensions.worktreeconfig', 'lfs.customtransfer.x.path'],
])('what runs or redirects something: %s, %s, …', (...keys) => {
  expect(changed(...keys)).toEqual(keys);
});

test('names, branches, colours and new remotes are not', () => {
  expect(
    changed(
      'user.email',
      'branch.main.remote',
      'branch.main.merge',
      'remote.fork.url',
      'remote.fork.fetch',
      'color.ui',
      'merge.conflictstyle',
      'diff.algorithm',
      'core.autocrlf',
      'gpg.format',
      'pull.rebase',
      'lfs.repositoryformatversion',
    ),
  ).toEqual([]);
});

test('a remote that was there stays where it is', () => {
  const before = new Map([['remote.origin.url', ['https://ours']]]);
  const now = new Map([
    ['remote.origin.url', ['https://theirs']],
    ['remote.origin.pushurl', ['https://theirs']],
  ]);
  expect(riskyChanges(before, now)).toEqual(['remote.origin.url', 'remote.origin.pushurl']);
  expect(riskyChanges(before, new Map())).toEqual(['remote.origin.url']);
});

test('all values count, and their order', () => {
  const of = (...values: string[]) => new Map([['credential.helper', values]]);
  expect(riskyChanges(of('a', 'b'), of('a', 'b'))).toEqual([]);
  expect(riskyChanges(of('a', 'b'), of('b', 'a'))).toEqual(['credential.helper']);
});

test('values of every kind are written as git reads them', async () => {
  const own = await makeRepository().own();
  const odd = [
    ['filter.a "b\\c.d.clean', 'sh -c "x \\"y\\"" # not a comment; nor this'],
    ['core.x', ' blanks around \t'],
    ['core.x', 'two\nlines'],
  ] as const;
  const read = await readSettings(own, settingsText(odd));
  expect([...(read ?? [])]).toEqual([
    [odd[0][0], [odd[0][1]]],
    ['core.x', [odd[1][1], odd[2][1]]],
  ]);
  expect(await readSettings(own, '[broken')).toBeUndefined();
});

test('a setting is put back, and what stands beside it stays', async () => {
  const repository = makeRepository();
  const file = path.join(repository.folder, '.git', 'config');
  repository.git('config', '--add', 'credential.helper', 'one');
  repository.git('config', 'user.email', 'person@example.org');
  const own = await repository.own();
  await writeSetting(own, file, 'credential.helper', ['two', 'three']);
  expect(repository.git('config', '--get-all', '--local', 'credential.helper')).toBe('two\nthree');
  await writeSetting(own, file, 'credential.helper', []);
  await writeSetting(own, file, 'credential.helper', []);
  expect(repository.tryGit('config', '--local', 'credential.helper').code).toBe(1);
  expect(repository.git('config', 'user.email')).toBe('person@example.org');
});

test('frozen settings hold what was included, and nothing that came later', async () => {
  const repository = makeRepository();
  writeFileSync(path.join(repository.folder, 'team.config'), '[filter "up"]\n\tclean = tr a-z A-Z\n');
  repository.git('config', 'include.path', '../team.config');
  const found = await repository.find();
  await repository.own();
  expect(await frozenEnvironment(frozenDir(found.commonDir))).toEqual({});
  await freeze(found);
  repository.git('config', 'filter.down.clean', 'false');
  writeFileSync(path.join(repository.folder, 'team.config'), '[filter "up"]\n\tclean = false\n');
  repository.write({
    '.gitattributes': '*.up filter=up\n*.down filter=down\n',
    'a.up': 'a\n',
    'a.down': 'a\n',
  });
  const environment = await frozenEnvironment(frozenDir(found.commonDir));
  const git = openGit(repository.folder, repository.environment, environment);
  await git.read(['add', '.']);
  expect(await git.read(['show', ':a.up'])).toBe('A');
  expect(await git.read(['show', ':a.down'])).toBe('a');
  expect((await readLocalSettings(git)).filter(([key]) => key.startsWith('filter'))).toEqual([
    ['filter.up.clean', 'tr a-z A-Z'],
  ]);
  // The same refs and objects, for those who look the usual way.
  await git.read(['commit', '--quiet', '-m', 'by us']);
  expect(repository.git('log', '-1', '--format=%s')).toBe('by us');
});
