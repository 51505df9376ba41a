// What coders say back, and what a person makes of it.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';

const say = (answer: object) => `printf '%s' '${JSON.stringify(answer)}' > "$STEROIDS_ANSWER"\n`;
const commit = (file: string) => `echo x > ${file}; git add --all; git commit --quiet --message ${file}\n`;

async function letter(project: TestProject, id: string) {
  const letters = await project.json(['inbox', id]);
  expect(letters).toHaveLength(1);
  return letters[0];
}

test('a blocked coder asks, a person answers, and it goes on with what it had', async () => {
  const project = await makeProject();
  const id = await project.task(
    'work',
    `${commit('first.txt')}echo y > loose.txt\n${say({ outcome: 'blocked', question: 'Red or blue?' })}`,
    { attempts: { 2: commit('second.txt') } },
  );
  const ran = await project.run('run');
  expect(ran.code, ran.err).toBe(3);
  expect(ran.out).toContain(`its coder asks: Red or blue?`);
  expect(ran.out).toContain(`steroids inbox ${id}`);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'disputed' });
  expect(await letter(project, id)).toMatchObject({
    kind: 'question',
    text: 'Red or blue?',
    answers: [`steroids tasks answer ${id} "…"`, `steroids tasks cancel ${id}`],
  });
  expect(await project.run('tasks', 'answer', id, ' ')).toMatchObject({ code: 2 });
  expect(await project.json(['tasks', 'answer', id, 'Blue.'])).toMatchObject({ status: 'pending' });
  expect(await project.json(['inbox'])).toEqual([]);
  expect((await project.run('run')).code).toBe(0);
  const brief = readFileSync(path.join(project.outside, `${id}.2.brief`), 'utf8');
  expect(brief).toContain('Red or blue?');
  expect(brief).toContain('The answer: Blue.');
  for (const file of ['first.txt', 'loose.txt', 'second.txt'])
    expect(project.git('ls-tree', '--name-only', 'main', file)).toBe(file);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('already done: git says whether it is so, and a person confirms it', async () => {
  const project = await makeProject();
  const done = project.git('rev-parse', 'main');
  const said = { outcome: 'already-done', commits: [done.slice(0, 12)], reason: 'It was the first commit.' };
  const id = await project.task('work', say(said));
  expect((await project.run('run')).code).toBe(3);
  expect(await letter(project, id)).toMatchObject({ kind: 'question', text: said.reason });
  expect(await project.json(['review', 'approve', id])).toMatchObject({
    status: 'completed',
    landedCommit: done,
  });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

/** A reviewer that keeps what it reads, and says that. */
const confirming = (verdict: object, more: object = {}) => ({
  config: {
    reviewer: 'strict',
    reviewers: { strict: { command: `cat > "$HOME/dossier"; echo '${JSON.stringify(verdict)}'` } },
    ...more,
  },
});

async function saidToBeDone(project: TestProject, attempts: Record<number, string> = {}) {
  const done = project.git('rev-parse', 'main');
  const said = { outcome: 'already-done', commits: [done.slice(0, 12)], reason: 'It was the first commit.' };
  return [await project.task('work', say(said), { attempts }), done] as const;
}

test('already done: a reviewer confirms it, where there is one', async () => {
  const project = await makeProject(confirming({ decision: 'approve', reason: 'so it is' }));
  const [id, done] = await saidToBeDone(project);
  const ran = await project.run('run');
  expect(ran.code, ran.err).toBe(0);
  expect(ran.err).toContain('confirmed by strict');
  const task = await project.json(['tasks', 'show', id]);
  expect(task).toMatchObject({ status: 'completed', landedCommit: done });
  expect(task.events.at(-1)).toMatchObject({ kind: 'foundLanded', reviewer: 'strict' });
  const dossier = readFileSync(path.join(project.outside, 'dossier'), 'utf8');
  expect(dossier).toContain('## Is This Task Done Already?');
  expect(dossier).toContain('It was the first commit.');
  expect(await project.json(['inbox'])).toEqual([]);
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('already done, and a reviewer says that it is not: its coder is told, and has to do it', async () => {
  const project = await makeProject(
    confirming({ decision: 'reject', reason: 'nothing of it is there' }, { limits: { attempts: 2 } }),
  );
  const [id] = await saidToBeDone(project, { 2: commit('x.txt') });
  expect((await project.run('run')).code).toBe(3);
  const brief = readFileSync(path.join(project.outside, `${id}.2.brief`), 'utf8');
  expect(brief).toContain('nothing of it is there');
  const task = await project.json(['tasks', 'show', id]);
  expect(task).toMatchObject({ status: 'disputed', landedCommit: null, rejectionCount: 2, attempt: 2 });
  expect(await letter(project, id)).toMatchObject({ kind: 'disputed' });
});

test.each([
  ['that cannot decide', { decision: 'dispute', reason: 'which one?' }, {}, 'question'],
  ['and a person', { decision: 'approve' }, { reviewer: ['strict', 'human'] }, 'review'],
])('already done: after a reviewer %s, a person confirms it', async (_, verdict, more, kind) => {
  const project = await makeProject(confirming(verdict, more));
  const [id, done] = await saidToBeDone(project);
  expect((await project.run('run')).code).toBe(3);
  expect(await letter(project, id)).toMatchObject({ kind });
  expect((await project.run('review', 'show', id)).out).toContain('It was the first commit.');
  expect(await project.json(['review', 'approve', id])).toMatchObject({
    status: 'completed',
    landedCommit: done,
  });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('already done by its own commit, which is not on main: not believed', async () => {
  const project = await makeProject({ config: { limits: { attempts: 1 } } });
  const id = await project.task(
    'work',
    `${commit('x.txt')}printf '{"outcome":"already-done","reason":"r","commits":["%s"]}' "$(git rev-parse HEAD)" > "$STEROIDS_ANSWER"\n`,
  );
  expect((await project.run('run')).code).toBe(3);
  const task = await project.json(['tasks', 'show', id]);
  expect(task).toMatchObject({ status: 'disputed', landedCommit: null });
  expect(task.reason).toContain('is not on main');
  expect(await project.run('tasks', 'answer', id, 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('has asked nothing'),
  });
});

test('a dispute of a rejection is for a person, who may approve what was rejected', async () => {
  const project = await makeProject({ config: { reviewer: 'human' } });
  const id = await project.task('work', commit('x.txt'), {
    attempts: { 2: say({ outcome: 'dispute', reason: 'The task asks for it.' }) },
  });
  await project.run('run');
  await project.json(['review', 'reject', id, '--reason', 'I do not like it']);
  await project.run('run');
  expect(await letter(project, id)).toMatchObject({ kind: 'question', text: 'The task asks for it.' });
  expect(await project.json(['review', 'approve', id])).toMatchObject({ status: 'queued' });
  expect((await project.run('merge', 'run')).code).toBe(0);
  expect(project.git('ls-tree', '--name-only', 'main', 'x.txt')).toBe('x.txt');
});

test('who asks about a conflict finds it laid out again, with the answer', async () => {
  const project = await makeProject({ files: { 'a.txt': 'one\n' } });
  const see = 'grep -q "^<<<<<<<" a.txt && cp a.txt "$OUTSIDE/seen-$STEROIDS_ATTEMPT"\n';
  // It is coded on today's main, and ends when the other one has landed.
  const late = 'while [ "$(git rev-parse main)" = "$STEROIDS_BASE_COMMIT" ]; do sleep 0.05; done\n';
  const id = await project.task('late', `${late}echo late > a.txt\n`, {
    attempts: {
      2: `${see}${say({ outcome: 'blocked', question: 'Whose?' })}`,
      3: `${see}echo both > a.txt\n`,
    },
  });
  await project.task('early', 'echo early > a.txt\n');
  await project.run('run', '--runners', '2');
  expect(await letter(project, id)).toMatchObject({ kind: 'question', text: 'Whose?' });
  await project.json(['tasks', 'answer', id, 'Both.']);
  expect((await project.run('run')).code).toBe(0);
  expect(project.read('../outside/seen-3')).toBe(project.read('../outside/seen-2'));
  expect(project.git('show', 'main:a.txt')).toBe('both');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('follow-ups are proposed, and a person accepts or declines them', async () => {
  const project = await makeProject();
  await project.run('sections', 'add', 'Web');
  const followUps = [
    { title: 'Rename it', spec: 'Everywhere.', paths: ['src/**'] },
    { title: 'Delete main' },
  ];
  const id = await project.task('work', commit('x.txt') + say({ outcome: 'done', followUps }), {
    args: ['--section', 'Web', '--priority', '4'],
  });
  expect((await project.run('run')).code).toBe(0);
  const proposed = await project.json(['inbox', id]);
  expect(proposed.map((one: { text: string }) => one.text)).toEqual(['Rename it', 'Delete main']);
  const [accept] = proposed[0].answers;
  const { id: added } = await project.json(accept.split(' ').slice(1));
  expect(await project.json(['tasks', 'show', added])).toMatchObject({
    title: 'Rename it',
    spec: 'Everywhere.',
    section: 'Web',
    priority: 4,
    paths: ['src/**'],
    status: 'pending',
  });
  await project.json(['tasks', 'decline', String(proposed[1].number)]);
  expect(await project.json(['inbox'])).toEqual([]);
  expect(await project.run('tasks', 'accept', String(proposed[1].number))).toMatchObject({
    code: 2,
    err: expect.stringContaining('no open proposal'),
  });
});

test('an answer that cannot be read is a failure, and says what is wrong', async () => {
  const project = await makeProject({ config: { limits: { attempts: 1 } } });
  const id = await project.task('work', `${commit('x.txt')}${say({ outcome: 'approved' })}`);
  expect((await project.run('run')).code).toBe(3);
  const task = await project.json(['tasks', 'show', id]);
  expect(task).toMatchObject({ status: 'failed' });
  expect(task.reason).toContain('STEROIDS_ANSWER');
  expect(task.commits).toHaveLength(1);
});

test('a coder that fails has said nothing', async () => {
  const project = await makeProject({ config: { limits: { attempts: 1 } } });
  const id = await project.task('work', `${say({ outcome: 'blocked', question: 'What?' })}exit 1\n`);
  expect((await project.run('run')).code).toBe(3);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'failed' });
  expect(await letter(project, id)).toMatchObject({ kind: 'failed' });
});
