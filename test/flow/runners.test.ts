// Runners: in the background, stopped, killed, and beside each other in sections.

import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, spawnCli } from '../support/project.ts';
import { until } from '../support/until.ts';

const BIN = fileURLToPath(new URL('../../bin/steroids.js', import.meta.url));

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

/** Lets the first `git worktree add` wait for `go`. */
const SLOW_GIT = `#!/bin/sh
case "$*" in *'worktree add'*)
  touch "$OUTSIDE/asked"
  while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done
  touch "$OUTSIDE/done"
esac
exec "$REAL_GIT" "$@"
`;

test('a runner in the background works, is listed, is followed, and stops', async () => {
  const project = await makeProject();
  const runner = await project.json(['runners', 'start', '--detach']);
  expect(runner).toMatchObject({ number: 1, state: 'active', section: null });
  try {
    const id = await project.task('work', `${write('work.txt', 'x')}echo "said by the coder"\n`);
    const following = project.start('runners', 'logs', 'runner-1', '--follow', '--json');
    await until(async () => (await project.json(['tasks', 'show', id])).status === 'completed');
    expect(await project.json(['runners', 'list'])).toMatchObject([{ id: runner.id, number: 1 }]);
    expect((await project.run('runners', 'logs', '1')).out).toContain('1 commit');
    await project.json(['runners', 'stop', runner.id.slice(0, 4)]);
    const lines = String((await following).stdout)
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.from)).toContain('runner');
    expect(await project.json(['runners', 'list'])).toEqual([]);
    expect(await project.json(['runners', 'list', '--all'])).toMatchObject([{ state: 'stopped' }]);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  } finally {
    await project.run('runners', 'stop', '--now');
  }
});

test('stop --now ends the coder, and the task uses up no attempt of its bounds', async () => {
  const project = await makeProject({ config: { limits: { attempts: 1 } } });
  const id = await project.task(
    'work',
    '[ -f "$OUTSIDE/begun" ] || { touch "$OUTSIDE/begun"; sleep 600; }; echo x > x.txt\n',
  );
  await project.json(['runners', 'start', '--detach']);
  await until(() => existsSync(path.join(project.outside, 'begun')));
  await project.json(['runners', 'stop', '--now']);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending', attempt: 1 });
  expect(await project.run('run')).toMatchObject({ code: 0 });
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
    'interrupted',
    'landed',
  ]);
});

test('a killed runner loses nothing: the next run takes its task over', async () => {
  const project = await makeProject();
  const id = await project.task(
    'work',
    '[ -f "$OUTSIDE/begun" ] || { echo half > half.txt; touch "$OUTSIDE/begun"; sleep 600; }; echo x > x.txt\n',
  );
  const running = project.start('run');
  await until(() => existsSync(path.join(project.outside, 'begun')));
  running.kill('SIGKILL');
  await running;
  expect((await project.json(['tasks', 'explain', id])).reasons[0].code).toBe('runner-dead');
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
  expect(project.git('for-each-ref', `refs/steroids/archive/${id}`)).toContain('uncommitted');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('the first Ctrl-C lets what runs finish, the second ends it', async () => {
  const project = await makeProject();
  const first = await project.task(
    'first',
    'touch "$OUTSIDE/begun"; while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done; echo x > x.txt\n',
  );
  const second = await project.task('second', write('y.txt', 'y'));
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'begun')));
  running.kill('SIGINT');
  let said = '';
  running.stderr?.on('data', (text) => {
    said += text;
  });
  await until(() => said.includes('Stopping'));
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(130);
  expect(await project.json(['tasks', 'show', first])).toMatchObject({ status: 'completed' });
  expect(await project.json(['tasks', 'show', second])).toMatchObject({ status: 'pending' });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);

  const third = await project.task('third', 'touch "$OUTSIDE/begun3"; sleep 600\n', {
    args: ['--priority', '9'],
  });
  const again = project.start('run', '--runners', '1');
  let heard = '';
  again.stderr?.on('data', (text) => {
    heard += text;
  });
  await until(() => existsSync(path.join(project.outside, 'begun3')));
  again.kill('SIGINT');
  await until(() => heard.includes('Stopping'));
  again.kill('SIGINT');
  expect((await again).exitCode).toBe(130);
  expect(await project.json(['tasks', 'show', third])).toMatchObject({ status: 'pending' });
});

test('a Ctrl-C of the terminal does not reach a git that is being asked', async () => {
  const project = await makeProject();
  const id = await project.task('work', write('work.txt', 'x'));
  const real = (process.env.PATH ?? '')
    .split(':')
    .map((folder) => path.join(folder, 'git'))
    .find(existsSync);
  project.write('../outside/bin/git', SLOW_GIT);
  chmodSync(path.join(project.outside, 'bin/git'), 0o755);
  Object.assign(project.environment, {
    PATH: `${project.outside}/bin:${process.env.PATH}`,
    OUTSIDE: project.outside,
    REAL_GIT: real,
  });
  const running = spawnCli(project, ['run', '--runners', '1'], { detached: true });
  await until(() => existsSync(path.join(project.outside, 'asked')));
  process.kill(-(running.pid as number), 'SIGINT');
  let said = '';
  running.stderr.on('data', (text) => {
    said += text;
  });
  await until(() => said.includes('Stopping'));
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(130);
  expect(existsSync(path.join(project.outside, 'done'))).toBe(true);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a section takes one runner at a time, and the refusal names the first', async () => {
  const project = await makeProject();
  await project.json(['sections', 'add', 'Web']);
  const first = await project.json(['runners', 'start', '--section', 'web', '--detach']);
  try {
    const refused = await project.run('runners', 'start', '--section', 'Web');
    expect(refused.code).toBe(4);
    expect(refused.err).toContain('runner-1');
    expect(refused.err).toContain(first.id);
    const detached = await project.run('runners', 'start', '--section', 'Web', '--detach');
    expect(detached).toMatchObject({ code: 4 });
    await project.json(['sections', 'edit', 'Web', '--max-runners', '2']);
    expect(await project.json(['runners', 'start', '--section', 'Web', '--detach'])).toMatchObject({
      number: 2,
    });
  } finally {
    await project.run('runners', 'stop', '--now');
  }
});

/** Notes which other coders are at work while it is. */
const noting = (file: string) => `
touch "$OUTSIDE/at-work.$STEROIDS_TASK_TITLE"
ls "$OUTSIDE" | grep '^at-work' > "$OUTSIDE/seen-by.$STEROIDS_TASK_TITLE"
sleep 0.3
ls "$OUTSIDE" | grep '^at-work' >> "$OUTSIDE/seen-by.$STEROIDS_TASK_TITLE"
rm "$OUTSIDE/at-work.$STEROIDS_TASK_TITLE"
echo x > ${file}
`;

test('runners keep to the places of a section, and nothing runs beside an exclusive one', async () => {
  const project = await makeProject();
  await project.json(['sections', 'add', 'Narrow']);
  await project.json(['sections', 'add', 'Alone', '--exclusive']);
  for (const name of ['a', 'b', 'c'])
    await project.task(`narrow-${name}`, noting(`${name}.txt`), { args: ['--section', 'Narrow'] });
  await project.task('alone', noting('alone.txt'), { args: ['--section', 'Alone'] });
  for (const name of ['d', 'e']) await project.task(`free-${name}`, noting(`${name}.txt`));
  const ran = await project.run('run', '--runners', '4');
  expect(ran.code, ran.err + ran.out).toBe(0);
  const seenBy = (title: string) =>
    new Set(
      readFileSync(path.join(project.outside, `seen-by.${title}`), 'utf8')
        .trim()
        .split('\n'),
    );
  for (const name of ['a', 'b', 'c']) {
    const narrow = [...seenBy(`narrow-${name}`)].filter((other) => other.startsWith('at-work.narrow'));
    expect(narrow).toEqual([`at-work.narrow-${name}`]);
    expect(seenBy(`narrow-${name}`)).not.toContain('at-work.alone');
  }
  expect([...seenBy('alone')]).toEqual(['at-work.alone']);
});

test('`run --section` works only in those sections', async () => {
  const project = await makeProject();
  await project.json(['sections', 'add', 'Web']);
  const inside = await project.task('inside', write('a.txt', 'a'), { args: ['--section', 'Web'] });
  const outside = await project.task('outside', write('b.txt', 'b'));
  await project.run('run', '--section', 'Web');
  expect(await project.json(['tasks', 'show', inside])).toMatchObject({ status: 'completed' });
  expect(await project.json(['tasks', 'show', outside])).toMatchObject({ status: 'pending' });
});

test('--once takes one task, and no longer lives than it', async () => {
  const project = await makeProject();
  await project.task('first', write('a.txt', 'a'));
  const second = await project.task('second', write('b.txt', 'b'));
  expect(await project.run('runners', 'start', '--once')).toMatchObject({ code: 0 });
  expect(project.read('a.txt')).toBe('a\n');
  expect(await project.json(['tasks', 'show', second])).toMatchObject({ status: 'pending' });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a coder sees the contract, and its runner-own TMPDIR and PORT', async () => {
  const project = await makeProject();
  await project.json(['sections', 'add', 'Web']);
  const id = await project.task('env', 'env > "$OUTSIDE/env"; echo x > x.txt\n', {
    args: ['--section', 'Web'],
  });
  await project.run('run', '--runners', '1');
  const seen = new Map(
    readFileSync(path.join(project.outside, 'env'), 'utf8')
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  expect(seen.get('STEROIDS_TASK_ID')).toBe(id);
  expect(seen.get('STEROIDS_TASK_TITLE')).toBe('env');
  expect(seen.get('STEROIDS_SECTION')).toBe('Web');
  expect(seen.get('STEROIDS_ATTEMPT')).toBe('1');
  expect(seen.get('STEROIDS_RUNNER_ID')).toMatch(/^[a-z0-9]{8}$/);
  expect(seen.get('STEROIDS_BASE_COMMIT')).toBe(project.git('rev-parse', 'main~1'));
  expect(seen.get('STEROIDS_WORKTREE')).toBe(`${project.folder}.steroids/runner-1`);
  expect(seen.get('PWD')).toBe(seen.get('STEROIDS_WORKTREE'));
  expect(seen.get('TMPDIR')).toContain('steroids-1');
  expect(Number(seen.get('PORT'))).toBeGreaterThan(1024);
});

test('who stops listening stops no work, and is no mistake of ours', async () => {
  const project = await makeProject();
  const id = await project.task(
    'work',
    'touch "$OUTSIDE/begun"; while [ ! -e "$OUTSIDE/go" ]; do sleep 0.05; done; echo x > x\n',
  );
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'begun')));
  running.stdout.destroy();
  running.stderr.destroy();
  writeFileSync(path.join(project.outside, 'go'), '');
  expect((await running).exitCode).toBe(0);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
  const listing = project.start('tasks', 'list');
  listing.stdout.destroy();
  expect(await listing).toMatchObject({ exitCode: 0, stderr: '' });
});

test.skipIf(!existsSync('/dev/full'))(
  'an answer that cannot be written is told, and is no success',
  async () => {
    const project = await makeProject();
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'tasks', 'list'], {
      cwd: project.folder,
      env: project.environment,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^steroids: the answer could not be written: ENOSPC.*\n$/);
    expect(status).toBe(5);
  },
);
