// What a runner's death leaves of an attempt, and how the next one goes on from there.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const LIST = 'a\nb\nc\n';

/** Two tasks that change one line; the second begins before the first has landed. */
async function conflicting(
  project: TestProject,
  attempts: Readonly<Record<number, string>>,
): Promise<string> {
  await project.task('first', "sed -i 's/b/first/' list.txt\n");
  return await project.task(
    'second',
    "sed -i 's/b/second/' list.txt; while ! git log --format=%s main | grep -qx first; do sleep 0.05; done\n",
    { attempts },
  );
}

async function killWhen(project: TestProject, file: string): Promise<void> {
  const running = project.start('run', '--runners', '2');
  await until(() => existsSync(path.join(project.outside, file)));
  running.kill('SIGKILL');
  await running;
}

const outcomes = (shown: { attempts: { outcome: string }[] }) =>
  shown.attempts.map((attempt) => attempt.outcome);

test('a conflict whose coder was killed is laid out again for the next one', async () => {
  const project = await makeProject({ files: { 'list.txt': LIST } });
  const second = await conflicting(project, {
    2: 'touch "$OUTSIDE/working"; sleep 600\n',
    3: 'cp list.txt "$OUTSIDE/markers"; printf "a\\nboth\\nc\\n" > list.txt\n',
  });
  await killWhen(project, 'working');
  expect(await project.run('run', '--runners', '2')).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(project.outside, 'markers'), 'utf8')).toMatch(
    /<{7}[\s\S]*first[\s\S]*second[\s\S]*>{7}/,
  );
  expect(outcomes(await project.json(['tasks', 'show', second]))).toEqual([
    'conflicted',
    'interrupted',
    'landed',
  ]);
  expect(project.read('list.txt')).toBe('a\nboth\nc\n');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('and so is one whose coder failed', async () => {
  const project = await makeProject({ files: { 'list.txt': LIST } });
  const second = await conflicting(project, {
    2: 'exit 1\n',
    3: 'exit 1\n',
    4: 'cp list.txt "$OUTSIDE/markers"; printf "a\\nboth\\nc\\n" > list.txt\n',
  });
  expect(await project.run('run', '--runners', '2')).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(project.outside, 'markers'), 'utf8')).toMatch(
    /<{7}[\s\S]*first[\s\S]*second[\s\S]*>{7}/,
  );
  expect(outcomes(await project.json(['tasks', 'show', second]))).toEqual([
    'conflicted',
    'failed',
    'failed',
    'landed',
  ]);
});

test('a solution that was committed before the kill stands, and is not asked for again', async () => {
  const project = await makeProject({ files: { 'list.txt': LIST } });
  const second = await conflicting(project, {
    2: 'printf "a\\nboth\\nc\\n" > list.txt; git commit -qam solved; touch "$OUTSIDE/working"; sleep 600\n',
    3: 'cp list.txt "$OUTSIDE/seen"\n',
  });
  await killWhen(project, 'working');
  expect(await project.run('run', '--runners', '2')).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(project.outside, 'seen'), 'utf8')).toBe('a\nboth\nc\n');
  expect(outcomes(await project.json(['tasks', 'show', second]))).toEqual([
    'conflicted',
    'interrupted',
    'landed',
  ]);
});

test('what was begun afresh before the kill is not begun afresh again', async () => {
  const project = await makeProject();
  const id = await project.task('work', 'echo old > old.txt; git add .; git commit -qm old; exit 1\n', {
    attempts: {
      4: 'echo new > new.txt; git add .; git commit -qm new; touch "$OUTSIDE/working"; sleep 600\n',
      5: 'ls > "$OUTSIDE/seen"\n',
    },
  });
  expect(await project.run('run')).toMatchObject({ code: 3 });
  expect(await project.run('tasks', 'retry', id, '--fresh')).toMatchObject({ code: 0 });
  await killWhen(project, 'working');
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(project.outside, 'seen'), 'utf8').split('\n')).toContain('new.txt');
  expect(project.git('log', '--format=%s', 'main')).toBe('new\nBegin');
});
