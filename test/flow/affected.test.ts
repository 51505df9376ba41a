// Verifying only what a candidate changes and what depends on it, with real packages.

import { expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';

const manifest = (name: string, dependencies: Readonly<Record<string, string>> = {}) =>
  `${JSON.stringify({ name, version: '1.0.0', dependencies })}\n`;

const FILES = {
  'package.json': `${JSON.stringify({ name: 'shop', private: true, workspaces: ['packages/*'] })}\n`,
  'packages/core/package.json': manifest('core'),
  'packages/core/index.js': 'export const price = 1;\n',
  'packages/api/package.json': manifest('api', { core: '*' }),
  'packages/web/package.json': manifest('web'),
  'packages/web/index.html': '<p>web</p>\n',
};

/** Where it runs, one line a run. */
const NOTE = 'basename "$PWD" >> "$HOME/checked"';
const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

function checked(project: TestProject): string[] {
  const lines = project.read('../outside/checked').trim().split('\n');
  project.write('../outside/checked', '');
  return lines.toSorted();
}

const shop = (verify: readonly unknown[]) =>
  makeProject({ config: { worktrees: { setup: [] }, merge: { verify } }, files: FILES });

test('a component is verified with those that use it, and with all where nobody owns the change', async () => {
  const project = await shop([{ affected: true, command: NOTE }]);
  await project.task('core', write('packages/core/index.js', 'export const price = 2;'));
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(checked(project)).toEqual(['api', 'core']);
  await project.task('web', write('packages/web/index.html', '<p>new</p>'));
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(checked(project)).toEqual(['web']);
  await project.task('root', write('tsconfig.json', '{}'));
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(checked(project)).toEqual(['api', 'core', 'web']);
  // A candidate that begins to use something is verified by what it says itself.
  await project.task('use', write('packages/web/package.json', manifest('web', { core: '*' }).trim()));
  await project.task('then', write('packages/core/index.js', 'export const price = 3;'));
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  expect(checked(project)).toEqual(['api', 'core', 'web', 'web']);
});

test('what breaks a component that uses the changed one goes back; a component may have its own command, or none', async () => {
  const broken = 'cd ../core && ! grep -q wrong index.js';
  const verify = { affected: true, command: NOTE, components: { core: 'skip', api: broken } };
  const project = await shop([verify]);
  const id = await project.task('core', write('packages/core/index.js', 'wrong'), {
    attempts: { 2: write('packages/core/index.js', 'right') },
  });
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
  expect(project.read(`../outside/${id}.2.brief`)).toContain('in packages/api` exited with 1');
});

test('a component is called by its key, its title or its folder', async () => {
  const project = await makeProject({
    config: {
      worktrees: { setup: [] },
      merge: {
        verify: [
          { affected: true, command: NOTE, components: { 'price-core': 'skip', 'packages/web/': 'skip' } },
        ],
      },
    },
    files: { ...FILES, 'packages/core/README.md': '# Price Core\n' },
  });
  await project.task('root', write('tsconfig.json', '{}'));
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(checked(project)).toEqual(['api']);
});

test('a tool that finds out by itself is told between which commits, also when main by itself is asked', async () => {
  const tool =
    'echo "$STEROIDS_AFFECTED: $(git diff --name-only $STEROIDS_BASE_COMMIT $STEROIDS_HEAD_COMMIT)" >> "$HOME/told"; [ ! -e packages/web/red ]';
  const project = await shop([{ affected: 'once', command: tool }]);
  await project.task('web', write('packages/web/red', 'x'), {
    attempts: { 2: 'git rm --quiet packages/web/red; echo x > packages/web/green\n' },
  });
  expect(await project.run('run')).toMatchObject({ code: 0 });
  const told = project.read('../outside/told').trim().split('\n');
  expect(told).toEqual([...Array(3).fill('web: packages/web/red'), 'web: packages/web/green']);
});

test('a component that is not there stops the queue, with the one that was meant', async () => {
  const project = await shop([{ affected: true, command: 'true', components: { wep: 'false' } }]);
  await project.task('core', write('packages/core/index.js', 'x'));
  const ran = await project.run('run');
  expect(ran).toMatchObject({ code: 3 });
  expect(ran.err).toContain('merge.verify names the component "wep", which is not there');
  expect(ran.err).toContain('Did you mean "web"?');
});
