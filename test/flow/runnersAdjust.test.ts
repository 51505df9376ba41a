// `runners analyze` in a monorepo with a shared package that has a section: what is advised, and what adjusting does.

import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { shown } from '../support/beside.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { runOnTerminal } from '../support/terminal.ts';

const USER = 'packages/shared-types/src/user.ts';
const AUTH = 'apps/api/src/auth.ts';
const ALONE = 'Shared Types';

const component = (name: string) => ({
  name,
  paths: [`apps/${name.toLowerCase()}/**`],
  dependencies: ['shared-types'],
});

/** API, Mobile and Web each have a task on the shared user; Shared Types has none. */
async function monorepo() {
  const structure = {
    version: 1,
    type: 'monorepo',
    components: ['API', 'Mobile', 'Web'].map(component),
    shared: [{ name: 'shared-types', paths: ['packages/shared-types/**'], usedBy: ['API'] }],
  };
  const files = { [USER]: 'export interface User {}\n', [AUTH]: 'auth\n', 'apps/web/footer.ts': 'x\n' };
  const project = await makeProject({
    files: { ...files, '.steroids/structure.yaml': stringify(structure) },
  });
  for (const name of ['API', 'Mobile', 'Web']) await project.json(['sections', 'add', name]);
  await project.json(['sections', 'add', ALONE, '--path', 'packages/shared-types/**', '--exclusive']);
  const add = async (section: string, ...paths: string[]): Promise<string> =>
    (
      await project.json([
        ...['tasks', 'add', `Change ${section}`, '--section', section],
        ...paths.flatMap((path) => ['--paths', path]),
      ])
    ).id;
  const [api, mobile, web] = [
    await add('API', USER),
    await add('Mobile', USER),
    await add('Web', USER, AUTH),
  ];
  return { project, api, mobile, web };
}

const sectionOf = async (project: TestProject, id: string) =>
  (await project.json(['tasks', 'show', id])).section;

test('a shared package with a section gets its tasks; whoever runs alone there meets nobody', async () => {
  const { project, api, mobile, web } = await monorepo();
  const { recommendations, commands } = await project.json(['runners', 'analyze']);
  const advice = recommendations.filter((sentence: string) => sentence.includes('shared-types'));
  expect(advice).toEqual([]);
  const move = recommendations.indexOf(
    `Or: Move ${api}, ${mobile}, ${web} to section ${ALONE}, where each runs alone`,
  );
  expect(commands[move]).toEqual(
    [api, mobile, web].map((id) => `steroids tasks edit ${id} --section '${ALONE}'`),
  );
  for (const id of [api, mobile, web]) await project.json(['tasks', 'edit', id, '--section', ALONE]);
  expect(await project.json(['runners', 'analyze'])).toMatchObject({
    canRunInParallel: true,
    fileConflicts: [],
    recommendations: [],
  });
});

test('what was chosen for one pair is known at the next: a pair that it has parted is not asked about', {
  timeout: 120_000,
}, async () => {
  const { project, api, mobile, web } = await monorepo();
  const analyze = ['runners', 'analyze', '--sections', 'API,Mobile,Web'];
  // The gravest pair goes where each runs alone: the third task meets nobody then, and is not asked about.
  const alone = shown((await runOnTerminal(project, analyze, ['a', '5', 'n'])).out);
  expect(alone).toContain(`5. ${api} and ${web} to section ${ALONE}, which runs alone`);
  expect(alone.match(/leave them as they are/g)).toHaveLength(1);
  expect(alone).toContain('Analyzing 3 tasks across 2 sections...');
  expect(alone).toContain(`Proceed with ${ALONE} + Mobile? [Y/n]`);
  expect(await Promise.all([api, web].map((id) => sectionOf(project, id)))).toEqual([ALONE, ALONE]);
  await project.json(['tasks', 'edit', api, '--section', 'API']);
  await project.json(['tasks', 'edit', web, '--section', 'Web']);

  // One moves, is called by its new section, and may be followed there.
  const moved = shown((await runOnTerminal(project, analyze, ['a', '4', '4', 'n'])).out);
  expect(moved).toContain(`${api} “Change API” (API) and ${mobile} “Change Mobile” (Mobile): ${USER}`);
  expect(moved).toContain(`4. ${mobile} to section API`);
  expect(moved).toContain('Proceed with API? [Y/n]');
  expect(moved.match(/leave them as they are/g)).toHaveLength(2);
  expect(await Promise.all([mobile, web].map((id) => sectionOf(project, id)))).toEqual(['API', 'API']);
});

test('who is put after another is told so in its history, as whoever is edited is', async () => {
  const { project, api, mobile, web } = await monorepo();
  await project.json(['tasks', 'edit', web, '--after', api]);
  await runOnTerminal(project, ['runners', 'analyze', '--sections', 'API,Mobile'], ['a', '3', 'n']);
  for (const id of [mobile, web])
    expect((await project.run('tasks', 'show', id)).out).toMatch(/ edited: after$/m);
});
