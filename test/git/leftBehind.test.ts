// What a killed git leaves, made for real: its notes are those of a process that has ended.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeNote } from '../../src/disk/notes.ts';
import { journalOf, listNotes, type Note } from '../../src/git/journal.ts';
import { clearLeftBehind } from '../../src/git/leftBehind.ts';
import { identify } from '../../src/process/identity.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';

/** The identity of a process that is not there any more. */
function deadProcess() {
  const { stdout } = spawnSync('sh', ['-c', 'cat /proc/self/stat; echo'], { encoding: 'utf8' });
  return { ...identify(process.pid), pid: Number(stdout.split(' ')[0]), started: '1' };
}

function noteOf(repository: TestRepository, about: Partial<Note>): void {
  const note: Note = {
    owner: deadProcess(),
    child: null,
    since: Date.now() - 60_000,
    dir: repository.folder,
    refs: [],
    making: null,
    index: null,
    ...about,
  };
  const journal = journalOf(path.join(repository.folder, '.git'));
  mkdirSync(path.dirname(journal), { recursive: true });
  writeNote(journal, 'a-note', JSON.stringify(note));
}

/** A lock file of git's, made so many seconds ago. */
function lock(repository: TestRepository, name: string, secondsAgo = 10): string {
  const file = path.join(repository.folder, '.git', `${name}.lock`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  const at = Date.now() / 1_000 - secondsAgo;
  utimesSync(file, at, at);
  return file;
}

test('the locks of the refs that a dead command was changing go, and others stay', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const ours = lock(repository, 'refs/heads/runner-1/task-x');
  const head = lock(repository, 'HEAD');
  const other = lock(repository, 'refs/heads/other');
  const users = lock(repository, 'index');
  noteOf(repository, { refs: ['refs/heads/runner-1/task-x'] });
  const told = await clearLeftBehind(await repository.find());
  expect(told).toHaveLength(2);
  expect([ours, head, other, users].map((file) => existsSync(file))).toEqual([false, false, true, true]);
  expect(listNotes(journalOf(path.join(repository.folder, '.git'))).size).toBe(0);
});

test('the lock of an index of our own goes, also beside the one of a person', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const users = lock(repository, 'index');
  const ours = lock(repository, 'steroids-index-probe');
  noteOf(repository, { index: path.join(repository.folder, '.git', 'steroids-index-probe') });
  expect(await clearLeftBehind(await repository.find())).toHaveLength(1);
  expect([existsSync(ours), existsSync(users)]).toEqual([false, true]);
});

test('a command that is given an index of our own notes it', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const { git, commonDir } = await repository.find();
  mkdirSync(path.dirname(journalOf(commonDir)), { recursive: true });
  const index = path.join(commonDir, 'steroids-index');
  const using = { with: { GIT_INDEX_FILE: index } };
  // Git reads what it is to write only when its input ends, which is after this was looked at.
  const ended = git.read(['update-index', '--index-info'], { ...using, input: '' });
  expect([...listNotes(journalOf(commonDir)).values()].map((note) => note.index)).toEqual([index]);
  await ended;
});

test('a lock that was there before the command began is not its', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const old = lock(repository, 'refs/heads/x', 120);
  noteOf(repository, { refs: ['refs/heads/x'] });
  expect(await clearLeftBehind(await repository.find())).toEqual([]);
  expect(existsSync(old)).toBe(true);
});

test('of a command whose process lives nothing is touched', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const file = lock(repository, 'refs/heads/x');
  noteOf(repository, { refs: ['refs/heads/x'], owner: identify(process.pid) });
  expect(await clearLeftBehind(await repository.find())).toEqual([]);
  expect(existsSync(file)).toBe(true);
});

test('a worktree that git had not finished adding goes with its record', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const folder = path.join(repository.root, 'half');
  repository.git('worktree', 'add', '--quiet', '--detach', folder);
  const record = path.join(repository.folder, '.git', 'worktrees', 'half');
  writeFileSync(path.join(record, 'locked'), 'initializing');
  writeFileSync(path.join(record, 'HEAD'), `${'0'.repeat(40)}\n`);
  expect(repository.tryGit('rev-list', '--all').code).not.toBe(0);
  noteOf(repository, { making: folder });
  expect(await clearLeftBehind(await repository.find())).toHaveLength(1);
  expect([existsSync(folder), existsSync(record)]).toEqual([false, false]);
  expect(repository.tryGit('rev-list', '--all').code).toBe(0);
});

test('the empty folder of a worktree whose record is gone goes too, one with something in it does not', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const [empty, full] = ['empty', 'full'].map((name) => path.join(repository.root, name)) as [string, string];
  mkdirSync(empty);
  mkdirSync(path.join(full, 'theirs'), { recursive: true });
  for (const making of [empty, full]) {
    noteOf(repository, { making });
    expect(await clearLeftBehind(await repository.find())).toEqual([]);
  }
  expect([empty, full].map((folder) => existsSync(folder))).toEqual([false, true]);
});

test('a worktree that was finished stays, whatever a note says', async () => {
  const repository = makeRepository();
  repository.commit({ 'a.txt': 'a\n' });
  const folder = repository.worktree('whole', null);
  noteOf(repository, { making: folder });
  expect(await clearLeftBehind(await repository.find())).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});

test('git notes what it changes, and takes the note away', async () => {
  const repository = makeRepository();
  const sha = repository.commit({ 'a.txt': 'a\n' });
  const { git, commonDir } = await repository.find();
  mkdirSync(path.join(commonDir, 'steroids'));
  const seen: Note[] = [];
  const watching = setInterval(() => seen.push(...listNotes(journalOf(commonDir)).values()), 0);
  for (let number = 0; number < 20; number++) await git.read(['update-ref', `refs/heads/b${number}`, sha]);
  clearInterval(watching);
  expect(seen.some((note) => note.refs.some((ref) => ref.startsWith('refs/heads/b')))).toBe(true);
  expect(listNotes(journalOf(commonDir)).size).toBe(0);
});
