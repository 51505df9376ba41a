// What a coder changes outside of its zone: told, sent back, or taken for it as well.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const ZONES = {
  api: { paths: ['api/**'] },
  web: { paths: ['web/**'] },
};

const BOTH = 'mkdir -p api web; echo x > api/a.txt; echo x > web/b.txt\n';
const TOLD = 'web/b.txt (zone "web"), outside of its zone "api"';

interface Event {
  readonly kind: string;
  readonly at: string;
  readonly [key: string]: unknown;
}

const show = (project: TestProject, id: string) => project.json(['tasks', 'show', id]);
const kinds = (events: readonly Event[]) => events.map(({ kind }) => kind);

/** The reviewer keeps what it is given, and approves. */
const KEEPING = ['sh', '-c', 'cat > "$OUTSIDE/dossier"; printf \'{"decision":"approve","reason":"fine"}\''];

test('warn: the reviewer and whoever looks at the task are told, and it lands', async () => {
  const project = await makeProject({
    config: { runners: { zones: ZONES }, reviewer: 'keep', reviewers: { keep: { command: KEEPING } } },
  });
  Object.assign(project.environment, { OUTSIDE: project.outside });
  const id = await project.task('both', BOTH, { args: ['--paths', 'api/**'] });
  const ran = await project.run('run');
  expect(ran.code).toBe(0);
  expect(ran.err).toContain(`${id} “both”: it changes ${TOLD}`);
  expect((await show(project, id)).status).toBe('completed');
  expect(readFileSync(path.join(project.outside, 'dossier'), 'utf8')).toContain(`- It changes ${TOLD}. Look`);
  expect((await project.run('tasks', 'show', id)).out).toContain(`changes ${TOLD}`);
});

test('what stays within its zone is told to nobody', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES, outside: 'fail' } } });
  const id = await project.task('in', 'mkdir -p api; echo x > api/a.txt\n', { args: ['--paths', 'api/**'] });
  expect((await project.run('run')).code).toBe(0);
  const { status, events } = await show(project, id);
  expect(status).toBe('completed');
  expect(kinds(events)).not.toContain('outside');
});

test('fail: it goes back to its coder with the paths and the zone, and counts', async () => {
  const project = await makeProject({
    config: { runners: { zones: ZONES, outside: 'fail' }, limits: { attempts: 2 } },
  });
  const mended = await project.task('mended', BOTH, {
    args: ['--paths', 'api/**'],
    attempts: { 2: 'git rm -q web/b.txt\n' },
  });
  const stubborn = await project.task('stubborn', `${BOTH}date +%N > api/a.txt\n`, {
    args: ['--paths', 'api/**'],
  });
  const ran = await project.run('run', '--runners', '1');
  const after = await show(project, mended);
  expect(after).toMatchObject({ status: 'completed', attempt: 2 });
  expect(after.rejections).toMatchObject([{ reviewer: 'zones', reason: expect.stringContaining(TOLD) }]);
  const brief = readFileSync(path.join(project.outside, `${mended}.2.brief`), 'utf8');
  expect(brief).toContain(TOLD);
  // Nobody has judged it, so nobody is said to have rejected it.
  expect(brief).toContain('Attempt 1: it changed files outside of its zone');
  expect(ran.err).toContain(`sent back: it changes ${TOLD}`);
  const shown = [
    (await project.run('tasks', 'show', mended)).out,
    (await project.run('review', 'show', mended)).out,
  ];
  expect(shown[0]).toMatch(/sent back at \w+: it changes web\/b\.txt/);
  expect(shown[1]).toContain('Attempt #1 (OUTSIDE OF ITS ZONE)');
  for (const text of [brief, ran.err, ...shown])
    expect(text).not.toMatch(/reviewer rejected|rejected (at|by|it)|REJECTED/);
  expect(project.git('ls-tree', '--name-only', '-r', 'main')).not.toContain('web/');
  expect(await show(project, stubborn)).toMatchObject({
    status: 'disputed',
    reason: expect.stringContaining('2 of 2'),
  });
});

test('reassign: where the other zone is free, it is taken too', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES, outside: 'reassign' } } });
  const id = await project.task('both', BOTH, { args: ['--paths', 'api/**'] });
  expect((await project.run('run')).code).toBe(0);
  const { status, attempt, paths } = await show(project, id);
  expect({ status, attempt, paths }).toEqual({
    status: 'completed',
    attempt: 1,
    paths: ['api/**', 'web/b.txt'],
  });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('reassign: where it is not free, the task is queued again with what it has made, until it is', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES, outside: 'reassign' } } });
  const holding = await project.task(
    'holding',
    'while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done; mkdir -p web; echo x > web/a.txt\n',
    { args: ['--paths', 'web/**'] },
  );
  const id = await project.task('both', BOTH, { args: ['--paths', 'api/**'], attempts: { 2: 'true\n' } });
  const running = project.start('run', '--runners', '2');
  await until(async () => kinds((await show(project, id)).events).includes('handedBack'));
  const waiting = await show(project, id);
  expect(waiting).toMatchObject({ status: 'pending', paths: ['api/**', 'web/b.txt'] });
  const { reasons } = await project.json(['tasks', 'explain', id]);
  expect(reasons[0]).toMatchObject({
    code: 'zone-busy',
    sentence: expect.stringContaining(`(task ${holding} "holding") has it`),
  });
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 2 });
  expect(project.git('show', 'main:web/b.txt')).toBe('x');
});

test('reassign: to the section that owns all of it', async () => {
  const project = await makeProject({
    config: { runners: { isolation: 'directory', outside: 'reassign' } },
  });
  await project.json(['sections', 'add', 'Api', '--path', 'api/**']);
  await project.json(['sections', 'add', 'Web', '--path', 'web/**']);
  const id = await project.task('astray', 'mkdir -p web; echo x > web/b.txt\n', {
    args: ['--section', 'Api'],
  });
  expect((await project.run('run')).code).toBe(0);
  expect(await show(project, id)).toMatchObject({
    status: 'completed',
    attempt: 1,
    section: 'Web',
  });
});

test('reassign: what it was to change and does not is free again with the section', async () => {
  const project = await makeProject({
    config: {
      runners: { isolation: 'directory', outside: 'reassign' },
      locks: { files: true },
      reviewer: 'human',
    },
  });
  await project.json(['sections', 'add', 'Api', '--path', 'api/**']);
  await project.json(['sections', 'add', 'Web', '--path', 'web/**']);
  const id = await project.task('astray', 'mkdir -p web; echo x > web/b.txt\n', {
    args: ['--section', 'Api', '--paths', 'api/**'],
  });
  await project.run('run', '--runners', '1');
  expect(await show(project, id)).toMatchObject({ status: 'review', section: 'Web', paths: [] });
  const locks: { name: string }[] = await project.json(['locks', 'list']);
  expect(locks.map(({ name }) => name).sort()).toEqual(
    ['file:web/b.txt', 'project', 'zone:web'].map((name) => `${name}/task:${id}`),
  );
});

test('it is told while the coder is at work, of what it has not committed too', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES } } });
  const id = await project.task(
    'both',
    `${BOTH}git add api; git commit -qm half; touch "$OUTSIDE/begun"
while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done; rm web/b.txt\n`,
    { args: ['--paths', 'api/**'] },
  );
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'begun')));
  await until(async () => kinds((await show(project, id)).events).includes('outside'));
  const { status, events } = await show(project, id);
  expect(status).toBe('in_progress');
  expect(events.at(-1)).toMatchObject({ kind: 'outside', paths: ['web/b.txt'], working: true });
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  // It took it back: what is submitted is within its zone.
  const after = await show(project, id);
  expect(after.status).toBe('completed');
  expect(after.events.filter((event: Event) => event.kind === 'outside')).toHaveLength(1);
});
