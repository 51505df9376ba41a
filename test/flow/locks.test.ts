// Who holds what: listed, released when the holder is dead, and not otherwise.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withGitLock } from '../../src/orchestrator/gitLock.ts';
import { openProject, type Project } from '../../src/orchestrator/project.ts';
import { hostAt } from '../support/holdGitLock.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const HOLD = fileURLToPath(new URL('../support/holdGitLock.ts', import.meta.url));

/** Another process that has the git lock from now on. */
async function holdElsewhere(project: TestProject) {
  const holder = execa(process.execPath, [HOLD, project.folder], {
    env: project.environment,
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  let said = '';
  holder.stdout.on('data', (text) => {
    said += text;
  });
  await until(() => said.includes('held'));
  return { holder }; // a process by itself would be waited for
}

async function openHere(project: TestProject): Promise<Project> {
  const opened = await openProject(hostAt(project.folder, project.environment));
  onTestFinished(() => opened.close());
  return opened;
}

/** A run whose coder works until the file `go` is there. */
async function runAtWork(project: TestProject, section: string) {
  const id = await project.task(
    'work',
    'touch "$OUTSIDE/begun"; while [ ! -e "$OUTSIDE/go" ]; do sleep 0.05; done; echo x > x\n',
    { args: ['--section', section] },
  );
  const running = project.start('run', '--runners', '1');
  onTestFinished(() => void running.kill('SIGKILL'));
  await until(() => existsSync(path.join(project.outside, 'begun')));
  return { id, running };
}

describe('the git lock', () => {
  test('is free at once when its holder is killed', async () => {
    const project = await makeProject();
    const { holder } = await holdElsewhere(project);
    const here = await openHere(project);
    let taken = false;
    const waiting = withGitLock(here, async () => {
      taken = true;
    });
    const listed = await project.json(['locks', 'list']);
    expect(listed).toMatchObject([
      { name: 'git', kind: 'lease', pid: holder.pid, state: 'alive', releasable: false },
    ]);
    expect(taken).toBe(false);
    const killed = Date.now();
    holder.kill('SIGKILL');
    await waiting;
    // Its lease would have run for another half a minute.
    expect(Date.now() - killed).toBeLessThan(15_000);
    expect(await project.json(['locks', 'list'])).toEqual([]);
  });

  test('is waited for two minutes, and then it is said who has it', async () => {
    const project = await makeProject();
    const { holder } = await holdElsewhere(project);
    const here = await openHere(project);
    let at = Date.now();
    const impatient = {
      ...here.host,
      now: () => at,
      sleep: async () => {
        at += 10_000;
      },
    };
    const late = withGitLock({ ...here, host: impatient }, async () => 'done');
    await expect(late).rejects.toMatchObject({
      code: 'git-lock-busy',
      message: expect.stringContaining(`process ${holder.pid}`),
    });
    holder.stdin.end();
    expect((await holder).exitCode).toBe(0);
    expect(await withGitLock(here, async () => 'done')).toBe('done');
  });

  test('callers in one process come one after the other', async () => {
    const here = await openHere(await makeProject());
    const steps: string[] = [];
    const work = (name: string) =>
      withGitLock(here, async () => {
        steps.push(`${name} begins`);
        await here.host.sleep(20);
        steps.push(`${name} ends`);
      });
    await Promise.all(['a', 'b', 'c'].map(work));
    expect(steps).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });
});

test('what a living runner and its task hold is listed with its holder, and not released', async () => {
  const project = await makeProject();
  await project.json(['sections', 'add', 'The web']);
  const { id, running } = await runAtWork(project, 'The web');
  const locks = await project.json(['locks', 'list']);
  const names = locks.map((lock: { name: string }) => lock.name);
  expect(names.sort()).toEqual([`project/task:${id}`, 'runner-1', `section:The web/task:${id}`]);
  for (const lock of locks)
    expect(lock).toMatchObject({
      state: 'alive',
      pid: running.pid,
      releasable: false,
      ageMs: expect.any(Number),
    });
  for (const name of names) {
    const refused = await project.run('locks', 'release', name, '--yes');
    expect(refused).toMatchObject({ code: 4, err: expect.stringContaining('which is alive') });
    expect(refused.err).toMatch(/steroids (runners stop|tasks cancel)/);
    // Nobody is asked about what would be refused.
    expect(await project.run('locks', 'release', name)).toMatchObject({ code: 4, err: refused.err });
  }
  expect(await project.json(['locks', 'list'])).toHaveLength(3);

  running.kill('SIGKILL');
  await running;
  expect((await project.run('locks', 'list')).out).toContain('dead');
  expect(await project.run('locks', 'release', 'runner-1')).toMatchObject({ code: 2 }); // nobody can be asked
  const released = await project.json(['locks', 'release', `section:The web/task:${id}`, '--yes']);
  expect(released.released).toMatchObject({ state: 'dead' });
  // With the runner's claim goes the runner, and its task goes back: nothing goes on without what it relies on.
  expect(await project.json(['locks', 'list'])).toEqual([]);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending' });
});

test('a dead lease and a stray claim are released; what another host holds is not', async () => {
  const project = await makeProject();
  const id = await project.task('one', 'echo x > x\n');
  const [host, soon] = [(await import('node:os')).hostname(), Date.now() + 600_000];
  const database = new Database(path.join(project.folder, '.git/steroids/steroids.db'));
  const identity = (at: string) => JSON.stringify({ host: at, boot: 'b', pid: 1, started: '1' });
  const insert = database.prepare('insert into leases values (?, ?, 1, ?, 0)');
  insert.run('lander:main', identity(host), soon);
  insert.run('git', identity('another.example'), soon);
  database.exec(`insert into claims values ('project', 'exclusive', 'task:${id}', null, 0)`);
  const refused = await project.run('locks', 'release', 'git', '--yes');
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining('on another host') });
  await project.json(['locks', 'release', 'lander:main', '--yes']);
  await project.json(['locks', 'release', `project/task:${id}`, '--yes']);
  database.exec("update leases set expires_at = 5 where name = 'git'");
  await project.json(['locks', 'release', 'git', '--yes']);
  database.close();
  expect((await project.run('locks', 'list')).out).toContain('Nothing is held.');
  for (const yes of [['--yes'], []]) {
    const unknown = await project.run('locks', 'release', 'nothing', ...yes);
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('“nothing”') });
  }
});
