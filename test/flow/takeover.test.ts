// A person works on a task in a worktree of the person's own, and hands it back.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, projectAt, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const commit = (file: string) => `echo x > ${file}; git add --all; git commit --quiet --message ${file}\n`;

/** Git of the person, in the worktree. */
const gitIn = (project: TestProject, cwd: string, ...args: string[]) =>
  execaSync('git', args, { cwd, env: project.environment, extendEnv: false }).stdout;

async function take(project: TestProject, id: string, ...more: string[]): Promise<string> {
  const taken = await project.json(['tasks', 'takeover', id, ...more]);
  expect(taken).toMatchObject({ id, status: 'in_progress', takenOver: { path: taken.path } });
  return taken.path;
}

function work(project: TestProject, folder: string, file: string, text = 'mine\n'): void {
  writeFileSync(path.join(folder, file), text);
  gitIn(project, folder, 'add', '--all');
  gitIn(project, folder, 'commit', '--quiet', '--message', `by hand: ${file}`);
}

test('after its bound a person takes it over, and what was committed is reviewed and lands', async () => {
  const project = await makeProject({
    config: {
      reviewer: 'human',
      limits: { attempts: 1 },
      worktrees: { setup: ['echo ready > installed.txt'] },
    },
    files: { '.gitignore': 'installed.txt\n' },
  });
  const id = await project.task('work', commit('coded.txt'));
  await project.run('run');
  await project.json(['review', 'reject', id, '--reason', 'not good enough']);
  const [letter] = await project.json(['inbox']);
  expect(letter).toMatchObject({
    kind: 'disputed',
    text: 'not good enough (1 of 1: the bound is reached)\nattempt 1 (default) rejected: not good enough',
  });
  const command = letter.answers.find((answer: string) => answer.includes('takeover'));
  expect(command).toBe(`steroids tasks takeover ${id}`);
  const said = await project.run('tasks', 'takeover', id);
  const folder = said.out.trim();
  expect(said.err).toContain(`Commit there, then: steroids tasks handback ${id}`);
  expect(existsSync(path.join(folder, 'coded.txt'))).toBe(true);
  expect(readFileSync(path.join(folder, 'installed.txt'), 'utf8')).toBe('ready\n');
  // Again only says where.
  writeFileSync(path.join(folder, 'half.txt'), 'half\n');
  expect(await project.json(['takeover', id])).toMatchObject({ path: folder, again: true });
  for (const words of [['run'], ['recover'], ['gc', '--keep', '0s']]) await project.run(...words);
  expect(readFileSync(path.join(folder, 'half.txt'), 'utf8')).toBe('half\n');
  expect(await project.run('uninstall', '--yes')).toMatchObject({ code: 4 });
  for (const words of [
    ['tasks', 'retry', id],
    ['tasks', 'skip', id],
    ['review', 'approve', id],
    ['review', 'reject', id, '--reason', 'x'],
  ])
    expect(await project.run(...words), words.join(' ')).toMatchObject({
      code: 2,
      err: expect.stringContaining('in the hands of Ada <ada@example.org>'),
    });
  expect((await project.run('status')).out).toMatch(/Ada <ada@example.org> has taken it over \d+ s ago, \//);
  expect(await project.json(['inbox', id])).toMatchObject([
    { kind: 'taken', answers: [`steroids tasks handback ${id}`, expect.any(String), expect.any(String)] },
  ]);
  const refused = await project.run('tasks', 'handback', id);
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringContaining(`not committed in ${folder}: half.txt`),
  });
  expect(readFileSync(path.join(folder, 'half.txt'), 'utf8')).toBe('half\n');
  expect(await project.json(['tasks', 'handback', id, '--commit', '--note', 'Now it is'])).toMatchObject({
    id,
    status: 'review',
    takenOver: null,
    left: null,
  });
  expect(existsSync(folder)).toBe(false);
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown.attempts).toMatchObject([{ outcome: 'rejected' }, { outcome: 'submitted' }]);
  // Bounds are counted anew: this is the first rejection since.
  expect(shown.events.at(-1)).toMatchObject({ kind: 'submitted', note: 'Now it is' });
  // Whoever reviews it is told too.
  expect((await project.run('review', 'show', id, '--dossier')).out).toContain(
    '### A Word of Who Worked on It:\n```\nNow it is\n```',
  );
  expect(await project.json(['review', 'approve', id])).toMatchObject({ status: 'queued' });
  expect((await project.run('merge', 'run')).code).toBe(0);
  expect(project.git('show', 'main:half.txt')).toBe('half');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a task that was never coded, back to its coder with a word', async () => {
  const project = await makeProject();
  const id = await project.task('work', 'cat mine.txt > seen.txt\n');
  const folder = await take(project, id);
  expect(await project.run('tasks', 'handback', id)).toMatchObject({
    code: 2,
    err: expect.stringContaining('has no commit that main does not have'),
  });
  work(project, folder, 'mine.txt');
  // While it is the person's nobody codes it.
  expect((await project.run('run')).code).toBe(3);
  expect(await project.json(['tasks', 'handback', id, '--to-coder', '--note', 'Copy it'])).toMatchObject({
    status: 'pending',
  });
  expect((await project.run('run')).code).toBe(0);
  expect(readFileSync(path.join(project.outside, `${id}.2.brief`), 'utf8')).toContain('Copy it');
  expect(project.git('show', 'main:seen.txt')).toBe('mine');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
  expect(await project.run('tasks', 'takeover', id)).toMatchObject({ code: 2 });
  expect(await project.run('tasks', 'handback', id)).toMatchObject({
    code: 2,
    err: expect.stringContaining('nobody has taken task'),
  });
});

test('a conflict stands there with its markers; what is not solved is laid out again for its coder', async () => {
  const project = await makeProject({ config: { reviewer: 'human' }, files: { 'a.txt': 'one\n' } });
  const id = await project.task('work', 'echo late > a.txt\n', {
    attempts: { 3: 'grep -q "^<<<<<<<" a.txt && echo both > a.txt\n' },
  });
  await project.run('run');
  project.write('a.txt', 'early\n');
  project.commit('early');
  await project.run('review', 'approve', id);
  const taken = await project.json(['tasks', 'takeover', id]);
  expect(taken.conflict).toEqual(['a.txt']);
  expect(readFileSync(path.join(taken.path, 'a.txt'), 'utf8')).toContain('<<<<<<<');
  const refused = await project.run('tasks', 'handback', id, '--commit');
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringContaining('conflict markers are left in a.txt'),
  });
  await project.json(['tasks', 'handback', id, '--to-coder']);
  await project.run('run');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'review', attempt: 3 });
  await project.json(['review', 'reject', id, '--reason', 'once more']);
  const folder = await take(project, id);
  expect(readFileSync(path.join(folder, 'a.txt'), 'utf8')).toBe('both\n');
  work(project, folder, 'b.txt');
  project.git('commit', '--quiet', '--allow-empty', '--message', 'main moves');
  await project.json(['tasks', 'handback', id]);
  expect(await project.json(['review', 'approve', id])).toMatchObject({ status: 'queued' });
  expect((await project.run('merge', 'run')).code).toBe(0);
  expect(project.git('show', 'main:a.txt')).toBe('both');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a coder at work is ended only when that is said, and what it had is there', async () => {
  const project = await makeProject();
  const id = await project.task(
    'long',
    `${commit('first.txt')}touch "$OUTSIDE/at work"; echo y > loose.txt; sleep 60\n`,
  );
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'at work')));
  const refused = await project.run('tasks', 'takeover', id);
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining(`takeover ${id} --stop`) });
  const folder = await take(project, id, '--stop');
  expect((await running).exitCode).toBe(3);
  expect(readdirSync(folder)).toContain('first.txt');
  expect(project.git('for-each-ref', `refs/steroids/archive/${id}`)).toContain('uncommitted');
  work(project, folder, 'second.txt');
  await project.json(['tasks', 'handback', id]);
  expect((await project.run('run')).code).toBe(0);
  for (const file of ['first.txt', 'second.txt'])
    expect(project.git('ls-tree', '--name-only', 'main', file)).toBe(file);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('cancelled while a person works on it: what is not committed is archived', async () => {
  const project = await makeProject();
  const id = await project.task('work', commit('x.txt'));
  const folder = await take(project, id);
  work(project, folder, 'mine.txt');
  writeFileSync(path.join(folder, 'loose.txt'), 'loose\n');
  expect(await project.json(['tasks', 'cancel', id])).toMatchObject({ status: 'cancelled', takenOver: null });
  const reasons = (await project.json(['archive', 'list', id])).map((one: { reason: string }) => one.reason);
  expect(reasons.sort()).toEqual(['cancelled', 'uncommitted']);
  expect(existsSync(folder)).toBe(false);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a shell that is still in the worktree keeps it until it has left', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', commit('x.txt'));
  const folder = await take(project, id);
  work(project, folder, 'mine.txt');
  const there = projectAt(folder, project.outside, project.environment);
  expect(await there.json(['tasks', 'handback', id])).toMatchObject({ status: 'review', left: folder });
  expect(existsSync(path.join(folder, 'mine.txt'))).toBe(true);
  expect(await project.json(['review', 'approve', id])).toMatchObject({ status: 'queued' });
  expect((await project.run('merge', 'run')).code).toBe(0);
  await project.run('gc');
  expect(existsSync(folder)).toBe(false);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('what a person does with git there is followed, or refused with what to do', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', commit('x.txt'));
  await project.run('run');
  const folder = await take(project, id);
  const git = (...args: string[]) => gitIn(project, folder, ...args);
  const { branch } = await project.json(['tasks', 'show', id]);
  const handback = () => project.run('tasks', 'handback', id);
  git('switch', '--quiet', '--create', 'elsewhere');
  expect(await handback()).toMatchObject({ code: 2, err: expect.stringContaining('is on elsewhere') });
  git('switch', '--quiet', branch);
  git('branch', '--quiet', '-D', 'elsewhere');
  git('bisect', 'start');
  expect(await handback()).toMatchObject({ code: 2, err: expect.stringContaining('a bisect is under way') });
  git('bisect', 'reset');
  project.git('update-ref', '-d', `refs/heads/${branch}`);
  expect(await handback()).toMatchObject({ code: 2, err: expect.stringContaining('is gone') });
  project.git('update-ref', `refs/heads/${branch}`, (await project.json(['tasks', 'show', id])).latestCommit);
  git('commit', '--quiet', '--amend', '--message', 'amended');
  const amended = git('rev-parse', 'HEAD');
  // On a detached HEAD on top of the branch: it was meant for the branch.
  git('switch', '--quiet', '--detach');
  work(project, folder, 'more.txt');
  const head = git('rev-parse', 'HEAD');
  expect(await project.json(['tasks', 'handback', id])).toMatchObject({
    status: 'review',
    latestCommit: head,
  });
  const { commits } = await project.json(['tasks', 'show', id]);
  expect(commits.filter((one: { status: string }) => one.status === 'pending')).toMatchObject([
    { hash: amended },
    { hash: head },
  ]);
});

test('a folder in the way is said before anything changes', async () => {
  const project = await makeProject();
  const id = await project.task('work', commit('x.txt'));
  const folder = path.join(`${project.folder}.steroids`, `task-${id}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'mine.txt'), 'mine\n');
  const refused = await project.run('tasks', 'takeover', id);
  expect(refused).toMatchObject({ code: 5, err: expect.stringContaining(`${folder} is in the way`) });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending', attempt: 0 });
});

test('a takeover that never got its worktree can be given back', async () => {
  const project = await makeProject();
  const id = await project.task('long', 'touch "$OUTSIDE/at work"; sleep 60\n', {
    attempts: { 3: commit('third.txt') },
  });
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'at work')));
  running.kill('SIGSTOP'); // it does not let the branch go
  const taking = project.start('tasks', 'takeover', id, '--stop');
  await until(async () => (await project.json(['tasks', 'show', id])).takenOver !== null);
  expect(await project.run('tasks', 'takeover', id)).toMatchObject({
    code: 4,
    err: expect.stringContaining('is being taken over by process'),
  });
  taking.kill('SIGINT');
  expect((await taking).exitCode).toBe(4);
  expect(await project.run('tasks', 'handback', id)).toMatchObject({
    code: 4,
    err: expect.stringContaining('is not made yet'),
  });
  expect(await project.json(['tasks', 'handback', id, '--to-coder'])).toMatchObject({ status: 'pending' });
  running.kill('SIGCONT');
  expect((await running).exitCode).toBe(0);
  expect(project.git('ls-tree', '--name-only', 'main', 'third.txt')).toBe('third.txt');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('the branch that a person has checked out is not taken away', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', commit('x.txt'));
  await project.run('run');
  const { branch } = await project.json(['tasks', 'show', id]);
  const other = path.join(project.outside, 'mine');
  mkdirSync(path.dirname(other), { recursive: true });
  project.git('worktree', 'add', '--quiet', other, branch);
  expect(await project.run('tasks', 'takeover', id)).toMatchObject({
    code: 4,
    err: expect.stringContaining(`is checked out in ${other}`),
  });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'review', attempt: 1 });
});
