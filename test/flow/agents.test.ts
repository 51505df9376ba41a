// Agents as coders, with a program in place of pi that prints what the real one has printed (test/fixtures/agents).

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PI_FIXTURES, piSays, piStarts, withPi } from '../support/pi.ts';
import { leftovers, makeProject, NOTHING_LEFT, type TestProject } from '../support/project.ts';
import { until } from '../support/until.ts';

const say = piSays;
const starts = piStarts;
const write = 'echo hello > hello.txt\n';

async function add(project: TestProject, ...args: string[]): Promise<string> {
  return (await project.json(['tasks', 'add', 'Say hello', ...args])).id;
}

test('its work lands; the brief comes by standard input, and its events are kept in a file of their own', async () => {
  const project = await withPi(write + say('edits'));
  const id = await add(project);
  const ran = await project.run('run');
  expect(ran.code, ran.err).toBe(0);
  expect(project.git('show', 'main:hello.txt')).toBe('hello');
  expect(project.read('../outside/brief-1')).toContain('# Say hello');
  const args = project.read('../outside/args-1').trim().split('\n');
  expect(args.slice(-4)).toEqual(['--model', 'm', '--thinking', 'off']);
  expect(args.join(' ')).not.toContain('Say hello');
  const [attempt] = (await project.json(['tasks', 'show', id])).attempts;
  expect(readFileSync(attempt.log.replace(/log$/, 'jsonl'), 'utf8')).toBe(
    readFileSync(path.join(PI_FIXTURES, 'edits.jsonl'), 'utf8'),
  );
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
});

test('what it says is shown for people while it works', async () => {
  const wait = 'while [ ! -e "$cd_outside/go" ]; do sleep 0.05; done\n';
  const project = await withPi(write + say('edits') + wait);
  await add(project);
  // One: of several, any may be the one that takes it.
  const running = project.run('run', '--runners', '1');
  const said = async () => (await project.run('runners', 'logs', '1')).out;
  await until(async () => (await said()).includes('▸ '));
  const shown = await said();
  expect(shown).toMatch(/▸ write hello\.txt/);
  expect(shown).not.toContain('"type"');
  const following = project.start('runners', 'logs', '1', '--follow', '--json');
  let followed = '';
  following.stdout?.on('data', (text) => (followed += text));
  await until(async () => followed.includes('▸ write hello.txt'));
  project.write('../outside/go', '');
  expect((await running).code).toBe(0);
  await following;
  const lines = followed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(expect.objectContaining({ from: 'coder', line: '▸ write hello.txt' }));
});

test('one that exits with 0 and has only an error to show has not done it, whatever it left', async () => {
  const project = await withPi(write + say('refusal'));
  const id = await add(project);
  expect((await project.run('run')).code).toBe(3);
  expect(starts(project)).toBe(3);
  const task = await project.json(['tasks', 'show', id]);
  expect(task).toMatchObject({ status: 'failed', landedCommit: null });
});

test('one that exits with 0 without a word has done nothing', async () => {
  const project = await withPi(write);
  const id = await add(project);
  expect((await project.run('run')).code).toBe(3);
  expect((await project.json(['tasks', 'show', id])).reason).toContain(
    'ended well without having done anything',
  );
});

describe('a provider that refuses', () => {
  test('a login that has expired: nothing more is started, no attempt is used up, and a trial that goes well ends it', async () => {
    const project = await withPi(
      `if [ -e "$cd_outside/logged-in" ]; then ${write}${say('edits')}else ${say('401')}fi\n`,
    );
    const ids = [await add(project), await add(project), await add(project)];
    const ran = await project.run('run', '--runners', '1');
    expect(ran.code, ran.err).toBe(3);
    expect(starts(project)).toBe(1);
    const [letter] = await project.json(['inbox']);
    expect(letter).toMatchObject({
      kind: 'coder',
      answers: ['pi, then /login', 'steroids coders test agent'],
    });
    expect(await project.json(['coders', 'list'])).toMatchObject([
      { name: 'agent', agent: 'pi', installed: true, hold: { kind: 'login', until: null } },
    ]);
    const explained = await project.json(['tasks', 'explain', ids[1] ?? '']);
    expect(explained.reasons[0]).toMatchObject({ code: 'held' });
    expect(await project.run('coders', 'test', 'agent')).toMatchObject({
      code: 5,
      out: expect.stringContaining('✗ agent: pi'),
    });
    project.write('../outside/logged-in', '');
    expect(await project.run('coders', 'test', 'agent')).toMatchObject({
      code: 0,
      out: expect.stringContaining('wrote the file that it was asked for'),
    });
    expect(await project.json(['inbox'])).toEqual([]);
    await project.run('run', '--runners', '1');
    const [first] = (await project.json(['tasks', 'list'])).map(({ status }: { status: string }) => status);
    expect(first).toBe('completed');
    expect(await project.json(['tasks', 'show', ids[0] ?? ''])).toMatchObject({ attempt: 2 });
  });

  test('too many requests: its runner waits, then goes on by itself', async () => {
    // The stub of the provider names no time that is near enough for a test; pi repeats what it says.
    const soon = `sed 's/rate_limit_error/rate_limit_error, try again in 1 second/g' '${path.join(PI_FIXTURES, '429.jsonl')}'\n`;
    const project = await withPi(`if [ $START = 1 ]; then ${soon}else ${write}${say('edits')}fi\n`);
    const id = await add(project);
    const ran = await project.run('run');
    expect(ran.code, ran.err).toBe(0);
    expect(starts(project)).toBe(2);
    expect(await project.json(['tasks', 'show', id])).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await project.json(['coders', 'list'])).toMatchObject([{ name: 'agent', hold: null }]);
  });

  test('a fallback takes the tasks of a coder that is held', async () => {
    const project = await withPi(say('401'), {
      agent: { agent: 'pi', fallback: ['script'] },
      script: { command: 'echo hello > hello.txt' },
    });
    const id = await add(project);
    const ran = await project.run('run');
    expect(ran.code, ran.err).toBe(0);
    expect(starts(project)).toBe(1);
    const { attempts } = await project.json(['tasks', 'show', id]);
    expect(attempts.map(({ coder }: { coder: string }) => coder)).toEqual(['agent', 'script']);
  });
});

test('an agent that is not installed says how to install it, before anything is started', async () => {
  const project = await makeProject({ config: { coders: { agent: { agent: 'pi' } } } });
  project.environment.PATH = '/usr/bin:/bin';
  await add(project);
  expect(await project.run('run')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/pi is not installed[\s\S]*npm install -g @mariozechner\/pi-coding-agent/),
  });
  expect(await project.json(['coders', 'list'])).toMatchObject([{ name: 'agent', installed: false }]);
  expect(await project.run('coders', 'test', 'agnt')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Did you mean "agent"?'),
  });
});

test('a trial of a command begins where its task would: in a checkout of main, of which nothing is left', async () => {
  const project = await makeProject({
    config: { coders: { own: { command: ['./tools/code.sh'] } } },
    files: { 'tools/code.sh': '#!/bin/sh\necho hello > hello.txt\n', 'hello.txt': 'of main\n' },
  });
  project.git('update-index', '--chmod=+x', 'tools/code.sh');
  project.git('commit', '--quiet', '--message', 'Let it run');
  project.git('checkout', '--quiet', '.');
  const { code, out } = await project.run('coders', 'test', 'own');
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining('✓ own: ./tools/code.sh wrote the file'),
  });
  expect(leftovers(project)).toEqual(NOTHING_LEFT);
  const own = path.join(project.folder, '.git/steroids/git');
  expect(project.git('--git-dir', own, 'worktree', 'list', '--porcelain').match(/^worktree /gm)).toHaveLength(
    1,
  );
});
