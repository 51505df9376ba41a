// Two tasks that each add a dependency: package.json merges by its keys, and the queue makes the lockfile anew, with npm.

import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { adding, inFrontOfNpm, lock, lockedAt, makePackages, manifest } from '../support/packages.ts';
import { leftovers, NOTHING_LEFT, type TestProject } from '../support/project.ts';

const outside = (project: TestProject, file: string) => path.join(project.outside, file);
const linesOf = (project: TestProject, file: string) =>
  existsSync(outside(project, file)) ? readFileSync(outside(project, file), 'utf8').trim().split('\n') : [];

/** A task whose work is done, and then a person's commit on main that adds a dependency too: it waits for an approval. */
async function taskBesides(project: TestProject, script = adding('z')): Promise<string> {
  const id = await project.task('two', `${script}echo two > two.txt\n`);
  await project.run('run');
  project.write('package.json', manifest('a', 'm'));
  lock(project);
  project.commit('Add a');
  return id;
}

const byPerson = { reviewer: 'human' };

test('two at once: both land, and neither is coded again', { timeout: 120_000 }, async () => {
  const project = await makePackages();
  const wait = (what: string) => `while ! ${what}; do sleep 0.05; done\n`;
  const one = await project.task('one', `${wait('[ -e "$OUTSIDE/begun" ]')}${adding('a')}`);
  const two = await project.task(
    'two',
    `touch "$OUTSIDE/begun"\n${adding('z')}${wait('git log --format=%s main | grep -qx one')}`,
  );
  const begin = project.git('rev-parse', 'main');
  const ran = await project.run('run', '--runners', '2');
  expect(ran.err).toContain('package-lock.json made anew');
  expect(ran).toMatchObject({ code: 0 });
  const [tip, last, first] = project.git('log', '--format=%H %an %s', `${begin}..main`).split('\n');
  expect(first).toMatch(/ Ada one$/);
  expect(last).toMatch(/ Ada two$/);
  expect(tip).toMatch(/ steroids Make package-lock.json anew$/);
  expect(project.git('log', '-1', '--format=%b', 'main')).toContain(
    `Steroids-Lockfile: regenerated for ${two}`,
  );
  expect(JSON.parse(project.read('package.json')).dependencies).toEqual({
    a: 'file:./libs/a',
    m: 'file:./libs/m',
    z: 'file:./libs/z',
  });
  expect(lockedAt(project, 'main').toSorted()).toEqual(['a', 'm', 'z']);
  // What landed is what was verified: nothing in between ever was main.
  expect(linesOf(project, 'verified')).toContain(project.git('rev-parse', 'main'));
  expect(linesOf(project, 'verified')).not.toContain(project.git('rev-parse', 'main~1'));
  expect(existsSync(outside(project, 'scripts-ran'))).toBe(false);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
  // Nor was what npm wrote there taken for somebody's work.
  const own = path.join(project.folder, '.git', 'steroids', 'git');
  expect(project.git('--git-dir', own, 'for-each-ref', 'refs/steroids/archive')).toBe('');
  for (const [id, landed] of [
    [one, 'main~2'],
    [two, 'main'],
  ] as const) {
    const shown = await project.json(['tasks', 'show', id]);
    expect(shown).toMatchObject({
      status: 'completed',
      attempt: 1,
      landedCommit: project.git('rev-parse', landed),
    });
    const own = id === one ? 'main~2' : 'main~1';
    expect(shown.commits.map((commit: { landedCommit: string }) => commit.landedCommit)).toEqual([
      project.git('rev-parse', own),
    ]);
  }
  const listed = await project.json(['merge', 'list', '--all']);
  expect(
    listed.map((entry: { title: string; remade: string }) => [entry.title, entry.remade]).toSorted(),
  ).toEqual([
    ['one', null],
    ['two', 'package-lock.json made anew'],
  ]);
  expect((await project.run('merge', 'list', '--all')).out).toContain('two (package-lock.json made anew)');
  expect((await project.run('review', 'show', two)).out).toContain('package-lock.json made anew');
});

test('an approval holds, a person is told what becomes of the lockfile, and an older store learns of the landing', {
  timeout: 120_000,
}, async () => {
  const project = await makePackages({ config: byPerson });
  const id = await taskBesides(project);
  const shown = await project.run('review', 'show', id);
  expect(shown.out).toContain('package-lock.json: main has changed it too. The queue takes main');
  expect((await project.run('review', 'show', id, '--dossier')).out).toContain(
    'package-lock.json: main has changed',
  );
  await project.json(['review', 'approve', id]);
  const store = path.join(project.folder, '.git', 'steroids', 'steroids.db');
  const copy = outside(project, 'copy.db');
  const database = new Database(store);
  await database.backup(copy);
  database.close();
  await project.json(['merge', 'run']);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
  expect(project.git('log', '--format=%an %s', '-2', 'main')).toBe(
    'steroids Make package-lock.json anew\nAda two',
  );
  for (const end of ['-wal', '-shm']) rmSync(`${store}${end}`, { force: true });
  copyFileSync(copy, store);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'queued' });
  await project.run('recover', '--json');
  const again = await project.json(['tasks', 'show', id]);
  expect(again).toMatchObject({ status: 'completed', landedCommit: project.git('rev-parse', 'main') });
  expect(again.commits).toMatchObject([{ landedCommit: project.git('rev-parse', 'main~1') }]);
});

describe('npm cannot make it', () => {
  test('for want of a network: held, and tried again', { timeout: 120_000 }, async () => {
    const project = await makePackages({ config: byPerson });
    const id = await taskBesides(project);
    inFrontOfNpm(
      project,
      `case "$*" in *package-lock-only*) echo "run[$APP_TOKEN]" >> "$HOME/npm"
[ -e "$HOME/network" ] || { touch "$HOME/network"; echo 'npm error code ENOTFOUND' >&2; exit 1; } ;; esac
exec "$NPM" "$@"`,
    );
    await project.json(['review', 'approve', id]);
    project.environment.APP_TOKEN = 'a secret of the person';
    const ran = await project.run('merge', 'run');
    expect(ran.err).toMatch(
      /has to wait: package-lock\.json cannot be made anew: `npm install .*` exited with 1.*ENOTFOUND/,
    );
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'queued', attempt: 1 });
    await project.json(['merge', 'run']);
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
    expect(linesOf(project, 'npm')).toEqual(['run[]', 'run[]']);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('again and again: the queue pauses and says why, and the task is not to blame', {
    timeout: 120_000,
  }, async () => {
    const project = await makePackages({ config: { ...byPerson, limits: { failures: 1 } } });
    const id = await taskBesides(project);
    inFrontOfNpm(
      project,
      `case "$*" in *package-lock-only*) echo 'npm error code E404' >&2; exit 1 ;; esac; exec "$NPM" "$@"`,
    );
    await project.json(['review', 'approve', id]);
    expect((await project.run('merge', 'run')).code).not.toBe(0);
    const { paused } = await project.json(['status']);
    expect(paused).toMatch(
      /^the lockfile could not be made anew 1 time: package-lock\.json .* npm error code E404/,
    );
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'queued', attempt: 1 });
    // What npm says of main's manifests too is main's.
    inFrontOfNpm(project, "echo 'npm error code ERESOLVE' >&2; exit 1");
    await project.run('merge', 'run');
    expect((await project.json(['status'])).paused).toMatch(
      /^on main itself \(\w{8}\) package-lock\.json .*ERESOLVE/,
    );
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'queued', attempt: 1 });
  });

  test('because the manifests do not go together: back to the coder, with what npm says', {
    timeout: 120_000,
  }, async () => {
    const workspaces = (name: string) =>
      `${JSON.stringify({ name, private: true, workspaces: ['libs/*'] }, null, 2)}\n`;
    const project = await makePackages({ config: byPerson, files: { 'package.json': workspaces('app') } });
    const add = (folder: string, name: string) =>
      `mkdir -p libs/${folder}\necho '{"name": "${name}"}' > libs/${folder}/package.json\nnpm install --package-lock-only --ignore-scripts --silent\n`;
    const id = await project.task('two', add('mine', 'shared'), { attempts: { 2: add('mine', 'other') } });
    await project.run('run');
    project.write('libs/theirs/package.json', '{"name": "shared"}\n');
    lock(project);
    const main = project.commit('Add shared');
    await project.json(['review', 'approve', id]);
    await project.run('merge', 'run');
    expect(project.git('rev-parse', 'main')).toBe(main);
    const back = await project.json(['tasks', 'show', id]);
    expect(back).toMatchObject({ status: 'pending' });
    expect(back.attempts[0]).toMatchObject({ outcome: 'broken' });
    await project.run('run');
    const brief = project.read(`../outside/${id}.2.brief`);
    expect(brief).toContain('package-lock.json cannot be made anew');
    expect(brief).toContain('must not have multiple workspaces with the same name');
    await project.json(['review', 'approve', id]);
    await project.json(['merge', 'run']);
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
  });

  test('and a tool that is missing is named', { timeout: 120_000 }, async () => {
    const project = await makePackages({
      config: { ...byPerson, limits: { failures: 1 }, merge: { verify: ['true'] } },
      files: { 'bun.lock': 'm\n' },
    });
    const id = await taskBesides(project, `${adding('z')}echo z > bun.lock\n`);
    project.write('bun.lock', 'a\n');
    project.commit('Another lockfile');
    await project.json(['review', 'approve', id]);
    await project.run('merge', 'run');
    expect((await project.json(['status'])).paused).toContain(
      'bun.lock has to be made anew, and bun is not on PATH',
    );
  });
});

test('what was verified lands, however often the queue is begun again', { timeout: 120_000 }, async () => {
  const project = await makePackages({ config: byPerson });
  const id = await taskBesides(project);
  inFrontOfNpm(
    project,
    `case "$*" in *package-lock-only*) echo run >> "$HOME/npm" ;; esac; exec "$NPM" "$@"`,
  );
  await project.json(['review', 'approve', id]);
  // An edit of a person is in its way: it is held after its verification.
  project.write('two.txt', 'mine\n');
  await project.run('merge', 'run', '--once');
  const verified = linesOf(project, 'verified').at(-1);
  expect(linesOf(project, 'npm')).toHaveLength(1);
  rmSync(path.join(project.folder, 'two.txt'));
  await project.json(['merge', 'run']);
  expect(project.git('rev-parse', 'main')).toBe(verified);
  expect(linesOf(project, 'npm')).toHaveLength(1);
});
