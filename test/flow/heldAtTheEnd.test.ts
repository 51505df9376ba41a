// A run ends though a task is pending: what keeps it apart waits for somebody whom this run has not.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from '../support/project.ts';
import { until } from '../support/until.ts';

test('what is kept apart from a review that no runner of this run takes is said, and goes with the next run', {
  timeout: 120_000,
}, async () => {
  const approve = `echo '{"decision":"approve","reason":"well done"}'`;
  // Reviewers find what is outside by their home.
  const slow = `cat > /dev/null; touch "$HOME/begun"; while [ ! -f "$HOME/go" ]; do sleep 0.05; done; ${approve}`;
  const project = await makeProject({
    config: {
      scheduling: { mode: 'balanced' },
      reviewer: 'slow',
      reviewers: { slow: { command: slow } },
    },
  });
  for (const section of ['API', 'Mobile']) await project.json(['sections', 'add', section]);
  const shared = (section: string) => ({ args: ['--section', section, '--paths', 'a.txt'] });
  const first = await project.task('first', 'echo 1 > a.txt\n', shared('API'));
  const api = project.start('runners', 'start', '--section', 'API', '--once');
  await until(() => existsSync(path.join(project.outside, 'begun')));
  await project.run('runners', 'stop', '--now');
  await api;
  expect(await project.json(['tasks', 'show', first])).toMatchObject({ status: 'review' });

  const second = await project.task('second', 'echo 2 > b.txt\n', shared('Mobile'));
  const why = `it is kept apart from ${first} "first" (review): both may change a.txt (95 %)`;
  const ended = await project.run('run', '--section', 'Mobile', '--runners', '1');
  expect(ended.code).toBe(3);
  expect(ended.out).toContain(`${second}  pending  second: ${why}`);
  const { waiting } = await project.json(['run', '--section', 'Mobile', '--runners', '1'], 3);
  expect(waiting).toMatchObject([
    { id: first, why: 'it waits for reviewer "slow"' },
    { id: second, why },
  ]);

  project.write('../outside/go', '');
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  expect(await project.json(['tasks', 'show', second])).toMatchObject({ status: 'completed' });
});
