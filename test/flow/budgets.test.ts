// Budgets of all tasks together, of a day and of the project, and the bound on all codings of one task.

import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { PI_FIXTURES, piStarts, withPi } from '../support/pi.ts';
import { makeProject, type TestProject } from '../support/project.ts';

const event = (value: object) => `echo '${JSON.stringify(value)}'\n`;
/** A coder's run that costs so much. */
const used = (cost: number) =>
  'echo hello > hello-$START.txt\n' +
  event({
    type: 'message_end',
    message: {
      role: 'assistant',
      content: [{ type: 'text', text: 'working' }],
      usage: { input: 1, output: 1, cost: { total: cost } },
    },
  });
const end = event({ type: 'agent_end', messages: [{ role: 'assistant', stopReason: 'stop', content: [] }] });

async function add(project: TestProject, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let task = 1; task <= count; task++)
    ids.push((await project.json(['tasks', 'add', `Task ${task}`])).id);
  return ids;
}

const statuses = async (project: TestProject) =>
  (await project.json(['tasks', 'list'])).map(({ status }: { status: string }) => status);

function change(project: TestProject, sql: string): void {
  const store = new Database(path.join(project.folder, '.git/steroids/steroids.db'));
  store.exec(sql);
  store.close();
}

/** As if all that was used had been used a day before. */
const age = (project: TestProject) => change(project, 'update usage set at = at - 86400000');

test('the budget of a day: what might pass it is not begun, and is told; the day after, it goes on', async () => {
  const project = await withPi(used(0.4) + end, {}, { limits: { cost: { day: 1 } } });
  const [, , last = ''] = await add(project, 3);
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code).toBe(3);
  const told =
    'no coder or reviewer is started: the coders, reviewers and analysts of today have cost $0.80 of limits.cost.day $1.00, and the largest attempt $0.40: another might pass it';
  expect(ran.err).toContain(told);
  expect(piStarts(project)).toBe(2);
  expect(await statuses(project)).toEqual(['completed', 'completed', 'pending']);
  expect(await project.json(['tasks', 'show', last])).toMatchObject({ attempt: 0 });
  const [letter, ...others] = await project.json(['inbox']);
  expect(others).toEqual([]);
  const remedy =
    'Raise limits.cost.day in .steroids/config.yaml, and commit that; else it goes on at 00:00 UTC';
  expect(letter).toMatchObject({ kind: 'budget', task: null, text: told, answers: [remedy] });
  const { reasons } = await project.json(['tasks', 'explain', last]);
  expect(reasons).toContainEqual({ code: 'budget', sentence: told, remedy });
  const { budget } = await project.json(['status']);
  expect(told).toContain(budget.reason);
  expect(budget.until).toMatch(/T00:00:00\.000Z$/);
  expect((await project.run('status')).out).toContain(`Budget   ${told}\n         → steroids inbox`);
  age(project);
  expect(await project.json(['inbox'])).toEqual([]);
  expect((await project.run('run')).code).toBe(0);
  expect(await project.json(['status'])).toMatchObject({ budget: null });
});

test('the budget of the project: until somebody raises it, whatever the day is', async () => {
  const limits = (total: number) => ({ limits: { cost: { task: 3, total } } });
  const project = await withPi(used(0.4) + end, {}, limits(0.7));
  await add(project, 2);
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  age(project);
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  expect(piStarts(project)).toBe(1);
  const [letter] = await project.json(['inbox']);
  expect(letter.text).toContain(
    'all coders, reviewers and analysts together have cost $0.40 of limits.cost.total $0.70',
  );
  expect(letter.answers).toEqual(['Raise limits.cost.total in .steroids/config.yaml, and commit that']);
  expect((await project.json(['status'])).budget.until).toBeNull();
  project.write('.steroids/config.yaml', project.read('.steroids/config.yaml').replace('0.7', '70'));
  project.commit('Raise it');
  expect(await project.json(['inbox'])).toEqual([]);
  expect((await project.run('run')).code).toBe(0);
  expect(piStarts(project)).toBe(2);
});

test('runners at the same time: each is reckoned with what the largest attempt has cost', async () => {
  // The third that would begin while two are at work waits until it is known what they cost.
  const meet =
    'while [ $START -le 3 ] && [ "$(wc -l < "$cd_outside/starts")" -lt 3 ] && [ $START != 1 ]; do sleep 0.05; done\n';
  const project = await withPi(meet + used(0.4) + end, {}, { limits: { cost: { day: 2 } } });
  await add(project, 1);
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  await add(project, 5);
  expect((await project.run('run', '--runners', '5')).code).toBe(3);
  const { sums } = await project.json(['usage']);
  expect(sums[0].cost).toBeCloseTo(2);
  expect(piStarts(project)).toBe(5);
});

test('an agent at work is ended when all of the day is used', async () => {
  const project = await withPi(
    `${used(0.4)}[ $START = 1 ] || exec sleep 600\n${end}`,
    {},
    {
      limits: { cost: { task: 9, day: 0.8 } },
    },
  );
  await add(project, 2);
  await project.run('run', '--runners', '1');
  const events = JSON.stringify(
    await project.json(['tasks', 'show', (await project.json(['tasks', 'list']))[1].id]),
  );
  expect(events).toContain('was ended: all tasks of today have used all of limits.cost.day');
  expect(await statuses(project)).toEqual(['completed', 'pending']);
});

test('time of all tasks has a budget too', async () => {
  const command = 'echo hello > $STEROIDS_TASK_ID.txt';
  const project = await makeProject({
    config: { coders: { default: { command } }, limits: { time: { total: '30s' } } },
  });
  const [first] = await add(project, 2);
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  change(project, `update usage set ms = case task_id when '${first}' then 12000 else 9000 end`);
  await add(project, 1);
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  const [letter] = await project.json(['inbox']);
  expect(letter.text).toContain(
    'have taken 21 s of limits.time.total 30 s, and the largest attempt 12 s: another might pass it',
  );
});

test('all codings of a task together have a bound, whatever they met with; a person begins it anew', async () => {
  const project = await makeProject({ config: { limits: { attempts: { each: 5, total: 3 } } } });
  // By turns: it fails, and it changes nothing; neither bound of its own is near.
  const id = await project.task('work', 'exit 1\n', { attempts: { 2: 'true\n', 4: 'echo x > x.txt\n' } });
  expect((await project.run('run')).code).toBe(3);
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown).toMatchObject({ status: 'disputed', attempt: 3 });
  const [letter] = await project.json(['inbox']);
  expect(letter.text).toContain('it was coded 3 times, of limits.attempts.total 3');
  expect(letter.answers[0]).toContain(`steroids tasks retry ${id}`);
  await project.json(['tasks', 'retry', id]);
  expect((await project.run('run')).code).toBe(0);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 4 });
});

test('a coding that was interrupted is none of them', async () => {
  const limited = `sed 's/rate_limit_error/rate_limit_error, try again in 1 second/g' '${PI_FIXTURES}/429.jsonl'\n`;
  const cut = `if [ $START -lt 3 ]; then ${limited}else ${used(0.1)}${end}fi\n`;
  const project = await withPi(cut, {}, { limits: { attempts: { total: 1 } } });
  await add(project, 1);
  expect((await project.run('run')).code).toBe(0);
  expect(piStarts(project)).toBe(3);
});

test('what is no budget is refused', async () => {
  const project = await makeProject();
  for (const [limits, sentence] of [
    [{ cost: { week: 5 } }, 'limits.cost has no setting "week"'],
    [{ cost: 'much' }, 'US dollars like 5, or { task: 5, day: 50, total: 500 }'],
    [{ cost: { day: 0 } }, 'limits.cost.day: '],
    [{ time: { day: 'long' } }, 'limits.time: a time like 2h, or { task: 2h, day: 20h, total: 300h }'],
    [{ attempts: { total: 0 } }, 'limits.attempts.total: '],
  ] as const) {
    project.write(
      '.steroids/config.yaml',
      JSON.stringify({ version: 1, coders: { a: { command: 'x' } }, limits }),
    );
    project.commit('Configure');
    expect((await project.run('run')).err).toContain(sentence);
  }
});
