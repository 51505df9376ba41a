// `sandbox: bubblewrap`: only the worktree and what a commit needs can be written. (.ci/run sees to it that bwrap is there.)

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasBubblewrap } from '../support/containment.ts';
import { marked } from '../support/marked.ts';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

/** What coders of tests write beside the repository has to be let out. */
const sandboxed = async (more: Record<string, unknown> = {}, sandbox: Record<string, unknown> = {}) =>
  makeProject({
    config: { sandbox: { write: ['~'], ...sandbox }, ...more },
    files: { 'a.txt': 'a\n' },
  });

const said = (project: TestProject, name: string) => readFileSync(path.join(project.outside, name), 'utf8');

/** Runs a command and notes whether it went well. */
const TRY =
  'try() { if "$@" >> "$OUTSIDE/log" 2>&1; then echo yes; else echo no; fi >> "$OUTSIDE/tried"; }\n';

describe.skipIf(!hasBubblewrap)('in bubblewrap', () => {
  test('a coder commits on its branch, with all that git needs for it, and lands', async () => {
    const project = await sandboxed();
    const id = await project.task(
      'work',
      `${TRY}
      echo 1 > one.txt; git add one.txt; try git commit -qm one
      echo 2 > two.txt; git add two.txt; try git commit -qm two
      try git commit -q --amend -m 'two again'
      try git rebase -q --root --exec 'git log -1'
      try git log -g --format=%gs
      echo 3 > three.txt\n`,
    );
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    expect(said(project, 'tried'), said(project, 'log')).toBe('yes\n'.repeat(5));
    const shown = await project.json(['tasks', 'show', id]);
    expect(shown).toMatchObject({ status: 'completed', attempt: 1 });
    expect(project.git('log', '--format=%s', '-3', 'main').split('\n')).toEqual(['work', 'two again', 'one']);
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
    project.git('fsck', '--strict');
  });

  test('what it says back is heard', async () => {
    const project = await sandboxed();
    const id = await project.task(
      'work',
      `printf '{"outcome": "blocked", "question": "Which?"}' > "$STEROIDS_ANSWER"\n`,
    );
    await project.run('run', '--runners', '1');
    const [letter] = await project.json(['inbox', id]);
    expect(letter).toMatchObject({ kind: 'question', text: 'Which?' });
  });

  test('it writes nowhere else, and moves no other branch', async () => {
    const project = await sandboxed();
    project.git('branch', 'other');
    await project.task(
      'work',
      `${TRY}
      common=$(git rev-parse --path-format=absolute --git-common-dir)
      home=$(dirname "$common")
      try git update-ref refs/heads/main HEAD~0 HEAD; try git branch -f other HEAD; try git branch new
      try git tag new; echo b > a.txt; try git stash; try git config user.name Mallory; try git worktree add ../x
      try touch "$home/x.txt"; try touch "$home/.git/hooks/post-checkout"; try sh -c 'echo x > "$0/config"' "$common"
      try touch "$common/steroids/x"; try touch "$common/worktrees/x"; try touch "/var/tmp/$STEROIDS_TASK_ID"
      try rm .git; try rm -f "$common"/objects/pack/*; try sh -c 'echo /tmp > "$(git rev-parse --git-dir)/commondir"'
      # What lies around the repository is under /tmp here, and that is a place of its own.
      touch ../x ../../x; echo x > "$TMPDIR/x"; echo x > /tmp/y; echo x > x.txt\n`,
    );
    const before = project.git('rev-parse', 'main');
    project.git('gc', '--quiet');
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    expect(said(project, 'tried'), said(project, 'log')).toBe('no\n'.repeat(16));
    for (const file of [`${project.folder}.steroids/x`, `${project.folder}/../x`, '/tmp/y'])
      expect(existsSync(file)).toBe(false);
    expect(project.git('rev-parse', 'main~1')).toBe(before);
    expect(project.git('rev-parse', 'other')).toBe(before);
    expect(project.git('config', 'user.name')).toBe('Ada');
    expect(leftovers(project)).toMatchObject({ branches: ['other'], status: '' });
  });

  test('set-up and verification write only their worktree, and git not at all', async () => {
    const commands = (name: string) => [
      `${TRY.replaceAll('$OUTSIDE', '$HOME')} touch made && touch "$TMPDIR/x" && git status --short > "$HOME/${name}"`,
      `${TRY.replaceAll('$OUTSIDE', '$HOME')} try touch "$(git rev-parse --git-dir)/x"; try git update-ref refs/heads/x HEAD; rm made`,
    ];
    const project = await sandboxed({
      worktrees: { setup: commands('setup') },
      merge: { verify: commands('verify') },
    });
    await project.task('work', 'echo x > x.txt\n');
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    expect([said(project, 'setup'), said(project, 'verify')]).toEqual(['?? made\n', '?? made\n']);
    expect(said(project, 'tried')).toBe('no\n'.repeat(6));
  });

  test('a reviewer gives its verdict', async () => {
    const review = `cat > "$TMPDIR/dossier"; touch "$(git rev-parse --git-dir)/x" && exit 1; echo '{"decision": "approve", "reason": "fine"}'`;
    const project = await sandboxed({ reviewer: 'one', reviewers: { one: { command: review } } });
    const id = await project.task('work', 'echo x > x.txt\n');
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
  });

  test('without write: not even the home folder can be written, and the brief is read all the same', async () => {
    const project = await makeProject({
      config: {
        sandbox: 'bubblewrap',
        coders: { default: { command: 'cat > brief.txt; touch "$HOME/x" || echo refused > refused.txt' } },
      },
    });
    await project.task('work', '');
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    expect(project.read('refused.txt')).toBe('refused\n');
    expect(project.read('brief.txt')).toContain('work');
    expect(existsSync(path.join(project.outside, 'x'))).toBe(false);
  });

  test.each([true, false])('network: %s', async (network) => {
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const project = await sandboxed({}, { network });
    await project.task(
      'work',
      `bash -c 'cat < /dev/tcp/127.0.0.1/${port}' > "$OUTSIDE/answer" 2>&1; echo x > x.txt\n`,
    );
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    expect(said(project, 'answer')).toMatch(network ? /^hello$/ : /Connection refused/);
  });

  test('sockets in /tmp and /run, which lead out, are not there', async () => {
    const project = await sandboxed();
    const place = mkdtempSync(path.join('/tmp', 'steroids-test-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    const server = createServer();
    const listening = new Promise<void>((resolve) => server.listen(path.join(place, 'socket'), resolve));
    onTestFinished(() => void server.close());
    await listening;
    await project.task(
      'work',
      `ls /run > "$OUTSIDE/run"; ls -d '${place}' > "$OUTSIDE/place" 2>&1; echo "$TMPDIR" > "$OUTSIDE/temp"; echo x > x.txt\n`,
    );
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(0);
    const seen = said(project, 'run').split('\n').filter(Boolean);
    expect(['NetworkManager', 'current-system', 'resolvconf', 'systemd']).toEqual(
      expect.arrayContaining(seen),
    );
    expect(said(project, 'place')).toContain('No such file');
    expect(said(project, 'temp')).toBe('/tmp\n');
  });

  test('stop --now and SIGKILL end all of it', async () => {
    const project = await sandboxed();
    const mark = `${300_000_000 + process.pid}`;
    onTestFinished(() => {
      for (const pid of marked(mark)) process.kill(pid, 'SIGKILL');
    });
    const stubborn = `setsid sh -c '(trap "" TERM; exec sleep ${mark}) </dev/null >/dev/null 2>&1 & exit'; sleep ${mark}\n`;
    const id = await project.task('work', stubborn, { attempts: { 3: 'echo x > x.txt\n' } });
    const stopped = project.start('run', '--runners', '1');
    await until(() => marked(mark).length === 2);
    await project.json(['runners', 'stop', '--now']);
    await stopped;
    expect(marked(mark)).toEqual([]);

    const killed = project.start('run', '--runners', '1');
    await until(() => marked(mark).length === 2);
    killed.kill('SIGKILL');
    await killed;
    expect(marked(mark)).toHaveLength(2);
    expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
    expect(marked(mark)).toEqual([]);
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 3 });
  });

  test('a folder to write that is not there is refused', async () => {
    const project = await makeProject({ config: { sandbox: { write: ['~/not-there'] } } });
    const refused = await project.run('run');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`names ${path.join(project.outside, 'not-there')}, which is not there`);
  });
});

/** PATH with every program that is needed, and without those of these names. */
function pathWithout(project: TestProject, ...names: string[]): string {
  const bin = path.join(project.outside, 'bin');
  mkdirSync(bin);
  const folders = (process.env.PATH ?? '').split(':');
  for (const name of ['git', 'sh', 'cat', 'dirname', 'perl', 'bwrap', 'unshare']) {
    const found = folders.map((folder) => path.join(folder, name)).find(existsSync);
    if (found && !names.includes(name)) symlinkSync(found, path.join(bin, name));
  }
  return bin;
}

test.each([['run'], ['runners', 'start'], ['merge', 'run']])(
  '%s %s: refused where there is no bwrap',
  async (...args) => {
    const project = await makeProject({ config: { sandbox: 'bubblewrap' } });
    const id = await project.task('work', 'echo x > x.txt\n');
    const before = project.git('for-each-ref');
    Object.assign(project.environment, { PATH: pathWithout(project, 'bwrap') });
    const refused = await project.run(...args, '--json');
    expect(refused.code).toBe(5);
    expect(JSON.parse(refused.out).error).toMatchObject({
      code: 'sandbox-missing',
      message: expect.stringContaining('bwrap was not found on PATH'),
      hint: expect.stringContaining('apt install bubblewrap'),
    });
    expect(project.git('for-each-ref')).toBe(before);
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending', attempts: [] });
    expect(await project.json(['runners', 'list', '--all'])).toEqual([]);
  },
);

test.each([
  ['bwrap', 'sandbox: none, bubblewrap, or { write: [paths], network: true | false }'],
  [{ write: ['relative'] }, 'sandbox'],
])('sandbox: %j is refused', async (sandbox, sentence) => {
  const project = await makeProject();
  project.write('.steroids/config.yaml', JSON.stringify({ version: 1, sandbox }));
  project.commit('Wrong');
  const refused = await project.run('run');
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(sentence);
});
