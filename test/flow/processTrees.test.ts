// What coders, set-up and verification start ends with them, before anybody else works in their worktree.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { hasNamespaces } from '../support/containment.ts';
import { marked } from '../support/marked.ts';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const BIN = fileURLToPath(new URL('../../bin/steroids.js', import.meta.url));
const inNamespace = test.skipIf(!hasNamespaces);

let marks = 0;

/** A length of sleep that nobody else sleeps. Whoever is found by it when the test ends is ended. */
function newMark(): string {
  const mark = `${200_000_000 + process.pid * 100 + marks++}`;
  onTestFinished(() => {
    for (const pid of marked(mark)) process.kill(pid, 'SIGKILL');
  });
  return mark;
}

/** Leaves group and session, ignores SIGTERM, and keeps the worktree as its folder. */
const daemon = (mark: string) =>
  `setsid sh -c '(trap "" TERM; exec sleep ${mark}) </dev/null >/dev/null 2>&1 & exit'\n`;
const wait = (mark: string) => `touch "$OUTSIDE/begun"; sleep ${mark}\n`;
const begun = (project: TestProject) => until(() => existsSync(path.join(project.outside, 'begun')));
const GROUPS = { processes: 'group' };

inNamespace('a coder’s daemon is gone when the coder has ended well', async () => {
  const project = await makeProject();
  const mark = newMark();
  const id = await project.task('work', `${daemon(mark)}echo x > x.txt\n`);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
  expect(marked(mark)).toEqual([]);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

inNamespace('stop --now ends the coder and its daemon', async () => {
  const project = await makeProject();
  const mark = newMark();
  const id = await project.task('work', daemon(mark) + wait(mark));
  await project.json(['runners', 'start', '--detach']);
  await begun(project);
  await until(() => marked(mark).length === 2);
  await project.json(['runners', 'stop', '--now']);
  expect(marked(mark)).toEqual([]);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending' });
});

inNamespace('after the runner’s SIGKILL, whoever comes next ends the coder and its daemon', async () => {
  const project = await makeProject();
  const mark = newMark();
  const id = await project.task('work', daemon(mark) + wait(mark), {
    attempts: { 2: 'echo x > x.txt\n' },
  });
  const running = project.start('run', '--runners', '1');
  await begun(project);
  await until(() => marked(mark).length === 2);
  running.kill('SIGKILL');
  await running;
  expect(marked(mark)).toHaveLength(2);
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  expect(marked(mark)).toEqual([]);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
});

test('a coder’s git starts no gc, which would be killed in the middle of it', async () => {
  const project = await makeProject();
  project.git('config', 'gc.auto', '1');
  project.git('config', 'gc.autoDetach', 'false');
  const blobs =
    'for i in $(seq 1000); do echo $i > $i.x; done; ls *.x | git hash-object -w --stdin-paths > f; rm *.x';
  // Git counts the files of this folder only.
  const enough = 'ls "$(git rev-parse --git-common-dir)/objects/17" | wc -l > "$OUTSIDE/loose"';
  await project.task('work', `${blobs}; ${enough}; git add f; git commit -m f\n`);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  expect(Number(project.read('../outside/loose'))).toBeGreaterThan(1);
  expect(project.git('count-objects', '-v')).toContain('packs: 0');
});

test.each([
  ['set-up', (command: string) => ({ worktrees: { setup: [command] } })],
  ['verification', (command: string) => ({ merge: { verify: [command] } })],
])('a %s that outlived its process is ended before its worktree is used again', async (_, config) => {
  const mark = newMark();
  // The second one tells whether the first still runs.
  const first = `[ -e "$HOME/begun" ] || { touch "$HOME/begun"; sleep ${mark}; }`;
  const second = `ps -eo args | grep "^sleep ${mark}$" >> "$HOME/seen"; :`;
  const project = await makeProject({ config: { ...GROUPS, ...config(`${first}; ${second}`) } });
  const id = await project.task('work', 'echo x > x.txt\n');
  const running = project.start('run', '--runners', '1');
  await begun(project);
  await until(() => marked(mark).length > 0);
  running.kill('SIGKILL');
  await running;
  expect(marked(mark)).not.toEqual([]);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  expect(project.read('../outside/seen')).toBe('');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
});

inNamespace('steroids inside a coder does not take the runner outside for dead', async () => {
  const project = await makeProject();
  const inner = `'${process.execPath}' '${BIN}' runners`;
  const id = await project.task(
    'work',
    `${inner} start --once --json > "$OUTSIDE/started" && ${inner} list --json > "$OUTSIDE/list"; echo x > x.txt\n`,
  );
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  expect(JSON.parse(project.read('../outside/list'))).toMatchObject([{ number: 1, state: 'active' }]);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
});

test('with groups, a worktree that a daemon still holds is put aside until it has ended', async () => {
  const project = await makeProject({ config: GROUPS });
  const mark = newMark();
  const where = (name: string) => `pwd > "$OUTSIDE/${name}"\n`;
  const first = await project.task('first', `${where('1')}${daemon(mark)}echo x > x.txt; exit 3\n`, {
    attempts: { 2: `${where('again')}echo x > x.txt\n` },
    args: ['--priority', '9'],
  });
  await project.task('second', `${where('2')}echo y > y.txt\n`);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  const [pid = 0] = marked(mark);
  expect(pid).toBeGreaterThan(1);
  const folder = `${project.folder}.steroids/runner-1`;
  expect(ran.err).toContain(`sleep (process ${pid}) still has files open in ${folder}: it is put aside`);
  expect(project.read('../outside/1').trim()).toBe(folder);
  for (const name of ['2', 'again'])
    expect(project.read(`../outside/${name}`).trim()).toBe(`${project.folder}.steroids/runner-2`);
  expect(project.git('for-each-ref', `refs/steroids/archive/${first}`)).toContain('uncommitted');
  expect(existsSync(path.join(folder, 'x.txt'))).toBe(true);
  expect(leftovers(project)).toMatchObject({ worktrees: [`worktree ${folder}`], branches: [] });

  await project.task('third', `${where('3')}echo z > z.txt\n`);
  expect((await project.run('run', '--runners', '1')).err).toContain('goes on as runner-2');
  process.kill(pid, 'SIGKILL');
  await until(() => marked(mark).length === 0);
  await project.task('fourth', `${where('4')}echo a > a.txt\n`);
  const last = await project.run('run', '--runners', '1');
  expect(last.code, last.err).toBe(0);
  expect(project.read('../outside/3').trim()).toBe(`${project.folder}.steroids/runner-2`);
  expect(project.read('../outside/4').trim()).toBe(folder);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('with groups, a killed runner’s worktree is let go but not touched while a daemon holds it', async () => {
  const project = await makeProject({ config: GROUPS });
  const mark = newMark();
  // One that keeps its environment is found by it and ended.
  const stray = `env -i PATH="$PATH" ${daemon(mark)}`;
  const id = await project.task('work', `echo half > half.txt; ${stray}${wait('600')}`, {
    attempts: { 2: 'echo x > x.txt\n' },
  });
  const running = project.start('run', '--runners', '1');
  await begun(project);
  running.kill('SIGKILL');
  await running;
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  expect(marked(mark)).toHaveLength(1);
  expect(existsSync(`${project.folder}.steroids/runner-1/half.txt`)).toBe(true);
  expect(project.git('for-each-ref', `refs/steroids/archive/${id}`)).toContain('uncommitted');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
});

test('with groups, the queue verifies elsewhere while something holds its worktree', async () => {
  const mark = newMark();
  const verify = [
    `pwd >> "$HOME/verified"; [ -e "$HOME/begun" ] || { touch "$HOME/begun"; ${daemon(mark)} }`,
  ];
  const project = await makeProject({ config: { ...GROUPS, merge: { verify } } });
  for (const name of ['a', 'b']) await project.task(name, `echo x > ${name}.txt\n`);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  const root = `${project.folder}.steroids`;
  expect(project.read('../outside/verified')).toBe(`${root}/merge-1\n${root}/merge-2\n`);
  expect(ran.err).toContain(`still has files open in ${root}/merge-1`);
  expect(existsSync(path.join(root, 'merge-1', 'README.md'))).toBe(true);
});
