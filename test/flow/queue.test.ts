// The merge queue: any branch, a checkout in the way, a main that is red by itself.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT } from '../support/project.ts';
import { until } from '../support/until.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

test('any branch goes through the queue, and stays where it is', async () => {
  const project = await makeProject({ config: { merge: { verify: ['[ ! -f red.txt ]'] } } });
  project.git('switch', '--quiet', '--create', 'topic');
  project.write('topic.txt', 'x\n');
  project.commit('A topic');
  project.git('switch', '--quiet', '--create', 'red', 'main');
  project.write('red.txt', 'x\n');
  project.commit('A red one');
  project.git('switch', '--quiet', 'main');
  project.write('main.txt', 'x\n');
  project.commit('Main moves on');
  expect(await project.run('merge', 'enqueue', 'nope')).toMatchObject({ code: 2 });
  expect(await project.run('merge', 'enqueue', 'main')).toMatchObject({ code: 2 });
  const entry = await project.json(['merge', 'enqueue', 'topic']);
  expect(entry).toMatchObject({ branch: 'topic', status: 'waiting', title: 'A topic' });
  expect(await project.run('merge', 'enqueue', 'topic')).toMatchObject({ code: 4 });
  await project.json(['merge', 'enqueue', 'red']);
  const ran = await project.json(['merge', 'run', '--once'], 3);
  expect(ran.landed).toMatchObject([{ branch: 'topic', title: 'A topic' }]);
  expect(ran.sentBack).toMatchObject([{ branch: 'red', status: 'ended' }]);
  expect(project.git('log', '--format=%s', 'main')).toBe('A topic\nMain moves on\nBegin');
  expect(project.git('rev-parse', 'topic')).not.toBe(project.git('rev-parse', 'main'));
  expect(await project.json(['merge', 'list'])).toEqual([]);
  const all = await project.json(['merge', 'list', '--all']);
  expect(all.map((one: { status: string }) => one.status).sort()).toEqual(['broken', 'landed']);
  expect(await project.json(['merge', 'run', '--once'])).toMatchObject({ landed: [], waiting: [] });
});

test('a branch that shares no history is refused, and in a shallow clone the remedy is named', async () => {
  const project = await makeProject();
  project.git('switch', '--quiet', '--orphan', 'other');
  project.write('other.txt', 'x\n');
  project.commit('Another beginning');
  project.git('switch', '--quiet', 'main');
  const refused = await project.run('merge', 'enqueue', 'other');
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('no commit in common') });
  writeFileSync(path.join(project.folder, '.git', 'shallow'), `${project.git('rev-parse', 'main')}\n`);
  expect((await project.run('merge', 'enqueue', 'other')).err).toContain('git fetch --unshallow');
});

test('a landing that would overwrite an edit waits, says so, and others go on', async () => {
  const project = await makeProject({ files: { 'mine.txt': 'mine\n' } });
  const blocked = await project.task('blocked', write('mine.txt', 'theirs'));
  await project.task('free', write('free.txt', 'x'), { args: ['--priority', '-1'] });
  project.write('mine.txt', 'my edit\n');
  const ran = await project.run('run');
  expect(ran.code).toBe(3);
  expect(project.read('mine.txt')).toBe('my edit\n');
  expect(project.read('free.txt')).toBe('x\n');
  const explained = await project.json(['tasks', 'explain', blocked]);
  expect(explained.reasons[0]).toMatchObject({
    code: 'checkout',
    sentence: expect.stringContaining('mine.txt'),
  });
  project.git('checkout', '--', 'mine.txt');
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
  expect(project.read('mine.txt')).toBe('theirs\n');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('when main itself is red, the queue pauses, and no task is blamed', async () => {
  const project = await makeProject({
    config: { merge: { verify: ['sh ./check.sh'] } },
    files: { 'check.sh': 'exit 1\n' },
  });
  const id = await project.task('innocent', write('a.txt', 'a'));
  const ran = await project.run('run');
  expect(ran.code).toBe(3);
  expect(ran.out).toContain('The queue is paused');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'queued', attempt: 1 });
  expect((await project.json(['tasks', 'explain', id])).reasons[0].code).toBe('paused');
  expect((await project.json(['status'])).paused).toContain('does not pass');
  project.write('check.sh', 'exit 0\n');
  project.commit('Mend main');
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
});

test('a verification that cannot run is nobody’s fault either', async () => {
  const project = await makeProject({
    config: { merge: { verify: ['kill -9 $$'] }, limits: { failures: 2 } },
  });
  const id = await project.task('innocent', write('a.txt', 'a'));
  expect(await project.run('run')).toMatchObject({ code: 3 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'queued', attempt: 1 });
});

test('an entry is taken out of the queue, and its task waits for a person', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', write('a.txt', 'a'));
  await project.run('run');
  await project.run('review', 'approve', id);
  const [entry] = await project.json(['merge', 'list']);
  expect(await project.json(['merge', 'cancel', entry.id])).toMatchObject({ status: 'cancelled' });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'disputed' });
  expect(await project.run('review', 'approve', id)).toMatchObject({ code: 0 });
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
});

test('set-up runs when a worktree is made and again when the lockfile changed; ignored files do not pass on', async () => {
  const project = await makeProject({
    config: {
      worktrees: {
        setup: ['echo installed >> "$HOME/setups"; mkdir -p node_modules; echo x > node_modules/dep'],
      },
    },
    files: { '.gitignore': 'node_modules/\ndist/\n', 'package-lock.json': '{}\n' },
  });
  const seen =
    'ls -A >> "$OUTSIDE/listing"; echo -- >> "$OUTSIDE/listing"; mkdir -p dist; echo built > dist/x;';
  await project.task('one', `${seen} echo x > one.txt\n`);
  await project.task('two', `${seen} echo x > two.txt\n`, { args: ['--priority', '-1'] });
  const three = await project.task('three', `${seen} echo '{ }' > package-lock.json\n`, {
    args: ['--priority', '-2'],
  });
  await project.task('four', `${seen} echo x > four.txt\n`, { args: ['--after', three] });
  expect(await project.run('run', '--runners', '1')).toMatchObject({ code: 0 });
  const listings = project.read('../outside/listing').split('--\n').slice(0, -1);
  for (const listing of listings) {
    expect(listing).toContain('node_modules');
    expect(listing).not.toContain('dist');
  }
  // Once for its first task, and once more for the one that began with another lockfile.
  const setups = project.read('../outside/setups').trim().split('\n').length;
  expect(setups).toBe(2);
});

test('a commit on main while a candidate is verified costs one more round, and no attempt', async () => {
  const project = await makeProject({
    config: {
      merge: {
        verify: [
          '[ -e "$HOME/done" ] || { touch "$HOME/done"; git -C "$HOME/../repo" commit -q --allow-empty -m outside; }',
        ],
      },
    },
  });
  const id = await project.task('one', write('one.txt', '1'));
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(project.git('log', '--format=%s', 'main')).toBe('one\noutside\nBegin');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
  expect(await project.json(['merge', 'list', '--all'])).toMatchObject([{ status: 'landed', rounds: 2 }]);
});

test('a task that is cancelled while its candidate is verified does not land', async () => {
  const project = await makeProject({
    config: { merge: { verify: ['touch "$HOME/began"; until [ -e "$HOME/go" ]; do sleep 0.05; done'] } },
  });
  const before = project.git('rev-parse', 'main');
  const id = await project.task('one', write('one.txt', '1'));
  const running = project.start('run');
  await until(() => existsSync(path.join(project.outside, 'began')));
  await project.json(['tasks', 'cancel', id]);
  writeFileSync(path.join(project.outside, 'go'), '');
  await running;
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    status: 'cancelled',
    landedCommit: null,
  });
  expect(project.git('rev-parse', 'main')).toBe(before);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

/** A bare repository that main is shared through, and a clone of it where somebody else works. */
async function makeShared(config: Record<string, unknown> = {}) {
  const project = await makeProject({ config: { merge: { remote: 'origin', ...config } } });
  const bare = path.join(path.dirname(project.folder), 'shared.git');
  project.git('clone', '--quiet', '--bare', project.folder, bare);
  project.git('remote', 'add', 'origin', bare);
  const clone = path.join(project.outside, 'clone');
  project.git('clone', '--quiet', bare, clone);
  const elsewhere = (...args: string[]) => project.git('-C', clone, ...args);
  return {
    project,
    clone,
    there: () => project.git('--git-dir', bare, 'rev-parse', 'main'),
    pushFromElsewhere(file: string) {
      writeFileSync(path.join(clone, file), 'x\n');
      elsewhere('pull', '--quiet', '--rebase');
      elsewhere('add', '--all');
      elsewhere('commit', '--quiet', '--message', `Theirs: ${file}`);
      elsewhere('push', '--quiet');
    },
    bare,
  };
}

test('with a remote, what landed is there, and what others pushed is below it', async () => {
  const { project, there, pushFromElsewhere, bare, clone } = await makeShared();
  pushFromElsewhere('before.txt');
  // While this one is coded somebody else pushes.
  const push = `cd '${clone}' && git pull -q --rebase && echo x > during.txt && git add . && git commit -qm 'Theirs: during' && git push -q`;
  await project.task('one', `${write('one.txt', '1')}(${push})\n`);
  await project.task('two', write('two.txt', '2'), { args: ['--priority', '-1'] });
  const ran = await project.run('run', '--runners', '1');
  expect(ran).toMatchObject({ code: 0 });
  expect(there()).toBe(project.git('rev-parse', 'main'));
  expect(project.git('log', '--format=%s', 'main')).toBe(
    'two\none\nTheirs: during\nTheirs: before.txt\nBegin',
  );
  expect(project.git('log', '--merges', '--format=%s', 'main')).toBe('');
  // Nothing but main has been pushed.
  expect(project.git('--git-dir', bare, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('what checks leave in their worktree does not keep the queue from its remote', async () => {
  const { project, there } = await makeShared({ verify: ['date > report.txt'] });
  for (const name of ['one', 'two', 'three']) await project.task(name, write(`${name}.txt`, name));
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(there()).toBe(project.git('rev-parse', 'main'));
  expect(project.git('rev-list', '--count', 'main')).toBe('4');
});

test('a push while a candidate is verified costs one more round', async () => {
  const { project, there, clone } = await makeShared({
    // Somebody else pushes during the first verification.
    verify: [
      '[ -e "$HOME/pushed" ] || { touch "$HOME/pushed"; cd "$HOME/clone" && git pull -q --rebase && echo x > late.txt && git add . && git commit -qm late && git push -q; }',
    ],
  });
  const id = await project.task('one', write('one.txt', '1'));
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(clone).toContain('clone');
  expect(there()).toBe(project.git('rev-parse', 'main'));
  expect(project.git('log', '--format=%s', 'main')).toBe('one\nlate\nBegin');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 1 });
});

test('nothing of a person is pushed without their word, and a remote that says no stops the queue', async () => {
  const { project, there, bare } = await makeShared();
  const id = await project.task('one', write('one.txt', '1'));
  project.write('mine.txt', 'mine\n');
  project.commit('Mine');
  const before = there();
  const ran = await project.run('run');
  expect(ran.code).toBe(3);
  expect(ran.out).toContain('main has 1 commit that main on origin has not (git push origin main)');
  expect(there()).toBe(before);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'queued', landedCommit: null });
  project.git('push', '--quiet', 'origin', 'main');
  const hook = path.join(bare, 'hooks', 'update');
  writeFileSync(hook, '#!/bin/sh\necho "no pushes on Fridays" >&2\nexit 1\n', { mode: 0o755 });
  const refused = await project.run('merge', 'run');
  expect(refused.code).toBe(3);
  expect(refused.out).toContain('no pushes on Fridays');
  expect(project.git('rev-parse', 'main')).toBe(there());
  rmSync(hook);
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
  expect(project.git('rev-parse', 'main')).toBe(there());
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    status: 'completed',
    landedCommit: there(),
  });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

/** A task whose landing has reached the remote, when its lander was killed: main here is where it was. */
async function pushedAndKilled() {
  const { project, there, bare } = await makeShared();
  const id = await project.task('one', write('one.txt', '1'));
  const hook = path.join(bare, 'hooks', 'post-update');
  // The push is answered when the lander is dead.
  writeFileSync(hook, `#!/bin/sh\nkill -9 $(cat '${project.outside}/pid')\n`, { mode: 0o755 });
  const running = project.start('run');
  writeFileSync(path.join(project.outside, 'pid'), String(running.pid));
  await running;
  rmSync(hook);
  expect(there()).not.toBe(project.git('rev-parse', 'main'));
  return { project, there, id };
}

test('pushed and killed before main moved here: the next start finishes the landing', async () => {
  const { project, there, id } = await pushedAndKilled();
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ landedCommit: null });
  expect(await project.run('run')).toMatchObject({ code: 0 });
  expect(project.git('rev-parse', 'main')).toBe(there());
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown).toMatchObject({ status: 'completed', attempt: 1, landedCommit: there() });
  expect(shown.commits[0].landedCommit).toBe(there());
  expect(project.read('one.txt')).toBe('1\n');
});

test('a commit that came to the branch after its landing was pushed is not deleted with it', async () => {
  const { project, there, id } = await pushedAndKilled();
  const { branch } = await project.json(['tasks', 'show', id]);
  const tree = project.git('rev-parse', `${branch}^{tree}`);
  const late = project.git('commit-tree', tree, '-p', branch, '-m', 'late');
  project.git('update-ref', `refs/heads/${branch}`, late);
  await project.run('run');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    status: 'completed',
    landedCommit: there(),
  });
  expect(project.git('rev-parse', branch)).toBe(late);
});

test('a remote that is not one', async () => {
  const project = await makeProject({ config: { merge: { remote: 'upstream' } } });
  await project.task('one', write('one.txt', '1'));
  const ran = await project.run('run');
  expect(ran.code).toBe(2);
  expect(ran.err).toContain('merge.remote is "upstream"');
  expect(await project.json(['runners', 'list'])).toEqual([]);
});
