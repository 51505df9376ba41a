// A project of npm's whose packages all stand in the repository: real lockfiles, and no registry is asked.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { makeProject, type ProjectOptions, type TestProject } from './project.ts';

const LOCK = 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund --silent';

const named = (name: string) => `${JSON.stringify({ name, version: '1.0.0' })}\n`;

/** As npm writes it. */
export const manifest = (...names: readonly string[]) => {
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:./libs/${name}`]));
  // Whatever runs it leaves a trace.
  const scripts = { preinstall: 'touch "$HOME/scripts-ran"', prepare: 'touch "$HOME/scripts-ran"' };
  return `${JSON.stringify({ name: 'app', private: true, scripts, dependencies }, null, 2)}\n`;
};

/** Shell that adds a dependency, as a coder would: in the manifest, and in the lockfile by npm itself. */
export const adding = (name: string) =>
  `sed -i 's|"dependencies": {|"dependencies": {\\n    "${name}": "file:./libs/${name}",|' package.json\n${LOCK}\n`;

/** Each may be a dependency; `m` is one. Verified by who has them all: what is in the manifest is in the lockfile. */
export async function makePackages(options: ProjectOptions = {}): Promise<TestProject> {
  const libs = ['a', 'm', 'z'].map((name) => [`libs/${name}/package.json`, named(name)] as const);
  const project = await makeProject({
    ...options,
    files: {
      '.npmrc': 'offline=true\n',
      '.gitignore': 'node_modules\n',
      'package.json': manifest('m'),
      ...Object.fromEntries(libs),
      ...options.files,
    },
    config: {
      worktrees: { setup: [] },
      merge: {
        verify: ['git rev-parse HEAD >> "$HOME/verified"', 'npm ci --ignore-scripts --no-audit --no-fund'],
      },
      ...options.config,
    },
  });
  lock(project);
  project.commit('Lock');
  return project;
}

/** Makes the lockfile in the person's checkout. */
export function lock(project: TestProject): void {
  execaSync('sh', ['-c', LOCK], { cwd: project.folder, env: project.environment, extendEnv: false });
}

/** Whether the lockfile at a commit says the same of the manifest as npm does. */
export function lockedAt(project: TestProject, commit: string): readonly string[] {
  const { packages } = JSON.parse(project.git('show', `${commit}:package-lock.json`));
  return Object.keys(packages[''].dependencies ?? {});
}

/** Puts a program in front of npm, which the shell script calls as `$NPM`. */
export function inFrontOfNpm(project: TestProject, script: string): void {
  const bin = path.join(project.outside, 'bin');
  const { stdout: npm } = execaSync('sh', ['-c', 'command -v npm'], {
    env: project.environment,
    extendEnv: false,
  });
  execaSync('mkdir', ['-p', bin]);
  writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\nNPM=${npm}\n${script}\n`, { mode: 0o755 });
  project.environment.PATH = `${bin}:${project.environment.PATH}`;
}
