// Everything that doctor looks at, made sound and unsound.

import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { OLDEST_NODE } from '../../src/orchestrator/doctor/installation.ts';
import { makeProject, type TestProject } from '../support/project.ts';

const storeOf = (project: TestProject) => path.join(project.folder, '.git', 'steroids', 'steroids.db');

interface Finding {
  readonly check: string;
  readonly level: string;
  readonly sentence: string;
  readonly remedy: string | null;
}

/** @param code 3 when there is a problem */
async function doctor(project: TestProject, code: number): Promise<Finding[]> {
  const { findings } = await project.json(['doctor'], code);
  return findings;
}

const bad = (findings: readonly Finding[]) => findings.filter((one) => one.level !== 'ok');

test('a sound project', async () => {
  const project = await makeProject();
  await project.task('one', 'echo x > x\n');
  await project.run('run', '--runners', '1');
  const before = project.git('for-each-ref');
  const findings = await doctor(project, 0);
  expect(bad(findings)).toEqual([]);
  expect(new Set(findings.map((one) => one.check))).toEqual(
    new Set([
      'node',
      'database driver',
      'git',
      'temporary folder',
      'repository',
      'main',
      'hooks',
      'disk',
      'store',
      'backups',
      'clock',
      'queue',
      'configuration',
      'coder',
      'reviewer',
      'remote',
      'sandbox',
      'worktrees',
      'leftovers',
    ]),
  );
  expect(findings.find((one) => one.check === 'backups')?.sentence).toContain('backups/steroids-');
  expect(project.git('for-each-ref')).toBe(before);
  expect((await project.run('doctor')).out).toContain('All is well.');
});

test('the oldest Node is the one of package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(engines.node).toBe(`>=${OLDEST_NODE.join('.')}`);
});

test('outside a repository, and before init', async () => {
  const project = await makeProject({ init: false });
  expect(bad(await doctor(project, 3))).toMatchObject([
    { check: 'store', level: 'problem', remedy: 'steroids init' },
    { check: 'configuration', level: 'problem', remedy: expect.stringContaining('init') },
  ]);
  rmSync(path.join(project.folder, '.git'), { recursive: true });
  expect(bad(await doctor(project, 3))).toMatchObject([{ check: 'repository', level: 'problem' }]);
});

test('a configuration that is broken on main, and the cure that is not committed', async () => {
  const project = await makeProject();
  const sound = project.read('.steroids/config.yaml');
  project.write('.steroids/config.yaml', 'coders: 7\n');
  project.commit('Break it');
  project.write('.steroids/config.yaml', sound);
  const found = bad(await doctor(project, 3));
  expect(found).toMatchObject([
    { check: 'configuration', level: 'problem', sentence: expect.stringContaining('coders') },
    { check: 'configuration', level: 'warning', remedy: expect.stringContaining('Commit it') },
  ]);
});

test('what cannot be started, is out of date, is paused, or comes from a wrong clock', async () => {
  const project = await makeProject({
    config: {
      coders: { default: { command: ['no-such-coder'] } },
      reviewer: 'strict',
      reviewers: { strict: { command: ['no-such-reviewer'] } },
      merge: { remote: 'upstream' },
    },
  });
  const hooks = path.join(project.folder, '.git/steroids/hooks');
  project.write('.git/steroids/hooks/post-commit', '#!/bin/sh\nexit 1\n');
  expect(readFileSync(path.join(hooks, 'post-commit'), 'utf8')).toContain('exit 1');
  const database = new Database(storeOf(project));
  const pause = { reason: 'main is red', main: project.git('rev-parse', 'main'), since: 0 };
  database.prepare("insert into meta values ('pause', ?)").run(JSON.stringify(pause));
  const elsewhere = JSON.stringify({ host: 'another.example', boot: '', pid: 1, started: '' });
  database.prepare("insert into leases values ('git', ?, 1, ?, 0)").run(elsewhere, Date.now() + 864e5);
  database.close();
  const found = bad(await doctor(project, 3));
  expect(found.map((one) => [one.check, one.level])).toEqual([
    ['hooks', 'warning'],
    ['clock', 'warning'],
    ['queue', 'warning'],
    ['coder', 'problem'],
    ['reviewer', 'problem'],
    ['remote', 'problem'],
  ]);
  for (const one of found) expect(one.remedy).not.toBe(null);
  expect(readFileSync(path.join(hooks, 'post-commit'), 'utf8')).toContain('exit 1');
});

test('a sandbox that a run would refuse to begin without', async () => {
  const project = await makeProject({ config: { sandbox: { write: ['/no/such/folder'] } } });
  const refused = await project.run('run');
  const found = bad(await doctor(project, 3));
  expect(found).toMatchObject([{ check: 'sandbox', level: 'problem', remedy: expect.any(String) }]);
  expect(refused.err).toContain(found[0]?.sentence);
});

test('an old git, and a worktrees folder that is a file', async () => {
  const project = await makeProject();
  project.write(
    '../outside/bin/git',
    `#!/bin/sh\ncase "$*" in *version*) echo 'git version 2.30.1';; *) PATH=$REAL exec git "$@";; esac\n`,
  );
  chmodSync(path.join(project.outside, 'bin/git'), 0o755);
  project.environment.REAL = project.environment.PATH;
  project.environment.PATH = `${project.outside}/bin:${project.environment.PATH}`;
  writeFileSync(`${project.folder}.steroids`, '');
  expect(bad(await doctor(project, 3))).toMatchObject([
    { check: 'git', level: 'problem', sentence: expect.stringContaining('too old') },
    { check: 'worktrees', level: 'problem' },
  ]);
});

test('a store that is damaged: said, and everything else is looked at all the same', async () => {
  const project = await makeProject();
  await project.task('one', 'echo x > x\n');
  await project.run('run', '--runners', '1');
  writeFileSync(storeOf(project), 'no database at all '.repeat(100));
  const findings = await doctor(project, 3);
  expect(bad(findings)).toMatchObject([
    { check: 'store', level: 'problem', remedy: expect.stringContaining('steroids recover') },
  ]);
  expect(findings.map((one) => one.check)).toContain('coder');
});

test('what was left behind is told, and stays', async () => {
  const project = await makeProject();
  project.git(
    'update-ref',
    'refs/heads/runner-4/task-unknown2',
    project.git('commit-tree', '-m', 'x', 'main^{tree}'),
  );
  const found = bad(await doctor(project, 0));
  expect(found).toMatchObject([
    { check: 'leftovers', level: 'warning', sentence: expect.stringContaining('runner-4') },
  ]);
  expect(project.git('for-each-ref', 'refs/steroids/archive')).toBe('');
});
