// One scenario, played through the real command line in surroundings that are hostile: two coders side by side, one
// conflict that is solved at the next attempt, a reviewer, a verification, and the user at work in the checkout of main.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { makeProject, type ProjectOptions, projectAt, type TestProject } from './project.ts';
import { until } from './until.ts';

export interface Hostile {
  /** `key value` lines of git's configuration, in force as the user's own and as the repository's. */
  readonly config?: readonly string[] | ((scene: Scene) => readonly string[]);
  readonly environment?: NodeJS.ProcessEnv;
  readonly project?: ProjectOptions;
  /** Changes the project before `steroids init`. */
  readonly arrange?: (scene: Scene) => void;
  /** Where the command line is started, when that is not the project's folder. */
  readonly startIn?: (scene: Scene) => string;
  /** More of what the left coder does in its worktree before it commits. */
  readonly left?: string;
  /** The same for the right one, at its first attempt. */
  readonly right?: string;
  /** What the right coder does about its conflict. */
  readonly solve?: string;
  /** How a coder commits. */
  readonly commit?: (message: string, side: 'left' | 'right') => string;
  /** Messages of the two commits, where the coders leave it to us to commit. */
  readonly subjects?: readonly [string, string];
  /** Paths on main at the end, beside those of the scenario; by default what the project has. One char a byte. */
  readonly paths?: readonly string[];
  /** What stands in files on main at the end, without the last line break. */
  readonly contents?: Readonly<Record<string, string>>;
  /** The user's checkout is no part of it. */
  readonly bare?: true;
  readonly setup?: readonly string[];
  /** More of `merge:` in the configuration of steroids. */
  readonly merge?: Readonly<Record<string, string>>;
  /** A command more that every candidate has to pass. */
  readonly verify?: string;
  /** What `git status` says in the user's checkout at the end, beside the user's own edits. */
  readonly status?: readonly string[];
  /** More that has to hold at the end. */
  readonly after?: (scene: Scene) => unknown;
}

export interface Scene {
  readonly project: TestProject;
  /** The temporary folder around everything. */
  readonly base: string;
  /** Makes a program that notes who runs it. @returns its path, quoted for a shell */
  program(name: string, does?: string): string;
  /** What programs noted while steroids was at work. */
  noted(by: 'steroids' | 'coders'): string[];
  /** Git with nothing of what is hostile in its environment. */
  git(...args: string[]): string;
}

const AUTHORS = ['Left Coder <left@example.org>', 'Ríght Coder <right@example.org>'] as const;

/** Waits without end being possible: a missing sign fails the coder. */
const WAIT = 'i=0; waiting() { i=$((i+1)); [ $i -lt 900 ] || exit 9; sleep 0.02; }\n';

const plainCommit = (message: string) => `git add -A && git commit -q -m '${message}' || exit 8\n`;

function leftScript({ left = '', commit = plainCommit }: Hostile): string {
  return `${WAIT}: > "$OUTSIDE/left-began"
until [ -e "$OUTSIDE/right-began" ]; do waiting; done
echo left > shared.txt; echo l > left.txt
${left}
${commit('Left: änder the shared line', 'left')}`;
}

function rightScript({ right = '', commit = plainCommit }: Hostile): string {
  return `${WAIT}: > "$OUTSIDE/right-began"
until [ "$(git rev-parse main)" != "$STEROIDS_BASE_COMMIT" ]; do waiting; done
echo right > shared.txt; echo r > right.txt
${right}
${commit('Right: change the shared line', 'right')}`;
}

const SOLVE = `grep -q '^<<<<<<< ' shared.txt || exit 7
echo left and right > shared.txt
`;

const REVIEWER = `#!/bin/sh
cat > "$(dirname "$0")/dossier.$STEROIDS_TASK_TITLE.$STEROIDS_ATTEMPT"
echo '{"decision": "approve", "reason": "fine"}'
`;

/** The repository as it is before anything hostile. */
export async function makeScene(hostile: Hostile): Promise<Scene> {
  const { files, ...options } = hostile.project ?? {};
  const project = await makeProject({
    ...options,
    init: false,
    files: { 'shared.txt': 'base\n', 'notes.txt': 'notes\n', ...files },
  });
  const base = path.dirname(project.folder);
  const { outside } = project;
  writeFileSync(path.join(outside, 'reviewer.sh'), REVIEWER);
  const command = ['sh', path.join(outside, 'coder.sh')];
  const config = {
    version: 1,
    main: 'main',
    coder: 'left',
    coders: { left: { command, author: AUTHORS[0] }, right: { command, author: AUTHORS[1] } },
    reviewer: 'reader',
    reviewers: { reader: { command: ['sh', path.join(outside, 'reviewer.sh')] } },
    merge: {
      ...hostile.merge,
      verify: ['grep -q left shared.txt', ...(hostile.verify ? [hostile.verify] : [])],
    },
    worktrees: { setup: hostile.setup ?? [] },
  };
  project.write('.steroids/config.yaml', JSON.stringify(config));
  project.commit('Configure');
  const armed = path.join(outside, 'armed');
  const notes = { steroids: path.join(outside, 'noted'), coders: path.join(outside, 'noted by coders') };
  return {
    project,
    base,
    program(name, does = 'exit 0') {
      const file = path.join(outside, name);
      const note = `if [ -n "$STEROIDS_TASK_ID" ]; then echo "${name}" >> '${notes.coders}'
elif [ -e '${armed}' ]; then echo "${name}" >> '${notes.steroids}'; fi`;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\n${note}\n${does}\n`);
      chmodSync(file, 0o755);
      return `'${file}'`;
    },
    noted: (by) => (existsSync(notes[by]) ? readFileSync(notes[by], 'utf8').trim().split('\n') : []),
    git: (...args) =>
      execFileSync('git', args, { cwd: project.folder, env: cleanOf(project), encoding: 'latin1' }).replace(
        /\n$/,
        '',
      ),
  };
}

const cleanOf = ({ environment: { PATH, HOME }, outside }: TestProject) => ({
  PATH,
  HOME: HOME ?? outside,
  GIT_CONFIG_GLOBAL: path.join(outside, 'gitconfig'),
  GIT_CONFIG_NOSYSTEM: '1',
});

/** Plays it, and looks at everything that has to hold at the end. */
export async function play(scene: Scene, hostile: Hostile): Promise<void> {
  const { project, base } = scene;
  const { outside } = project;
  hostile.arrange?.(scene);
  const user = hostile.bare ? undefined : project;
  user?.write('notes.txt', 'notes\nof the user\n');
  user?.write('scratch.txt', 'scratch\n');
  const included = path.join(outside, 'hostile.gitconfig');
  writeFileSync(included, '');
  const config = typeof hostile.config === 'function' ? hostile.config(scene) : (hostile.config ?? []);
  for (const line of config) {
    const [, key = '', value = ''] = /^(\S+) (.*)$/s.exec(line) ?? [];
    scene.git('config', '--file', included, '--add', key, value);
  }
  scene.git('config', 'include.path', included);
  const global = path.join(outside, 'gitconfig.hostile');
  const plain = readFileSync(path.join(outside, 'gitconfig'), 'utf8');
  writeFileSync(global, `${plain}[include]\n\tpath = ${included}\n`);
  const started = projectAt(hostile.startIn?.(scene) ?? project.folder, outside, {
    ...project.environment,
    GIT_CONFIG_GLOBAL: global,
    ...hostile.environment,
  });
  const before = scene.git('rev-parse', 'main');

  writeFileSync(path.join(outside, 'armed'), '');
  await started.json(['init']);
  const left = await started.task('left', leftScript(hostile), { args: ['--coder', 'left'] });
  const right = await started.task('right', rightScript(hostile), {
    args: ['--coder', 'right'],
    attempts: { 2: hostile.solve ?? SOLVE },
  });
  const ran = await started.run('run', '--runners', '2');
  expect(ran.code, ran.err + ran.out).toBe(0);
  expect(ran.err).not.toContain('left its worktree in place');
  const shown = await started.json(['tasks', 'show', right]);
  expect(shown).toMatchObject({ status: 'completed', attempt: 2 });
  const diff = await started.run('tasks', 'diff', left);
  expect(diff).toMatchObject({ code: 0, err: '' });
  expect(diff.out).toContain('diff --git a/shared.txt b/shared.txt\n');
  expect(diff.out).toContain('\n-base\n+left');
  const dossier = readFileSync(path.join(outside, 'dossier.right.2'), 'utf8');
  expect(dossier).toContain('-left\n+left and right');
  rmSync(path.join(outside, 'armed'));
  expect(scene.noted('steroids')).toEqual([]);
  if (user) expectUser(scene, started, hostile);
  writeFileSync(included, '');
  expectMain(scene, hostile, before);
  hostile.after?.(scene);
  await expectNothingLeft(scene, base);
}

function expectMain({ git }: Scene, hostile: Hostile, before: string): void {
  const [one, two] = hostile.subjects ?? ['Left: änder the shared line', 'Right: change the shared line'];
  const log = git('log', '--reverse', '--format=%P %an <%ae> %s%n', '--encoding=UTF-8', `${before}..main`);
  const first = git('rev-parse', 'main~1');
  const expected = [`${before} ${AUTHORS[0]} ${one}`, `${first} ${AUTHORS[1]} ${two}`];
  expect(utf8(log).split('\n').filter(Boolean)).toEqual(expected);
  const lines = git('ls-tree', '-r', '-z', 'main').split('\0').filter(Boolean);
  const blobs = lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.split(/[ \t]/)[2]] as const);
  const contents = { 'shared.txt': 'left and right', 'notes.txt': 'notes', ...hostile.contents };
  for (const [file, text] of Object.entries(contents)) {
    const [, blob] = blobs.find(([name]) => name === file) ?? [];
    expect(git('cat-file', 'blob', `${blob}`), file).toBe(text);
  }
  const known = ['.steroids/config.yaml', 'README.md', 'left.txt', 'notes.txt', 'right.txt', 'shared.txt'];
  const more = hostile.paths ?? Object.keys(hostile.project?.files ?? {});
  expect(new Set(blobs.map(([name]) => name))).toEqual(new Set([...known, ...more]));
  expect(git('fsck', '--full', '--strict', '--no-dangling')).toBe('');
}

const utf8 = (latin1: string) => Buffer.from(latin1, 'latin1').toString('utf8');

/** What the user was at is untouched, and the rest of the checkout has followed main. */
function expectUser({ project }: Scene, started: TestProject, hostile: Hostile): void {
  const clean = { ...cleanOf(project), GIT_CONFIG_GLOBAL: started.environment.GIT_CONFIG_GLOBAL };
  const { git } = projectAt(project.folder, project.outside, clean);
  const status = git('status', '--porcelain', '--untracked-files=all', '--ignore-submodules=none');
  const expected = [' M notes.txt', '?? scratch.txt', ...(hostile.status ?? [])];
  expect(new Set(status.split('\n'))).toEqual(new Set(expected));
  expect(project.read('notes.txt')).toBe('notes\nof the user\n');
  expect(project.read('scratch.txt')).toBe('scratch\n');
  expect(project.read('shared.txt').trim()).toBe('left and right');
}

async function expectNothingLeft({ project, git }: Scene, base: string): Promise<void> {
  const gitDir = utf8(git('rev-parse', '--path-format=absolute', '--git-common-dir'));
  const refs = git('for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/steroids/candidate');
  expect(refs.split('\n').filter((name) => /runner|candidate/.test(name))).toEqual([]);
  expect(git('worktree', 'list')).not.toContain('.steroids');
  expect(existsSync(path.join(gitDir, 'steroids/git/worktrees'))).toBe(false);
  expect(existsSync(`${project.folder}.steroids`)).toBe(false);
  const locks = readdirSync(gitDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.lock$|steroids-index|steroids-snapshot/.test(file),
  );
  expect(locks).toEqual([]);
  await until(() => processesIn(base).length === 0);
}

/** Programs whose working directory is below a folder. */
function processesIn(folder: string): string[] {
  if (!existsSync('/proc/self/cwd')) return [];
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return (
        lstatSync(`/proc/${pid}/cwd`).isSymbolicLink() && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
      );
    } catch {
      return false; // ended meanwhile, or somebody else's
    }
  });
}

export async function playAll(hostile: Hostile): Promise<void> {
  await play(await makeScene(hostile), hostile);
}
