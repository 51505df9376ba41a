// `locks.files` with real coders: who waits for whose files, and what becomes of a file that two change all the same.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { execaSync } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const LOCKING = { locks: { files: true } };

/** Works until it is let go. */
const atWork = (file: string, after = '') => `
touch "$OUTSIDE/begun.$STEROIDS_TASK_TITLE"
while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done
mkdir -p "$(dirname ${file})"
echo x > ${file}
${after}`;

const begun = (project: TestProject, title: string) =>
  existsSync(path.join(project.outside, `begun.${title}`));
const show = (project: TestProject, id: string) => project.json(['tasks', 'show', id]);
const on = (...paths: readonly string[]) => ({ args: ['--paths', ...paths] });

const lockedPaths = async (project: TestProject): Promise<string[]> =>
  (await project.json(['status'])).fileLocks.map((lock: { path: string }) => lock.path).sort();

/** From the record of a task that landed at its first attempt; epoch milliseconds. */
async function timesOf(project: TestProject, id: string) {
  const { status, events } = await show(project, id);
  expect(status).toBe('completed');
  const at = (kind: string) => Date.parse(events.find((event: { kind: string }) => event.kind === kind).at);
  return { claimed: at('claimed'), landed: at('landed') };
}

test('a task waits for the files of another one, says for which and whose, and starts after the landing', async () => {
  const project = await makeProject({ config: LOCKING });
  const first = await project.task('first', atWork('src/a.ts'), on('src/**'));
  const second = await project.task('second', 'echo y > src/a.ts\n', on('src/a.ts', 'src/b.ts'));
  const beside = await project.task('beside', atWork('docs/c.md'), on('docs'));
  const running = project.start('run', '--runners', '3');
  await until(() => begun(project, 'first') && begun(project, 'beside'));
  const { reasons } = await project.json(['tasks', 'explain', second]);
  expect(reasons).toMatchObject([
    {
      code: 'file-locked',
      sentence: expect.stringMatching(
        new RegExp(`^runner-\\d \\(task ${first} "first"\\) has src/\\*\\*, and it is to change that too$`),
      ),
    },
  ]);
  const { fileLocks } = await project.json(['status']);
  expect(fileLocks).toEqual(
    [
      { path: 'src/**', task: first },
      { path: 'docs', task: beside },
    ].map((lock) => ({
      ...lock,
      changed: false,
      runner: expect.any(String),
      since: expect.any(String),
      contested: [],
    })),
  );
  expect((await project.run('status')).out).toContain('Files    2 paths locked by 2 tasks');
  const lock = `file:src/**/task:${first}`;
  const locks = await project.json(['locks', 'list']);
  expect(locks.find(({ name }: { name: string }) => name === lock)).toMatchObject({
    state: 'alive',
    ageMs: expect.any(Number),
    releasable: false,
  });
  expect((await project.run('locks', 'release', lock, '--yes')).code).toBe(4);
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  const [one, two, other] = [
    await timesOf(project, first),
    await timesOf(project, second),
    await timesOf(project, beside),
  ];
  expect(two.claimed).toBeGreaterThanOrEqual(one.landed);
  expect(other.claimed).toBeLessThan(one.landed);
  expect((await project.json(['status'])).fileLocks).toEqual([]);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

/** Rejects the first one, keeps what it is given of every one. */
const REJECTING = [
  'sh',
  '-c',
  `cat > "$OUTSIDE/dossier.$STEROIDS_ATTEMPT"
case $STEROIDS_ATTEMPT in 1) echo '{"decision":"reject","reason":"once more"}';; *) echo '{"decision":"approve","reason":"fine"}';; esac`,
];

test('who really changes what another has is not stopped: told at once, to its reviewer, and to its next coder', async () => {
  const project = await makeProject({
    config: {
      ...LOCKING,
      reviewer: 'strict',
      reviewers: { strict: { command: REJECTING } },
      review: { sections: { Quick: 'none' } },
    },
  });
  Object.assign(project.environment, { OUTSIDE: project.outside });
  await project.json(['sections', 'add', 'Quick', '--max-runners', '9']);
  const holder = await project.task('holder', atWork('web/a.txt'), {
    args: ['--paths', 'web/**', '--section', 'Quick'],
  });
  const running = project.start('run', '--runners', '2');
  await until(() => begun(project, 'holder'));
  const wait = `
touch "$OUTSIDE/changed"
while [ ! -f "$OUTSIDE/on" ]; do sleep 0.05; done
`;
  const intruder = await project.task('intruder', `mkdir -p web; echo y > web/b.txt\n${wait}`, {
    ...on('api/**'),
    attempts: { 2: 'echo z >> web/b.txt\n' },
  });
  await until(() => existsSync(path.join(project.outside, 'changed')));
  const text = `web/b.txt (locked by task ${holder} “holder”)`;
  await until(async () => (await project.run('tasks', 'show', intruder)).out.includes(`is changing ${text}`));
  const status = await project.json(['status']);
  expect(status.fileLocks).toContainEqual(
    expect.objectContaining({ path: 'web/b.txt', task: intruder, changed: true, contested: [holder] }),
  );
  expect((await project.run('status')).out).toContain(
    `${intruder} changes web/b.txt, which ${holder} had first`,
  );
  project.write('../outside/on', '');
  await until(async () => (await show(project, intruder)).status === 'completed');
  for (const attempt of [1, 2])
    expect(readFileSync(path.join(project.outside, `dossier.${attempt}`), 'utf8')).toContain(
      `It changes ${text}, which that task had first.`,
    );
  const brief = readFileSync(path.join(project.outside, `${intruder}.2.brief`), 'utf8');
  expect(brief).toContain(`- ${holder} “holder”: web/**`);
  const { events, attempt } = await show(project, intruder);
  expect(attempt).toBe(2);
  // Each attempt once, though it was looked at again and again.
  const contested = events.filter((event: { kind: string }) => event.kind === 'contested');
  expect(contested.map((event: { files: unknown }) => event.files)).toEqual([
    [{ path: 'web/b.txt', tasks: [holder] }],
    [{ path: 'web/b.txt', tasks: [holder] }],
  ]);
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  expect((await show(project, holder)).status).toBe('completed');
  expect(project.git('ls-tree', '-r', '--name-only', 'main')).toContain('web/a.txt\nweb/b.txt');
});

test('what a task has really changed keeps others from it until it has landed, in its review too', async () => {
  const project = await makeProject({ config: { ...LOCKING, reviewer: 'human', worktrees: { setup: [] } } });
  const script =
    'mkdir -p lib app; echo x > lib/a.ts; echo "{}" > package-lock.json; echo p > "app/[id].ts"\n';
  const first = await project.task('first', script);
  await project.run('run');
  const { fileLocks } = await project.json(['status']);
  // A lockfile is nobody's: the queue makes it anew.
  expect(fileLocks.map((lock: { path: string }) => lock.path).sort()).toEqual(['app/[id].ts', 'lib/a.ts']);
  const second = await project.task('second', 'mkdir -p lib; echo y > lib/b.ts\n', on('lib/*.ts'));
  const third = await project.task('third', 'mkdir -p app; echo y > app/q.ts\n', on('app/q.ts'));
  await project.run('run');
  expect((await show(project, third)).status).toBe('review');
  const { reasons } = await project.json(['tasks', 'explain', second]);
  expect(reasons[0].sentence).toContain(`(task ${first} "first") has lib/a.ts, and it is to change that too`);
  await project.json(['review', 'approve', first]);
  await project.run('run');
  expect((await show(project, second)).status).toBe('review');
});

test.each(['recover', 'run'])('a runner that is killed leaves no lock behind: %s', async (how) => {
  const project = await makeProject({ config: LOCKING });
  const id = await project.task('killed', atWork('src/a.ts'), on('src/**'));
  const running = project.start('run', '--runners', '1');
  onTestFinished(() => void running.kill('SIGKILL'));
  await until(() => begun(project, 'killed'));
  running.kill('SIGKILL');
  await running;
  const [lock] = (await project.json(['locks', 'list'])).filter(({ name }: { name: string }) =>
    name.startsWith('file:'),
  );
  expect(lock).toMatchObject({ name: `file:src/**/task:${id}`, state: 'dead', releasable: true });
  expect((await project.run('locks', 'list')).out).toMatch(/NAME +KIND +AGE +EXPIRES +HOLDER +HELD BY/);
  if (how === 'recover') {
    await project.run('recover');
    expect(await project.json(['locks', 'list'])).toEqual([]);
    expect((await show(project, id)).status).toBe('pending');
  }
  project.write('../outside/go', '');
  expect((await project.run('run')).code).toBe(0);
  expect((await show(project, id)).status).toBe('completed');
  expect((await project.json(['status'])).fileLocks).toEqual([]);
});

test('a lock of a dead runner is released by name, and its task goes back', async () => {
  const project = await makeProject({ config: LOCKING });
  const id = await project.task('killed', atWork('src/a.ts'), on('src/**'));
  const running = project.start('run', '--runners', '1');
  onTestFinished(() => void running.kill('SIGKILL'));
  await until(() => begun(project, 'killed'));
  running.kill('SIGKILL');
  await running;
  await project.json(['locks', 'release', `file:src/**/task:${id}`, '--yes']);
  expect(await project.json(['locks', 'list'])).toEqual([]);
  expect((await show(project, id)).status).toBe('pending');
});

test('who takes a task over has its files too', async () => {
  const project = await makeProject({ config: LOCKING });
  const mine = await project.task('mine', 'true\n', on('api'));
  const other = await project.task('other', 'mkdir -p api; echo x > api/b.ts\n', on('api/b.ts'));
  await project.json(['tasks', 'takeover', mine]);
  await project.run('run');
  const { reasons } = await project.json(['tasks', 'explain', other]);
  expect(reasons[0]).toMatchObject({
    code: 'file-locked',
    sentence: expect.stringContaining(`(task ${mine} "mine") has api`),
  });
  await project.json(['tasks', 'cancel', mine]);
  expect((await project.run('run')).code).toBe(0);
  expect((await show(project, other)).status).toBe('completed');
});

test('a person who hands a task back has locked what it really changes', async () => {
  const project = await makeProject({ config: { ...LOCKING, reviewer: 'human' } });
  const mine = await project.task('mine', 'true\n', on('api'));
  const { path: worktree } = await project.json(['tasks', 'takeover', mine]);
  mkdirSync(path.join(worktree, 'web'));
  writeFileSync(path.join(worktree, 'web/a.ts'), 'x\n');
  await project.json(['tasks', 'handback', mine, '--commit']);
  expect(await lockedPaths(project)).toEqual(['api', 'web/a.ts']);
});

test('a branch that moves while it is reviewed is locked as it is then', async () => {
  const waiting =
    'cat > /dev/null; touch "$OUTSIDE/reviewing"; while [ ! -f "$OUTSIDE/go" ]; do sleep 0.05; done';
  const approving = `${waiting}; printf '{"decision":"approve","reason":"fine"}'`;
  const project = await makeProject({
    config: {
      ...LOCKING,
      reviewer: 'strict',
      reviewers: { strict: { command: ['sh', '-c', approving] } },
    },
  });
  Object.assign(project.environment, { OUTSIDE: project.outside });
  const id = await project.task('moving', 'echo x > a.txt\n');
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'reviewing')));
  expect(await lockedPaths(project)).toEqual(['a.txt']);
  const { branch } = await show(project, id);
  const blob = project.git('rev-parse', `${branch}:a.txt`);
  const entries = [`100644 blob ${blob}\ta.txt`, `100644 blob ${blob}\tb.txt`];
  const kept = project
    .git('ls-tree', branch)
    .split('\n')
    .filter((line) => !line.endsWith('\ta.txt'));
  const tree = execaSync('git', ['mktree'], {
    cwd: project.folder,
    input: `${[...kept, ...entries].join('\n')}\n`,
  }).stdout;
  const commit = project.git('commit-tree', tree, '-p', branch, '-m', 'More');
  project.git('update-ref', `refs/heads/${branch}`, commit);
  await until(async () => (await lockedPaths(project)).includes('b.txt'));
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
  expect(project.git('ls-tree', '--name-only', 'main')).toContain('b.txt');
});

test('what a person approves that had to be decided about is locked again', async () => {
  const reject = ['sh', '-c', `cat > /dev/null; printf '{"decision":"reject","reason":"no"}'`];
  const project = await makeProject({
    config: {
      ...LOCKING,
      reviewer: 'strict',
      reviewers: { strict: { command: reject } },
      limits: { attempts: 1 },
    },
  });
  const id = await project.task('disputed', 'echo x > a.txt\n');
  await project.run('run');
  expect((await show(project, id)).status).toBe('disputed');
  expect(await lockedPaths(project)).toEqual([]);
  await project.json(['review', 'approve', id]);
  expect(await lockedPaths(project)).toEqual(['a.txt']);
});

test('a lock whose task is not under way, as an older copy of the store may have it, is found and given back', async () => {
  const project = await makeProject({ config: LOCKING });
  const id = await project.task('one', 'echo x > x\n');
  const database = new Database(path.join(project.folder, '.git/steroids/steroids.db'));
  const insert = database.prepare(
    'insert into file_locks (path, task_id, exact, locked_at) values (?, ?, 1, 0)',
  );
  for (let number = 0; number < 12; number++) insert.run(`src/${number}.ts`, id);
  database.close();
  const { out } = await project.run('locks', 'list');
  expect(out).toContain(`file:src/9.ts/task:${id}`);
  expect(out).toContain(`… and 2 files more of task ${id}: steroids locks list --json`);
  expect(await project.json(['locks', 'list'])).toHaveLength(12);
  await project.json(['locks', 'release', `file:src/3.ts/task:${id}`, '--yes']);
  expect(await project.json(['locks', 'list'])).toHaveLength(11);
  await project.json(['recover']);
  expect(await project.json(['locks', 'list'])).toEqual([]);
});

test('without locks.files nobody waits for files, and nothing is locked', async () => {
  const project = await makeProject();
  await project.task('first', atWork('src/a.ts'), on('src'));
  await project.task('second', atWork('src/b.ts'), on('src'));
  const running = project.start('run', '--runners', '2');
  await until(() => begun(project, 'first') && begun(project, 'second'));
  expect((await project.json(['status'])).fileLocks).toEqual([]);
  expect((await project.run('status')).out).not.toContain('Files');
  project.write('../outside/go', '');
  expect((await running).exitCode).toBe(0);
});
