// What is checked out by more than git's own tree: submodules, and filters like Git LFS.

import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Hostile, playAll, type Scene } from '../support/hostile.ts';
import { makeProject, projectAt } from '../support/project.ts';

const ALLOWED = ['-c', 'protocol.file.allow=always'];

/** A library with a commit that the project does not use yet, and the project with it as a submodule. */
function addLibrary({ project, base }: Scene): void {
  const folder = path.join(base, 'library');
  mkdirSync(folder);
  const library = projectAt(folder, project.outside, project.environment);
  library.git('init', '--quiet', '--initial-branch=main');
  library.write('lib.txt', 'old\n');
  library.commit('Old');
  project.git(...ALLOWED, 'submodule', '--quiet', 'add', folder, 'lib');
  project.commit('Add a library');
  library.write('lib.txt', 'new\n');
  library.commit('New');
}

const inArchive = ({ git }: Scene) =>
  git('for-each-ref', '--format=%(refname)', 'refs/steroids/archive')
    .split('\n')
    .filter((ref) => ref.includes('/submodule-'));

const SUBMODULES: Hostile = {
  arrange: addLibrary,
  // Nor does it hide from us what a coder leaves uncommitted.
  config: ['diff.ignoreSubmodules all'],
  commit: () => '',
  subjects: ['left', 'right'],
  setup: ['git -c protocol.file.allow=always submodule --quiet update --init'],
  verify: 'grep -q new lib/lib.txt',
  // One goes to the library's new commit, the other one leaves a commit of its own and files behind in it.
  left: 'git -C lib checkout -q origin/main || exit 4',
  right: `git -C lib checkout -q -b own && echo own > lib/own.txt && git -C lib add . || exit 4
git -C lib -c user.name=x -c user.email=x@y commit -q -m Own && git -C lib checkout -q --detach HEAD~1 || exit 4
echo edited > lib/lib.txt; echo more > lib/more.txt`,
  paths: ['.gitmodules', 'lib'],
  // As after a `git pull`: the user says when the submodule is to follow.
  status: [' M lib'],
  after: (scene) => {
    const { git, project, base } = scene;
    const library = projectAt(path.join(base, 'library'), project.outside, project.environment);
    expect(git('rev-parse', 'main:lib')).toBe(library.git('rev-parse', 'main'));
    const kept = inArchive(scene).map((ref) => git('ls-tree', '-r', '--name-only', ref));
    expect(kept.sort()).toEqual(['lib.txt\nmore.txt', 'lib.txt\nown.txt']);
  },
};

test('submodules, set up in each worktree', async () => {
  await playAll(SUBMODULES);
});

test('submodules that nobody initialises', async () => {
  await playAll({ arrange: addLibrary, paths: ['.gitmodules', 'lib'] });
});

test('a filter that is required and missing is refused before anything is started', async () => {
  const project = await makeProject({ files: { 'assets/.gitattributes': '*.bin filter=lfs\n' } });
  const id = await project.task('work', 'echo x > x.txt\n');
  project.git('config', 'filter.lfs.required', 'true');
  project.git('config', 'filter.lfs.process', 'git-lfs-that-is-missing filter-process');
  for (const words of [['run'], ['merge', 'run', '--once']]) {
    const { error } = await project.json(words, 5);
    expect(error.code).toBe('filter-missing');
    expect(error.message).toContain('`git-lfs-that-is-missing` was not found');
  }
  expect(existsSync(`${project.folder}.steroids`)).toBe(false);
  project.git('config', 'filter.lfs.required', 'false');
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
});
