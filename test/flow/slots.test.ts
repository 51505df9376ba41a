// Worktrees in every state that coders, crashes and people leave them in: the next task gets a sound one.

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  leftovers,
  makeProject,
  NOTHING_LEFT,
  projectAt,
  runAsNobody,
  type TestProject,
} from '../support/project.ts';
import { until } from '../support/until.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;
const rootOf = (project: TestProject) => `${project.folder}.steroids`;

test('a set-up that failed once does not keep the branch from the other runners', async () => {
  const project = await makeProject({
    config: { worktrees: { setup: ['echo x >> "$HOME/set-ups"; test $(wc -l < "$HOME/set-ups") -gt 4'] } },
  });
  const id = await project.task('one', write('one.txt', '1'));
  expect(await project.run('run', '--runners', '4')).toMatchObject({ code: 0 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 3 });
  expect(readFileSync(path.join(project.outside, 'set-ups'), 'utf8').trim().split('\n')).toHaveLength(5); // twice an attempt
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

describe('a coder that breaks its worktree fails its own task, and no other', () => {
  test.each([
    ['takes the .git in it away', 'echo lost > found.txt; rm .git\n', 'took its worktree'],
    [
      'makes a repository of its own there',
      'rm .git; git init -q .; echo x > x; git add x; git commit -qm own\n',
      'took its worktree',
    ],
    [
      'links it to another repository',
      'git init -q "$OUTSIDE/other"; echo "gitdir: $OUTSIDE/other/.git" > .git\n',
      'took its worktree',
    ],
    ['deletes the folder', 'rm -rf "$PWD"\n', 'took its worktree'],
    ['has git remove it', 'git worktree remove --force "$PWD"\n', 'took its worktree'],
  ])('%s', async (_, script, sentence) => {
    const project = await makeProject({ config: { limits: { failures: 1 } } });
    // Whoever looks for a repository from there must not find one around it.
    project.git('init', '--quiet', path.dirname(project.folder));
    const bad = await project.task('bad', script, { args: ['--priority', '1'] });
    await project.task('good', write('good.txt', '1'));
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 3 });
    const shown = await project.json(['tasks', 'show', bad]);
    expect(shown).toMatchObject({ status: 'failed', reason: expect.stringContaining(sentence) });
    expect(project.read('good.txt')).toBe('1\n');
    expect(leftovers(project).worktrees).toEqual([]);
    expect(existsSync(rootOf(project))).toBe(false);
    const around = ['--git-dir', path.join(path.dirname(project.folder), '.git')];
    expect(project.git(...around, 'for-each-ref')).toBe('');
  });

  test('what it left uncommitted is archived all the same', async () => {
    const project = await makeProject({ config: { limits: { failures: 1 } } });
    const bad = await project.task('bad', 'echo lost > found.txt; rm .git\n');
    await project.run('run', '--runners', '1');
    const archived = project.git('for-each-ref', '--format=%(refname)', `refs/steroids/archive/${bad}`);
    expect(project.git('show', `${archived.split('\n')[0]}:found.txt`)).toBe('lost');
  });
});

describe('what cannot be emptied is kept as it is, and is in nobody’s way', () => {
  test.each([
    ['the index', 'echo ruined > "$(git rev-parse --git-dir)/index"\n'],
    ['HEAD', 'echo ruined > "$(git rev-parse --git-dir)/HEAD"\n'],
    ['git’s record of it', 'rm -r "$(git rev-parse --git-dir)"\n'],
    [
      'a repository without a commit in one in it',
      'git init -q in; git init -q in/deep; echo x > in/deep/x\n',
    ],
  ])('%s', async (_, script) => {
    const project = await makeProject({ config: { limits: { failures: 1 } } });
    const edit = 'echo edited > README.md; echo draft > draft.txt\n';
    const bad = await project.task('bad', `${edit}${script}exit 1\n`, { args: ['--priority', '1'] });
    await project.task('good', `git status --porcelain > "$OUTSIDE/seen"\n${write('good.txt', '1')}`);
    const ran = await project.run('run', '--runners', '1');
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('it is kept as it is in') });
    expect(await project.json(['tasks', 'show', bad])).toMatchObject({ status: 'failed' });
    expect(project.read('good.txt')).toBe('1\n');
    expect(project.read('../outside/seen')).toBe('');
    const [left = '', ...others] = readdirSync(rootOf(project));
    expect([left, ...others]).toEqual(['left-runner-1']);
    expect(readFileSync(path.join(rootOf(project), left, 'files', 'draft.txt'), 'utf8')).toBe('draft\n');
    expect(ran.err).toContain(path.join(rootOf(project), left));
    // It is no repository any more: git there must not work in the next runner's.
    expect(existsSync(path.join(rootOf(project), left, 'files', '.git'))).toBe(false);
    expect(leftovers(project)).toMatchObject({ worktrees: [], status: '' });
    const checked = await project.json(['doctor']);
    expect(JSON.stringify(checked)).toContain('left-runner-1');
    expect(await project.run('recover')).toMatchObject({ code: 0 });
    expect(await project.run('uninstall', '--yes')).toMatchObject({ code: 0 });
  });

  test('a link that leads out of it', async () => {
    const project = await makeProject({ config: { limits: { failures: 1 } } });
    const script = 'here=$PWD; mv "$here" "$OUTSIDE/moved"; ln -s "$OUTSIDE/../repo" "$here"\n';
    await project.task('bad', script, { args: ['--priority', '1'] });
    await project.task('good', write('good.txt', '1'));
    await project.run('run', '--runners', '1');
    expect(project.read('good.txt')).toBe('1\n');
    expect(project.git('status', '--porcelain')).toBe('');
    expect(readlinkSync(path.join(rootOf(project), 'left-runner-1', 'files'))).toContain('repo');
  });

  test.each([
    ['a branch without a commit', 'git checkout -q --orphan alone\n'],
    ['the lock of a git that was killed', ': > "$(git rev-parse --git-dir)/index.lock"\n'],
    ['a pipe where a file was', 'rm README.md; mkfifo README.md\n'],
  ])('but not %s: it is archived like anything else', async (_, script) => {
    const project = await makeProject({ config: { limits: { failures: 1 } } });
    await project.task('bad', `echo draft > draft.txt\n${script}exit 1\n`, { args: ['--priority', '1'] });
    await project.task('good', `git status --porcelain > "$OUTSIDE/seen"\n${write('good.txt', '1')}`);
    await project.run('run', '--runners', '1');
    expect(project.read('good.txt')).toBe('1\n');
    expect(project.read('../outside/seen')).toBe('');
    const archived = project.git('for-each-ref', '--format=%(refname)', 'refs/steroids/archive');
    expect(project.git('show', `${archived}:draft.txt`)).toBe('draft');
    expect(existsSync(rootOf(project))).toBe(false);
  });

  // To the first user of a machine everything is open.
  test.each(['chmod 000 draft.txt', 'chmod 000 src', 'chmod 555 vendor', 'chmod 555 cache/deep'])(
    'nor what its coder had closed to us (%s)',
    async (closing) => {
      const files = { '.gitignore': 'cache/\nvendor/\n', 'src/a.txt': 'a\n' };
      const project = await makeProject({ config: { limits: { failures: 1 } }, files });
      const script = `echo draft > draft.txt; echo b > src/a.txt
mkdir -p cache/deep vendor; echo c > cache/deep/c; echo v > vendor/v; ${closing}; exit 1\n`;
      await project.task('bad', script, { args: ['--priority', '1'] });
      await project.task('good', `cat src/a.txt || exit 1\n${write('good.txt', '1')}`);
      execFileSync('chown', ['-R', '65534:65534', path.dirname(project.folder)]);
      await runAsNobody(project, 'run', '--runners', '1');
      project.git('config', '--global', 'safe.directory', '*');
      expect(project.read('good.txt')).toBe('1\n');
      const archived = project.git('for-each-ref', '--format=%(refname)', 'refs/steroids/archive');
      expect(project.git('show', `${archived}:draft.txt`)).toBe('draft');
      expect(project.git('show', `${archived}:src/a.txt`)).toBe('b');
      expect(existsSync(rootOf(project))).toBe(false);
    },
  );
});

test('a folder in the way is refused before anything is started', async () => {
  const project = await makeProject();
  const id = await project.task('one', write('one.txt', '1'));
  mkdirSync(path.join(rootOf(project), 'runner-2'), { recursive: true });
  const ran = await project.run('run', '--runners', '2');
  expect(ran.err).toContain('runner-2 is in the way');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending', attempt: 0 });
});

/** A run that was killed while its coders were at work. */
async function killed(project: TestProject, runners: number): Promise<string[]> {
  const ids = [];
  for (let number = 1; number <= runners; number++) {
    const title = `task ${number}`;
    const slow = `touch "$OUTSIDE/at work ${number}"; echo kept > kept-${number}.txt; [ -e "$OUTSIDE/fast" ] || sleep 600\n`;
    ids.push(await project.task(title, slow));
  }
  const running = project.start('run', '--runners', String(runners));
  for (let number = 1; number <= runners; number++)
    await until(() => existsSync(path.join(project.outside, `at work ${number}`)));
  running.kill('SIGKILL');
  await running;
  writeFileSync(path.join(project.outside, 'fast'), '');
  return ids;
}

test('after a crash fewer runners go on with what more had begun', async () => {
  const project = await makeProject();
  const ids = await killed(project, 3);
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  for (const id of ids)
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
  expect(leftovers(project)).toMatchObject({ branches: [], candidates: '', status: '' });
});

test('a repository that was moved after a crash goes on, and uninstall leaves no worktree', async () => {
  const project = await makeProject();
  const [id = ''] = await killed(project, 1);
  const there = `${project.folder} moved`;
  renameSync(project.folder, there);
  const moved = projectAt(there, project.outside, project.environment);
  expect((await moved.run('init')).out).toContain("took over the repository's new place");
  expect(await moved.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  expect(await moved.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
  expect(await moved.run('uninstall', '--yes')).toMatchObject({ code: 0 });
  expect(leftovers(moved).worktrees).toEqual([]);
  expect(existsSync(rootOf(project))).toBe(false);
  expect(existsSync(rootOf(moved))).toBe(false);
});

test('the folder around repository and worktrees was moved', async () => {
  const project = await makeProject({ config: { worktrees: { keep: true } } });
  await project.task('one', write('one.txt', '1'));
  await project.run('run', '--runners', '1');
  const around = path.dirname(project.folder);
  const there = `${around}-moved`;
  renameSync(around, there);
  try {
    const outside = path.join(there, 'outside');
    const moved = projectAt(path.join(there, 'repo'), outside, {
      ...project.environment,
      HOME: outside,
      TMPDIR: path.join(there, 'tmp'),
      GIT_CONFIG_GLOBAL: path.join(outside, 'gitconfig'),
    });
    expect(await moved.run('init')).toMatchObject({ code: 0 });
    expect(moved.git('-C', `${there}/repo.steroids/runner-1`, 'rev-parse', '--git-common-dir')).toBe(
      `${there}/repo/.git`,
    );
    moved.write('.steroids/config.yaml', moved.read('.steroids/config.yaml').replaceAll(around, there));
    moved.commit('New place');
    await moved.task('two', write('two.txt', '2'));
    expect(await moved.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(moved.read('two.txt')).toBe('2\n');
  } finally {
    rmSync(there, { recursive: true, force: true });
  }
});

test('a coder that moves main itself is told from one that changed nothing', async () => {
  const project = await makeProject({ config: { limits: { unchanged: 1 } } });
  const id = await project.task(
    'mover',
    'echo x > x.txt; git add x.txt; git commit -qm mine; git update-ref refs/heads/main HEAD\n',
  );
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 3 });
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown.reason).toContain('is on main already, and not by the queue');
});
