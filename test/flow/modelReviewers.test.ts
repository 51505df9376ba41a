// Models as reviewers, the whole way, against a stand-in of their provider on loopback.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { marked } from '../support/marked.ts';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { fails, type Provider, type Reply, says, startProvider } from '../support/provider.ts';
import { until } from '../support/until.ts';

const KEY = 'sk-only-for-the-reviewer';
const write = (file: string, text: string) => `printf '%s\\n' '${text}' > ${file}\n`;

const verdict = (decision: string, reason: string, ...files: string[]) =>
  JSON.stringify({
    decision,
    reason,
    findings: files.map((file) => ({ file, line: 1, severity: 'major', message: 'wrong' })),
  });

async function reviewedByModel(
  replies: readonly Reply[],
  given: { readonly reviewer?: object; readonly config?: object } = {},
): Promise<{ readonly project: TestProject; readonly provider: Provider }> {
  const provider = await startProvider(...replies);
  const claude = {
    anthropic: { model: 'some-model', key: 'REVIEW_KEY' },
    timeLimit: '60s',
    ...given.reviewer,
  };
  const project = await makeProject({
    config: { reviewer: 'claude', reviewers: { claude }, limits: { reviews: 1 }, ...given.config },
  });
  Object.assign(project.environment, { ANTHROPIC_BASE_URL: provider.url, REVIEW_KEY: KEY });
  return { project, provider };
}

test('a model approves; only its own process has the key', async () => {
  const seen = 'env > "$HOME/env.$STEROIDS_REVIEWER"; cat > /dev/null';
  const { project, provider } = await reviewedByModel([says(verdict('approve', 'good'))], {
    config: {
      reviewer: ['claude', 'other'],
      reviewers: {
        claude: { anthropic: { model: 'some-model', key: 'REVIEW_KEY', maxTokens: 700 } },
        other: { command: `${seen}; echo '${verdict('approve', 'fine')}'` },
      },
      merge: { verify: ['env > "$HOME/env.verify"'] },
    },
  });
  const id = await project.task('work', `env > "$OUTSIDE/env.coder"\n${write('work.txt', 'x')}`);
  const ran = await project.run('run', '--runners', '1');
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.err).toContain('approved by claude, other');
  for (const who of ['coder', 'other', 'verify'])
    expect(readFileSync(path.join(project.outside, `env.${who}`), 'utf8')).not.toContain(KEY);
  expect(JSON.stringify(provider.asked[0]?.headers)).toContain(KEY);
  expect(provider.asked[0]?.body).toMatchObject({ model: 'some-model', max_tokens: 700 });
  expect(provider.asked[0]?.body.messages[0].content).toContain('### Diff to Review:');
  const logs = path.join(project.folder, '.git/steroids');
  expect(execFileSync('sh', ['-c', `grep -rl '${KEY}' '${logs}' || true`], { encoding: 'utf8' })).toBe('');
  expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed' });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('a long diff is judged in parts: one that rejects is enough, and all findings come back', async () => {
  const { project, provider } = await reviewedByModel(
    [
      says(verdict('approve', 'fine', 'a.txt')),
      says(verdict('reject', 'no tests', 'b.txt')),
      says(verdict('approve', 'fine')),
    ],
    { config: { limits: { rejections: 1 } } },
  );
  const big = (name: string) => `yes '${name} ${'x'.repeat(80)}' | head -c 150000 > ${name}.txt\n`;
  const id = await project.task('work', big('a') + big('b') + big('c'));
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  expect(provider.asked).toHaveLength(3);
  for (const { body } of provider.asked) expect(body.messages[0].content.length).toBeLessThanOrEqual(200_000);
  const { rejections } = await project.json(['tasks', 'show', id]);
  expect(rejections).toMatchObject([{ reviewer: 'claude', reason: 'b.txt: no tests' }]);
  expect(rejections[0].findings.map((finding: { file: string }) => finding.file)).toEqual(['a.txt', 'b.txt']);
});

test('a part that could not be read is asked about again, and the others are not', async () => {
  const { project, provider } = await reviewedByModel([
    says(verdict('approve', 'fine')),
    says('Fine.'),
    says(verdict('approve', 'fine')),
  ]);
  const big = (name: string) => `yes '${name} ${'x'.repeat(80)}' | head -c 150000 > ${name}.txt\n`;
  const id = await project.task('work', big('a') + big('b'));
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  const [first, second, third] = provider.asked.map(({ body }) => body.messages[0].content);
  expect(provider.asked).toHaveLength(3);
  expect(third).toBe(`${second}${third.slice(second.length)}`);
  expect(third).toContain('### Your Last Answer Was No Verdict');
  expect(first).not.toBe(second);
  expect((await project.json(['tasks', 'show', id])).status).toBe('completed');
});

describe('a provider that refuses', () => {
  test('a key that is not accepted: it is asked once for all tasks, until a trial goes well', async () => {
    const { project, provider } = await reviewedByModel([
      fails(401, 'authentication_error', 'invalid x-api-key'),
      says(verdict('approve', 'fine')),
    ]);
    const ids = [await project.task('a', write('a.txt', 'x')), await project.task('b', write('b.txt', 'x'))];
    expect((await project.run('run', '--runners', '1')).code).toBe(3);
    expect(provider.asked).toHaveLength(1);
    for (const id of ids) {
      const task = await project.json(['tasks', 'show', id]);
      expect(task).toMatchObject({ status: 'review', attempt: 1 });
      expect(task.reason).toContain('the key in REVIEW_KEY is not accepted (401): invalid x-api-key');
    }
    const [letter] = await project.json(['inbox']);
    expect(letter).toMatchObject({
      kind: 'coder',
      answers: ['export REVIEW_KEY=…', 'steroids review test claude'],
    });
    expect(letter.text).toContain('nobody asks with the key in REVIEW_KEY any more');
    expect((await project.run('review', 'test', 'claude')).code).toBe(0);
    expect((await project.run('run', '--runners', '1')).code).toBe(0);
    for (const id of ids) expect((await project.json(['tasks', 'show', id])).status).toBe('completed');
  });

  test('too many requests: it waits for as long as the provider says, and has lost no try', async () => {
    // Longer than its own program waits for: that one gives up at once.
    const { project, provider } = await reviewedByModel([
      fails(429, 'rate_limit_error', 'slow down', { 'retry-after': '21' }),
      says(verdict('approve', 'fine')),
    ]);
    const id = await project.task('work', write('work.txt', 'x'));
    const begun = Date.now();
    expect((await project.run('run', '--runners', '1')).code).toBe(0);
    expect(Date.now() - begun).toBeGreaterThan(20_000);
    expect(provider.asked).toHaveLength(2);
    const { status, attempt, events } = await project.json(['tasks', 'show', id]);
    expect({ status, attempt }).toEqual({ status: 'completed', attempt: 1 });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'held', by: 'anthropic:REVIEW_KEY' }));
  });
});

describe('no verdict, and a sentence', () => {
  const approval = verdict('approve', 'a reason that takes some pieces to stream');

  test.each([
    [
      '404',
      fails(404, 'not_found_error', 'some-model'),
      1,
      'there is no model "some-model" for this key (404)',
    ],
    [
      'an approval, then a cut',
      says(approval, { end: { after: 99, how: 'end' }, stop: 'refusal' }),
      1,
      'the model refused to answer',
    ],
    ['malformed JSON', says(approval.slice(0, -1)), 3, 'gave no verdict, asked 3 times: it printed'],
    ['prose', says(`Fine. ${approval}`), 3, 'gave no verdict, asked 3 times: it printed "Fine.'],
  ] as const)('%s', async (_, reply, times, reason) => {
    const { project, provider } = await reviewedByModel([reply]);
    const id = await project.task('work', write('work.txt', 'x'));
    expect((await project.run('run', '--runners', '1')).code).toBe(3);
    const shown = await project.json(['tasks', 'show', id]);
    expect(shown).toMatchObject({ status: 'disputed', approvedCommit: null, rejectionCount: 0 });
    expect(shown.reason).toContain(reason);
    expect(provider.asked).toHaveLength(times);
    if (times > 1)
      expect(provider.asked[1]?.body.messages[0].content).toContain('### Your Last Answer Was No Verdict');
  });

  test('a stream that is slower than the time limit', async () => {
    const { project } = await reviewedByModel([says(approval, { pause: 1_000 })], {
      reviewer: { timeLimit: '4s' },
    });
    const id = await project.task('work', write('work.txt', 'x'));
    expect((await project.run('run', '--runners', '1')).code).toBe(3);
    const { reason } = await project.json(['tasks', 'show', id]);
    expect(reason).toContain('reviewer "claude" (anthropic, some-model) passed its time limit of 4 s');
  });

  test('its process is killed', async () => {
    const model = `model-6${process.pid}`;
    const { project, provider } = await reviewedByModel([says(approval, { pause: 60_000 })], {
      reviewer: { anthropic: { model, key: 'REVIEW_KEY' } },
    });
    const id = await project.task('work', write('work.txt', 'x'));
    const running = project.start('run', '--runners', '1');
    await until(() => provider.asked.length > 0);
    // Not what keeps it together, which has the word in its arguments too.
    for (const pid of marked(model))
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${process.execPath}\0`))
        process.kill(pid, 'SIGKILL');
    expect((await running).exitCode).toBe(3);
    expect((await project.json(['tasks', 'show', id])).reason).toContain('was ended by SIGKILL');
    expect(marked(model)).toEqual([]);
  });

  test('a missing key is told before anything is started', async () => {
    const { project } = await reviewedByModel([says(approval)]);
    delete project.environment.REVIEW_KEY;
    const id = await project.task('work', write('work.txt', 'x'));
    const ran = await project.run('run');
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('reviewers.claude: the variable REVIEW_KEY, which holds its key, is not set');
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'pending', attempt: 0 });
    const { findings } = await project.json(['doctor'], 3);
    expect(JSON.stringify(findings)).toContain('REVIEW_KEY');
  });
});

test('the command that asks a model is not among those for people', async () => {
  const project = await makeProject({ init: false });
  expect((await project.run('--help')).out).not.toContain('judge');
  expect((await project.run('jugde')).err).not.toContain('Did you mean "judge"');
});
