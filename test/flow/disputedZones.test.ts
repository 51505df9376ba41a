// A person brings a task out of a dispute: it has its zones again, and nobody begins beside it.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const DECIDES = `cat > /dev/null
if [ "$STEROIDS_TASK_TITLE" = unclear ]; then echo '{"decision":"dispute","reason":"is it wanted?"}'
else echo '{"decision":"approve","reason":"fine"}'; fi
`;

/** With a task in `zone` that its reviewer could not decide about. */
async function disputed(zone: string): Promise<{ project: TestProject; id: string }> {
  const project = await makeProject({
    config: {
      runners: {
        zones: { api: { paths: ['api/**'] }, core: { paths: ['core/**'], exclusive: true } },
      },
      reviewer: 'strict',
      reviewers: { strict: { command: DECIDES } },
    },
  });
  const id = await project.task('unclear', `mkdir -p ${zone}; echo x > ${zone}/x\n`, {
    args: ['--paths', `${zone}/**`],
  });
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  expect(await claims(project)).toEqual([]);
  return { project, id };
}

const claims = async (project: TestProject): Promise<string[]> =>
  (await project.json(['locks', 'list'])).map(({ name }: { name: string }) => name).sort();

const firstReason = async (project: TestProject, id: string) =>
  (await project.json(['tasks', 'explain', id])).reasons[0];

test.each([
  ['approved', async (project: TestProject, id: string) => project.run('review', 'approve', id)],
  [
    'back in review, since its branch has moved',
    async (project: TestProject, id: string) => {
      const { branch } = await project.json(['tasks', 'show', id]);
      const later = project.git('commit-tree', `${branch}^{tree}`, '-p', branch, '-m', 'later');
      project.git('update-ref', `refs/heads/${branch}`, later);
      const refused = await project.run('review', 'approve', id);
      expect(refused.code).toBe(3);
      return project.run('tasks', 'explain', id);
    },
  ],
])('%s, it keeps its zone from others until it has landed', async (_, bringOut) => {
  const { project, id } = await disputed('api');
  expect(await bringOut(project, id)).toMatchObject({ code: 0 });
  expect(await claims(project)).toEqual([`project/task:${id}`, `zone:api/task:${id}`]);
  const other = await project.task('other', 'mkdir -p api; echo x > api/y\n', { args: ['--paths', 'api/y'] });
  expect(await firstReason(project, other)).toMatchObject({
    code: 'zone-busy',
    sentence: expect.stringContaining(`(task ${id} "unclear") has it`),
  });
  await project.run('review', 'approve', id);
  expect((await project.run('merge', 'run')).code).toBe(0);
  expect(await claims(project)).toEqual([]);
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  expect(project.git('ls-tree', '-r', '--name-only', 'main')).toContain('api/y');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('of an exclusive zone, it is alone', async () => {
  const { project, id } = await disputed('core');
  expect(await project.run('review', 'approve', id)).toMatchObject({ code: 0 });
  const other = await project.task('other', 'true\n', { args: ['--paths', 'api/y'] });
  expect(await firstReason(project, other)).toMatchObject({
    code: 'exclusive',
    sentence: expect.stringContaining(`(task ${id} "unclear") runs alone`),
  });
  expect((await project.run('merge', 'run')).code).toBe(0);
});

test('who is at work there goes on, that is said, and both land', async () => {
  const { project, id } = await disputed('api');
  const other = await project.task(
    'other',
    'touch "$OUTSIDE/begun"; while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done; mkdir -p api; echo x > api/y\n',
    { args: ['--paths', 'api/y'] },
  );
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'begun')));
  const approved = await project.run('review', 'approve', id);
  expect(approved.code).toBe(0);
  expect(approved.out).toMatch(
    new RegExp(`zone "api" takes 1 at a time: runner-1 \\(task ${other} "other"\\)\\. It lands all the same`),
  );
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  expect(project.git('ls-tree', '-r', '--name-only', 'main')).toMatch(/api\/x\napi\/y/);
  expect(await claims(project)).toEqual([]);
});
