// What has served its time goes; what has not landed, is young, or is in use stays.

import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { manyArchives } from '../support/archives.ts';
import { leftovers, makeProject, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';
import { watchGit } from '../support/watchGit.ts';

const write = (file: string) => `echo x > ${file}\n`;
const base = (project: TestProject) => path.join(project.folder, '.git/steroids');
const rootOf = (project: TestProject) => `${project.folder}.steroids`;
const ours = (project: TestProject) =>
  project
    .git('for-each-ref', '--format=%(refname)', 'refs/steroids')
    .split('\n')
    .filter((ref) => ref !== 'refs/steroids/lander');

function sql(project: TestProject, text: string): void {
  const database = new Database(path.join(base(project), 'steroids.db'));
  database.exec(text);
  database.close();
}

/** All files below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** A task that landed and one that was cancelled, both with archives and logs. */
async function ended() {
  const project = await makeProject({ config: { merge: { verify: ['true'] }, limits: { failures: 1 } } });
  const landed = await project.task('Landed', write('a.txt'));
  const cancelled = await project.task('Cancelled', `${write('b.txt')}exit 1\n`);
  expect(await project.run('run')).toMatchObject({ code: 3 });
  await project.json(['tasks', 'cancel', cancelled]);
  manyArchives(project, landed, 2);
  return { project, landed, cancelled };
}

test('what is younger than the retention stays, all of it', async () => {
  const { project } = await ended();
  const before = [ours(project), filesIn(base(project))];
  const ran = await project.run('gc');
  expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to remove') });
  expect([ours(project), filesIn(base(project))]).toEqual(before);
  expect(await project.json(['gc', '--dry-run'])).toMatchObject({ refs: [], files: [], worktrees: [] });
});

test('a dry run names what goes and changes nothing; then exactly that goes', async () => {
  const { project, landed, cancelled } = await ended();
  project.git('update-ref', `refs/steroids/candidate/${cancelled}`, 'main');
  const before = [ours(project), filesIn(path.join(base(project), 'logs'))];
  const dry = await project.json(['gc', '--dry-run', '--keep', '0s']);
  expect([ours(project), filesIn(path.join(base(project), 'logs'))]).toEqual(before);
  expect(dry).toMatchObject({ removed: false, kept: [] });
  const kinds = dry.refs.map((ref: { kind: string; owner: string }) => `${ref.kind} ${ref.owner}`).sort();
  expect(kinds).toEqual([
    `archive ${landed}`,
    `archive ${landed}`,
    `candidate ${cancelled}`,
    `landed ${landed}`,
    `landed ${landed}`,
  ]);
  const files = dry.files.map((file: { kind: string }) => file.kind);
  expect(files).toEqual(expect.arrayContaining(['task-logs', 'runner-log', 'verification-log']));

  const lines = (await project.run('gc', '--dry-run', '--keep', '0s')).out;
  const done = await project.run('gc', '--keep', '0s');
  expect(done.code).toBe(0);
  expect(done.out).toBe(lines.replaceAll('Would remove', 'Removed'));
  expect(done.out).not.toMatch(/\b1 logs\b/);
  expect(done.out).toMatch(new RegExp(`${landed} “Landed”: 2 archives, 2 landed refs, logs \\(\\d+ k?B\\)`));
  expect(ours(project)).toEqual(
    before[0]?.filter((ref) => ref.startsWith(`refs/steroids/archive/${cancelled}/`)),
  );
  expect(ours(project)).toHaveLength(1);
  expect(filesIn(path.join(base(project), 'logs'))).toEqual(['merge']);
  await until(() => !existsSync(path.join(base(project), '.trash')));
  expect((await project.run('gc', '--keep', '0s')).out).toBe('Nothing to remove.');
  // What is known of the tasks stays.
  expect(await project.json(['tasks', 'show', landed])).toMatchObject({ status: 'completed' });
});

test('what is only said to have landed is kept, with a word', async () => {
  const { project, landed } = await ended();
  const before = ours(project);
  const elsewhere = project.git('commit-tree', '-m', 'never landed', 'main^{tree}');
  for (const commit of [elsewhere, '1'.repeat(40)]) {
    sql(project, `update tasks set landed_commit = '${commit}' where id = '${landed}'`);
    const ran = await project.run('gc', '--keep', '0s');
    expect(ran.out).toContain(
      `${landed} stays: it is said to have landed as ${commit.slice(0, 8)}, which is not on main`,
    );
    expect(ours(project)).toEqual(before);
  }
});

test('a task that waits for a person keeps its candidate and its logs', async () => {
  const project = await makeProject({ config: { limits: { failures: 1 } } });
  const id = await project.task('Fails', `${write('a.txt')}exit 1\n`);
  await project.run('run');
  project.git('update-ref', `refs/steroids/candidate/${id}`, 'main');
  const before = ours(project);
  const dry = await project.json(['gc', '--dry-run', '--keep', '0s']);
  expect(dry.refs).toEqual([]);
  expect(dry.files.filter((file: { kind: string }) => file.kind !== 'runner-log')).toEqual([]);
  expect(dry.files).not.toEqual([]);
  await project.json(['gc', '--keep', '0s']);
  expect(ours(project)).toEqual(before);
  expect(existsSync(path.join(base(project), `logs/task-${id}`))).toBe(true);
});

test('a ref that changed since it was looked at stays, and the others go', async () => {
  const { project, landed } = await ended();
  const [first, ...others] = ours(project).filter((ref) => ref.includes(landed));
  const git = watchGit(project);
  git.before('update-ref', `"$REAL_GIT" update-ref ${first} main\n`);
  const done = await project.json(['gc', '--keep', '0s']);
  expect(done.kept).toEqual([{ what: first, why: 'it is not what it was a moment ago' }]);
  expect(done.refs.map((ref: { name: string }) => ref.name).sort()).toEqual(others.sort());
  expect(project.git('rev-parse', `${first}`)).toBe(project.git('rev-parse', 'main'));
  expect(ours(project).filter((ref) => ref.includes(landed))).toEqual([first]);
});

test('what a slot left is kept for the retention from its commit’s time', async () => {
  const project = await makeProject();
  manyArchives(project, 'runner-7', 2); // of January 2026
  project.git('update-ref', 'refs/steroids/archive/runner-7/detached-aaaaaaaaaaaa', 'main'); // of now
  manyArchives(project, 'stranger', 1); // nobody knows it
  const own = (...words: string[]) => project.git('--git-dir', path.join(base(project), 'git'), ...words);
  const old = project.git('rev-parse', 'refs/steroids/archive/runner-7/moved-000000000000');
  own('update-ref', 'refs/steroids/archive/merge-1/uncommitted-bbbbbbbbbbbb', old);
  const { refs } = await project.json(['gc', '--keep', '1d']);
  expect(refs).toHaveLength(3);
  expect(own('for-each-ref', 'refs/steroids')).toBe('');
  expect(ours(project)).toHaveLength(2);
  expect((await project.json(['gc', '--keep', '0s'])).refs).toHaveLength(1);
  expect(ours(project)).toHaveLength(1);
});

test('branches without a task: what landed goes, what was sent back loses its candidate', async () => {
  const project = await makeProject();
  for (const name of ['one', 'two']) {
    project.git('switch', '--quiet', '--create', name, 'main');
    project.write('same.txt', name);
    project.commit(name);
  }
  project.git('switch', '--quiet', 'main');
  await project.json(['merge', 'enqueue', 'one']);
  await project.json(['merge', 'enqueue', 'two']);
  await project.run('merge', 'run', '--once');
  expect(ours(project).map((ref) => ref.split('/')[2])).toEqual(['candidate', 'landed-as', 'landed']);
  await project.json(['gc', '--keep', '0s']);
  expect(ours(project)).toEqual([]);
  expect(leftovers(project).branches).toEqual(['one', 'two']);
});

test('verification logs: of an interrupted one by its time, of an open task not at all', async () => {
  const project = await makeProject({
    config: { merge: { verify: ['test ! -e bad.txt'] }, limits: { verifications: 1 } },
  });
  await project.task('Breaks', write('bad.txt'));
  expect(await project.run('run')).toMatchObject({ code: 3 });
  const logs = path.join(base(project), 'logs/merge');
  const before = readdirSync(logs);
  for (const name of ['old.log', 'new.log']) writeFileSync(path.join(logs, name), 'x');
  utimesSync(path.join(logs, 'old.log'), 1_767_225_600, 1_767_225_600);
  await project.json(['gc', '--keep', '1d']);
  expect(readdirSync(logs).sort()).toEqual([...before, 'new.log'].sort());
  const { files } = await project.json(['gc', '--dry-run', '--keep', '0s']);
  const names = files
    .filter((file: { kind: string }) => file.kind === 'verification-log')
    .map((file: { path: string }) => path.basename(file.path));
  // Those of the disputed task stay, main's own for its sake included.
  expect(names).toEqual(['new.log']);
});

/** A run of one task that is killed while its coder works; its big ignored folder is left. */
async function killed(): Promise<TestProject> {
  const project = await makeProject({ files: { '.gitignore': 'node_modules/\nbuild/\n' } });
  const big =
    'mkdir -p node_modules/a build; echo x > node_modules/a/x; echo x > build/x; echo mine > mine.txt; ';
  await project.task('Works', `${big} touch "$OUTSIDE/at work"; exec sleep 600\n`);
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'at work')));
  expect(await project.json(['gc', '--keep', '0s'])).toMatchObject({ worktrees: [], kept: [] });
  expect(existsSync(path.join(rootOf(project), 'runner-1/mine.txt'))).toBe(true);
  running.kill('SIGKILL');
  await running;
  return project;
}

test('a worktree goes when its runner is gone, not before, and what was in it is archived', async () => {
  const project = await killed();
  const [id] = (await project.json(['tasks', 'list'])).map((task: { id: string }) => task.id);
  const dry = await project.json(['gc', '--dry-run']);
  expect(dry.worktrees).toMatchObject([{ name: 'runner-1', path: path.join(rootOf(project), 'runner-1') }]);
  expect(dry.bytes).toBeGreaterThan(0);
  expect(existsSync(path.join(rootOf(project), 'runner-1/mine.txt'))).toBe(true);
  const done = await project.run('gc');
  expect(done.out).toMatch(/the worktree .*runner-1 \(\d+ k?B\)/);
  expect(leftovers(project).worktrees).toEqual([]);
  const [archive] = await project.json(['archive', 'list', id]);
  expect(project.git('show', `${archive.ref}:mine.txt`)).toBe('mine');
  await until(() => !existsSync(rootOf(project)));
});

test('a worktree that cannot be removed stays, is told, and is found the next time', async () => {
  const project = await killed();
  const folder = path.join(rootOf(project), 'runner-1');
  project.git('worktree', 'lock', folder);
  const first = await project.json(['gc']);
  expect(first.worktrees).toEqual([]);
  expect(first.kept).toMatchObject([{ what: folder, why: expect.stringContaining('lock') }]);
  expect(existsSync(folder)).toBe(true);
  expect((await project.json(['gc', '--dry-run'])).worktrees).toMatchObject([{ path: folder }]);
  expect((await project.json(['uninstall', '--dry-run'])).worktrees).toEqual([folder]);
});

test('a worktree whose row was lost with the process that was taking it away is found', async () => {
  const project = await killed();
  await project.run('runners', 'stop');
  sql(project, 'delete from slots');
  const { worktrees } = await project.json(['gc']);
  expect(worktrees).toMatchObject([{ name: 'runner-1' }]);
  expect(leftovers(project).worktrees).toEqual([]);
});

test('a deletion that was killed is taken up by the next gc', async () => {
  const project = await makeProject();
  const trash = path.join(rootOf(project), '.trash');
  mkdirSync(path.join(trash, 'left/deep'), { recursive: true });
  writeFileSync(path.join(trash, 'left/deep/file'), 'x'.repeat(1_500));
  const dry = await project.run('gc', '--dry-run');
  expect(dry.out).toContain(`what was moved to ${trash} (`);
  expect(existsSync(path.join(trash, 'left/deep/file'))).toBe(true);
  expect(await project.json(['gc'])).toMatchObject({ removed: true, trash: [{ path: trash }] });
  await until(() => !existsSync(rootOf(project)));
});

/** An attempt's files, so many days old. */
function transcripts(project: TestProject, id: string, attempt: number, days: number, bytes = 1_000): void {
  const folder = path.join(base(project), `logs/task-${id}`);
  mkdirSync(folder, { recursive: true });
  for (const name of [`${attempt}-code.log`, `${attempt}-code.jsonl`, `${attempt}-review-7-smart.jsonl`]) {
    writeFileSync(path.join(folder, name), 'x'.repeat(bytes));
    const at = Date.now() / 1000 - days * 86_400;
    utimesSync(path.join(folder, name), at, at);
  }
}

const attemptsIn = (project: TestProject, id: string) => [
  ...new Set(readdirSync(path.join(base(project), `logs/task-${id}`)).map((name) => name.split('-')[0])),
];

test('transcripts have a retention of their own: of an open task all but the newest, and it is said', async () => {
  const project = await makeProject({ config: { logs: { keep: '10d' } } });
  const id = await project.task('Open', 'true\n');
  for (const [attempt, days] of [
    [1, 30],
    [2, 11],
    [3, 9],
    [4, 30],
  ] as const)
    transcripts(project, id, attempt, days);
  const ran = await project.run('gc', '--dry-run');
  expect(ran.out).toContain(
    '6 logs of attempts: older than 10 d (logs.keep), or the oldest of more than 2.0 GB (logs.size) (6.0 kB)',
  );
  expect(attemptsIn(project, id)).toEqual(['1', '2', '3', '4']);
  const { files } = await project.json(['gc']);
  expect(files).toHaveLength(6);
  expect(files).toContainEqual({
    kind: 'transcript',
    owner: id,
    bytes: 1_000,
    path: path.join(base(project), `logs/task-${id}/1-code.log`),
  });
  expect(attemptsIn(project, id)).toEqual(['3', '4']);
});

test('transcripts have a bound together: the oldest go, of whatever task, and of an open one the newest never', async () => {
  const project = await makeProject({ config: { logs: { size: '200k' } } });
  const [open, other] = [await project.task('Open', 'true\n'), await project.task('Other', 'true\n')];
  const ended = await project.task('Ended', 'true\n');
  await project.json(['tasks', 'cancel', ended]);
  // 60 kB each: the oldest of all is the newest of its task, and stays while that is open.
  transcripts(project, open, 1, 9, 20_000);
  transcripts(project, other, 1, 7, 20_000);
  transcripts(project, other, 2, 5, 20_000);
  transcripts(project, ended, 1, 6, 20_000);
  transcripts(project, ended, 2, 4, 20_000);
  await project.json(['gc']);
  expect(attemptsIn(project, open)).toEqual(['1']);
  expect(attemptsIn(project, other)).toEqual(['2']);
  expect(attemptsIn(project, ended)).toEqual(['2']);
  expect(await project.json(['gc'])).toMatchObject({ files: [] });
});

test('the retention comes from the configuration or from --keep', async () => {
  const project = await makeProject({ config: { archive: { keep: '12d' } } });
  const { values } = await project.json(['config', 'show']);
  const value = values.find((one: { key: string }) => one.key === 'archive.keep');
  expect(value).toMatchObject({ value: 12 * 86_400_000, source: '.steroids/config.yaml' });
  expect(await project.json(['gc', '--dry-run'])).toMatchObject({ keepMs: 12 * 86_400_000 });
  expect(await project.json(['gc', '--dry-run', '--keep', '36h'])).toMatchObject({ keepMs: 129_600_000 });
  for (const wrong of ['30', 'soon', '9999d', '-1d'])
    expect(await project.run('gc', `--keep=${wrong}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`--keep takes a time of at most 3650d, not "${wrong}"`),
    });
});

test('after fifty landings nothing is left of them, and the process ends by itself', async () => {
  const project = await makeProject({ config: { merge: { verify: ['true'] } } });
  const topics = Array.from({ length: 50 }, (_, index) => `topic-${index}`);
  const main = project.git('rev-parse', 'main');
  const input = topics.map(
    (topic) =>
      `commit refs/heads/${topic}\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata ${topic.length}\n${topic}\nfrom ${main}\nM 100644 inline ${topic}.txt\ndata 2\nx\n\n`,
  );
  execaSync('git', ['fast-import', '--quiet'], { cwd: project.folder, input: input.join('') });
  const entries = topics.map(
    (topic) =>
      `('${topic}', 'main', '${topic}', '${topic}', '${project.git('rev-parse', topic)}', 0, 'waiting', 0, 0, 0)`,
  );
  sql(
    project,
    `insert into entries (id, target, branch, title, head, priority, status, rounds, created_at, updated_at) values ${entries.join(', ')}`,
  );
  expect((await project.json(['merge', 'run', '--once'])).landed).toHaveLength(50);
  expect(project.git('log', '--format=%s', 'main').split('\n')).toEqual([...topics.reverse(), 'Begin']);
  const { branches, ...left } = leftovers(project);
  expect(left).toEqual({ worktrees: [], candidates: '', status: '' });
  expect(branches).toHaveLength(50); // a person's are theirs
  const files = filesIn(path.join(project.folder, '.git'));
  expect(files.filter((file) => /\.lock$|^steroids\/running\/./.test(file))).toEqual([]);
  expect(readdirSync(project.environment.TMPDIR ?? '')).toEqual([]);
  expect(await project.json(['locks', 'list'])).toEqual([]);
}, 240_000);
