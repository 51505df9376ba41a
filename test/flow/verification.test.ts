// What follows when a verification, or its set-up, is not green: whose fault it is, and what cannot be told.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;
/** For a command that is run: which commit it stands on, one line a run. */
const NOTE = 'git rev-parse HEAD >> "$HOME/runs"';
const runs = (project: TestProject) => project.read('../outside/runs').trim().split('\n');

const shown = async (project: TestProject, id: string) => await project.json(['tasks', 'show', id]);

describe('green on the second try', () => {
  // The first run of all leaves something that a run in the same folder would trip over.
  const flaky =
    '[ ! -e node_modules/left ] && mkdir -p node_modules && touch node_modules/left && [ -e "$HOME/calm" ] || { touch "$HOME/calm"; exit 1; }';

  test('it lands, and the command is called flaky: counted, named, and shown everywhere', async () => {
    const project = await makeProject({
      config: { merge: { verify: ['true', flaky] } },
      files: { '.gitignore': 'node_modules\n' },
    });
    const one = await project.task('one', write('one.txt', '1'));
    const ran = await project.run('run');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.err).toMatch(/“one”: verifying [0-9a-f]{8} once more: `.*` exited with 1/);
    expect(ran.err).toMatch(/“one”: landed as .*green on the second try: flaky \(for the first time\)/);
    expect(await shown(project, one)).toMatchObject({ status: 'completed', attempt: 1 });
    const history = (await project.run('tasks', 'show', one)).out;
    expect(history).toMatch(/on [0-9a-f]{8} `.*` was red once and green on the second try/);

    rmSync(path.join(project.outside, 'calm'));
    await project.task('two', write('two.txt', '2'));
    expect((await project.run('run')).err).toContain('flaky (2 times so far)');
    const counted = [{ command: flaky, times: 2, lastAt: expect.stringMatching(/^20/) }];
    expect((await project.json(['status'])).flaky).toEqual(counted);
    expect((await project.run('status')).out).toContain(`Flaky    ${flaky} (2 times)`);
    expect((await project.run('merge', 'list')).out).toContain(`${flaky} (2 times)`);
    for (const entry of await project.json(['merge', 'list', '--all'])) expect(entry.flaky).toEqual(counted);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('main may be flaky too: then it is the candidate that failed', async () => {
    const onMain = '[ -e red.txt ] || [ -e "$HOME/calm" ] || { touch "$HOME/calm"; exit 1; }';
    const project = await makeProject({
      config: { merge: { verify: [NOTE, onMain, '[ ! -e red.txt ]'] }, limits: { verifications: 1 } },
    });
    const id = await project.task('red', write('red.txt', 'x'));
    const ran = await project.run('run');
    expect(ran.err).toContain('on main `');
    expect(await shown(project, id)).toMatchObject({ status: 'disputed', attempt: 1 });
    const main = project.git('rev-parse', 'main');
    expect(runs(project).map((commit) => commit === main)).toEqual([false, false, true, true]);
    expect((await project.json(['status'])).flaky).toMatchObject([{ times: 1 }]);
  });
});

test('red twice while main passes: the task’s fault; main is not asked again while it is known to pass', async () => {
  const project = await makeProject({
    config: { merge: { verify: [NOTE, 'echo "the end"; [ ! -e red.txt ] || exit 127'] } },
  });
  const id = await project.task('red', write('red.txt', 'x'), {
    attempts: { 2: write('red.txt', 'y'), 3: 'git rm --quiet red.txt; echo x > green.txt\n' },
  });
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(await shown(project, id)).toMatchObject({ status: 'completed', attempt: 3 });
  const begin = project.git('rev-list', '--max-parents=0', 'main');
  expect(runs(project).map((commit) => commit === begin)).toEqual([
    ...[false, false, true],
    ...[false, false],
    false,
  ]);
  const brief = project.read(`../outside/${id}.2.brief`);
  expect(brief).toContain('exited with 127 (a program was not found)');
  expect(brief).toContain(', twice, and main by itself passes.');
  expect(brief).toContain('the end');
});

test('what has passed other commands than those in force is verified by these', async () => {
  const project = await makeProject({
    config: { merge: { verify: [NOTE] } },
    files: { 'mine.txt': 'mine\n' },
  });
  // The branch goes on from a main that demands more, which is not main yet.
  project.git('switch', '--quiet', '--create', 'topic');
  const config = project.read('.steroids/config.yaml');
  project.write('.steroids/config.yaml', config.replace('verify:', 'verify:\n    - "[ ! -e topic.txt ]"'));
  const stricter = project.commit('Demand more');
  project.write('topic.txt', 'x\n');
  project.write('mine.txt', 'theirs\n');
  const topic = project.commit('A topic');
  project.git('switch', '--quiet', 'main');
  project.write('mine.txt', 'my edit\n');
  await project.json(['merge', 'enqueue', 'topic']);
  // It passes, and an edit is in its way.
  expect(await project.json(['merge', 'run', '--once'], 3)).toMatchObject({ landed: [], sentBack: [] });
  expect(runs(project)).toEqual([topic]);
  project.git('checkout', '--quiet', '--', 'mine.txt');
  project.git('merge', '--quiet', '--ff-only', stricter);
  const ran = await project.json(['merge', 'run', '--once'], 3);
  expect(ran).toMatchObject({ landed: [], sentBack: [{ branch: 'topic' }] });
  expect(project.git('rev-parse', 'main')).toBe(stricter);
});

test('red on main too: the queue pauses, names commit, command and log, and goes on when main is mended', async () => {
  const project = await makeProject({
    config: { merge: { verify: [NOTE, 'sh ./check.sh'] } },
    files: { 'check.sh': 'echo broken; exit 1\n' },
  });
  const id = await project.task('innocent', write('a.txt', 'a'));
  const main = project.git('rev-parse', 'main');
  expect(await project.run('run')).toMatchObject({ code: 3 });
  expect(runs(project).filter((commit) => commit === main)).toHaveLength(2);
  const { paused } = await project.json(['status']);
  const [, log] =
    /^main itself \(\w{8}\) does not pass its verification: `sh \.\/check\.sh` exited with 1 on \w{8}, twice \(log: (.*)\)$/.exec(
      paused,
    ) ?? [];
  expect(paused).toContain(main.slice(0, 8));
  expect(project.read(path.relative(project.folder, log ?? ''))).toBe('broken\n');
  expect(await shown(project, id)).toMatchObject({ status: 'queued', attempt: 1, rejectionCount: 0 });
  project.write('check.sh', 'exit 0\n');
  project.commit('Mend main');
  expect((await project.json(['status'])).paused).toBe(null);
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(await shown(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
});

describe('the set-up', () => {
  const config = {
    worktrees: { setup: ['echo "lock: $(cat package-lock.json)"; ! grep -q bad package-lock.json'] },
    merge: { verify: ['true'] },
  };

  test('broken by the task: sent back, and its coder is asked to mend it although nothing is installed', async () => {
    const project = await makeProject({ config, files: { 'package-lock.json': 'good\n' } });
    const id = await project.task('work', write('package-lock.json', 'bad'), {
      attempts: { 2: write('package-lock.json', 'better') },
    });
    const ran = await project.run('run', '--runners', '1');
    expect(ran).toMatchObject({ code: 0 });
    const history = await shown(project, id);
    expect(history).toMatchObject({ status: 'completed', attempt: 2 });
    expect(history.attempts[0]).toMatchObject({ outcome: 'broken' });
    expect(history.attempts[0].feedback.text).toMatch(
      /^set-up `echo .*` exited with 1 on \w{8}, twice, and main by itself passes\.(.|\n)*lock: bad/,
    );
    const brief = project.read(`../outside/${id}.2.brief`);
    expect(brief).toContain('## The set-up fails on this branch');
    expect(brief).toContain('lock: bad');
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('broken on main: the queue pauses, and the task is not blamed', async () => {
    const project = await makeProject({ config, files: { 'package-lock.json': 'bad\n' } });
    project.git('switch', '--quiet', '--create', 'topic');
    project.write('topic.txt', 'x\n');
    project.commit('A topic');
    project.git('switch', '--quiet', 'main');
    await project.json(['merge', 'enqueue', 'topic']);
    const ran = await project.json(['merge', 'run', '--once'], 3);
    expect(ran).toMatchObject({ landed: [], sentBack: [], waiting: [{ branch: 'topic' }] });
    expect(ran.paused).toMatch(/^main itself .* set-up `.*` exited with 1 .*, twice \(log: /);
    project.write('package-lock.json', 'good\n');
    project.commit('Mend the lockfile');
    expect(await project.json(['merge', 'run', '--once'])).toMatchObject({ landed: [{ branch: 'topic' }] });
  });

  test('in conflict: the coder that solves it is started all the same', async () => {
    const project = await makeProject({
      config: { worktrees: { setup: ["! grep -q '<<<' package-lock.json"] } },
      files: { 'package-lock.json': 'begin\n' },
    });
    await project.task('one', write('package-lock.json', 'one'));
    const landed = 'until git log --format=%s main | grep -q one; do sleep 0.1; done\n';
    const two = await project.task('two', `${landed}${write('package-lock.json', 'two')}`, {
      attempts: { 2: `cp package-lock.json "$OUTSIDE/seen"; ${write('package-lock.json', 'both')}` },
    });
    expect(await project.run('run', '--runners', '2')).toMatchObject({ code: 0 });
    const { attempts } = await shown(project, two);
    expect(attempts).toMatchObject([{ outcome: 'conflicted' }, { outcome: 'landed' }]);
    expect(project.read('../outside/seen')).toContain('<<<<<<<');
    expect(project.read(`../outside/${two}.2.brief`)).toContain('## The set-up fails on this branch');
    expect(project.read('package-lock.json')).toBe('both\n');
  });

  test('that main passed once is no proof that it can be set up now', async () => {
    const setup = ['[ ! -e "$HOME/down" ]'];
    const project = await makeProject({ config: { worktrees: { setup }, merge: { verify: ['true'] } } });
    await project.task('one', write('one.txt', '1'));
    expect(await project.run('run')).toMatchObject({ code: 0 });
    project.git('branch', 'topic');
    project.git('switch', '--quiet', 'topic');
    project.write('topic.txt', 'x\n');
    project.commit('A topic');
    project.git('switch', '--quiet', 'main');
    await project.json(['merge', 'enqueue', 'topic']);
    writeFileSync(path.join(project.outside, 'down'), '');
    const ran = await project.json(['merge', 'run', '--once'], 3);
    expect(ran).toMatchObject({ sentBack: [], waiting: [{ branch: 'topic' }] });
    expect(ran.paused).toContain('main itself');
  });

  test('stopped in the middle: no attempt is used up', async () => {
    const project = await makeProject({
      config: { worktrees: { setup: ['touch "$HOME/began"; sleep 600'] }, limits: { failures: 1 } },
    });
    const id = await project.task('work', write('a.txt', 'a'));
    const running = project.start('run');
    await until(() => existsSync(path.join(project.outside, 'began')));
    running.kill('SIGINT');
    running.kill('SIGTERM');
    await running;
    const history = await shown(project, id);
    expect(history).toMatchObject({ status: 'pending', attempts: [{ outcome: 'interrupted' }] });
  });

  test('broken on main, in a runner’s worktree: its coder is never started, and the task has failed', async () => {
    const project = await makeProject({
      config: { ...config, limits: { failures: 1 } },
      files: { 'package-lock.json': 'bad\n' },
    });
    const id = await project.task('work', write('a.txt', 'a'));
    expect(await project.run('run')).toMatchObject({ code: 3 });
    expect(await shown(project, id)).toMatchObject({ status: 'failed', commits: [] });
    expect(existsSync(path.join(project.outside, `${id}.1.brief`))).toBe(false);
  });

  test('green on the second try, in a runner’s worktree: it goes on, and the command is called flaky', async () => {
    const setup = '[ -e "$HOME/calm" ] || { touch "$HOME/calm"; exit 1; }';
    const project = await makeProject({ config: { worktrees: { setup: [setup] } } });
    const id = await project.task('work', write('a.txt', 'a'));
    expect(await project.run('run')).toMatchObject({ code: 0 });
    expect(await shown(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect((await project.json(['status'])).flaky).toMatchObject([{ command: setup, times: 1 }]);
  });
});

test('killed by a signal: tried again, nobody is blamed, and nothing is called flaky', async () => {
  const project = await makeProject({
    config: { merge: { verify: ['[ -e "$HOME/once" ] || { touch "$HOME/once"; kill -9 $$; }'] } },
  });
  const id = await project.task('innocent', write('a.txt', 'a'));
  const ran = await project.run('run');
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.err).toContain('was ended by SIGKILL');
  expect(await shown(project, id)).toMatchObject({ status: 'completed', attempt: 1 });
  expect((await project.json(['status'])).flaky).toEqual([]);
});

describe('a time limit', () => {
  test('passed twice while main needs less than half of it: sent back', async () => {
    const project = await makeProject({
      config: {
        merge: { verify: ['[ ! -e loop.txt ] || sleep 600'], verifyTimeLimit: '4s' },
        limits: { verifications: 1 },
      },
    });
    const id = await project.task('loop', write('loop.txt', 'x'));
    const ran = await project.run('run');
    expect(ran.err).toContain('has to wait: `[ ! -e loop.txt ] || sleep 600` passed its time limit of 4 s');
    const history = await shown(project, id);
    expect(history).toMatchObject({ status: 'disputed', attempt: 1 });
    expect(history.reason).toMatch(
      /time limit of 4 s on \w{8}, twice, and main by itself needs less than half/,
    );
  });

  test('passed twice, but main is hardly faster: held, then the queue pauses; nobody is blamed', async () => {
    const project = await makeProject({
      config: {
        // On main alone it ends in time, but not in half of it.
        merge: { verify: ['[ -e slow.txt ] && sleep 600 || sleep 2.5'], verifyTimeLimit: '4s' },
      },
    });
    const id = await project.task('slow', write('slow.txt', 'x'));
    expect(await project.run('run')).toMatchObject({ code: 3 });
    expect(await shown(project, id)).toMatchObject({ status: 'queued', attempt: 1 });
    expect((await project.json(['status'])).paused).toMatch(
      /the machine is slow, or merge\.verifyTimeLimit is too short$/,
    );
  });
});

describe('a verification that changes what it verifies never lands', () => {
  test.each([
    ['commits', 'git commit --quiet --allow-empty --message moved', 'moved HEAD'],
    ['switches branches', 'git switch --quiet --create elsewhere-$(date +%N)', 'moved HEAD'],
    ['writes a tracked file', 'echo more >> README.md', 'changed tracked files (README.md)'],
  ])('%s on the candidate alone: sent back', async (_, command, said) => {
    const project = await makeProject({
      config: { merge: { verify: [`[ ! -e impure.txt ] || ${command}`] }, limits: { verifications: 1 } },
    });
    const before = project.git('rev-parse', 'main');
    const id = await project.task('impure', write('impure.txt', 'x'));
    expect(await project.run('run')).toMatchObject({ code: 3 });
    const history = await shown(project, id);
    expect(history).toMatchObject({ status: 'disputed', landedCommit: null });
    expect(history.reason).toContain(said);
    expect(project.git('rev-parse', 'main')).toBe(before);
  });

  test('on main too: the queue pauses', async () => {
    const project = await makeProject({ config: { merge: { verify: ['echo more >> README.md'] } } });
    const id = await project.task('innocent', write('a.txt', 'a'));
    expect(await project.run('run')).toMatchObject({ code: 3 });
    expect(await shown(project, id)).toMatchObject({ status: 'queued', attempt: 1 });
    expect((await project.json(['status'])).paused).toMatch(
      /^main itself .* changed tracked files \(README\.md\)/,
    );
  });
});
