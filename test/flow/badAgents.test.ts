// Agents and commands that are missing, lie, print too much or the wrong bytes: each gets a sentence, and harms nothing else.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { piEvents, piSays, piStarts, withPi } from '../support/pi.ts';
import { makeProject, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const add = async (project: TestProject, ...args: string[]): Promise<string> =>
  (await project.json(['tasks', 'add', 'Say hello', ...args])).id;

/** What a command prints, byte by byte: a decoder that mends nothing reads it. */
async function bytesOf(project: TestProject, ...args: string[]): Promise<string> {
  const bin = path.join(import.meta.dirname, '../../bin/steroids.js');
  const { stdout } = await execa(process.execPath, [bin, ...args], {
    cwd: project.folder,
    env: project.environment,
    extendEnv: false,
    encoding: 'buffer',
    reject: false,
  });
  return new TextDecoder('utf-8', { fatal: true }).decode(stdout);
}

test('one that is not installed: run, doctor and coders list name the command that installs it', async () => {
  const project = await makeProject({ config: { coders: { smart: { agent: 'codex' } } } });
  project.environment.PATH = '/usr/bin:/bin';
  await add(project);
  const sentence = 'coders.smart: Codex is not installed: there is no codex on PATH';
  const install = 'npm install -g @openai/codex';
  const ran = await project.run('run');
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(sentence) });
  expect(ran.err).toContain(install);
  const { findings } = await project.json(['doctor'], 3);
  expect(findings).toContainEqual(
    expect.objectContaining({ check: 'coder', level: 'problem', sentence, remedy: install }),
  );
  expect((await project.run('coders', 'list')).out).toMatch(
    new RegExp(`smart \\* +codex +not installed +${install}`),
  );
});

test.runIf(process.platform === 'linux')(
  'one without a key: which variable, in the run, in doctor and in coders list, also of a reviewer',
  async () => {
    const project = await withPi('true\n', {}, { reviewer: 'same', reviewers: { same: { agent: 'pi' } } });
    const remedy = 'Set ANTHROPIC_API_KEY or ANTHROPIC_OAUTH_TOKEN or OPENAI_API_KEY';
    const sentence = 'pi has no key (ANTHROPIC_API_KEY, ';
    const { findings } = await project.json(['doctor']);
    for (const [check, who] of Object.entries({ coder: 'coders.agent', reviewer: 'reviewers.same' }))
      expect(findings).toContainEqual(
        expect.objectContaining({
          check,
          level: 'warning',
          sentence: expect.stringContaining(`${who}: ${sentence}`),
          remedy: expect.stringContaining(remedy),
        }),
      );
    const [listed] = await project.json(['coders', 'list']);
    expect(listed).toMatchObject({ key: expect.stringContaining(sentence), installed: true });
    expect((await project.run('coders', 'list')).out).toContain('no key found');
    await add(project);
    expect((await project.run('run')).err).toContain(`coder "agent": ${sentence}`);
    project.environment.OPENAI_API_KEY = 'sk-x';
    expect((await project.json(['coders', 'list']))[0].key).toBeNull();
    expect(JSON.stringify(await project.json(['doctor']))).not.toContain('no key');
  },
);

test('a model that does not exist: nobody tries again, and the file to correct is named', async () => {
  const project = await withPi(piSays('model'), { other: { agent: 'pi' } });
  const id = await add(project);
  expect((await project.run('run', '--runners', '1')).code).toBe(3);
  expect(piStarts(project)).toBe(1);
  const [attempt] = (await project.json(['tasks', 'show', id])).attempts;
  expect(attempt).toMatchObject({ outcome: 'interrupted' });
  const [letter] = await project.json(['inbox']);
  expect(letter.text).toMatch(/^pi is not started any more: coder "agent" \(pi\): 404 .*no-such-model/);
  const remedy = 'Correct its model in .steroids/config.yaml, and commit that';
  expect(letter.answers).toEqual([remedy, 'steroids coders test agent']);
  expect((await project.run('coders', 'test', 'agent')).out).toContain(remedy);
});

test('one that exits with 0 and has an error in its stream has failed with that error', async () => {
  const project = await withPi(
    `echo hello > hello.txt\n${piSays('refusal')}`,
    {},
    { limits: { attempts: 1 } },
  );
  const id = await add(project);
  expect((await project.run('run')).code).toBe(3);
  const { status, reason } = await project.json(['tasks', 'show', id]);
  expect(status).toBe('failed');
  expect(reason).toMatch(/^coder "agent" \(pi\): An unknown error occurred/);
});

test('one that exits with 0 and did nothing has failed', async () => {
  const project = await withPi('true\n', {}, { limits: { attempts: 1 } });
  const id = await add(project);
  expect((await project.run('run')).code).toBe(3);
  expect((await project.json(['tasks', 'show', id])).reason).toContain(
    'coder "agent" (pi): ended well without having done anything',
  );
});

describe('one that prints without end', () => {
  const outputLimit = '200k';
  const pieces = (line: string) => `while :; do head -c 100000 /dev/zero | tr '\\0' x; ${line}; done\n`;
  const told = /wrote more than 200 kB of output, and was ended \(outputLimit\)/;

  test('a command is ended, the reason says so, and the next coder is told only the end of it', async () => {
    const project = await makeProject({
      config: {
        coders: { default: { command: pieces('sleep 0.1'), outputLimit } },
        limits: { attempts: 1 },
      },
    });
    const id = await add(project);
    expect((await project.run('run')).code).toBe(3);
    const { status, reason, attempts } = await project.json(['tasks', 'show', id]);
    expect(status).toBe('failed');
    expect(reason).toMatch(told);
    expect(statSync(attempts[0].log).size).toBeGreaterThan(200_000);
    await project.json(['tasks', 'retry', id]);
    const { text } = await project.json(['tasks', 'brief', id]);
    expect(text).toMatch(told);
    expect(text.length).toBeLessThan(20_000);
  });

  test('an agent’s events too', async () => {
    const lines = `while :; do ${piEvents.message('x'.repeat(50_000)).trim()}; sleep 0.05; done\n`;
    const project = await withPi(
      lines,
      { agent: { agent: 'pi', model: 'm', outputLimit } },
      { limits: { attempts: 1 } },
    );
    const id = await add(project);
    expect((await project.run('run')).code).toBe(3);
    expect((await project.json(['tasks', 'show', id])).reason).toMatch(told);
  });

  test('the logs of a runner show the end of it', async () => {
    const project = await makeProject({
      config: {
        coders: {
          default: {
            command:
              'echo begun; yes | head -c 10000000; touch "$HOME/printed"; while [ ! -e "$HOME/go" ]; do sleep 0.05; done',
          },
        },
      },
    });
    await add(project);
    const running = project.run('run', '--runners', '1');
    await until(
      async () =>
        (await execa('test', ['-e', `${project.outside}/printed`], { reject: false })).exitCode === 0,
    );
    const shown = await bytesOf(project, 'runners', 'logs', '1');
    project.write('../outside/go', '');
    await running;
    expect(shown).toMatch(/\[The first 6 B are left out: \S.*1-code\.log\]\ny\n/);
    expect(shown).not.toContain('begun');
  });

  test('a limit that is none is refused', async () => {
    const project = await makeProject();
    for (const wrong of ['9k', 'much', '-1']) {
      const coders = { default: { command: 'true', outputLimit: wrong } };
      project.write('.steroids/config.yaml', JSON.stringify({ version: 1, coders }));
      project.commit('Configure');
      expect((await project.run('run')).err).toContain('a number of bytes from 10k, like 100M');
    }
  });
});

test('one that prints bytes that are no UTF-8: shown with replacement characters, and every document is whole', async () => {
  const bytes = `printf 'caf\\351 \\377\\376 \\300\\200 end\\n'`;
  const wait = 'while [ ! -e "$HOME/go" ]; do sleep 0.05; done';
  const answer = `printf '{"outcome": "done", "notes": ["caf\\351"]}' > "$STEROIDS_ANSWER"`;
  const project = await makeProject({
    config: {
      coders: {
        default: { command: `${bytes}; ${bytes} >&2; ${wait}; exit 1` },
        noting: { command: `echo x > x; ${answer}` },
      },
      limits: { attempts: 2, failures: 1 },
    },
  });
  const id = await add(project);
  const running = project.run('run', '--runners', '1');
  const said = 'caf\ufffd \ufffd\ufffd \ufffd\ufffd end';
  await until(async () => (await bytesOf(project, 'runners', 'logs', '1')).includes(said));
  const [step] = JSON.parse(await bytesOf(project, 'runners', 'logs', '1', '--json')).steps;
  expect(step.log).toBe(`${said}\n${said}\n`);
  project.write('../outside/go', '');
  await running;
  await project.json(['tasks', 'retry', id]);
  expect((await project.json(['tasks', 'brief', id])).text).toContain(said);
  expect(JSON.parse(await bytesOf(project, 'tasks', 'show', id, '--json'))).toMatchObject({ id });
  await project.json(['tasks', 'cancel', id]);
  const noting = await add(project, '--coder', 'noting');
  expect((await project.run('run', '--runners', '1')).code).toBe(0);
  const { events } = JSON.parse(await bytesOf(project, 'tasks', 'show', noting, '--json'));
  expect(events).toContainEqual(expect.objectContaining({ kind: 'noted', note: 'caf\ufffd' }));
});

test('an agent whose events are no UTF-8 is understood all the same', async () => {
  const project = await withPi(
    `echo hello > hello.txt\nprintf '\\377\\376 warning\\n'\n${piEvents.message('caf?').replace('?', "'; printf '\\351'; printf '%s\\n' '")}${piEvents.message('x')}${piEvents.end('x')}`,
  );
  await add(project);
  const ran = await project.run('run');
  expect(ran.code, ran.err).toBe(0);
  expect(project.git('show', 'main:hello.txt')).toBe('hello');
});

describe('a brief of ten megabytes', () => {
  // Two code units each, and four bytes: cut in the midst of one, none would be whole.
  const long = (word: string, times = 2_500_000) => `${word} ${'🐘'.repeat(times)} the end of ${word}\n`;

  test('is cut where the limit says, says what was cut, and reaches the agent whole', async () => {
    const project = await withPi(piEvents.message('x'));
    project.write('CONTRIBUTING.md', long('conventions', 240_000));
    project.write('docs/CONTRIBUTING.md', long('more'));
    project.commit('Ask much');
    const spec = path.join(project.outside, 'spec.md');
    writeFileSync(spec, long('specification'));
    const id = await add(project, '--spec', spec);
    const foreseen = await project.run('tasks', 'brief', id);
    expect(foreseen.err).toContain('2 passages cut to fit brief.limit');
    await project.run('run');
    const bytes = readFileSync(path.join(project.outside, 'brief-1'));
    const brief = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    expect(brief).not.toContain('\ufffd');
    expect(brief.length).toBeLessThanOrEqual(100_000);
    expect(brief).toContain('## Rules');
    expect(brief).toContain('It has 10000022 bytes, too many to be told here: look into the file itself.');
    for (const word of ['conventions', 'specification']) {
      expect(brief).toContain(`\n${word} 🐘`);
      expect(brief).not.toContain(`the end of ${word}`);
    }
    const files = [...brief.matchAll(/The last \d+ characters are left out\. All of it: (.+)\]/g)];
    const whole = files.map(([, file = '']) => readFileSync(file, 'utf8')).join('');
    for (const word of ['conventions', 'specification']) expect(whole).toContain(`🐘 the end of ${word}`);
  });

  test('is given whole where the limit allows it', async () => {
    const project = await makeProject({
      config: {
        coders: { default: { command: 'wc -m > "$HOME/length"; echo x > x' } },
        brief: { limit: '10M' },
      },
    });
    const spec = path.join(project.outside, 'spec.md');
    writeFileSync(spec, `${'x'.repeat(9_900_000)}\n`);
    const id = await add(project, '--spec', spec);
    expect((await project.json(['tasks', 'brief', id])).cut).toEqual([]);
    expect((await project.run('run')).code).toBe(0);
    expect(Number(project.read('../outside/length'))).toBeGreaterThan(9_900_000);
  });
});
