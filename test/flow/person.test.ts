// What a person decides: reviews, cancelling, retrying, skipping, editing.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { marked } from '../support/marked.ts';
import { leftovers, makeProject, NOTHING_LEFT } from '../support/project.ts';
import { until } from '../support/until.ts';

const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

test('a person approves one commit, and that commit lands', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', write('work.txt', 'x'));
  const ran = await project.run('run');
  expect(ran.code).toBe(3);
  expect(ran.out).toContain(`steroids review show ${id}`);
  const [waiting] = await project.json(['review', 'list']);
  expect(waiting).toMatchObject({ id, status: 'review', beingReviewed: false });
  const shown = await project.run('review', 'show', id);
  expect(shown.out).toContain('Attempt #1 (CURRENT)');
  expect(shown.out).toContain('+x');
  const dossier = (await project.json(['review', 'show', id, '--dossier'])).dossier;
  expect(dossier).toContain('## Commits for This Task');
  const none = await project.run('review', 'approve', id, '--commit', 'deadbeef');
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining(`→ steroids review show ${id}`) });
  const wrong = await project.run('review', 'approve', id, '--commit', 'main');
  expect(wrong).toMatchObject({ code: 2 });
  expect(
    await project.json(['review', 'approve', id.slice(0, 5), '--commit', waiting.latestCommit]),
  ).toMatchObject({
    id,
    status: 'queued',
  });
  expect(await project.run('merge', 'run', '--once')).toMatchObject({ code: 0 });
  const task = await project.json(['tasks', 'show', id]);
  expect(task).toMatchObject({ status: 'completed', approvedCommit: waiting.latestCommit });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a commit added after the submission is not approved with it', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', write('work.txt', 'x'));
  await project.run('run');
  const { branch, latestCommit } = await project.json(['tasks', 'show', id]);
  const sneaked = project.git(
    'commit-tree',
    `${latestCommit}^{tree}`,
    '-p',
    latestCommit,
    '-m',
    'sneaked in',
  );
  project.git('update-ref', `refs/heads/${branch}`, sneaked);
  const approved = await project.run('review', 'approve', id);
  expect(approved.code).toBe(3);
  expect(approved.out).toContain('not approved');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    status: 'review',
    latestCommit: sneaked,
  });
  expect(await project.run('review', 'approve', id)).toMatchObject({ code: 0 });
  expect(await project.run('merge', 'run')).toMatchObject({ code: 0 });
});

test('a person rejects until the bound, then the task is disputed, and a note sends it on', async () => {
  const project = await makeProject({ config: { reviewer: 'human', limits: { attempts: 2 } } });
  const id = await project.task('work', 'echo "$STEROIDS_ATTEMPT" >> work.txt\n');
  await project.run('run');
  expect(await project.run('review', 'reject', id, '--reason', '')).toMatchObject({ code: 2 });
  expect(await project.json(['review', 'reject', id, '--reason', 'first'])).toMatchObject({
    status: 'pending',
  });
  await project.run('run');
  expect(await project.json(['review', 'reject', id, '--reason', 'second'])).toMatchObject({
    status: 'disputed',
  });
  const explained = await project.json(['tasks', 'explain', id]);
  expect(explained.reasons[0].code).toBe('disputed');
  await project.json(['tasks', 'retry', id, '--note', 'look at line 3']);
  await project.run('run');
  expect(readFileSync(path.join(project.outside, `${id}.3.brief`), 'utf8')).toContain('look at line 3');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    status: 'review',
    attempt: 3,
    rejectionCount: 2,
  });
});

test('retry --fresh begins again from main and archives the commits so far', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', write('work.txt', 'old'), {
    attempts: { 2: 'ls > "$OUTSIDE/seen"; echo new > new.txt\n' },
  });
  await project.run('run');
  const { latestCommit } = await project.json(['tasks', 'show', id]);
  await project.json(['tasks', 'cancel', id]);
  expect(project.git('for-each-ref', '--format=%(objectname)', `refs/steroids/archive/${id}`)).toBe(
    latestCommit,
  );
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
  await project.json(['tasks', 'retry', id, '--fresh']);
  await project.run('run');
  expect(readFileSync(path.join(project.outside, 'seen'), 'utf8')).not.toContain('work.txt');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'review', attempt: 2 });
  await project.run('review', 'approve', id);
  await project.run('merge', 'run');
  expect(existsSync(path.join(project.folder, 'work.txt'))).toBe(false);
  expect(project.read('new.txt')).toBe('new\n');
});

test('a task that is cancelled while it is coded stops, and leaves nothing behind', async () => {
  const project = await makeProject();
  const mark = `6${process.pid}`;
  const id = await project.task(
    'long',
    `echo begun > "$OUTSIDE/begun"; echo half > half.txt; touch "$OUTSIDE/at work"; sleep ${mark}\n`,
  );
  const other = await project.task('other', write('other.txt', 'x'), { args: ['--after', id] });
  const running = project.start('run', '--runners', '1');
  await until(() => existsSync(path.join(project.outside, 'at work')));
  expect(await project.json(['tasks', 'cancel', id, '--reason', 'not needed'])).toMatchObject({
    status: 'cancelled',
  });
  const ran = await running;
  expect(ran.exitCode).toBe(3); // the other one waits for what was cancelled
  const explained = await project.json(['tasks', 'explain', other]);
  expect(explained.reasons[0]).toMatchObject({ code: 'dependency' });
  expect(marked(mark)).toEqual([]);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
  // What it had not committed is archived.
  expect(project.git('for-each-ref', `refs/steroids/archive/${id}`)).toContain('uncommitted');
});

test('a skipped task is left out, and a failing one ends as failed after its bound', async () => {
  const project = await makeProject({ config: { limits: { attempts: 2 } } });
  const skipped = await project.task('skipped', write('a.txt', 'a'));
  const failing = await project.task('failing', 'echo "no such thing" >&2; exit 7\n');
  await project.json(['tasks', 'skip', skipped]);
  expect(await project.run('run')).toMatchObject({ code: 3 });
  expect(await project.json(['tasks', 'show', skipped])).toMatchObject({ status: 'skipped', attempt: 0 });
  const shown = await project.json(['tasks', 'show', failing]);
  expect(shown).toMatchObject({ status: 'failed', attempt: 2 });
  expect(shown.reason).toContain('exited with 7');
  expect(readFileSync(path.join(project.outside, `${failing}.2.brief`), 'utf8')).toContain('no such thing');
  writeFileSync(path.join(project.outside, 'failing.sh'), write('b.txt', 'b'));
  await project.json(['tasks', 'retry', failing]);
  expect(await project.run('run')).toMatchObject({ code: 0 });
});

test('a coder that changes nothing is told so, and is no success', async () => {
  const project = await makeProject({ config: { limits: { attempts: 1 } } });
  const id = await project.task('nothing', 'true\n');
  expect(await project.run('run')).toMatchObject({ code: 3 });
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'disputed' });
});

test('editing says what it does to the attempt', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', write('work.txt', 'x'));
  expect((await project.json(['tasks', 'edit', id, '--priority', '3'])).effect).toBeNull();
  await project.run('run');
  const edited = await project.json(['tasks', 'edit', id, '--title', 'Better words']);
  expect(edited).toMatchObject({
    title: 'Better words',
    effect: expect.stringContaining('the reviewer judges'),
  });
  await project.run('review', 'approve', id);
  const queued = await project.json(['tasks', 'edit', id, '--title', 'Again']);
  expect(queued.effect).toContain('stays approved');
  await project.run('merge', 'run');
  expect(await project.run('tasks', 'edit', id, '--title', 'Late')).toMatchObject({ code: 2 });
});

test('every kind of setback has a bound of its own, and beyond one a person is told what happened', async () => {
  const project = await makeProject({
    config: {
      reviewer: 'human',
      limits: { attempts: 2 },
      merge: { verify: ['! grep -q bad a.txt'] },
    },
    files: { 'a.txt': 'one\n' },
  });
  const id = await project.task('work', 'true\n', {
    attempts: { 1: 'echo late > a.txt\n', 2: 'echo bad > a.txt\n', 4: 'echo good > a.txt\n' },
  });
  const status = async () => (await project.json(['tasks', 'show', id])).status;
  await project.run('run');
  project.write('a.txt', 'early\n');
  project.commit('early');
  await project.run('review', 'approve', id); // it conflicts
  expect(await status()).toBe('pending');
  await project.run('run');
  await project.run('review', 'approve', id);
  await project.run('merge', 'run'); // it is red
  expect(await status()).toBe('pending');
  await project.run('run'); // changes nothing, then something
  expect(await status()).toBe('review');
  await project.run('review', 'reject', id, '--reason', 'ugly');
  expect(await status()).toBe('pending');
  await project.run('run'); // changes nothing again, which is the second time
  expect(await project.json(['tasks', 'show', id])).toMatchObject({
    status: 'disputed',
    reason: expect.stringContaining('changed nothing (2 of 2: the bound is reached)'),
  });
  const [letter] = await project.json(['inbox', id]);
  expect(
    letter.text
      .split('\n')
      .slice(1)
      .map((line: string) => line.slice(0, 34)),
  ).toEqual([
    expect.stringMatching(/^attempt 1 \(default\) conflicted: /),
    expect.stringMatching(/^attempt 2 \(default\) broken: /),
    expect.stringMatching(/^attempt 3 \(default\) unchanged: /),
    'attempt 4 (default) rejected: ugly',
    expect.stringMatching(/^attempt 5 \(default\) unchanged: /),
  ]);
  expect(letter.answers).toEqual([
    `steroids tasks retry ${id} --note "…"`,
    `steroids review approve ${id}`,
    `steroids tasks takeover ${id}`,
    `steroids tasks cancel ${id}`,
  ]);
});
