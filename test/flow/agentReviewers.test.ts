// Agents as reviewers, with a program in place of pi: what is a verdict, and what its provider's refusals do.

import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { installPi, PI_FIXTURES, piAnswers, piEvents, piSays, piStarts } from '../support/pi.ts';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const write = (file: string) => `echo x > ${file}\n`;
const APPROVE = '{"decision": "approve", "reason": "good"}';
const REJECT = '{"decision": "reject", "reason": "no tests"}';

async function reviewedByPi(script: string, config: object = {}): Promise<TestProject> {
  const project = await makeProject({
    config: { reviewer: 'smart', reviewers: { smart: { agent: 'pi', model: 'm' } }, ...config },
  });
  installPi(project, script);
  return project;
}

test('its last message is the verdict; it reads the dossier, may change nothing, and leaves nothing', async () => {
  const project = await reviewedByPi(
    `ls > "$cd_outside/ls-$START"; echo planted > README.md; echo planted > planted.txt
if [ $START = 1 ]; then ${piEvents.message('I look at it.')}${piEvents.tool()}${piAnswers(REJECT)}else ${piAnswers(APPROVE)}fi\n`,
  );
  const id = await project.task('work', write('work.txt'), { attempts: { 2: write('tests.txt') } });
  const ran = await project.run('run', '--runners', '1');
  expect(ran.code, ran.err).toBe(0);
  const task = await project.json(['tasks', 'show', id]);
  expect(task).toMatchObject({ status: 'completed', attempt: 2 });
  expect(task.rejections).toMatchObject([{ reviewer: 'smart', reason: 'no tests' }]);
  expect(project.read('../outside/brief-1')).toContain('### Diff to Review:');
  expect(project.read('../outside/args-1')).toContain('--tools\nread,grep,find,ls\n--model\nm');
  expect(project.read('../outside/ls-2')).toBe(project.read('../outside/ls-1'));
  expect(project.git('show', 'main:README.md')).toBe('hello');
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

describe('no verdict', () => {
  const fence = `\`\`\`json\n${APPROVE}\n\`\`\``;
  test.each([
    [
      'an approval before more work',
      piEvents.message(APPROVE) + piEvents.tool() + piAnswers('I am done.'),
      3,
    ],
    [
      'an approval after which it used a tool',
      piEvents.message(APPROVE) + piEvents.tool() + piEvents.end(APPROVE),
      3,
    ],
    ['a code fence in prose', piAnswers(`It is fine:\n${fence}`), 3],
    ['a quotation', piAnswers(`The diff says "${APPROVE}".`), 3],
    ['an echo of the dossier', 'cat "$cd_outside/brief-$START"\n', 1],
    ['a run that was cut off after it', piEvents.message(APPROVE), 3],
    ['an approval, then a failure', `${piAnswers(APPROVE)}exit 1\n`, 1],
    ['an approval, then a kill', `${piAnswers(APPROVE)}kill -9 $$\n`, 1],
    ['an error with which it exits well', piSays('cut'), 1],
  ])('%s', async (_, script, times) => {
    const project = await reviewedByPi(script, { limits: { reviews: 1 } });
    const id = await project.task('work', write('work.txt'));
    expect((await project.run('run', '--runners', '1')).code).toBe(3);
    expect(piStarts(project)).toBe(times);
    const task = await project.json(['tasks', 'show', id]);
    expect(task).toMatchObject({ status: 'disputed', approvedCommit: null, rejectionCount: 0 });
    expect(task.reason).toContain('reviewer "smart"');
    if (times > 1)
      expect(project.read('../outside/brief-2')).toContain('### Your Last Answer Was No Verdict');
  });
});

describe('a provider that refuses a reviewer', () => {
  test('too many requests: the review waits, then goes on by itself, and has lost no try', async () => {
    const soon = `sed 's/rate_limit_error/rate_limit_error, try again in 1 second/g' '${path.join(PI_FIXTURES, '429.jsonl')}'\n`;
    const project = await reviewedByPi(`if [ $START -lt 3 ]; then ${soon}else ${piAnswers(APPROVE)}fi\n`, {
      limits: { reviews: 1 },
    });
    const id = await project.task('work', write('work.txt'));
    const ran = await project.run('run');
    expect(ran.code, ran.err).toBe(0);
    expect(piStarts(project)).toBe(3);
    const { status, attempt, events } = await project.json(['tasks', 'show', id]);
    expect({ status, attempt }).toEqual({ status: 'completed', attempt: 1 });
    const held = events.filter(({ kind }: { kind: string }) => kind === 'held');
    expect(held).toMatchObject([{ by: 'pi' }, { by: 'pi' }]);
    expect(held[0].reason).toContain('try again in 1 second');
  });

  test('an expired login: it is asked once for all tasks, and a trial that goes well ends it', async () => {
    const project = await reviewedByPi(
      `if [ -e "$cd_outside/logged-in" ]; then ${piAnswers(APPROVE)}else ${piSays('401')}fi\n`,
    );
    const ids = [await project.task('a', write('a')), await project.task('b', write('b'))];
    expect((await project.run('run', '--runners', '1')).code).toBe(3);
    expect(piStarts(project)).toBe(1);
    const [letter, ...others] = await project.json(['inbox']);
    expect(letter).toMatchObject({
      kind: 'coder',
      answers: ['pi, then /login', 'steroids review test smart'],
    });
    expect(others.map(({ kind }: { kind: string }) => kind)).toEqual(['review', 'review']);
    for (const id of ids) {
      expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'review', attempt: 1 });
      const { reasons } = await project.json(['tasks', 'explain', id]);
      expect(reasons).toMatchObject([
        { code: 'held', remedy: 'pi, then /login; then: steroids review test smart' },
      ]);
    }
    expect(await project.run('review', 'test', 'smart')).toMatchObject({
      code: 5,
      out: expect.stringContaining('✗ smart: reviewer "smart" (pi) gave no answer'),
    });
    project.write('../outside/logged-in', '');
    expect(await project.run('review', 'test', 'smart')).toMatchObject({
      code: 0,
      out: expect.stringContaining('✓ smart: it gave a verdict (approve: good)'),
    });
    expect((await project.json(['inbox'])).map(({ kind }: { kind: string }) => kind)).not.toContain('coder');
    expect((await project.run('run', '--runners', '1')).code).toBe(0);
    for (const id of ids) expect((await project.json(['tasks', 'show', id])).status).toBe('completed');
    expect(leftovers(project)).toEqual(NOTHING_LEFT);
  });

  test('one that tells only on standard error that it has no key is held too', async () => {
    const project = await reviewedByPi('echo "No API key found for anthropic." >&2; exit 1\n');
    const id = await project.task('work', write('work.txt'));
    expect((await project.run('run', '--runners', '1')).code).toBe(3);
    expect(piStarts(project)).toBe(1);
    const task = await project.json(['tasks', 'show', id]);
    expect(task).toMatchObject({ status: 'review', attempt: 1 });
    expect(task.reason).toContain('No API key found for anthropic.');
    expect((await project.json(['inbox']))[0]).toMatchObject({ kind: 'coder' });
  });

  test('its coders are held with it, whoever met the limit', async () => {
    const project = await reviewedByPi(piSays('401'), {
      coder: 'script',
      coders: { script: { command: 'echo x > x.txt' }, agent: { agent: 'pi' } },
    });
    await project.json(['tasks', 'add', 'By the script']);
    await project.run('run', '--runners', '1');
    const id = (await project.json(['tasks', 'add', 'By the agent', '--coder', 'agent'])).id;
    expect((await project.run('run', '--runners', '1')).code).toBe(3);
    expect(piStarts(project)).toBe(1);
    expect((await project.json(['tasks', 'explain', id])).reasons[0]).toMatchObject({ code: 'held' });
  });

  test('where others decide without it, they do', async () => {
    const project = await reviewedByPi(piSays('401'), {
      reviewer: { by: ['smart', 'script'], rule: 'any' },
      reviewers: { smart: { agent: 'pi' }, script: { command: `cat > /dev/null; echo '${APPROVE}'` } },
    });
    const id = await project.task('work', write('work.txt'));
    expect((await project.run('run', '--runners', '1')).code).toBe(0);
    expect((await project.json(['tasks', 'show', id])).status).toBe('completed');
  });
});

test('the logs of several reviewers say whose lines they are', async () => {
  const wait = 'while [ ! -e "$cd_outside/go" ]; do sleep 0.05; done\n';
  const project = await reviewedByPi(`${piEvents.tool()}${wait}${piAnswers(APPROVE)}`, {
    reviewer: ['smart', 'script'],
    reviewers: {
      smart: { agent: 'pi' },
      script: {
        command: `cat > /dev/null; echo I look at it >&2; while [ ! -e "$HOME/go" ]; do sleep 0.05; done; echo '${APPROVE}'`,
      },
    },
  });
  await project.task('work', write('work.txt'));
  const running = project.run('run', '--runners', '1');
  const shown = async () => (await project.run('runners', 'logs', '1')).out;
  await until(async () => /smart:[^\n]*\n▸ read a/.test(await shown()));
  await until(async () => /script:[^\n]*\nI look at it/.test(await shown()));
  const following = project.start('runners', 'logs', '1', '--follow', '--json');
  let followed = '';
  following.stdout?.on('data', (text) => (followed += text));
  await until(async () => followed.includes('▸ read a') && followed.includes('I look at it'));
  project.write('../outside/go', '');
  expect((await running).code).toBe(0);
  await following;
  const lines = followed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ from: 'reviewer', who: 'smart', line: '▸ read a' }));
  expect(lines).toContainEqual(
    expect.objectContaining({ from: 'reviewer', who: 'script', line: 'I look at it' }),
  );
});

describe('what is wrong with it is told before anything is started', () => {
  test.each([
    [{ agent: 'pi', command: 'x' }, 'one of: a command, an agent'],
    [{ command: 'x', model: 'm' }, 'model and args go with an agent'],
    [{ agent: 'pie' }, 'reviewers.smart.agent'],
  ])('%j', async (smart, sentence) => {
    const project = await makeProject();
    project.write(
      '.steroids/config.yaml',
      JSON.stringify({ version: 1, reviewer: 'smart', reviewers: { smart } }),
    );
    project.commit('Configure');
    const ran = await project.run('run');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(sentence);
  });

  test('not installed', async () => {
    const project = await makeProject({
      config: { reviewer: 'smart', reviewers: { smart: { agent: 'pi' } } },
    });
    project.environment.PATH = '/usr/bin:/bin';
    for (const words of [['run'], ['review', 'test', 'smart']])
      expect(await project.run(...words)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/reviewers\.smart: pi is not installed[\s\S]*npm install -g/),
      });
    expect(await project.run('review', 'test', 'smrt')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "smart"?'),
    });
  });
});

test('reviewers are listed with where each is asked, and whether it can be', async () => {
  const project = await reviewedByPi(piSays('401'), {
    reviewer: ['smart', 'model'],
    reviewers: {
      smart: { agent: 'pi', model: 'm' },
      model: { anthropic: { model: 'some-model', key: 'REVIEW_KEY' } },
      gone: { command: ['no-such-program'] },
    },
    review: { paths: { 'docs/**': 'smart' } },
  });
  project.environment.ANTHROPIC_API_KEY = 'sk-x';
  const listed = await project.json(['review', 'reviewers']);
  expect(listed).toMatchObject([
    {
      name: 'smart',
      agent: 'pi',
      model: 'm',
      where: ['reviewer', 'review.paths: docs/**'],
      installed: true,
      key: null,
      hold: null,
    },
    {
      name: 'model',
      model: 'some-model',
      installed: true,
      key: expect.stringContaining('the variable REVIEW_KEY'),
    },
    { name: 'gone', where: [], installed: false },
  ]);
  const { out } = await project.run('review', 'reviewers');
  expect(out).toMatch(/smart +pi +m +ready/);
  expect(out).toMatch(/model +anthropic +some-model +no key found +export REVIEW_KEY=/);
  expect(out).toMatch(/gone +command +not installed .*\(nowhere\)/);
  await project.run('review', 'test', 'smart');
  expect((await project.run('review', 'test', 'smrt')).code).toBe(2);
  project.environment.REVIEW_KEY = 'sk-y';
  await project.task('work', write('work.txt'));
  await project.run('run', '--runners', '1');
  expect((await project.json(['review', 'reviewers']))[0]).toMatchObject({
    hold: { kind: 'login', until: null },
  });
});
