// Zones that nobody wrote into the configuration: they come from main's structure.yaml.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const STRUCTURE = `version: 1
components:
  - { name: API, paths: [apps/api/**] }
  - { name: Web, paths: [apps/web/**] }
shared:
  - { name: shared-types, paths: [packages/types/**], usedBy: [API, Web] }
`;

const FILES = {
  '.steroids/structure.yaml': STRUCTURE,
  'apps/api/a.ts': '',
  'apps/web/b.ts': '',
  'packages/types/t.ts': '',
};

const structured = (text = STRUCTURE, runners = {}) =>
  makeProject({
    config: { runners: { isolation: 'directory', ...runners } },
    files: { ...FILES, '.steroids/structure.yaml': text },
  });

/** Works until it is let go. */
const atWork = (file: string) => `
touch "$OUTSIDE/begun.$STEROIDS_TASK_TITLE"
while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done
printf '%s' "$STEROIDS_ZONE" > ${file}
`;

const begun = (project: TestProject, title: string) =>
  existsSync(path.join(project.outside, `begun.${title}`));

const zoneFindings = async (project: TestProject) =>
  (await project.json(['doctor'])).findings.filter((one: { check: string }) => one.check === 'zones');

test('components work side by side without any section, and a shared package waits and is alone', async () => {
  const project = await structured();
  const api = await project.task('api', atWork('apps/api/x'), { args: ['--paths', 'apps/api/**'] });
  const web = await project.task('web', atWork('apps/web/x'), { args: ['--paths', 'apps/web/**'] });
  const types = await project.task('types', atWork('packages/types/x'), {
    args: ['--paths', 'packages/types/**'],
  });
  const again = await project.task('again', atWork('apps/api/y'), { args: ['--paths', 'apps/api/y'] });
  const running = project.start('run', '--runners', '3');
  await until(() => begun(project, 'api') && begun(project, 'web'));
  const locks = await project.json(['locks', 'list']);
  expect(locks.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining([`zone:api/task:${api}`, `zone:web/task:${web}`]),
  );
  const whyNot = async (id: string) => (await project.json(['tasks', 'explain', id])).reasons[0].sentence;
  expect(await whyNot(types)).toBe('its zone "shared-types" is exclusive, and 2 tasks are still under way');
  expect(await whyNot(again)).toContain('zone "API" takes 1 at a time');
  await project.json(['sections', 'add', 'Api']);
  const { reasons } = await project.json(['tasks', 'explain', again]);
  expect(reasons[0].remedy).toBe(
    'wait until that has landed, or: steroids sections edit "Api" --max-runners 2',
  );
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  expect(project.git('show', 'main:apps/api/x')).toBe('API');
  expect(project.git('show', 'main:packages/types/x')).toBe('shared-types');
  const at = async (id: string, kind: string) => {
    const { events } = await project.json(['tasks', 'show', id]);
    return Date.parse(events.find((event: { kind: string }) => event.kind === kind).at);
  };
  const landed = Math.max(await at(api, 'landed'), await at(web, 'landed'));
  expect(await at(types, 'claimed')).toBeGreaterThanOrEqual(landed);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('sections lead to the zones that are called like them, and --zone knows either name', async () => {
  const project = await structured();
  await project.json(['sections', 'add', 'Shared Types']);
  const types = await project.task('types', atWork('packages/types/x'), {
    args: ['--section', 'Shared Types'],
  });
  const api = await project.task('api', atWork('apps/api/x'), { args: ['--paths', 'apps/api/**'] });
  project.write('../outside/go', '');
  expect((await project.run('run', '--zone', 'shared types')).code).toBe(3);
  expect(project.git('show', 'main:packages/types/x')).toBe('shared-types');
  expect(begun(project, 'api')).toBe(false);
  expect(await project.run('run', '--zone', 'shard-types')).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no zone "shard-types"'),
  });
  const { err } = await project.run('run', '--zone', 'shard-types');
  expect(err).toContain('Did you mean "shared-types"?');
  expect((await project.run('run', '--zone', 'api')).code).toBe(0);
  for (const id of [types, api])
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
});

test('a structure.yaml that is broken is told and stops nothing: sections with paths are zones as without one', async () => {
  const project = await structured(
    'components:\n  - { name: API, paths: [apps/api/**], isolation: alone }\n',
  );
  const sentence = /structure\.yaml on main \(\w+\):2:\d+: .*there is no isolation "alone"/;
  expect(await zoneFindings(project)).toMatchObject([
    { level: 'warning', sentence: expect.stringMatching(sentence) },
  ]);
  const none = await project.run('run', '--zone', 'api');
  expect(none.code).toBe(2);
  expect(none.err).toMatch(sentence);
  await project.json(['sections', 'add', 'Server', '--path', 'apps/api/**']);
  const id = await project.task('api', atWork('apps/api/x'), { args: ['--section', 'Server'] });
  project.write('../outside/go', '');
  const ran = await project.run('run', '--zone', 'server');
  expect(ran.code).toBe(0);
  expect(ran.err).toMatch(sentence);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
  expect(project.git('show', 'main:apps/api/x')).toBe('Server');
  // Who routes, and who analyzes, says it in the same words.
  expect((await project.run('tasks', 'add', 'Log in', '--auto-section')).err).toMatch(sentence);
  const analyzed = await project.run('runners', 'analyze');
  expect(analyzed.out + analyzed.err).toMatch(sentence);
});

test('without one, the way to it is said; one that names what is not there is told by doctor', async () => {
  const none = await makeProject({ config: { runners: { isolation: 'directory' } } });
  const refused = await none.run('runners', 'start', '--zone', 'api');
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('steroids init --monorepo');
  const stale = await structured(`${STRUCTURE}  - { name: log, paths: [packages/log/**] }\n`);
  expect(await zoneFindings(stale)).toEqual([
    {
      check: 'zones',
      level: 'warning',
      sentence: 'zone "log": no file on main matches "packages/log/**"',
      remedy: 'steroids structure analyze',
    },
  ]);
});

test('zones of the configuration come before it, and with isolation: section it says nothing', async () => {
  const written = await structured(STRUCTURE, { zones: { all: { paths: ['apps/**'] } } });
  expect((await written.run('run', '--zone', 'web')).err).toContain('Known: all, shared');
  const section = await structured(STRUCTURE, { isolation: 'section' });
  expect((await section.run('run', '--zone', 'web')).err).toContain('zones keep nobody apart here');
});

test('what it says is in force as soon as main has it, for runners that are at work too', async () => {
  const project = await structured();
  const first = await project.task('first', atWork('apps/web/x'), { args: ['--paths', 'apps/web/**'] });
  await project.task('second', atWork('apps/web/y'), { args: ['--paths', 'apps/web/**', '--after', first] });
  const running = project.start('run', '--runners', '1');
  await until(() => begun(project, 'first'));
  project.write('.steroids/structure.yaml', STRUCTURE.replace('name: Web', 'name: Pages'));
  project.commit('Rename it');
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  expect([project.git('show', 'main:apps/web/x'), project.git('show', 'main:apps/web/y')]).toEqual([
    'Web',
    'Pages',
  ]);
});
