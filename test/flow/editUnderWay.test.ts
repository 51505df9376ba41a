// Editing what a task under way is about: what it holds follows, or the edit is refused.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

/** Works until it is let go. */
const atWork = (file: string) => `
mkdir -p "$(dirname ${file})"
echo x > ${file}
touch "$OUTSIDE/begun.$STEROIDS_TASK_TITLE"
while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done
`;

const begun = (project: TestProject, title: string) =>
  existsSync(path.join(project.outside, `begun.${title}`));
const on = (...paths: readonly string[]) => ({ args: ['--paths', ...paths] });
const show = (project: TestProject, id: string) => project.json(['tasks', 'show', id]);

async function held(project: TestProject, id: string): Promise<string[]> {
  const locks: { name: string }[] = await project.json(['locks', 'list']);
  const end = `/task:${id}`;
  return locks.flatMap(({ name }) => (name.endsWith(end) ? [name.slice(0, -end.length)] : [])).sort();
}

async function letGo(project: TestProject, running: Promise<{ readonly exitCode?: number | undefined }>) {
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  expect(await project.json(['locks', 'list'])).toEqual([]);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
}

test('with other paths, a task at work gives its files back and has the new ones', async () => {
  const project = await makeProject({ config: { locks: { files: true } } });
  const first = await project.task('first', atWork('docs/a.md'), on('src/**'));
  const second = await project.task('second', atWork('src/a.ts'), on('src/a.ts'));
  const third = await project.task('third', atWork('docs/c.md'), on('docs/c.md'));
  const running = project.start('run', '--runners', '2');
  await until(() => begun(project, 'first') && begun(project, 'third'));
  expect(begun(project, 'second')).toBe(false);
  const { effect } = await project.json(['tasks', 'edit', first, '--paths', 'docs/a.md']);
  expect(effect).toBe(
    'Its coder was told the former paths.\nIt holds file:docs/a.md now, and file:src/** no more.',
  );
  expect(await held(project, first)).toContain('file:docs/a.md');
  expect(await held(project, first)).not.toContain('file:src/**');
  const refused = await project.run('tasks', 'edit', first, '--paths', 'docs/*.md');
  expect(refused).toMatchObject({
    code: 4,
    err: expect.stringMatching(
      new RegExp(
        `^steroids: task ${first} "first" is under way, and cannot have that now: runner-\\d \\(task ${third} "third"\\) has docs/c.md, and it is to change that too`,
        'm',
      ),
    ),
  });
  expect((await show(project, first)).paths).toEqual(['docs/a.md']);
  expect(await project.json(['tasks', 'explain', second])).not.toMatchObject({
    reasons: [{ code: 'file-locked' }],
  });
  await letGo(project, running);
});

test('what it has really changed stays locked, whatever its paths are then', async () => {
  const project = await makeProject({ config: { locks: { files: true }, reviewer: 'human' } });
  const id = await project.task('first', 'mkdir -p src; echo x > src/a.ts\n', on('src/**'));
  await project.run('run');
  expect((await show(project, id)).status).toBe('review');
  await project.json(['tasks', 'edit', id, '--paths', 'docs/**']);
  expect(await held(project, id)).toEqual(expect.arrayContaining(['file:docs/**', 'file:src/a.ts']));
  expect(await held(project, id)).not.toContain('file:src/**');
});

const ZONES = {
  api: { paths: ['api/**'] },
  web: { paths: ['web/**'] },
  core: { paths: ['core/**'], exclusive: true },
};

test('its zones follow, and what it changes is judged by them', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES, outside: 'fail' } } });
  const first = await project.task('first', atWork('web/a.ts'), on('api/a.ts'));
  const second = await project.task('second', atWork('api/b.ts'), on('api/b.ts'));
  const running = project.start('run', '--runners', '2');
  await until(() => begun(project, 'first'));
  expect((await project.json(['tasks', 'explain', second])).reasons).toMatchObject([{ code: 'zone-busy' }]);
  await project.json(['tasks', 'edit', first, '--paths', 'web/**']);
  expect(await held(project, first)).toContain('zone:web');
  expect(await held(project, first)).not.toContain('zone:api');
  await until(() => begun(project, 'second'));
  expect(await project.run('tasks', 'edit', first, '--paths', 'web/**', 'api/**')).toMatchObject({
    code: 4,
    err: expect.stringContaining('zone "api" takes 1 at a time'),
  });
  expect(await project.run('tasks', 'edit', first, '--paths', 'core/**')).toMatchObject({
    code: 4,
    err: expect.stringContaining('is exclusive, and a task is still under way'),
  });
  await letGo(project, running);
  for (const id of [first, second])
    expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
});

test('its place in a section follows, and an exclusive section is refused beside others', async () => {
  const project = await makeProject();
  for (const name of ['A', 'B']) await project.json(['sections', 'add', name]);
  await project.json(['sections', 'add', 'Alone', '--exclusive']);
  const first = await project.task('first', atWork('a'), { args: ['--section', 'A'] });
  const second = await project.task('second', atWork('b'), { args: ['--section', 'A'] });
  const running = project.start('run', '--runners', '2');
  await until(() => begun(project, 'first'));
  await project.json(['tasks', 'edit', first, '--section', 'Alone']);
  const waits = (await project.json(['tasks', 'explain', second])).reasons;
  expect(waits).toMatchObject([{ code: 'exclusive', sentence: expect.stringContaining('runs alone') }]);
  await project.json(['tasks', 'edit', first, '--section', 'B']);
  await until(() => begun(project, 'second'));
  expect(await project.run('tasks', 'edit', first, '--section', 'A')).toMatchObject({
    code: 4,
    err: expect.stringContaining('section "A" takes 1 at a time'),
  });
  expect((await project.run('tasks', 'edit', first, '--section', 'Alone')).code).toBe(4);
  expect((await show(project, first)).section).toBe('B');
  // Nothing that others have is asked for when the section goes.
  await project.json(['tasks', 'edit', first, '--section', '']);
  await letGo(project, running);
});

test('a place that it has moved to is given back when a person is to review it', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  for (const name of ['A', 'B']) await project.json(['sections', 'add', name]);
  const id = await project.task('first', atWork('a'), { args: ['--section', 'A'] });
  const running = project.start('run', '--runners', '1');
  await until(() => begun(project, 'first'));
  await project.json(['tasks', 'edit', id, '--section', 'B']);
  expect(await held(project, id)).toContain('section:B');
  project.write('../outside/go', '');
  await running;
  expect((await show(project, id)).status).toBe('review');
  expect(await held(project, id)).toEqual(['project']);
});
