// A repository with steroids in it, driven through the real command line.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { stringify } from 'yaml';

export const BIN = fileURLToPath(new URL('../../bin/steroids.js', import.meta.url));

export interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

export interface TestProject {
  readonly folder: string;
  /** Outside the repository: scripts of coders, and what they leave behind. */
  readonly outside: string;
  readonly environment: NodeJS.ProcessEnv;
  git(...args: string[]): string;
  write(file: string, text: string): void;
  read(file: string): string;
  commit(message: string): string;
  /** Runs `steroids …` to its end. */
  run(...args: string[]): Promise<Ran>;
  /** Starts `steroids …` and hands the process out. */
  start(...args: string[]): ReturnType<typeof spawnCli>;
  /** The one document that `steroids … --json` answers. @throws when it ended with another code than `code` */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as scripts would.
  json(args: readonly string[], code?: number): Promise<any>;
  /** Adds a task whose coder runs `script` (in its worktree); other attempts may have scripts of their own. */
  task(title: string, script: string, options?: TaskOptions): Promise<string>;
}

export interface TaskOptions {
  readonly args?: readonly string[];
  /** Scripts of later attempts, by number. */
  readonly attempts?: Readonly<Record<number, string>>;
}

export interface ProjectOptions {
  // biome-ignore lint/suspicious/noExplicitAny: what a person would write as YAML.
  readonly config?: Record<string, any>;
  readonly files?: Readonly<Record<string, string>>;
  /** Name of the repository's folder. */
  readonly name?: string;
  readonly init?: boolean;
  /** More for `git init`. */
  readonly git?: readonly string[];
}

/** Runs what the test has written for the task of that title and that attempt. */
const CODER = `#!/bin/sh
here=$(dirname "$0")
cat > "$here/$STEROIDS_TASK_ID.$STEROIDS_ATTEMPT.brief"
script="$here/$STEROIDS_TASK_TITLE.$STEROIDS_ATTEMPT.sh"
[ -f "$script" ] || script="$here/$STEROIDS_TASK_TITLE.sh"
OUTSIDE=$here; export OUTSIDE
. "$script"
`;

/** Whoever makes it removes it: it is the folder that holds the project's. */
export async function makeProjectIn(base: string, options: ProjectOptions = {}): Promise<TestProject> {
  const folder = path.join(base, options.name ?? 'repo');
  const outside = path.join(base, 'outside');
  mkdirSync(folder);
  mkdirSync(outside);
  mkdirSync(path.join(base, 'tmp'));
  writeFileSync(path.join(outside, 'coder.sh'), CODER);
  writeFileSync(path.join(outside, 'gitconfig'), '[user]\n\tname = Ada\n\temail = ada@example.org\n');
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: outside,
    TMPDIR: path.join(base, 'tmp'),
    GIT_CONFIG_GLOBAL: path.join(outside, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C.UTF-8',
    CI: 'true',
    // One compile cache for all tests.
    XDG_CACHE_HOME: path.join(os.tmpdir(), 'steroids-test-cache'),
  };
  const project = projectAt(folder, outside, environment);
  project.git('init', '--quiet', '--initial-branch=main', ...(options.git ?? []));
  for (const [file, text] of Object.entries({ 'README.md': 'hello\n', ...options.files }))
    project.write(file, text);
  if (options.init !== false) {
    const coders = { default: { command: ['sh', path.join(outside, 'coder.sh')], timeLimit: '60s' } };
    project.write('.steroids/config.yaml', stringify({ version: 1, coders, ...options.config }));
  }
  project.commit('Begin');
  if (options.init !== false) await project.json(['init']);
  return project;
}

/** The same project, or what became of it, in another folder. */
export function projectAt(folder: string, outside: string, environment: NodeJS.ProcessEnv): TestProject {
  const project: TestProject = {
    folder,
    outside,
    environment,
    git: (...args) => execaSync('git', args, { cwd: folder, env: environment, extendEnv: false }).stdout,
    write(file, text) {
      const full = path.join(folder, file);
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, text);
    },
    read: (file) => readFileSync(path.join(folder, file), 'utf8'),
    commit(message) {
      project.git('add', '--all');
      project.git('commit', '--quiet', '--message', message);
      return project.git('rev-parse', 'HEAD');
    },
    async run(...args) {
      const result = await spawnCli(project, args);
      return { code: result.exitCode, out: String(result.stdout), err: String(result.stderr) };
    },
    start: (...args) => spawnCli(project, args),
    async json(args, code = 0) {
      const ran = await project.run(...args, '--json');
      if (ran.code !== code)
        throw new Error(`${args.join(' ')} ended with ${ran.code}: ${ran.out}${ran.err}`);
      return JSON.parse(ran.out);
    },
    async task(title, script, { args = [], attempts = {} } = {}) {
      writeFileSync(path.join(outside, `${title}.sh`), script);
      for (const [number, text] of Object.entries(attempts))
        writeFileSync(path.join(outside, `${title}.${number}.sh`), text);
      return (await project.json(['tasks', 'add', title, ...args])).id;
    },
  };
  return project;
}

/**
 * The command line as somebody else, who owns everything in the test's folder: to the first user of a machine, as which
 * tests may run, nothing is write-protected.
 */
export async function runAsNobody(project: TestProject, ...args: string[]): Promise<Ran> {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const result = await execa(process.execPath, [BIN, ...args], {
    ...nobody,
    cwd: project.folder,
    env: { ...project.environment, XDG_CACHE_HOME: project.outside },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return { code: result.exitCode, out: String(result.stdout), err: String(result.stderr) };
}

/** @param options `detached`: in a process group of its own, as a terminal gives one to each command */
export function spawnCli(
  project: TestProject,
  args: readonly string[],
  options: { readonly detached?: boolean } = {},
) {
  return execa(process.execPath, [BIN, ...args], {
    ...options,
    cwd: project.folder,
    env: project.environment,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

/** Everything that a run may leave behind and must not. */
export function leftovers(project: TestProject) {
  return {
    worktrees: project
      .git('worktree', 'list', '--porcelain')
      .split('\n')
      .filter((line) => line.startsWith('worktree ') && line !== `worktree ${project.folder}`),
    branches: project
      .git('for-each-ref', '--format=%(refname:short)', 'refs/heads')
      .split('\n')
      .filter((name) => name !== 'main'),
    candidates: project.git('for-each-ref', '--format=%(refname)', 'refs/steroids/candidate'),
    status: project.git('status', '--porcelain'),
  };
}

export const NOTHING_LEFT = { worktrees: [], branches: [], candidates: '', status: '' };
