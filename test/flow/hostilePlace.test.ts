// Where a repository can be, and what kind it can be of.

import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Hostile, playAll, type Scene } from '../support/hostile.ts';
import { projectAt } from '../support/project.ts';
import { sample } from '../support/sample.ts';

/** Puts another repository in the place of the project's. */
function replace({ project, base }: Scene, ...clone: readonly string[]): void {
  const origin = path.join(base, 'origin');
  renameSync(project.folder, origin);
  const inOrigin = projectAt(origin, project.outside, project.environment);
  inOrigin.git('config', 'uploadpack.allowFilter', 'true');
  inOrigin.git('clone', '--quiet', ...clone, `file://${origin}`, project.folder);
}

const SPARSE = {
  project: { files: { 'in/a.txt': 'a\n', 'out/b.txt': 'b\n', 'out/c.txt': 'c\n' } },
  // A coder sees every file; the user's checkout stays as sparse as it is.
  left: 'echo changed > out/b.txt; echo new > out/new.txt; [ -e out/c.txt ] || exit 5',
  paths: ['in/a.txt', 'out/b.txt', 'out/c.txt', 'out/new.txt'],
  after: ({ project }: Scene) => {
    expect(existsSync(path.join(project.folder, 'in/a.txt'))).toBe(true);
    expect(existsSync(path.join(project.folder, 'out'))).toBe(false);
  },
};

const MATRIX: Record<string, Hostile> = {
  // One path; what a space breaks a quote does not mend.
  'a path with spaces, quotes and a dollar, SHA-256, from a folder of a linked worktree': {
    project: {
      name: `re po's "quoted" $x ü`,
      git: ['--object-format=sha256'],
      files: { 'a/b/c.txt': 'x\n' },
    },
    arrange: ({ project, base }) => {
      project.git('worktree', 'add', '--quiet', '--detach', path.join(base, 'side'));
    },
    startIn: ({ base }) => path.join(base, 'side/a/b'),
    after: ({ project, base }) => project.git('worktree', 'remove', path.join(base, 'side')),
  },
  'a shallow clone': { arrange: (scene) => replace(scene, '--depth=1') },
  'a partial clone': { arrange: (scene) => replace(scene, '--filter=blob:none') },
  'a sparse checkout': {
    ...SPARSE,
    arrange: ({ project }) => void project.git('sparse-checkout', 'set', 'in'),
  },
  'a sparse checkout with a sparse index': {
    ...SPARSE,
    arrange: ({ project }) => void project.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'in'),
  },
  'configuration of the worktree': {
    arrange: ({ project, program }) => {
      project.git('config', 'extensions.worktreeConfig', 'true');
      project.git('config', '--worktree', 'core.fsmonitor', program('monitor'));
      project.git('config', '--worktree', 'core.bare', 'false');
    },
  },
  'a bare repository': { bare: true, arrange: (scene) => replace(scene, '--bare') },
  'a bare repository with main in a linked worktree': {
    arrange: (scene) => {
      const bare = path.join(scene.base, 'hub', '.bare');
      const { project } = scene;
      project.git('clone', '--quiet', '--bare', project.folder, bare);
      renameSync(project.folder, path.join(scene.base, 'origin'));
      projectAt(bare, project.outside, project.environment).git(
        'worktree',
        'add',
        '--quiet',
        project.folder,
        'main',
      );
    },
  },
  'objects borrowed from another repository': { arrange: (scene) => replace(scene, '--shared') },
};

test.each(sample(Object.entries(MATRIX), 4))('%s', async (_, hostile) => {
  await playAll(hostile);
});
