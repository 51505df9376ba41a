// Zones with real coders: who works beside whom, who waits, and what a coder learns.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const ZONES = {
  api: { paths: ['api/**'] },
  web: { paths: ['web/**'] },
  core: { paths: ['core/**'], exclusive: true },
};

/** Works until it is let go. */
const atWork = (file: string) => `
touch "$OUTSIDE/begun.$STEROIDS_TASK_TITLE"
while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done
mkdir -p "$(dirname ${file})"
echo x > ${file}
`;

const begun = (project: TestProject, title: string) =>
  existsSync(path.join(project.outside, `begun.${title}`));

interface Times {
  readonly claimed: number;
  readonly landed: number;
}

/** From the record of a task that landed at its first attempt; epoch milliseconds. */
async function timesOf(project: TestProject, id: string): Promise<Times> {
  const { status, events } = await project.json(['tasks', 'show', id]);
  expect(status).toBe('completed');
  const at = (kind: string) => Date.parse(events.find((event: { kind: string }) => event.kind === kind).at);
  return { claimed: at('claimed'), landed: at('landed') };
}

test('isolated sections run side by side, and what is in an exclusive one waits until both have landed', async () => {
  const project = await makeProject({ config: { runners: { isolation: 'directory' } } });
  await project.json(['sections', 'add', 'Api', '--path', 'api/**']);
  await project.json(['sections', 'add', 'Web', '--path', 'web/**']);
  await project.json(['sections', 'add', 'Types', '--path', 'types/**', '--exclusive']);
  const api = await project.task('api', atWork('api/a.ts'), { args: ['--section', 'Api'] });
  const web = await project.task('web', atWork('web/b.ts'), { args: ['--section', 'Web'] });
  const types = await project.task('types', atWork('types/c.ts'), { args: ['--section', 'Types'] });
  const running = project.start('run', '--runners', '3');
  await until(() => begun(project, 'api') && begun(project, 'web'));
  const { reasons } = await project.json(['tasks', 'explain', types]);
  expect(reasons[0]).toMatchObject({
    code: 'exclusive',
    sentence: 'its section "Types" is exclusive, and 2 tasks are still under way',
  });
  const locks = await project.json(['locks', 'list']);
  expect(locks.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining([`zone:api/task:${api}`, `zone:web/task:${web}`]),
  );
  expect(begun(project, 'types')).toBe(false);
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  const [one, other, alone] = [
    await timesOf(project, api),
    await timesOf(project, web),
    await timesOf(project, types),
  ];
  // Each began before the other ended: they overlapped.
  expect(one.claimed).toBeLessThan(other.landed);
  expect(other.claimed).toBeLessThan(one.landed);
  expect(alone.claimed).toBeGreaterThanOrEqual(Math.max(one.landed, other.landed));
  expect(await project.json(['locks', 'list'])).toEqual([]);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('tasks of one zone wait for each other though their sections differ, and say for whom', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES } } });
  const first = await project.task('first', atWork('api/a.ts'), { args: ['--paths', 'api/a.ts'] });
  const second = await project.task('second', atWork('api/b.ts'), {
    args: ['--paths', 'api/b.ts', 'web/b.ts'],
  });
  const running = project.start('run', '--runners', '2');
  await until(() => begun(project, 'first'));
  const { reasons } = await project.json(['tasks', 'explain', second]);
  expect(reasons[0]).toMatchObject({
    code: 'zone-busy',
    sentence: expect.stringMatching(
      new RegExp(`^zone "api" takes 1 at a time, and runner-[12] \\(task ${first} "first"\\) has it$`),
    ),
  });
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  const landed = (await timesOf(project, first)).landed;
  expect((await timesOf(project, second)).claimed).toBeGreaterThanOrEqual(landed);
});

test('a runner keeps a zone: it takes only its tasks, others do not, and a second one is refused', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES } } });
  const api = await project.task('api', atWork('api/a.ts'), { args: ['--paths', 'api/a.ts'] });
  const web = await project.task('web', atWork('web/b.ts'), { args: ['--paths', 'web/b.ts'] });
  const runner = await project.json(['runners', 'start', '--zone', 'API', '--detach']);
  try {
    expect(runner).toMatchObject({ number: 1, zone: 'api' });
    expect(await project.run('runners', 'start', '--zone', 'api')).toMatchObject({
      code: 4,
      err: expect.stringContaining(`zone "api" takes 1 at a time, and runner-1 (${runner.id}`),
    });
    expect(await project.run('runners', 'start', '--zone', 'wep')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "web"?'),
    });
    await until(() => begun(project, 'api'));
    const locks = await project.json(['locks', 'list']);
    expect(locks.map(({ name }: { name: string }) => name)).toContain(`zone:api/runner:${runner.id}`);
    const explained = await project.json(['tasks', 'explain', web]);
    expect(explained.reasons).toMatchObject([{ code: 'no-runner', sentence: 'no runner works in its zone' }]);
    project.write('../outside/go', '');
    await until(async () => (await project.json(['tasks', 'show', api])).status === 'completed');
    expect(begun(project, 'web')).toBe(false);
    expect((await project.run('run', '--zone', 'web')).code).toBe(0);
    expect(await project.json(['tasks', 'show', web])).toMatchObject({ status: 'completed' });
  } finally {
    await project.run('runners', 'stop', '--now');
  }
});

test('who takes a task over has its zones too', async () => {
  const project = await makeProject({ config: { runners: { zones: ZONES } } });
  const mine = await project.task('mine', 'true\n', { args: ['--paths', 'api/a.ts'] });
  const other = await project.task('other', atWork('api/b.ts'), { args: ['--paths', 'api/b.ts'] });
  await project.json(['tasks', 'takeover', mine]);
  await project.run('run');
  const explained = await project.json(['tasks', 'explain', other]);
  expect(explained.reasons[0]).toMatchObject({
    code: 'zone-busy',
    sentence: expect.stringContaining(`(task ${mine} "mine") has it`),
  });
  await project.json(['tasks', 'cancel', mine]);
  project.write('../outside/go', '');
  expect((await project.run('run')).code).toBe(0);
  expect(await project.json(['tasks', 'show', other])).toMatchObject({ status: 'completed' });
});

test('a coder learns its zone and its packages', async () => {
  const project = await makeProject({
    config: { runners: { zones: ZONES } },
    files: {
      'package.json': '{}',
      'api/package.json': '{ "scripts": { "test": "true" } }',
      'api/tools/go.mod': 'module tools\n',
      'web/package.json': '{}',
    },
  });
  const id = await project.task(
    'learn',
    'printf "%s|%s" "$STEROIDS_ZONE" "$STEROIDS_PACKAGES" > "$OUTSIDE/learned"; echo x > api/x.txt\n',
    { args: ['--paths', 'api/**'] },
  );
  expect((await project.run('run')).code).toBe(0);
  expect(project.read('../outside/learned')).toBe('api|api\napi/tools');
  const brief = readFileSync(path.join(project.outside, `${id}.1.brief`), 'utf8');
  expect(brief).toContain('Your zone: api\nYour paths: api/**');
  expect(brief).toContain('- api: its package.json has the scripts test\n- api/tools\n');
  expect(brief).toContain('Of other zones:\n\n- web: web/**\n- core: core/**');
});

test('what is wrong with zones is said before anything starts', async () => {
  const project = await makeProject({
    config: {
      runners: { zones: { api: { paths: ['api/**', 'apis/**'], sections: ['Frontent'] } } },
    },
    files: { 'api/a.ts': '' },
  });
  const { findings } = await project.json(['doctor']);
  expect(findings.filter((one: { check: string }) => one.check === 'zones')).toEqual([
    {
      check: 'zones',
      level: 'warning',
      sentence: 'zone "api": no file on main matches "apis/**"',
      remedy: 'Correct runners.zones in .steroids/config.yaml, unless it is yet to come.',
    },
  ]);
  await project.json(['sections', 'add', 'Frontend']);
  const sentence =
    'zone "api" names the section "Frontent", and there is no such section: did you mean "Frontend"?';
  const refused = await project.run('run');
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(sentence);
  expect((await project.json(['doctor'], 3)).findings).toContainEqual({
    check: 'sections',
    level: 'problem',
    sentence,
    remedy: 'Correct it in .steroids/config.yaml and commit that, or: steroids sections add "Frontent"',
  });
});
