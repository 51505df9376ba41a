import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { identify } from '../../src/process/identity.ts';
import { type Asking, ask } from '../../src/process/run.ts';
import { temporaryFolder } from '../support/folder.ts';

const ENVIRONMENT = { PATH: process.env.PATH ?? '' };

const run = (file: string, args: readonly string[], asking: Partial<Asking> = {}) =>
  ask(file, args, { cwd: '/', environment: ENVIRONMENT, ...asking });

const shell = (script: string, asking?: Partial<Asking>) => run('sh', ['-c', script], asking);

describe('an answer', () => {
  test.each([0, 1, 128])('exit code %i is a value', async (code) => {
    expect(await shell(`echo out; echo err >&2; exit ${code}`)).toEqual({
      code,
      stdout: 'out\n',
      stderr: 'err\n',
      failure: undefined,
    });
  });

  test('is whole, however long', async () => {
    const answer = await shell('yes äöü€ | head -n 300000; yes err | head -n 300000 >&2');
    expect(answer.stdout === 'äöü€\n'.repeat(300_000)).toBe(true);
    expect(answer.stderr === 'err\n'.repeat(300_000)).toBe(true);
  });

  test('keeps every byte when it is binary', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const answer = await run('cat', [], { input: bytes, binary: true });
    expect(answer.stdout).toBe(bytes.toString('latin1'));
  });

  test('has the environment that was given, and nothing of ours', async () => {
    const answer = await run('env', [], { environment: { ...ENVIRONMENT, GIVEN: 'so' } });
    const names = answer.stdout.split('\n').map((line) => line.split('=')[0]);
    expect(answer.stdout).toContain('GIVEN=so\n');
    expect(names).not.toContain('HOME');
  });

  test('is given in the folder', async () => {
    const cwd = temporaryFolder();
    expect((await run('pwd', ['-P'], { cwd })).stdout).toBe(`${cwd}\n`);
  });
});

describe('input', () => {
  test('is read to its end', async () => {
    const input = 'ä line\n'.repeat(100_000);
    expect((await run('cat', [], { input })).stdout).toBe(input);
  });

  test('may be empty', async () => {
    expect(await run('cat', [], { input: '' })).toMatchObject({ code: 0, stdout: '' });
  });

  test('is empty when none was given', async () => {
    expect(await run('cat', [])).toMatchObject({ code: 0, stdout: '' });
  });

  test('need not be read', async () => {
    const answer = await shell('exec 0<&-; echo had enough; exit 3', { input: 'x'.repeat(5_000_000) });
    expect(answer).toMatchObject({ code: 3, stdout: 'had enough\n', failure: undefined });
  });
});

describe('no exit code', () => {
  test('of a program that is not there', async () => {
    expect(await run('no-such-program', ['x'])).toEqual({
      code: undefined,
      stdout: '',
      stderr: '',
      failure: 'could not be started (spawn no-such-program ENOENT)',
    });
  });

  test('in a folder that is not there', async () => {
    const cwd = path.join(temporaryFolder(), 'gone');
    const answer = await run('true', [], { cwd, input: 'x' });
    expect(answer.code).toBeUndefined();
    expect(answer.failure).toBe(`could not be started (there is no folder ${cwd})`);
  });

  test.each([
    ['too long an argument', 'x'.repeat(3_000_000), /could not be started \(spawn E2BIG\)/],
    ['an argument that no program can be given', 'a\0b', /could not be started \(.*null bytes/],
  ])('with %s', async (_, argument, sentence) => {
    const answer = await run('true', [argument]);
    expect(answer.code).toBeUndefined();
    expect(answer.failure).toMatch(sentence);
  });

  test('after a signal; what it said until then is kept', async () => {
    expect(await shell('echo before; echo why >&2; kill -KILL $$')).toEqual({
      code: undefined,
      stdout: 'before\n',
      stderr: 'why\n',
      failure: 'was ended by SIGKILL',
    });
  });

  test('after the time limit, which ends its children too', async () => {
    const stubborn = `sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done'`;
    const answer = await shell(`trap 'exit 0' TERM; ${stubborn} & wait`, { timeLimit: 1000 });
    expect(answer).toMatchObject({ code: undefined, failure: 'passed its time limit of 1 s' });
    expect(identify(Number(answer.stdout)).started).toBe('');
  });

  test('of one that says more than is kept: it is ended, and what was kept is there', async () => {
    const answer = await shell('yes; sleep 600', { maxOutput: 100_001 });
    expect(answer.code).toBeUndefined();
    expect(answer.stdout).toBe(`${'y\n'.repeat(50_000)}y`);
    expect(answer.failure).toBe('said more than 100001 characters');
  });

  test('but one that says exactly as much has answered', async () => {
    const answer = await shell('printf 12345', { maxOutput: 5 });
    expect(answer).toMatchObject({ code: 0, stdout: '12345' });
  });
});
