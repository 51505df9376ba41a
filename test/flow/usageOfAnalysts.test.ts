// What is asked for no task's step: it is in `usage`, counts in the budgets of all, and stops where these are used up.

import { expect, test } from 'vitest';
import { NO_CONFLICTS } from '../support/askedAbout.ts';
import { piAnswers, withPi } from '../support/pi.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { says, startProvider } from '../support/provider.ts';

const usage = { begins: { input_tokens: 1_000_000, output_tokens: 0 }, ends: { output_tokens: 100_000 } };
const PRICE = { input: 1, output: 5 };

async function withModel(config: object, answer: object) {
  const provider = await startProvider(says(JSON.stringify(answer), { usage }));
  const project = await makeProject({ config });
  Object.assign(project.environment, { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: 'sk-x' });
  return { project, provider };
}

const add = async (project: TestProject, ...args: string[]): Promise<string> =>
  (await project.json(['tasks', 'add', 'Say hello', ...args])).id;

const analyze = ['runners', 'analyze', '--analyst', 'model'];

test('a model that is asked about conflicts has its row, what it answered before has none, and the day counts it', async () => {
  const analysis = { model: 'm-1', price: PRICE };
  const limits = { cost: { day: 2 } };
  const { project, provider } = await withModel({ analysis, limits }, NO_CONFLICTS);
  await add(project);
  await add(project);
  const one = { steps: 1, cost: 1.5, input: 1_000_000, output: 100_000, unpriced: 0, untold: 0, cutOff: 0 };
  for (let time = 0; time < 2; time++) {
    await project.json(analyze);
    expect((await project.json(['usage'])).sums).toEqual([expect.objectContaining({ key: 'm-1', ...one })]);
  }
  for (const [by, key] of Object.entries({
    purpose: 'analysis',
    task: '(analysis)',
    section: '(analysis)',
    attempt: '(analysis)',
  }))
    expect((await project.json(['usage', '--by', by])).sums).toEqual([
      expect.objectContaining({ key, ...one }),
    ]);
  expect((await project.run('usage', '--by', 'task')).out).toMatch(
    /\(analysis\) +1 .* 1,000,000 +0 +100,000 +\$1\.50/,
  );

  await project.json([...analyze, '--fresh']);
  expect(provider.asked).toHaveLength(2);
  const over = 'the coders, reviewers and analysts of today have cost $3.00 of limits.cost.day $2.00';
  const third = await project.json([...analyze, '--fresh']);
  expect(provider.asked).toHaveLength(2);
  expect(third.analysts).toMatchObject([
    { name: 'm-1', failed: expect.stringContaining(over), tokens: 0, money: 0 },
    { name: 'static', failed: null },
  ]);
  const ran = await project.run('run');
  expect(ran.code).not.toBe(0);
  expect(ran.err).toContain(over);
  expect((await project.json(['usage'])).sums).toMatchObject([{ steps: 2, cost: 3 }]);
});

test('analyses are no attempts: what they took together is not what the next attempt is expected to take', async () => {
  const analysis = { model: 'm-1', price: PRICE };
  const { project } = await withModel({ analysis, limits: { cost: { day: 4 } } }, NO_CONFLICTS);
  const id = await project.task('work', 'echo a > a.txt');
  await project.json(analyze);
  await project.json([...analyze, '--fresh']);
  // $3 of $4: one that takes as much as both together would not fit.
  await project.run('run');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
});

test('an agent that is asked counts with its tokens, a command with its time', async () => {
  const project = await withPi(
    piAnswers(JSON.stringify(NO_CONFLICTS)),
    {},
    {
      analysis: {
        commands: { local: `echo '${JSON.stringify(NO_CONFLICTS)}'`, smart: { agent: 'pi', model: 'm' } },
      },
    },
  );
  await add(project);
  const { analysts } = await project.json(['runners', 'analyze', '--analyst', 'local', 'smart']);
  expect(analysts).toMatchObject([
    { name: 'local', failed: null, tokens: null, money: null },
    { name: 'smart', failed: null, tokens: expect.any(Number) },
  ]);
  const { sums } = await project.json(['usage']);
  expect(sums).toHaveLength(2);
  expect(sums).toContainEqual(expect.objectContaining({ key: 'local', steps: 1, untold: 1, unpriced: 1 }));
  expect(sums).toContainEqual(expect.objectContaining({ key: 'smart', steps: 1, untold: 0 }));
  await project.json(['runners', 'analyze', '--analyst', 'static', '--fresh']);
  expect((await project.json(['usage'])).sums).toHaveLength(2);
});

test('a model that chooses a section counts as well, and is not asked when nothing is left', async () => {
  const routing = { model: 'r-1', price: PRICE };
  const answer = { section: null, files: [], reason: 'It is about nothing' };
  const { project, provider } = await withModel({ routing, limits: { cost: { total: 2 } } }, answer);
  await add(project, '--auto-section');
  expect((await project.json(['usage', '--by', 'purpose'])).sums).toMatchObject([
    { key: 'routing', steps: 1, cost: 1.5 },
  ]);
  await add(project, '--auto-section');
  const third = await project.run('tasks', 'add', 'Say more', '--auto-section');
  expect(third.code).toBe(0);
  expect(third.err).toContain(
    'r-1 had no say, and this is what words and history suggest: all coders, reviewers and analysts together have cost $3.00',
  );
  expect(provider.asked).toHaveLength(2);
});
