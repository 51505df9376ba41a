// What tasks cost, and what keeps them from costing more: with a program in place of pi that prints pi's events.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withPi } from '../support/pi.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const event = (value: object) => `echo '${JSON.stringify(value)}'\n`;
const used = (cost: number) =>
  event({
    type: 'message_end',
    message: {
      role: 'assistant',
      content: [{ type: 'text', text: 'working' }],
      usage: { input: 100, output: 10, cacheRead: 5, cacheWrite: 2, cost: { total: cost } },
    },
  });
const end = event({ type: 'agent_end', messages: [{ role: 'assistant', stopReason: 'stop', content: [] }] });
const work = 'echo $START > hello.txt\n';

const add = async (project: TestProject, ...args: string[]): Promise<string> =>
  (await project.json(['tasks', 'add', 'Say hello', ...args])).id;

test('what an agent used is added up by whatever is asked for', async () => {
  const project = await withPi(work + used(0.25) + used(0.5) + end);
  await project.json(['sections', 'add', 'Web']);
  const id = await add(project, '--section', 'Web');
  expect((await project.run('run')).code).toBe(0);
  const sum = {
    steps: 1,
    cost: 0.75,
    input: 200,
    output: 20,
    cacheRead: 10,
    cacheWrite: 4,
    unpriced: 0,
    cutOff: 0,
  };
  const day = new Date().toISOString().slice(0, 10);
  for (const [by, key] of Object.entries({ coder: 'agent', task: id, section: 'Web', attempt: `${id}/1` }))
    expect((await project.json(['usage', '--by', by])).sums).toEqual([
      expect.objectContaining({ key, ...sum }),
    ]);
  const [daily] = (await project.json(['usage', '--by', 'day', '--since', '1h'])).sums;
  expect(daily.key >= day).toBe(true);
  expect((await project.json(['usage', '--since', '2999-01-01'])).sums).toEqual([]);
  expect((await project.run('usage')).out).toMatch(/agent +1 .* 204 +10 +20 +\$0\.75/);
});

test('a command tells no tokens and no price, which is said and is not nothing', async () => {
  const project = await makeProject({ config: { coders: { default: { command: 'echo a > a' } } } });
  await add(project);
  await project.run('run');
  const { out } = await project.run('usage');
  expect(out).toMatch(/default +1 .*\? +\? +\? +\?/);
  expect(out).toContain('1 of 1 step named no price.');
  expect(out).not.toContain('$0');
});

test('a time that is none is refused', async () => {
  const project = await makeProject();
  const wrong = await project.run('usage', '--since', 'yesterday');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('--since "yesterday" is neither a time nor a date');
});

test('an attempt that might pass the budget is not begun: the task waits, and goes on when it is told to', async () => {
  const fails = `if [ "$START" = 1 ]; then ${used(0.6).trim()}; exit 1; fi\n`;
  const project = await withPi(fails + work + used(0.1) + end, {}, { limits: { cost: 1 } });
  const id = await add(project);
  await project.run('run');
  const [letter] = await project.json(['inbox']);
  expect(letter).toMatchObject({ kind: 'disputed', task: { id } });
  expect(letter.text).toContain('it has cost $0.60 of limits.cost $1.00, and its largest attempt $0.60');
  expect(letter.answers[0]).toContain(`steroids tasks retry ${id}`);
  expect((await project.json(['usage'])).sums).toMatchObject([{ steps: 1, cost: 0.6 }]);
  await project.json(['tasks', 'retry', id]);
  expect((await project.run('run')).code).toBe(0);
  expect((await project.json(['usage'])).sums).toMatchObject([{ steps: 2, cost: 0.7 }]);
});

test('an agent at work is ended when what it says passes the budget, and uses up no attempt for it', async () => {
  const project = await withPi(`${used(1.5)}exec sleep 600\n`, {}, { limits: { cost: 1 } });
  const id = await add(project);
  await project.run('run');
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown).toMatchObject({ status: 'disputed', attempts: [{ outcome: 'interrupted' }] });
  expect(JSON.stringify(shown.events)).toContain('was ended: the task has used all of limits.cost');
  expect((await project.json(['usage'])).sums).toMatchObject([{ steps: 1, cost: 1.5, cutOff: 1 }]);
});

test('an agent that is silent is ended, and the history says so', async () => {
  const project = await withPi(
    'exec sleep 600\n',
    { agent: { agent: 'pi', model: 'm', silenceLimit: '1s' } },
    { limits: { attempts: 1 } },
  );
  const id = await add(project);
  await project.run('run');
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown).toMatchObject({ status: 'failed', attempts: [{ outcome: 'failed' }] });
  expect(shown.reason).toContain('said nothing, used no processor and changed no file for 1 s');
});

test('what a killed runner used is counted as far as its coder told', async () => {
  const project = await withPi(`${used(0.4)}exec sleep 600\n`);
  await add(project);
  const running = project.start('run', '--runners', '1');
  await until(async () => (await project.run('runners', 'logs', '1')).out.includes('working'));
  expect((await project.run('usage')).out).toContain('1 step is under way, and not counted yet.');
  running.kill('SIGKILL');
  await running;
  await project.run('recover');
  const { out } = await project.run('usage');
  expect(out).toContain('$0.40 + ?');
  expect(out).toContain('1 of 1 step ended before all was told: it may be more.');
});

test('an agent that repeats itself is ended, and the history and its logs say so', async () => {
  const call = event({ type: 'tool_execution_start', toolName: 'bash', args: { command: 'npm test' } });
  const project = await withPi(
    `${call.repeat(3)}while [ ! -e "$cd_outside/go" ]; do sleep 0.05; done\n${call}exec sleep 600\n`,
    { agent: { agent: 'pi', model: 'm', repeatLimit: 4 } },
    { limits: { attempts: 1 } },
  );
  const id = await add(project);
  const running = project.run('run', '--runners', '1');
  await until(async () => /(▸ bash npm test\n?){3}/.test((await project.run('runners', 'logs', '1')).out));
  project.write('../outside/go', '');
  await running;
  const shown = await project.json(['tasks', 'show', id]);
  expect(shown).toMatchObject({ status: 'failed', attempts: [{ outcome: 'failed' }] });
  expect(shown.reason).toContain(
    'coder "agent" (pi): called bash (npm test) 4 times in a row with the same input, and was ended (repeatLimit)',
  );
});

test('secrets are hidden in what is shown of a runner, and stand in its files', async () => {
  const secret = 'sk-ant-0123456789abcdefghij';
  const wait = 'while [ ! -e "$cd_outside/go" ]; do sleep 0.05; done\n';
  const says = event({
    type: 'message_end',
    message: { role: 'assistant', content: [{ type: 'text', text: `it is ${secret}, or hunter2-hunter2` }] },
  });
  const project = await withPi(
    `${says}echo "token hunter2-hunter2" >&2\n${wait}exit 1\n`,
    {},
    { limits: { attempts: 1 } },
  );
  project.environment.DEPLOY_TOKEN = 'hunter2-hunter2';
  const id = await add(project);
  const running = project.run('run', '--runners', '1');
  await until(async () => (await project.run('runners', 'logs', '1')).out.includes('token'));
  const following = project.start('runners', 'logs', '1', '--follow', '--json');
  let followed = '';
  following.stdout?.on('data', (text) => (followed += text));
  await until(() => followed.includes('it is') && followed.includes('token'));
  const shown = [
    (await project.run('runners', 'logs', '1')).out,
    (await project.run('runners', 'logs', '1', '--json')).out,
  ];
  project.write('../outside/go', '');
  await running;
  await following;
  await project.json(['tasks', 'retry', id]);
  const brief = (await project.json(['tasks', 'brief', id])).text;
  for (const text of [...shown, followed, brief, (await project.run('tasks', 'show', id)).out]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain('hunter2');
  }
  for (const text of [...shown, followed]) expect(text).toContain('it is [redacted], or [redacted]');
  expect(brief).toContain('token [redacted]');
  const [attempt] = (await project.json(['tasks', 'show', id])).attempts;
  expect(readFileSync(attempt.log, 'utf8')).toContain('token hunter2-hunter2');
});

test('a runner that stood still and wakes up after its task was taken from it counts nothing a second time', async () => {
  const project = await withPi(
    `if [ $START = 1 ]; then ${used(0.4)}exec sleep 600\nelse ${work}${used(0.1)}${end}fi\n`,
    {},
    { limits: { lease: '1s' } },
  );
  const id = await add(project);
  const stalled = project.start('run', '--runners', '1');
  await until(async () => (await project.run('runners', 'logs', '1')).out.includes('working'));
  stalled.kill('SIGSTOP');
  await until(async () => (await project.run('run', '--runners', '1')).code === 0);
  const before = (await project.json(['usage', '--by', 'attempt'])).sums;
  expect(before).toHaveLength(2);
  expect(before).toContainEqual(expect.objectContaining({ key: `${id}/1`, steps: 1, cost: 0.4, cutOff: 1 }));
  stalled.kill('SIGCONT');
  const woken = await stalled;
  expect([0, 3]).toContain(woken.exitCode);
  expect(String(woken.stderr)).toContain('interrupted');
  expect((await project.json(['usage', '--by', 'attempt'])).sums).toEqual(before);
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
});
