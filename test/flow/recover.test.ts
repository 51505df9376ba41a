// What crashes, people and older copies of the store leave behind, made for real and put right.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
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
const storeOf = (project: TestProject) => path.join(project.folder, '.git', 'steroids', 'steroids.db');
const slotOf = (project: TestProject, name = 'runner-1') => path.join(`${project.folder}.steroids`, name);
const show = (project: TestProject, id: string) => project.json(['tasks', 'show', id]);

interface Found {
  readonly code: string;
  readonly found: string;
  readonly action: string | null;
  readonly remedy: string | null;
  readonly outcome: string;
}

/** What `recover` found; afterwards it finds nothing more than what only a person can do, or nobody has to. */
async function recover(project: TestProject): Promise<Found[]> {
  const { findings } = JSON.parse((await project.run('recover', '--json')).out);
  const again: Found[] = JSON.parse((await project.run('recover', '--json')).out).findings;
  expect(again.filter((one) => one.outcome !== 'person' && one.outcome !== 'shown')).toEqual([]);
  return findings;
}

const codes = (findings: readonly Found[]) => findings.map((one) => one.code);

/** Another process's connection, as a person would open one. */
function sql(project: TestProject, ...statements: string[]): void {
  const database = new Database(storeOf(project));
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** A run that is killed while its coder works. @returns the task's id */
async function killedWhileCoding(project: TestProject): Promise<string> {
  const id = await project.task(
    'work',
    '[ -e "$OUTSIDE/fast" ] || { echo half > half.txt; touch "$OUTSIDE/begun"; sleep 600; }\necho x > x.txt\n',
  );
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'begun')));
  running.kill('SIGKILL');
  await running;
  writeFileSync(path.join(project.outside, 'fast'), '');
  return id;
}

test('a sound project has nothing to put right, and a dry run changes nothing', async () => {
  const project = await makeProject();
  await project.task('one', write('one.txt', '1'));
  await project.run('run', '--runners', '1');
  expect(await recover(project)).toEqual([]);
  expect((await project.run('recover')).out).toContain('Nothing to put right');
});

describe('who is not there any more', () => {
  test('a runner that was killed: its coder is ended, its task goes back, its worktree is free', async () => {
    const project = await makeProject();
    const id = await killedWhileCoding(project);
    // Whoever only looks changes nothing either.
    await project.json(['uninstall', '--dry-run']);
    expect(await project.run('uninstall')).toMatchObject({ code: 2 });
    const dry = await project.json(['recover', '--dry-run']);
    expect(dry.findings).toMatchObject([{ code: 'dead-runner', outcome: 'shown' }]);
    expect(await show(project, id)).toMatchObject({ status: 'in_progress' });
    expect(codes(await recover(project))).toEqual(['dead-runner']);
    expect(await show(project, id)).toMatchObject({ status: 'pending' });
    expect(project.git('-C', slotOf(project), 'status', '--porcelain')).toBe('');
    expect(project.git('-C', slotOf(project), 'branch', '--show-current')).toBe('');
    expect(project.git('for-each-ref', `refs/steroids/archive/${id}`)).toContain('uncommitted');
    expect(await project.run('run')).toMatchObject({ code: 0 });
    expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  test('a living runner is left alone', async () => {
    const project = await makeProject();
    const id = await project.task(
      'work',
      'touch "$OUTSIDE/begun"; while [ ! -e "$OUTSIDE/go" ]; do sleep 0.05; done; echo x > x\n',
    );
    const running = project.start('run', '--runners', '1');
    await until(() => existsSync(path.join(project.outside, 'begun')));
    writeFileSync(path.join(project.folder, '.git/worktrees/runner-1/index.lock'), '');
    expect((await project.json(['recover', '--dry-run'])).findings).toEqual([]);
    expect(await recover(project)).toEqual([]);
    expect(existsSync(path.join(project.folder, '.git/worktrees/runner-1/index.lock'))).toBe(true);
    rmSync(path.join(project.folder, '.git/worktrees/runner-1/index.lock'));
    expect(await show(project, id)).toMatchObject({ status: 'in_progress' });
    writeFileSync(path.join(project.outside, 'go'), '');
    expect(await running).toMatchObject({ exitCode: 0 });
    expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('the lock that its git left goes with it, and the next runner does not stumble over it', async () => {
    const project = await makeProject();
    const id = await killedWhileCoding(project);
    const lock = path.join(project.folder, '.git/worktrees/runner-1/index.lock');
    writeFileSync(lock, '');
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    const shown = await show(project, id);
    expect(shown.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
      'interrupted',
      'landed',
    ]);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('nor does a runner that is alive, and notices that another has died', async () => {
    const project = await makeProject();
    const id = await project.task(
      'work',
      '[ -e "$OUTSIDE/begun" ] || { touch "$OUTSIDE/begun"; sleep 600; }\necho x > x.txt\n',
    );
    const first = project.start('runners', 'start');
    await until(() => existsSync(path.join(project.outside, 'begun')));
    await project.json(['runners', 'start', '--detach']);
    try {
      writeFileSync(path.join(project.folder, '.git/worktrees/runner-1/HEAD.lock'), '');
      first.kill('SIGKILL');
      await until(async () => (await show(project, id)).status === 'completed');
      const { attempts } = await show(project, id);
      expect(attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
        'interrupted',
        'landed',
      ]);
    } finally {
      await project.run('runners', 'stop', '--now');
    }
  });

  test('leases, claims and steps of what has ended', async () => {
    const project = await makeProject();
    await project.json(['sections', 'add', 'Alone', '--exclusive']);
    const id = await project.task('one', write('one.txt', '1'), { args: ['--section', 'Alone'] });
    const other = await project.task('two', write('two.txt', '2'));
    const dead = JSON.stringify({
      host: (await import('node:os')).hostname(),
      boot: 'another',
      pid: 1,
      started: '',
    });
    sql(
      project,
      `insert into leases values ('git', '${dead}', 4, ${Date.now() + 60_000}, 0)`,
      `insert into claims values ('project', 'exclusive', 'task:${id}', null, 0)`,
      `insert into claims values ('project', 'shared', 'runner:gone', null, 0)`,
      `update tasks set status = 'in_progress' where id = '${other}'`,
    );
    const found = await recover(project);
    expect(codes(found)).toEqual(['stranded-step', 'dead-lease', 'stray-claim', 'stray-claim']);
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    for (const one of [id, other]) expect(await show(project, one)).toMatchObject({ status: 'completed' });
  });
});

describe('half-made worktrees', () => {
  /** A run that ended and left its worktrees. */
  async function kept() {
    const project = await makeProject({ config: { worktrees: { keep: true } } });
    await project.task('one', write('one.txt', '1'));
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    return project;
  }
  const goesOn = async (project: TestProject) => {
    const id = await project.task('next', write('next.txt', 'next'));
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
  };

  test('a folder without registration: what is in it is archived', async () => {
    const project = await kept();
    writeFileSync(path.join(slotOf(project), 'precious.txt'), 'only here\n');
    rmSync(path.join(project.folder, '.git/worktrees/runner-1'), { recursive: true });
    expect(codes(await recover(project))).toEqual(['forgotten-worktree']);
    const [archived = ''] = project
      .git('for-each-ref', '--format=%(refname)', 'refs/steroids/archive/runner-1')
      .split('\n');
    expect(project.git('show', `${archived}:precious.txt`)).toBe('only here');
    expect(project.git('-C', slotOf(project), 'status', '--porcelain')).toBe('');
    await goesOn(project);
  });

  test('its .git names nothing, and git knows it: it is linked again', async () => {
    const project = await kept();
    writeFileSync(path.join(slotOf(project), '.git'), 'gitdir: /nowhere/at/all\n');
    expect(codes(await recover(project))).toEqual(['unlinked-worktree']);
    await goesOn(project);
  });

  test('registered without a folder, on a branch that another runner needs', async () => {
    const project = await kept();
    const id = await project.task('work', write('work.txt', 'x'));
    project.git('-C', slotOf(project), 'switch', '--quiet', '--create', `runner-1/task-${id}`);
    rmSync(slotOf(project), { recursive: true });
    expect(codes(await recover(project))).toContain('worktree-without-folder');
    expect(leftovers(project).worktrees).not.toContain(`worktree ${slotOf(project)}`);
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('noted and nowhere; there and not noted, with a branch that it holds', async () => {
    const project = await kept();
    sql(
      project,
      "delete from slots where name = 'runner-1'",
      "insert into slots (name, path, created_at) values ('runner-7', '/nowhere/runner-7', 0)",
    );
    const id = await project.task('work', write('work.txt', 'x'));
    project.git('-C', slotOf(project), 'switch', '--quiet', '--create', `runner-3/task-${id}`);
    writeFileSync(path.join(slotOf(project), 'precious.txt'), 'only here\n');
    expect(codes(await recover(project)).sort()).toEqual([
      'branch-unnoted',
      'held-branch',
      'worktree-without-folder',
    ]);
    expect(project.git('for-each-ref', `refs/steroids/archive/${id}`)).toContain('uncommitted');
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(await show(project, id)).toMatchObject({ status: 'completed', branch: `runner-3/task-${id}` });
  });

  test('a folder that is not ours stays, and is named', async () => {
    const project = await makeProject();
    mkdirSync(slotOf(project), { recursive: true });
    writeFileSync(path.join(slotOf(project), 'theirs'), 'x');
    const found = await recover(project);
    expect(found).toMatchObject([{ code: 'occupied', outcome: 'person' }]);
    expect(existsSync(path.join(slotOf(project), 'theirs'))).toBe(true);
  });

  test('a run that was killed in the middle of `git worktree add`', async () => {
    const project = await makeProject();
    const id = await project.task('work', write('work.txt', 'x'));
    // As git leaves it: registered, on no commit's files yet, and its index locked.
    project.git('worktree', 'add', '--quiet', '--detach', '--no-checkout', slotOf(project), 'main');
    writeFileSync(path.join(project.folder, '.git/worktrees/runner-1/index.lock'), '');
    writeFileSync(path.join(project.folder, '.git/worktrees/runner-1/locked'), 'initializing');
    expect(codes(await recover(project))).toEqual(['left-lock']);
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(await show(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test("locks of what is shared: ours go, and a person's are told with how to remove them", async () => {
    const project = await kept();
    const old = new Date(Date.now() - 120_000);
    const make = (name: string) => {
      const file = path.join(project.folder, '.git', name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, '');
      utimesSync(file, old, old);
      return file;
    };
    const ours = make('refs/steroids/landed/abc.lock');
    const theirs = make('config.lock');
    const found = await recover(project);
    expect(found).toMatchObject([
      { code: 'left-lock', outcome: 'person', remedy: expect.stringContaining(`rm '${theirs}'`) },
      { code: 'left-lock', outcome: 'done' },
    ]);
    expect([existsSync(ours), existsSync(theirs)]).toEqual([false, true]);
  });
});

describe('main, and what the store says of it', () => {
  /** A run whose lander dies when it asks git to move the refs of a landing. @param script what is done then; `$GIT` is git */
  async function runUntilLanding(project: TestProject, script: string): Promise<void> {
    const real = (process.env.PATH ?? '')
      .split(':')
      .map((folder) => path.join(folder, 'git'))
      .find(existsSync);
    const killer = `#!/bin/sh
GIT="${real}"
case "$*" in *'steroids: land '*) ${script};; *) exec "$GIT" "$@";; esac
`;
    project.write('../outside/bin/git', killer);
    chmodSync(path.join(project.outside, 'bin/git'), 0o755);
    const PATH = project.environment.PATH;
    project.environment.PATH = `${project.outside}/bin:${PATH}`;
    expect((await project.start('run', '--runners', '1')).signal).toBe('SIGKILL');
    project.environment.PATH = PATH;
  }

  test('killed before the move of main: not completed, and the next run lands it', async () => {
    const project = await makeProject();
    const id = await project.task('one', write('one.txt', '1'));
    await runUntilLanding(project, 'kill -9 $PPID');
    expect(project.git('log', '--format=%s', 'main')).toBe('Begin');
    expect(codes(await recover(project))).toContain('interrupted-entry');
    expect(await show(project, id)).toMatchObject({ status: 'queued', landedCommit: null });
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(await show(project, id)).toMatchObject({
      status: 'completed',
      attempt: 1,
      landedCommit: project.git('rev-parse', 'main'),
    });
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('killed between the move of main and its row: completed, once', async () => {
    const project = await makeProject();
    const id = await project.task('one', write('one.txt', '1'));
    await runUntilLanding(project, '"$GIT" "$@"; kill -9 $PPID');
    expect(project.git('log', '--format=%s', 'main')).toBe('one\nBegin');
    expect(await show(project, id)).toMatchObject({ landedCommit: null });
    const found = await recover(project);
    expect(codes(found)).toContain('landed-unrecorded');
    const shown = await show(project, id);
    expect(shown).toMatchObject({ status: 'completed', landedCommit: project.git('rev-parse', 'main') });
    expect(shown.events.filter((event: { status?: string }) => event.status === 'completed')).toHaveLength(1);
    // The dead runner's worktree stays for the next one.
    expect(leftovers(project)).toMatchObject({ branches: [], candidates: '', status: '' });
  });

  test('main was moved back: disputed, said, its dependants wait, and approving it lands it again', async () => {
    const project = await makeProject();
    // Main moves meanwhile, so that what lands is another commit than what was written.
    // (As a person does it: the hook that tells of a coder's own commits hears nothing of it.)
    const meanwhile = `env -u STEROIDS_SPOOL git -C '${project.folder}' commit --quiet --allow-empty --message meanwhile\n`;
    const first = await project.task('one', meanwhile + write('one.txt', '1'));
    await project.run('run', '--runners', '1');
    const { landedCommit } = await show(project, first);
    const second = await project.task('two', write('two.txt', '2'), { args: ['--after', first] });
    project.git('reset', '--quiet', '--hard', 'HEAD~1');
    project.write('other.txt', 'x\n');
    project.commit('Another way');
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('main no longer has that commit');
    const shown = await show(project, first);
    expect(shown).toMatchObject({
      status: 'disputed',
      landedCommit: null,
      reason: expect.stringContaining('moved main back'),
    });
    expect(shown.commits[0].landedCommit).toBe(null);
    expect(await show(project, second)).toMatchObject({ status: 'pending', attempt: 0 });
    project.git('gc', '--quiet', '--prune=now');
    expect(project.git('cat-file', '-t', landedCommit)).toBe('commit');
    expect(await project.run('review', 'approve', first)).toMatchObject({ code: 0 });
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    for (const id of [first, second]) expect(await show(project, id)).toMatchObject({ status: 'completed' });
    expect(project.read('one.txt')).toBe('1\n');
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
    // What had landed at first is kept also now that another commit took its place.
    project.git('reflog', 'expire', '--expire=now', '--all');
    project.git('gc', '--quiet', '--prune=now');
    expect(project.git('cat-file', '-t', landedCommit)).toBe('commit');
  });

  test('moved back and forward again: completed again', async () => {
    const project = await makeProject();
    const id = await project.task('one', write('one.txt', '1'));
    await project.run('run', '--runners', '1');
    const main = project.git('rev-parse', 'main');
    project.git('reset', '--quiet', '--hard', 'HEAD~1');
    expect(codes(await recover(project))).toEqual(['unlanded', 'branch-missing']);
    project.git('reset', '--quiet', '--hard', main);
    expect(codes(await recover(project))).toContain('landed-unrecorded');
    expect(await show(project, id)).toMatchObject({ status: 'completed', landedCommit: main });
  });

  test('rewritten with the same content: completed, under the commit that has it', async () => {
    const project = await makeProject();
    const id = await project.task('one', write('one.txt', '1'));
    await project.run('run', '--runners', '1');
    project.git('commit', '--quiet', '--amend', '--message', 'In other words');
    expect(codes(await recover(project))).toEqual(['landed-rewritten']);
    expect(await show(project, id)).toMatchObject({
      status: 'completed',
      landedCommit: project.git('rev-parse', 'main'),
    });
  });
});

describe('branches', () => {
  test('a missing branch of a task in review comes back from its recorded head', async () => {
    const project = await makeProject({ config: { reviewer: 'human' } });
    const id = await project.task('one', write('one.txt', '1'));
    await project.run('run', '--runners', '1');
    const { branch, latestCommit } = await show(project, id);
    project.git('branch', '--quiet', '-D', branch);
    expect(codes(await recover(project))).toEqual(['branch-missing']);
    expect(project.git('rev-parse', branch)).toBe(latestCommit);
  });

  test('and is said to be lost when git does not have the commit any more', async () => {
    const project = await makeProject({ config: { reviewer: 'human' } });
    const id = await project.task('one', write('one.txt', '1'));
    await project.run('run', '--runners', '1');
    const { branch } = await show(project, id);
    project.git('branch', '--quiet', '-D', branch);
    project.git('reflog', 'expire', '--expire=now', '--all');
    project.git('gc', '--quiet', '--prune=now');
    expect(await recover(project)).toMatchObject([
      { code: 'branch-lost', outcome: 'person', remedy: expect.stringContaining(`retry ${id} --fresh`) },
    ]);
    expect(await project.run('tasks', 'retry', id, '--fresh')).toMatchObject({ code: 2 }); // in review: reject it first
  });

  test('one whose task was cancelled by who was killed before it was put away: archived, and gone', async () => {
    const project = await makeProject({ config: { reviewer: 'human' } });
    const id = await project.task('work', 'echo x > x.txt\n');
    await project.run('run');
    const branch = (await project.json(['tasks', 'show', id])).branch;
    const head = project.git('rev-parse', branch);
    await project.json(['tasks', 'cancel', id]);
    for (const { ref } of await project.json(['archive', 'list', id])) project.git('update-ref', '-d', ref);
    project.git('branch', branch, head);
    expect(await recover(project)).toMatchObject([{ code: 'branch-left', outcome: 'done' }]);
    const archived = await project.json(['archive', 'list', id]);
    expect(archived).toMatchObject([{ commit: head }]);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('a branch of a task that the store does not know stays, and is kept from gc', async () => {
    const project = await makeProject();
    project.git('switch', '--quiet', '--create', 'runner-2/task-unknown2');
    project.write('strange.txt', 'x\n');
    const head = project.commit('Strange');
    project.git('switch', '--quiet', 'main');
    const found = await recover(project);
    expect(found).toMatchObject([{ code: 'branch-unknown', outcome: 'done' }]);
    expect(project.git('rev-parse', 'runner-2/task-unknown2')).toBe(head);
    expect(project.git('for-each-ref', '--format=%(objectname)', 'refs/steroids/archive/unknown2')).toBe(
      head,
    );
    expect(await project.run('merge', 'enqueue', 'runner-2/task-unknown2')).toMatchObject({ code: 0 });
  });
});

describe('a store from an older copy', () => {
  /** Copies the store as a person would who stops everything first. */
  function copyStore(project: TestProject): () => void {
    const copy = path.join(project.outside, 'copy.db');
    sql(project, 'pragma wal_checkpoint(truncate)');
    copyFileSync(storeOf(project), copy);
    return () => {
      for (const end of ['-wal', '-shm']) rmSync(storeOf(project) + end, { force: true });
      copyFileSync(copy, storeOf(project));
    };
  }

  test('what has landed since is completed; what it does not know is kept; tokens go on', async () => {
    const project = await makeProject({ config: { limits: { attempts: 1 } } });
    const before = await project.task('before', write('before.txt', '1'));
    await project.run('run', '--runners', '1');
    const pending = await project.task('pending', write('pending.txt', '2'));
    const restore = copyStore(project);
    const later = await project.task('later', write('later.txt', '3'));
    for (const title of ['queue', 'again']) {
      project.git('switch', '--quiet', '--create', title);
      project.write(`${title}.txt`, 'x\n');
      project.commit(title);
      project.git('switch', '--quiet', 'main');
      await project.json(['merge', 'enqueue', title]);
      await project.run('merge', 'run');
    }
    await project.run('run', '--runners', '1');
    const failing = await project.task(
      'failing',
      `${write('failing.txt', '4')}git add . && git commit -qm failing; exit 1\n`,
    );
    await project.run('run', '--runners', '1');
    expect(await show(project, failing)).toMatchObject({ status: 'failed' });
    const landed = await show(project, pending);
    const token = () => Number(project.git('cat-file', 'blob', 'refs/steroids/lander').split(' ')[0]);
    const tokenBefore = token();
    restore();

    const found = await recover(project);
    expect(codes(found).sort()).toEqual(['branch-unknown', 'landed-stranger', 'landed-unrecorded']);
    expect(await show(project, before)).toMatchObject({ status: 'completed' });
    expect(await show(project, pending)).toMatchObject({
      status: 'completed',
      landedCommit: landed.landedCommit,
    });
    const stranger = found.find((one) => one.code === 'landed-stranger');
    expect(stranger).toMatchObject({ outcome: 'shown', found: expect.stringContaining(later) });
    expect(project.git('for-each-ref', `refs/steroids/archive/${failing}`)).toContain('unknown');
    // Nobody can do anything about what main has and the store does not know: nothing waits because of it.
    project.git('branch', '-D', `runner-1/task-${failing}`);
    for (const args of [['recover'], ['recover', '--dry-run']]) {
      const told = await project.run(...args);
      expect(told).toMatchObject({ code: 0, out: expect.stringContaining(later) });
      expect(told.out).not.toContain('Put it right');
    }
    expect((await project.run('doctor')).out).toContain('All is well.');

    const next = await project.task('next', write('next.txt', '5'));
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(await show(project, next)).toMatchObject({ status: 'completed' });
    expect(token()).toBeGreaterThan(tokenBefore);
  });

  test('from the middle of a run: runners, slots, claims and entries of then are not those of now', async () => {
    const project = await makeProject();
    const id = await project.task(
      'work',
      'touch "$OUTSIDE/begun"; while [ ! -e "$OUTSIDE/go" ]; do sleep 0.05; done; echo x > x\n',
    );
    const running = project.start('run', '--runners', '2');
    await until(() => existsSync(path.join(project.outside, 'begun')));
    const copy = path.join(project.outside, 'copy.db');
    const database = new Database(storeOf(project));
    await database.backup(copy);
    database.close();
    writeFileSync(path.join(project.outside, 'go'), '');
    await running;
    const landed = (await show(project, id)).landedCommit;
    for (const end of ['-wal', '-shm']) rmSync(storeOf(project) + end, { force: true });
    copyFileSync(copy, storeOf(project));
    const found = codes(await recover(project));
    expect(found).toContain('dead-runner');
    expect(found).toContain('landed-unrecorded');
    expect(await show(project, id)).toMatchObject({ status: 'completed', landedCommit: landed });
    expect(await project.json(['locks', 'list'])).toEqual([]);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });
});

describe('a repository that was moved', () => {
  test('alone: its worktrees beside the old place are linked again, and what is in them is kept', async () => {
    const project = await makeProject();
    const id = await killedWhileCoding(project);
    const there = `${project.folder} moved`;
    renameSync(project.folder, there);
    const moved = projectAt(there, project.outside, project.environment);
    expect((await moved.run('recover')).err).toContain('steroids init');
    expect((await moved.run('init')).out).toContain('linked 1 of its worktrees again');
    expect(moved.git('-C', slotOf(project), 'rev-parse', '--is-inside-work-tree')).toBe('true');
    expect(codes(await recover(moved))).toEqual(['dead-runner']);
    expect(moved.git('for-each-ref', `refs/steroids/archive/${id}`)).toContain('uncommitted');
    expect(await moved.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(leftovers(moved)).toMatchObject({ ...NOTHING_LEFT, worktrees: [] });
  });

  test("a person's own worktree is linked again too", async () => {
    const project = await makeProject();
    const mine = path.join(project.outside, 'mine');
    project.git('worktree', 'add', '--quiet', '--detach', mine);
    const there = `${project.folder} moved`;
    renameSync(project.folder, there);
    const moved = projectAt(there, project.outside, project.environment);
    expect(await moved.run('init')).toMatchObject({ code: 0 });
    expect(moved.git('-C', mine, 'rev-parse', '--is-inside-work-tree')).toBe('true');
  });

  test('a copy of it is told from it, and nothing of the first is touched', async () => {
    const project = await makeProject({ config: { worktrees: { keep: true } } });
    await project.task('one', write('one.txt', '1'));
    await project.run('run', '--runners', '1');
    const there = `${project.folder}'s copy`;
    cpSync(project.folder, there, { recursive: true });
    const copy = projectAt(there, project.outside, project.environment);
    expect((await copy.run('status')).err).toContain('or says what to do if this is a copy');
    const refused = await copy.run('init');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('is a copy of the one at') });
    expect(project.git('-C', slotOf(project), 'rev-parse', '--git-common-dir')).toBe(
      path.join(project.folder, '.git'),
    );
    execFileSync('sh', [
      '-c',
      /To begin anew here: (.*), then steroids init/.exec(refused.err)?.[1] ?? 'false',
    ]);
    expect(await copy.run('init')).toMatchObject({ code: 0 });
    expect(await copy.json(['tasks', 'list'])).toEqual([]);
    expect(readdirSync(path.dirname(slotOf(project)))).toContain('runner-1');
  });
});

describe('a store that is damaged or cannot be written', () => {
  const damage = (project: TestProject) => {
    for (const end of ['-wal', '-shm']) rmSync(storeOf(project) + end, { force: true });
    const file = openSync(storeOf(project), 'r+');
    // The header stays: SQLite finds out when it reads what comes after it.
    writeSync(file, Buffer.alloc(statSync(storeOf(project)).size - 1024, 'x'), 0, null, 1024);
    closeSync(file);
  };

  test('copies are made at starts, once a day, and the last three stay', async () => {
    const project = await makeProject();
    const folder = path.join(project.folder, '.git/steroids/backups');
    const copies = () => readdirSync(folder);
    await project.run('run', '--runners', '1');
    await project.run('run', '--runners', '1');
    expect(copies()).toHaveLength(1);
    const names = [];
    for (const day of [1, 2, 3, 4]) {
      const old = new Date(Date.now() - (10 - day) * 86_400_000);
      for (const name of copies()) utimesSync(path.join(folder, name), old, old);
      await project.run('merge', 'run');
      names.push(copies().at(-1));
    }
    expect(copies()).toEqual(names.slice(-3));
  });

  test('the whole chain: copy, land more, damage, restore as the message says, recover', async () => {
    const project = await makeProject();
    const before = await project.task('before', write('before.txt', '1'));
    const pending = await project.task('pending', write('pending.txt', '2'), { args: ['--after', before] });
    const last = await project.task('last', write('last.txt', '3'), { args: ['--after', pending] });
    await project.run('runners', 'start', '--once'); // copies the store, then codes the first
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    const main = project.git('rev-parse', 'main');
    damage(project);
    for (const command of ['status', 'run', 'recover']) {
      const refused = await project.run(...command.split(' '));
      expect(refused).toMatchObject({ code: 5, err: expect.stringContaining('is damaged') });
    }
    const { error } = JSON.parse((await project.run('tasks', 'list', '--json')).out);
    expect(error.code).toBe('corrupt-database');
    const lines: string[] = error.hint.split('\n').slice(1);
    expect(lines.at(-1)?.trim()).toBe('steroids recover');
    for (const line of lines.slice(0, -1)) execFileSync('sh', ['-c', line]);
    expect(readdirSync(path.join(project.folder, '.git/steroids/damaged'))).toContain('steroids.db');
    const found = await recover(project);
    expect(codes(found).filter((code) => code === 'landed-unrecorded')).toHaveLength(3);
    for (const id of [before, pending, last]) {
      const shown = await show(project, id);
      expect(shown).toMatchObject({ status: 'completed' });
      project.git('merge-base', '--is-ancestor', shown.landedCommit, 'main');
    }
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(project.git('rev-parse', 'main')).toBe(main);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('a folder that cannot be written is said in a sentence, and nothing is changed', async () => {
    const project = await makeProject();
    await project.task('one', write('one.txt', '1'));
    execFileSync('chmod', ['-R', 'a+rwX', path.dirname(project.folder)]);
    if (process.getuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', path.dirname(project.folder)]);
    execFileSync('chmod', ['-R', 'a-w', path.join(project.folder, '.git/steroids')]);
    const before = readFileSync(storeOf(project));
    for (const words of [['status'], ['tasks', 'add', 'two'], ['run'], ['recover']]) {
      const refused = await runAsNobody(project, ...words);
      expect(refused).toMatchObject({ code: 5, err: expect.stringContaining('cannot be written') });
      expect(refused.err).toContain('writable for you');
    }
    expect(readFileSync(storeOf(project))).toEqual(before);
    execFileSync('chmod', ['-R', 'u+w', path.join(project.folder, '.git/steroids')]);
    expect(await runAsNobody(project, 'status')).toMatchObject({ code: 0 });
  });
});

test('indexes that a killed lander left beside the one of your checkout are taken away', async () => {
  const project = await makeProject();
  const left = ['steroids-index', 'steroids-index-probe'].map((name) =>
    path.join(project.folder, '.git', name),
  );
  for (const index of left) {
    writeFileSync(index, '');
    const { out } = await project.run('recover');
    expect(out).toContain(`a lander that was killed left ${index}`);
    expect(existsSync(index)).toBe(false);
  }
});
