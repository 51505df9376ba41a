// Scheduling with real runners: who works beside whom, who waits for whom, and what says so.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

/** Works until it is let go. */
const atWork = (file: string, text = 'x') => `
touch "$OUTSIDE/begun.$STEROIDS_TASK_TITLE"
while [ ! -f "$OUTSIDE/go" ] && [ ! -f "$OUTSIDE/go.$STEROIDS_TASK_TITLE" ]; do sleep 0.05; done
mkdir -p "$(dirname ${file})"
echo ${text} > ${file}
`;

const begun = (project: TestProject, title: string) =>
  existsSync(path.join(project.outside, `begun.${title}`));
const letGo = (project: TestProject, title = '') => project.write(`../outside/go${title && `.${title}`}`, '');

/** From the record of a task that landed; epoch milliseconds. */
async function timesOf(project: TestProject, id: string) {
  const { status, events } = await project.json(['tasks', 'show', id]);
  expect(status).toBe('completed');
  const at = (kind: string) => Date.parse(events.find((event: { kind: string }) => event.kind === kind).at);
  return { claimed: at('claimed'), landed: at('landed') };
}

const reasonsOf = async (project: TestProject, id: string) =>
  (await project.json(['tasks', 'explain', id])).reasons;

/** Two tasks on one file, and one on another. */
async function threeTasks(project: TestProject) {
  const first = await project.task('first', atWork('src/a.ts'), { args: ['--paths', 'src/a.ts'] });
  const second = await project.task('second', atWork('src/b.ts'), { args: ['--paths', 'src/a.ts'] });
  const third = await project.task('third', atWork('src/c.ts'), { args: ['--paths', 'src/c.ts'] });
  return { first, second, third };
}

test('balanced keeps apart what is likely to conflict, says so, and lets the rest run side by side', async () => {
  const project = await makeProject({ config: { scheduling: { mode: 'balanced' } } });
  const { first, second, third } = await threeTasks(project);
  const running = project.start('run', '--runners', '3');
  await until(() => begun(project, 'first') && begun(project, 'third'));
  await until(async () => (await project.json(['status'])).heldBack === 1);
  expect(begun(project, 'second')).toBe(false);
  expect(await reasonsOf(project, second)).toContainEqual({
    code: 'conflict',
    sentence: `it is kept apart from ${first} "first" (in_progress): both may change src/a.ts (90 %)`,
    remedy: `wait until that has landed, or: steroids tasks explain ${first}`,
  });
  expect((await project.run('status')).out).toContain('1 pending task is kept apart from what is under way');
  letGo(project);
  expect((await running).exitCode).toBe(0);
  const [one, other, beside] = await Promise.all([first, second, third].map((id) => timesOf(project, id)));
  expect(other?.claimed).toBeGreaterThanOrEqual(one?.landed ?? 0);
  expect(beside?.claimed).toBeLessThan(one?.landed ?? 0);
  expect(await project.json(['status'])).toMatchObject({ heldBack: 0, pressure: null });
});

test.each([
  ['by default', {}],
  ['where it is said', { scheduling: { mode: 'aggressive' }, analysis: { onPickup: 'warn' } }],
])('aggressive runs them side by side, %s', async (_, config) => {
  const project = await makeProject({ config });
  const { second } = await threeTasks(project);
  const running = project.start('run', '--runners', '3');
  await until(() => ['first', 'second', 'third'].every((title) => begun(project, title)));
  expect((await reasonsOf(project, second))[0].code).toBe('running');
  letGo(project);
  expect((await running).exitCode).toBe(0);
});

test('who has asked for analysis gets balanced', async () => {
  const project = await makeProject({ config: { analysis: { onPickup: 'hold' } } });
  const { second } = await threeTasks(project);
  const running = project.start('run', '--runners', '3');
  await until(async () => (await project.json(['status'])).heldBack === 1);
  expect(begun(project, 'second')).toBe(false);
  expect((await reasonsOf(project, second))[0].code).toBe('conflict');
  letGo(project);
  expect((await running).exitCode).toBe(0);
});

test('the files that a coder has changed take the place of those that it was to change', async () => {
  const project = await makeProject({ config: { scheduling: { mode: 'balanced' } } });
  const held = path.join(project.outside, 'verify');
  const config = project.read('.steroids/config.yaml');
  project.write(
    '.steroids/config.yaml',
    `${config}merge: { verify: ['while [ ! -f "${held}" ]; do sleep 0.05; done'] }\n`,
  );
  project.commit('Verify when told');
  const first = await project.task('first', atWork('real.ts'), { args: ['--paths', 'guessed.ts'] });
  await project.task('guessed', atWork('other.ts'), { args: ['--paths', 'guessed.ts'] });
  letGo(project, 'first');
  const running = project.start('run', '--runners', '2');
  // The first one waits in the queue: what it was to change is free, and what it has changed is not.
  await until(() => begun(project, 'guessed'));
  const real = await project.task('real', atWork('another.ts'), {
    args: ['--paths', 'real.ts'],
  });
  await until(async () => (await project.json(['status'])).heldBack === 1);
  expect(begun(project, 'real')).toBe(false);
  expect(await reasonsOf(project, real)).toContainEqual(
    expect.objectContaining({
      code: 'conflict',
      sentence: expect.stringMatching(
        `^it is kept apart from ${first} "first" \\(\\w+\\): both may change real.ts`,
      ),
    }),
  );
  project.write('../outside/verify', '');
  letGo(project);
  expect((await running).exitCode).toBe(0);
  const [one, other] = [await timesOf(project, first), await timesOf(project, real)];
  expect(other.claimed).toBeGreaterThanOrEqual(one.landed);
});

test('what was held back longer than the bound goes first, though others are more urgent', async () => {
  const project = await makeProject({ config: { scheduling: { mode: 'balanced', hold: '1ms' } } });
  const one = await project.task('one', atWork('a.ts'), { args: ['--paths', 'a.ts'] });
  await project.task('two', atWork('b.ts'), { args: ['--paths', 'b.ts'] });
  const wide = await project.task('wide', atWork('w.ts'), { args: ['--paths', 'a.ts', 'b.ts'] });
  const running = project.start('run', '--runners', '3');
  await until(async () => (await project.json(['status'])).heldBack === 1);
  const urgent = await project.task('urgent', atWork('u.ts'), {
    args: ['--paths', 'a.ts', '--priority', '9'],
  });
  letGo(project, 'one');
  await until(async () => (await project.json(['tasks', 'show', one])).status === 'completed');
  // Nothing that is under way changes a.ts now; the runner that is free has looked since.
  await until(async () => (await project.json(['status'])).heldBack === 2);
  expect(begun(project, 'urgent')).toBe(false);
  expect(await reasonsOf(project, urgent)).toContainEqual(
    expect.objectContaining({
      code: 'conflict',
      sentence: expect.stringContaining('held back too long, so it goes first'),
    }),
  );
  letGo(project);
  expect((await running).exitCode).toBe(0);
  const [first, then] = [await timesOf(project, wide), await timesOf(project, urgent)];
  expect(then.claimed).toBeGreaterThan(first.claimed);
});

test('nothing is begun while the merge queue is longer than it may be, and that is said', async () => {
  const project = await makeProject({ config: { scheduling: { queue: 1 } } });
  const config = project.read('.steroids/config.yaml');
  const held = path.join(project.outside, 'verify');
  project.write(
    '.steroids/config.yaml',
    `${config}merge: { verify: ['while [ ! -f "${held}" ]; do sleep 0.05; done'] }\n`,
  );
  project.commit('Verify when told');
  const first = await project.task('first', 'echo x > a.ts\n');
  const second = await project.task('second', 'echo x > b.ts\n');
  const running = project.start('run', '--runners', '1');
  const sentence = 'the merge queue has 1 entry, and scheduling.queue is 1';
  await until(async () => (await project.json(['status'])).pressure === sentence);
  expect((await project.run('status')).out).toContain(`no further coder is started: ${sentence}`);
  expect(await reasonsOf(project, second)).toContainEqual(
    expect.objectContaining({ code: 'pressure', sentence: `no further coder is started: ${sentence}` }),
  );
  project.write('../outside/verify', '');
  const ran = await running;
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr).toContain(`no further coder is started: ${sentence}`);
  const [one, other] = [await timesOf(project, first), await timesOf(project, second)];
  expect(other.claimed).toBeGreaterThanOrEqual(one.landed);
});

test('short of memory, one coder works at a time', async () => {
  const project = await makeProject({ config: { scheduling: { memory: '900000G' } } });
  const ids = [await project.task('one', atWork('a.ts')), await project.task('two', atWork('b.ts'))];
  const running = project.start('run', '--runners', '2');
  await until(async () => (await project.json(['status'])).pressure !== null);
  letGo(project);
  expect((await running).exitCode).toBe(0);
  const [one, other] = await Promise.all(ids.map((id) => timesOf(project, id)));
  expect(other?.claimed).toBeGreaterThan(one?.claimed ?? 0);
  expect((await running).stderr).toMatch(
    /no further coder is started: \d+ MiB of memory are free, and scheduling.memory asks for/,
  );
});

test('what tasks have changed, and whose changes have conflicted, is known afterwards', async () => {
  const project = await makeProject();
  for (const title of ['README', 'two']) await project.task(title, atWork('README.md', title));
  const running = project.start('run', '--runners', '2');
  await until(() => begun(project, 'README') && begun(project, 'two'));
  letGo(project);
  expect((await running).exitCode).toBe(0);
  const report = await project.json(['analysis', 'report']);
  expect(report).toMatchObject({ tasks: 2, conflicted: 1 });
  expect(report.predictions[0]).toMatchObject({
    who: 'routing',
    of: 'files',
    judged: 1,
    right: 1,
    happened: 1,
    recall: 1,
  });
  expect((await project.run('analysis', 'report')).out).toContain('1 pair of tasks has conflicted.');
});
