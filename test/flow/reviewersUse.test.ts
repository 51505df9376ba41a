// What reviewers use is counted: agents by their events, models by what their provider counts, also of runners that were killed.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { installPi, piAnswers, piEvents } from '../support/pi.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { type Reply, says, startProvider } from '../support/provider.ts';
import { until } from '../support/until.ts';

const APPROVE = '{"decision": "approve", "reason": "good"}';
const usage = {
  begins: { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 20 },
  ends: { output_tokens: 10 },
};

async function byModel(...replies: readonly Reply[]): Promise<TestProject> {
  const provider = await startProvider(...replies);
  const project = await makeProject({
    config: {
      reviewer: 'claude',
      reviewers: { claude: { anthropic: { model: 'some-model', key: 'REVIEW_KEY' } } },
    },
  });
  Object.assign(project.environment, { ANTHROPIC_BASE_URL: provider.url, REVIEW_KEY: 'sk-x' });
  return project;
}

/** A runner that is killed while its reviewer works on a change. @param when it may be killed */
async function killed(project: TestProject, when: () => Promise<boolean>): Promise<void> {
  await project.task('work', 'echo x > work.txt\n');
  const running = project.start('run', '--runners', '1');
  await until(when);
  running.kill('SIGKILL');
  await running;
  await project.run('recover');
}

const spentBy = async (project: TestProject, name: string) =>
  (await project.json(['usage'])).sums.find(({ key }: { key: string }) => key === name);

test('a model: the tokens of every answer, also of those that were no verdict; its price nobody tells', async () => {
  const project = await byModel(says('Fine.', { usage }), says('{}', { usage }), says(APPROVE, { usage }));
  await project.task('work', 'echo x > work.txt\n');
  expect((await project.run('run')).code).toBe(0);
  expect(await spentBy(project, 'claude')).toMatchObject({
    ...{ steps: 1, input: 300, output: 30, cacheRead: 60, cacheWrite: 0 },
    ...{ cost: null, unpriced: 1, untold: 0, cutOff: 0 },
  });
  expect((await project.run('usage')).out).toMatch(/claude +1 .* 300 +60 +30 +\?/);
});

test('a model that judges in parts: of all of them', async () => {
  const project = await byModel(says(APPROVE, { usage }));
  const big = (name: string) => `yes '${name} ${'x'.repeat(80)}' | head -c 150000 > ${name}.txt\n`;
  await project.task('work', big('a') + big('b') + big('c'));
  expect((await project.run('run')).code).toBe(0);
  expect(await spentBy(project, 'claude')).toMatchObject({ steps: 1, input: 300, output: 30 });
});

test('a model whose runner was killed: what its provider had counted when it began', async () => {
  const project = await byModel(says(APPROVE, { usage, pause: 60_000 }));
  const logs = path.join(project.folder, '.git/steroids/logs');
  const counted = () =>
    readdirSync(logs, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('-claude.jsonl'))
      .some((file) => readFileSync(path.join(logs, file), 'utf8').endsWith('\n'));
  await killed(project, async () => existsSync(logs) && counted());
  expect(await spentBy(project, 'claude')).toMatchObject({
    ...{ steps: 1, input: 100, output: 1, cacheRead: 20, cutOff: 1 },
  });
});

test('an agent: its events, also where it was asked again', async () => {
  const project = await makeProject({
    config: { reviewer: 'smart', reviewers: { smart: { agent: 'pi', model: 'm' } } },
  });
  installPi(project, `if [ $START = 1 ]; then ${piAnswers('Fine.')}else ${piAnswers(APPROVE)}fi\n`);
  await project.task('work', 'echo x > work.txt\n');
  expect((await project.run('run')).code).toBe(0);
  expect(await spentBy(project, 'smart')).toMatchObject({ steps: 1, input: 2, output: 2, cutOff: 0 });
});

test('an agent whose runner was killed: as far as it told', async () => {
  const project = await makeProject({
    config: { reviewer: 'smart', reviewers: { smart: { agent: 'pi', model: 'm' } } },
  });
  installPi(project, `${piEvents.message('I look at it.')}exec sleep 600\n`);
  await killed(project, async () =>
    (await project.run('runners', 'logs', '1')).out.includes('I look at it.'),
  );
  expect(await spentBy(project, 'smart')).toMatchObject({ steps: 1, input: 1, output: 1, cutOff: 1 });
  expect((await spentBy(project, 'default')).steps).toBe(1);
});
