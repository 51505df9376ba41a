// The way of a task, from `tasks add` to main, through the real command line.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT } from '../support/project.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

test('tasks are coded side by side and land one by one on a linear main', async () => {
  const project = await makeProject();
  const ids = [];
  for (const name of ['one', 'two', 'three', 'four'])
    ids.push(await project.task(name, write(`${name}.txt`, name)));
  const ran = await project.run('run', '--runners', '2');
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.out).toContain('4 tasks: 4 completed');
  const subjects = project.git('log', '--format=%s', '--merges', 'main');
  expect(subjects).toBe('');
  expect(project.git('log', '--format=%s', 'main').split('\n').sort()).toEqual(
    ['Begin', 'four', 'one', 'three', 'two'].sort(),
  );
  for (const name of ['one', 'two', 'three', 'four']) expect(project.read(`${name}.txt`)).toBe(`${name}\n`);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
  const tasks = await project.json(['tasks', 'list']);
  expect(tasks.map((task: { id: string }) => task.id)).toEqual(ids);
  for (const task of tasks) {
    expect(task).toMatchObject({ status: 'completed', section: null, attempt: 1 });
    expect(task.branch).toMatch(new RegExp(`^runner-[12]/task-${task.id}$`));
    expect(project.git('merge-base', '--is-ancestor', task.landedCommit, 'main')).toBe('');
  }
});

test('a conflict goes back to its coder with the markers laid out, and is solved', async () => {
  const project = await makeProject({ files: { 'list.txt': 'a\nb\nc\n' } });
  await project.task('first', "sed -i 's/b/first/' list.txt\n");
  const second = await project.task(
    'second',
    // It begins before the first one lands, whatever the timing.
    "sed -i 's/b/second/' list.txt; while ! git log --format=%s main | grep -qx first; do sleep 0.05; done\n",
    {
      attempts: {
        2: 'cp list.txt "$OUTSIDE/markers"; git log --format=%s -2 > "$OUTSIDE/log"; printf "a\\nfirst and second\\nc\\n" > list.txt\n',
      },
    },
  );
  expect(await project.run('run', '--runners', '2')).toMatchObject({ code: 0 });
  expect(project.read('list.txt')).toBe('a\nfirst and second\nc\n');
  expect(readFileSync(path.join(project.outside, 'markers'), 'utf8')).toMatch(
    /<{7}[\s\S]*first[\s\S]*={7}[\s\S]*second[\s\S]*>{7}/,
  );
  expect(readFileSync(path.join(project.outside, 'log'), 'utf8')).toBe('first\nBegin\n');
  const shown = await project.json(['tasks', 'show', second]);
  expect(shown.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
    'conflicted',
    'landed',
  ]);
  expect(shown.attempts[0].conflict.files).toEqual(['list.txt']);
  expect(readFileSync(path.join(project.outside, `${second}.2.brief`), 'utf8')).toContain('list.txt');
  // What the first attempt had is still reachable.
  expect(project.git('for-each-ref', `refs/steroids/archive/${second}`)).toContain('conflicted');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a rejection is stored, told to the coder, and answered on top of the work so far', async () => {
  const project = await makeProject({
    config: {
      reviewer: 'strict',
      reviewers: { strict: { command: ['sh', './review.sh'] } },
    },
    files: {
      'review.sh': `cat > "$TMPDIR/dossier"
if grep -q '^+better' "$TMPDIR/dossier"; then echo '{"decision":"approve","reason":"good"}'
else echo '{"decision":"reject","reason":"make it better"}'; fi
`,
    },
  });
  const id = await project.task('work', write('work.txt', 'poor'), {
    attempts: {
      2: 'git log -1 --format=%s > "$OUTSIDE/seen"; echo better >> work.txt; git commit -qam "Answer"\n',
    },
  });
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown.rejectionCount).toBe(1);
  expect(shown.rejections[0]).toMatchObject({ attempt: 1, reason: 'make it better', reviewer: 'strict' });
  expect(shown.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
    'rejected',
    'landed',
  ]);
  expect(
    shown.commits.map((commit: { status: string; attempt: number }) => [commit.attempt, commit.status]),
  ).toEqual([
    [1, 'approved'],
    [2, 'approved'],
  ]);
  for (const commit of shown.commits) expect(commit.landedCommit).toMatch(/^[0-9a-f]{40}$/);
  expect(readFileSync(path.join(project.outside, 'seen'), 'utf8')).toBe('work\n');
  expect(readFileSync(path.join(project.outside, `${id}.2.brief`), 'utf8')).toContain('make it better');
  expect(project.git('log', '--format=%s', 'main')).toBe('Answer\nwork\nBegin');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('what is green alone and red on main goes back with the log, and main stays green', async () => {
  const project = await makeProject({
    config: { merge: { verify: ['sh ./check.sh'] } },
    files: {
      'check.sh':
        '[ ! -f new.txt ] || [ ! -f old-user.txt ] || { echo "old-user needs the old name"; exit 1; }\n',
    },
  });
  await project.task('rename', write('new.txt', 'new'));
  const id = await project.task(
    'use',
    `${write('old-user.txt', 'x')}sh ./check.sh || exit 1; while ! git log --format=%s main | grep -qx rename; do sleep 0.05; done\n`,
    { attempts: { 2: 'ls > "$OUTSIDE/seen"; git mv old-user.txt new-user.txt\n' } },
  );
  expect(await project.run('run', '--runners', '2')).toMatchObject({ code: 0 });
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual(['broken', 'landed']);
  // The coder saw its own work on top of the main that broke it, and the end of the log.
  expect(readFileSync(path.join(project.outside, 'seen'), 'utf8').split('\n')).toEqual(
    expect.arrayContaining(['new.txt', 'old-user.txt']),
  );
  expect(readFileSync(path.join(project.outside, `${id}.2.brief`), 'utf8')).toContain(
    'old-user needs the old name',
  );
  // Every commit that main ever stood at.
  for (const commit of project.git('log', '--walk-reflogs', '--format=%H', 'main').split('\n')) {
    const files = project.git('ls-tree', '--name-only', commit).split('\n');
    expect(files.includes('new.txt') && files.includes('old-user.txt')).toBe(false);
  }
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('uncommitted edits of the person in the main checkout are untouched', async () => {
  const project = await makeProject({ files: { 'mine.txt': 'mine\n' } });
  await project.task('other', write('other.txt', 'x'));
  project.write('mine.txt', 'edited\n');
  project.write('untracked.txt', 'new\n');
  project.write('staged.txt', 'staged\n');
  project.git('add', 'staged.txt');
  const before = project.git('status', '--porcelain');
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(project.git('status', '--porcelain')).toBe(before);
  expect(project.read('mine.txt')).toBe('edited\n');
  expect(project.read('other.txt')).toBe('x\n');
});
