// What is not supported is refused with a sentence before anything is changed.

import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeProject, projectAt, type TestProject } from '../support/project.ts';

interface Refusal {
  readonly code: string;
  readonly exit: number;
  /** Part of the sentence or of the hint. */
  readonly says: string;
  /** @returns where the command line is started */
  readonly arrange: (project: TestProject) => TestProject;
}

const at = (project: TestProject, folder: string) => projectAt(folder, project.outside, project.environment);

const beside = (project: TestProject, name: string) => path.join(path.dirname(project.folder), name);

const REFUSALS: Record<string, Refusal> = {
  'a submodule': {
    code: 'git-dir-elsewhere',
    exit: 2,
    says: 'plain clone',
    arrange(project) {
      const around = at(project, beside(project, 'around'));
      mkdirSync(around.folder);
      around.git('init', '--quiet');
      around.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', project.folder, 'sub');
      return at(project, path.join(around.folder, 'sub'));
    },
  },
  'a git directory elsewhere': {
    code: 'git-dir-elsewhere',
    exit: 2,
    says: 'elsewhere.git',
    arrange(project) {
      project.git('init', '--quiet', `--separate-git-dir=${beside(project, 'elsewhere.git')}`);
      return project;
    },
  },
  'a git directory that is a link': {
    code: 'git-dir-elsewhere',
    exit: 2,
    says: 'elsewhere/.git',
    arrange(project) {
      const there = path.join(beside(project, 'elsewhere'), '.git');
      mkdirSync(path.dirname(there));
      renameSync(path.join(project.folder, '.git'), there);
      symlinkSync(there, path.join(project.folder, '.git'));
      return project;
    },
  },
  'a checkout whose repository says that it is bare': {
    code: 'bare-with-checkout',
    exit: 2,
    says: 'core.bare false',
    arrange(project) {
      project.git('config', 'core.bare', 'true');
      return project;
    },
  },
  'a bare repository without a place for the configuration': {
    code: 'bare-repository',
    exit: 2,
    says: 'steroids init --commit',
    arrange(project) {
      project.git('clone', '--quiet', '--bare', '.', beside(project, 'bare.git'));
      return at(project, beside(project, 'bare.git'));
    },
  },
  'a line break in the path': {
    code: 'line-break-in-path',
    exit: 2,
    says: 'line break',
    arrange(project) {
      renameSync(project.folder, beside(project, 'two\nlines'));
      return at(project, beside(project, 'two\nlines'));
    },
  },
  'an extension that this git does not know': {
    code: 'repository-unreadable',
    exit: 5,
    says: 'tomorrow',
    arrange(project) {
      project.git('config', 'core.repositoryFormatVersion', '1');
      project.git('config', 'extensions.tomorrow', 'true');
      return project;
    },
  },
};

test.each(Object.entries(REFUSALS))('%s', async (_, { code, exit, says, arrange }) => {
  const project = await makeProject({ init: false });
  const started = arrange(project);
  const before = readdirSync(started.folder);
  const { error } = await started.json(['init'], exit);
  expect(error.code).toBe(code);
  expect(`${error.message} ${error.hint}`).toContain(says);
  expect(readdirSync(started.folder)).toEqual(before);
  const everything = readdirSync(path.dirname(project.folder), { recursive: true, encoding: 'utf8' });
  expect(everything.filter((file) => path.basename(file) === 'steroids')).toEqual([]);
});

test('a bare repository gets its configuration by a commit', async () => {
  const project = await makeProject({ init: false });
  const bare = at(project, beside(project, 'bare.git'));
  project.git('clone', '--quiet', '--bare', '.', bare.folder);
  const before = bare.git('rev-parse', 'main');
  expect(await bare.json(['init', '--commit'])).toMatchObject({ committed: true, main: 'main' });
  expect(bare.git('rev-parse', 'main~1')).toBe(before);
  expect(bare.git('diff', '--name-only', 'main~1', 'main')).toBe('.steroids/config.yaml');
  expect(bare.git('log', '-1', '--format=%an %s', 'main')).toBe('Ada Set up steroids');
  expect((await bare.json(['init', '--commit'])).did).toEqual([]);
  expect(existsSync(path.join(bare.folder, 'steroids/init-index'))).toBe(false);
});

test.runIf(process.getuid?.() === 0)('a repository of somebody else says how to trust it', async () => {
  const project = await makeProject({ init: false });
  chownSync(project.folder, 12_345, 12_345);
  chownSync(path.join(project.folder, '.git'), 12_345, 12_345);
  const { error } = await project.json(['init'], 5);
  expect(error).toMatchObject({ code: 'repository-unreadable' });
  expect(error.hint).toContain(`safe.directory '${project.folder}'`);
  project.git('config', '--global', 'safe.directory', project.folder);
  expect(await project.run('init')).toMatchObject({ code: 0 });
});

test('a missing folder for temporary files', async () => {
  const project = await makeProject();
  const id = await project.task('work', 'echo x > x.txt\n');
  project.environment.TMPDIR = beside(project, 'missing');
  const { error } = await project.json(['run'], 5);
  expect(error).toMatchObject({ code: 'no-temporary-folder' });
  expect(error.message).toContain(beside(project, 'missing'));
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending', attempt: 0 });
});
