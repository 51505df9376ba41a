// Live branches that conflict: seen while their coders are at work, told to people and to the next coders.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BIN, makeProject, type TestProject } from '../support/project.ts';
import { CTRL_C, openTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/** Does something, tells that it has, and goes on when it is let go. */
const holding = (work: string, then = 'true') => `${work}
touch "$OUTSIDE/begun.$STEROIDS_TASK_TITLE"
while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done
${then}\n`;

const begun = (project: TestProject, title: string) =>
  existsSync(path.join(project.outside, `begun.${title}`));

const commits = (file: string, text: string) =>
  `printf '%s\\n' '${text}' > ${file}; git add ${file}; git commit -qm '${text}'`;

const brief = (project: TestProject, id: string, attempt: number) =>
  readFileSync(path.join(project.outside, `${id}.${attempt}.brief`), 'utf8');

const kinds = (events: readonly { readonly kind: string }[]) => events.map(({ kind }) => kind);

test('two coders that come to conflict: an event, the status, and what both are told at their next attempt', {
  timeout: 180_000,
}, async () => {
  const project = await makeProject({
    config: { reviewer: 'human' },
    files: { 'a.txt': 'a\n', 'b.txt': 'b\n' },
  });
  const one = await project.task('one', holding(commits('a.txt', 'one')), { attempts: { 2: 'true\n' } });
  const two = await project.task('two', holding(commits('a.txt', 'two')), { attempts: { 2: 'true\n' } });
  const three = await project.task('three', holding(commits('b.txt', 'three')));
  const objects = () => project.git('count-objects');
  const running = project.start('run', '--runners', '3');
  await until(() => ['one', 'two', 'three'].every((title) => begun(project, title)));
  await until(async () => (await project.json(['status'])).conflicts.length > 0);
  const status = await project.json(['status']);
  expect(status.underWay.map(({ status }: { status: string }) => status)).toEqual(
    Array(3).fill('in_progress'),
  );
  expect(status.conflicts).toMatchObject([
    { one, other: two, files: [{ file: 'a.txt', kind: 'content' }], more: 0, findings: [] },
  ]);
  expect((await project.run('status')).out).toContain(
    `Conflict ${one} “one” and ${two} “two”: a.txt (content)`,
  );
  const before = objects();
  const shown = await project.json(['runners', 'conflicts']);
  expect(shown).toMatchObject({
    pairs: 6,
    merged: 0,
    conflicts: [{ one, other: two }],
    failed: [],
    unread: [],
  });
  expect(objects()).toBe(before);
  project.write('../outside/go', '');
  const ended = await running;
  expect(String(ended.stderr)).toContain(`${one} “one” and ${two} “two” conflict now: a.txt`);
  for (const [id, other] of [
    [one, two],
    [two, one],
  ] as const) {
    const { events } = await project.json(['tasks', 'show', id]);
    expect(events.filter(({ kind }: { kind: string }) => kind === 'conflict')).toMatchObject([
      { with: other, files: [{ file: 'a.txt', kind: 'content' }] },
    ]);
    expect((await project.run('tasks', 'show', id)).out).toContain(
      `conflicts with ${other}: a.txt (content)`,
    );
    await project.json(['review', 'reject', id, '--reason', 'once more']);
  }
  await project.run('run');
  for (const [id, other, title] of [
    [one, two, 'two'],
    [two, one, 'one'],
  ] as const) {
    expect(brief(project, id, 1)).not.toContain('conflicts with others');
    expect(brief(project, id, 2)).toContain('## Your branch conflicts with others\n');
    expect(brief(project, id, 2)).toContain(`- ${other} “${title}”: a.txt (content)\n`);
  }
  expect(kinds((await project.json(['tasks', 'show', three])).events)).not.toContain('conflict');
});

test('a conflict that is over is said to be over, and no coder is told of it', async () => {
  const project = await makeProject({ config: { reviewer: 'human' }, files: { 'a.txt': 'a\n' } });
  const one = await project.task('one', holding(commits('a.txt', 'one'), commits('a.txt', 'a')));
  const two = await project.task('two', holding(commits('a.txt', 'two')));
  const running = project.start('run', '--runners', '2');
  await until(async () => (await project.json(['status'])).conflicts.length > 0);
  project.write('../outside/go', '');
  await running;
  expect((await project.json(['status'])).conflicts).toEqual([]);
  expect(kinds((await project.json(['tasks', 'show', one])).events)).toContain('conflictOver');
  await project.json(['review', 'reject', two, '--reason', 'once more']);
  const { text } = await project.json(['tasks', 'brief', two]);
  expect(text).not.toContain('conflicts with others');
});

test('with a task that was cancelled nothing conflicts any more', async () => {
  const project = await makeProject({ config: { reviewer: 'human' }, files: { 'a.txt': 'a\n' } });
  const one = await project.task('one', commits('a.txt', 'one'));
  const two = await project.task('two', commits('a.txt', 'two'));
  await project.run('run');
  expect((await project.json(['status'])).conflicts).toHaveLength(1);
  await project.json(['tasks', 'cancel', one]);
  expect((await project.json(['status'])).conflicts).toEqual([]);
  await project.json(['review', 'reject', two, '--reason', 'once more']);
  expect((await project.json(['tasks', 'brief', two])).text).not.toContain('conflicts with others');
});

test('an export that one removes and another one begins to use: in the status and in both briefs', async () => {
  const project = await makeProject({
    config: { reviewer: 'human' },
    files: { 'src/text.ts': 'export function trim(a: string): string { return a; }\nexport const b = 1;\n' },
  });
  const one = await project.task('one', "printf 'export const b = 1;\\n' > src/text.ts\n");
  const two = await project.task(
    'two',
    `printf 'import { trim } from "./text.js";\\ntrim("a");\\n' > src/app.ts\n`,
  );
  await project.run('run');
  expect((await project.run('status')).out).toContain(
    `${one} “one” and ${two} “two”: the export trim of src/text.ts`,
  );
  for (const id of [one, two]) await project.json(['review', 'reject', id, '--reason', 'once more']);
  expect((await project.json(['tasks', 'brief', one])).text).toContain(
    `- ${two} “two”: both merge, and do not work together\n  - the export trim of src/text.ts: your branch removes it, and theirs begins to use it in src/app.ts`,
  );
  expect((await project.json(['tasks', 'brief', two])).text).toContain(
    'the export trim of src/text.ts: their branch removes it, and yours begins to use it in src/app.ts',
  );
});

test('what is not committed counts with --dirty, and the index of the worktree is not touched', async () => {
  const project = await makeProject({ config: { reviewer: 'human' }, files: { 'a.txt': 'a\n' } });
  const one = await project.task('one', commits('a.txt', 'one'));
  await project.run('run');
  const two = await project.task('two', holding('echo two > a.txt; echo new > new.txt'));
  const running = project.start('run', '--runners', '1');
  await until(() => begun(project, 'two'));
  project.write('new.txt', 'of a person\n');
  const gitDirs = path.join(project.folder, '.git', 'worktrees');
  const [slot = ''] = readdirSync(gitDirs);
  const index = () => readFileSync(path.join(gitDirs, slot, 'index')).toString('base64');
  const before = index();
  expect((await project.json(['runners', 'conflicts'])).conflicts).toEqual([]);
  const { conflicts, branches } = await project.json(['runners', 'conflicts', '--dirty']);
  expect(index()).toBe(before);
  expect(conflicts).toMatchObject([
    { one, other: two, files: [{ file: 'a.txt' }] },
    { one: two, other: project.folder, files: [{ file: 'new.txt', kind: 'add/add' }] },
  ]);
  expect(branches).toMatchObject([
    { id: one, uncommitted: null },
    { id: two, uncommitted: { files: 2, leftOut: [] } },
    { id: project.folder, status: 'worktree', branch: 'main', uncommitted: { files: 1 } },
  ]);
  const { out } = await project.run('runners', 'conflicts', '--dirty');
  expect(out).toContain('+2 uncommitted files');
  expect(out).toContain(`✗ ${one} “one” and ${two} “two”\n    a.txt  content`);
  project.write('../outside/go', '');
  await running;
});

test('branches that were put into the queue by hand are compared too; without any it says so', async () => {
  const project = await makeProject({ files: { 'a.txt': 'a\n' } });
  expect(await project.run('runners', 'conflicts')).toMatchObject({
    code: 0,
    out: 'No live branches: nothing is coded, reviewed or queued.',
  });
  expect(await project.json(['runners', 'conflicts'])).toMatchObject({
    branches: [],
    pairs: 0,
    conflicts: [],
  });
  for (const name of ['x', 'y']) {
    project.git('switch', '-q', '-c', name, 'main');
    project.write('a.txt', `${name}\n`);
    project.commit(name);
    project.git('switch', '-q', 'main');
    await project.json(['merge', 'enqueue', name]);
  }
  const { out, code } = await project.run('runners', 'conflicts');
  expect(code).toBe(0);
  expect(out).toContain('2 live branches and main: 1 conflict in 3 pairs');
  expect(out).toContain('a.txt  content');
});

test('wrong input', async () => {
  const project = await makeProject();
  expect(await project.run('runners', 'conflicts', '--dirt')).toMatchObject({ code: 2 });
  expect(await project.run('runners', 'conflicts', 'k3j9')).toMatchObject({ code: 2 });
  project.git('branch', '-m', 'main', 'other');
  expect(await project.run('runners', 'conflicts', '--json')).toMatchObject({
    code: 2,
    out: expect.stringContaining('"main-missing"'),
  });
});

test('--watch tells on a pipe what comes and goes, a line each, until Ctrl-C', async () => {
  const project = await makeProject({ config: { reviewer: 'human' }, files: { 'a.txt': 'a\n' } });
  const one = await project.task('one', commits('a.txt', 'one'));
  await project.run('run');
  const watching = project.start('runners', 'conflicts', '--watch');
  const documents = project.start('runners', 'conflicts', '--watch', '--json');
  let lines = '';
  watching.stdout?.on('data', (piece: Buffer) => {
    lines += piece.toString();
  });
  let printed = '';
  documents.stdout?.on('data', (piece: Buffer) => {
    printed += piece.toString();
  });
  const counts = () =>
    printed
      .split('\n')
      .slice(0, -1)
      .map((line): number => JSON.parse(line).conflicts.length);
  await until(() => lines !== '' && counts().length > 0);
  expect(counts()[0]).toBe(0);
  const two = await project.task('two', commits('a.txt', 'two'));
  await project.run('run');
  await until(() => lines.includes('conflict: ') && counts().includes(1));
  await project.json(['tasks', 'cancel', one]);
  await until(() => lines.includes('over: ') && counts().at(-1) === 0);
  watching.kill('SIGINT');
  documents.kill('SIGINT');
  expect((await watching).exitCode).toBe(0);
  expect(lines).toBe(
    `1 live branch, 0 conflicts\nconflict: ${one} and ${two}: a.txt (content)\nover: ${one} and ${two}\n`,
  );
  expect((await documents).exitCode).toBe(0);
});

test.skipIf(process.platform !== 'linux')('--watch draws the matrix anew on a terminal', async () => {
  const project = await makeProject({ config: { reviewer: 'human' }, files: { 'a.txt': 'a\n' } });
  await project.task('one', commits('a.txt', 'one'));
  await project.run('run');
  const command = `stty cols 100 rows 40; exec '${process.execPath}' '${BIN}' runners conflicts --watch`;
  const terminal = openTerminal(project, command);
  await until(() => terminal.raw().includes('1 live branch and main: no conflicts in 1 pair'));
  await project.task('two', commits('a.txt', 'two'));
  await project.run('run');
  await until(() => terminal.raw().includes('1 conflict in 3 pairs'));
  expect(terminal.raw()).toMatch(/✗ \w{8} “one” and \w{8} “two”/);
  expect(await terminal.press(CTRL_C)).toBe(0);
});
