// A branch that changed the lockfile and no manifest (`npm update`, `npm audit fix`), while main changed it too: with npm itself,
// against a registry on loopback.

import { execa } from 'execa';
import { expect, test } from 'vitest';
import { makeProject, type TestProject } from '../support/project.ts';
import { type Packages, startRegistry } from '../support/registry.ts';

const BEGIN: Packages = {
  // Two things that an application uses, each on something deep below.
  left: { '1.0.0': { deep: '^1.0.0' } },
  right: { '1.0.0': { floor: '^1.0.0' } },
  deep: { '1.0.0': {} },
  floor: { '1.0.0': {} },
};

/** What an audit would have everybody take. */
const NEWER: Packages = {
  deep: { '1.0.2': {}, '1.0.5': {} },
  floor: { '1.0.7': {} },
  exact: { '1.0.0': { deep: '1.0.2' } },
};

const NPM = 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund --silent';
const UPDATE = 'npm update --package-lock-only --ignore-scripts --no-audit --no-fund --silent';

const shell = async (project: TestProject, script: string) =>
  await execa('sh', ['-c', script], { cwd: project.folder, env: project.environment, extendEnv: false });

async function application(config: object = {}) {
  const registry = await startRegistry(BEGIN);
  const project = await makeProject({
    files: {
      '.npmrc': `registry=${registry.url}\n`,
      '.gitignore': 'node_modules\n',
      'package.json': `${JSON.stringify({ name: 'app', private: true, dependencies: { left: '^1.0.0', right: '^1.0.0' } }, null, 2)}\n`,
    },
    config: {
      worktrees: { setup: [] },
      reviewer: 'human',
      merge: { verify: ['npm ci --ignore-scripts --no-audit --no-fund', 'npm ls --all'] },
      ...config,
    },
  });
  await shell(project, NPM);
  project.commit('Lock');
  registry.publish(NEWER);
  return { project, registry };
}

/** Version of each package in main's lockfile. */
function pinned(project: TestProject): Record<string, string> {
  const { packages } = JSON.parse(project.git('show', 'main:package-lock.json'));
  const entries = Object.entries(packages as Record<string, { version: string }>);
  return Object.fromEntries(
    entries.filter(([key]) => key !== '').map(([key, { version }]) => [key, version]),
  );
}

const at = (folder: string) => `node_modules/${folder}`;

test('what it pins deep below lands with what main has added and removed meanwhile, and no coder is asked again', {
  timeout: 120_000,
}, async () => {
  const { project } = await application();
  const id = await project.task('update', `${UPDATE}\n`);
  await project.run('run');
  await shell(
    project,
    `npm pkg set dependencies.exact=^1.0.0 && npm pkg delete dependencies.right && ${NPM}`,
  );
  project.commit('Need another version, and something less');
  expect(pinned(project)).toEqual({ [at('deep')]: '1.0.2', [at('exact')]: '1.0.0', [at('left')]: '1.0.0' });
  const shown = await project.run('review', 'show', id);
  expect(shown.out).toContain('package-lock.json: main has changed it too');
  await project.json(['review', 'approve', id]);
  const ran = await project.run('merge', 'run');
  expect(ran.err).not.toContain('conflict');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
  expect(pinned(project)).toEqual({
    [at('deep')]: '1.0.5',
    [at('exact')]: '1.0.0',
    [at('exact/node_modules/deep')]: '1.0.2',
    [at('left')]: '1.0.0',
  });
});

test('of two updates at once the later version of each stays', { timeout: 120_000 }, async () => {
  const { project, registry } = await application();
  const id = await project.task('update', `${UPDATE}\n`);
  await project.run('run');
  registry.publish({ deep: { '1.0.6': {} } });
  await shell(project, `${UPDATE} deep`);
  project.commit('Update deep');
  expect(pinned(project)).toMatchObject({ [at('deep')]: '1.0.6', [at('floor')]: '1.0.0' });
  await project.json(['review', 'approve', id]);
  await project.run('merge', 'run');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
  expect(pinned(project)).toMatchObject({ [at('deep')]: '1.0.6', [at('floor')]: '1.0.7' });
});
