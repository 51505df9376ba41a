import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GROUP } from '../../src/process/containment.ts';
import { endGroup } from '../../src/process/group.ts';
import { identify, isAlive, type ProcessIdentity } from '../../src/process/identity.ts';
import { commandText, describeWorked, MAX_ANSWER } from '../../src/process/work.ts';
import { workplaceIn } from '../support/workplace.ts';

const place = () => workplaceIn(GROUP);

/** Resolves with the first line that is written into a named pipe. */
function openPipe(folder: string, name: string): { readonly file: string; readonly line: Promise<string> } {
  const file = path.join(folder, name);
  execFileSync('mkfifo', [file]);
  const reader = spawn('head', ['-n', '1', file], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void reader.kill());
  const line = new Promise<string>((resolve) => {
    reader.stdout.once('data', (data) => resolve(String(data).trim()));
  });
  return { file, line };
}

/** A process that ignores SIGTERM, and its child that does too; the child's id goes into the pipe. */
const STUBBORN = (pipe: string) => `
  trap '' TERM
  sh -c 'trap "" TERM; echo $$ > ${pipe}; while :; do sleep 1; done' &
  while :; do sleep 1; done`;

describe('how a command ends', () => {
  test.each([0, 1, 137])('with exit code %i', async (code) => {
    expect(await place().run(`exit ${code}`)).toEqual({ kind: 'exited', code });
  });

  test('by a signal', async () => {
    expect(await place().run('kill -KILL $$')).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  });

  test.each([
    ['a program that is not there', ['./no-such-program', 'x'], {}],
    ['a folder that is not there', ['true'], { cwd: '/no/such/folder' }],
  ])('%s was never started', async (_, command, working) => {
    const started: number[] = [];
    const worked = await place().run(command, {
      ...working,
      started: async (pid) => void started.push(pid),
    });
    expect(worked).toEqual({ kind: 'notStarted', reason: expect.stringContaining('ENOENT') });
    expect(started).toEqual([]);
  });

  test('a file that may not be executed was never started', async () => {
    const { folder, run } = place();
    writeFileSync(path.join(folder, 'script'), '#!/bin/sh\n', { mode: 0o644 });
    expect(await run(['./script'])).toEqual({
      kind: 'notStarted',
      reason: expect.stringContaining('EACCES'),
    });
  });

  test('in words', () => {
    expect(
      (
        [
          { kind: 'exited', code: 3 },
          { kind: 'killed', signal: 'SIGSEGV' },
          { kind: 'timedOut', limit: 90_000 },
          { kind: 'flooded', limit: 100_000_000 },
          { kind: 'stopped' },
          { kind: 'notStarted', reason: 'ENOENT' },
        ] as const
      ).map(describeWorked),
    ).toEqual([
      'exited with 3',
      'was ended by SIGSEGV',
      'passed its time limit of 90 s',
      'wrote more than 100 MB of output, and was ended',
      'was stopped',
      'could not be started (ENOENT)',
    ]);
    expect([commandText('npm test'), commandText(['npm', 'test'])]).toEqual(['npm test', 'npm test']);
  });
});

describe('what a command is given', () => {
  test('a string runs in a shell, a list does not', async () => {
    const { run, logged } = place();
    await run('echo "$((1 + 1))"');
    await run(['echo', '$((1 + 1))', 'a  b']);
    expect(logged()).toBe('2\n$((1 + 1)) a  b\n');
  });

  test('its folder, and this environment and nothing else', async () => {
    const { folder, run, logged } = place();
    await run('pwd; env | grep -v -e ^PWD= -e ^OLDPWD= -e ^SHLVL= -e ^_= | sort', {
      environment: { PATH: process.env.PATH ?? '', ONLY: 'this' },
    });
    expect(logged()).toBe(`${folder}\nONLY=this\nPATH=${process.env.PATH}\n`);
  });

  test('its input, whole', async () => {
    const { run, logged } = place();
    await run(['wc', '-c'], { input: 'ä'.repeat(500_000) });
    expect(logged().trim()).toBe('1000000');
  });

  test('input that it does not read is no failure', async () => {
    expect(await place().run('exit 0', { input: 'x'.repeat(5_000_000) })).toEqual({
      kind: 'exited',
      code: 0,
    });
  });

  test('no input ends at once', async () => {
    const { run, logged } = place();
    expect(await run('cat; echo done')).toEqual({ kind: 'exited', code: 0 });
    expect(logged()).toBe('done\n');
  });

  test('nothing before its start is recorded', async () => {
    const { run, logged } = place();
    const order: string[] = [];
    await run('cat', {
      input: 'read\n',
      started: async (pid) => {
        order.push(isAlive(identify(pid)), logged());
      },
    });
    expect(order).toEqual(['alive', '']);
    expect(logged()).toBe('read\n');
  });
});

describe('the log', () => {
  test('has both outputs in their order, after what was there', async () => {
    const { log, run, logged } = place();
    writeFileSync(log, 'before\n');
    await run('echo out; echo err >&2; echo out again');
    expect(logged()).toBe('before\nout\nerr\nout again\n');
  });

  test('has only the errors when the answer has a file of its own, which begins empty', async () => {
    const { folder, run, logged } = place();
    const answerFile = path.join(folder, 'answer');
    writeFileSync(answerFile, '{"decision": "approve"}, of an earlier run');
    await run('echo err >&2; printf out', { output: { file: answerFile, limit: MAX_ANSWER } });
    expect(readFileSync(answerFile, 'utf8')).toBe('out');
    expect(logged()).toBe('err\n');
  });

  test('has a limit: who writes more is ended, with its group', async () => {
    const { log, run } = place();
    writeFileSync(log, 'x'.repeat(2_000_000));
    const worked = await run('yes & exec sleep 3600', { logLimit: 1_000_000 });
    expect(worked).toEqual({ kind: 'flooded', limit: 1_000_000 });
    // What was there before is not its own.
    expect(await run('echo little', { logLimit: 1_000_000 })).toEqual({ kind: 'exited', code: 0 });
    // Who is faster than the looks has written too much all the same.
    expect(await run('yes | head -c 1000001', { logLimit: 1_000_000 })).toMatchObject({ kind: 'flooded' });
  });

  test('of a reviewer may be long, its answer may not', async () => {
    const { folder, run } = place();
    const answerFile = path.join(folder, 'answer');
    expect(await run('yes | head -c 1000001', { output: { file: answerFile, limit: MAX_ANSWER } })).toEqual({
      kind: 'flooded',
      limit: 1_000_000,
    });
    expect(
      await run('yes | head -c 1000001 >&2', { output: { file: answerFile, limit: MAX_ANSWER } }),
    ).toEqual({ kind: 'exited', code: 0 });
  });

  test('keeps what was said before the end', async () => {
    const { folder, run, logged } = place();
    const stopping = new AbortController();
    const { file, line } = openPipe(folder, 'pipe');
    const running = run(`echo said; echo . > ${file}; exec sleep 3600`, { signal: stopping.signal });
    await line;
    stopping.abort();
    expect(await running).toEqual({ kind: 'stopped' });
    expect(logged()).toBe('said\n');
  });
});

describe('a process group', () => {
  test('ends at the time limit, with a grandchild that ignores SIGTERM', async () => {
    const { folder, run } = place();
    const { file, line } = openPipe(folder, 'pipe');
    let grandchild: ProcessIdentity | undefined;
    let leader: ProcessIdentity | undefined;
    const worked = await run(STUBBORN(file), {
      timeLimit: 100,
      // The limit is counted from the start; what is to be ended is there before it is looked for.
      started: async (pid) => {
        leader = identify(pid);
        grandchild = identify(Number(await line));
        expect(isAlive(grandchild)).toBe('alive');
      },
    });
    expect(worked).toEqual({ kind: 'timedOut', limit: 100 });
    expect([leader && isAlive(leader), grandchild && isAlive(grandchild)]).toEqual(['dead', 'dead']);
  });

  test('ends when it is stopped', async () => {
    const { folder, run } = place();
    const stopping = new AbortController();
    const { file, line } = openPipe(folder, 'pipe');
    const running = run(`sh -c 'echo $$ > ${file}; exec sleep 3600' & wait`, { signal: stopping.signal });
    const grandchild = identify(Number(await line));
    stopping.abort();
    expect(await running).toEqual({ kind: 'stopped' });
    expect(isAlive(grandchild)).toBe('dead');
  });

  test('that is stopped beforehand is not started', async () => {
    const { folder, run } = place();
    expect(await run('echo . > started', { signal: AbortSignal.abort() })).toEqual({ kind: 'stopped' });
    expect(() => readFileSync(path.join(folder, 'started'))).toThrow('ENOENT');
  });

  test('leaves nothing behind when its command ends well', async () => {
    const { folder, run } = place();
    const { file, line } = openPipe(folder, 'pipe');
    const worked = await run(`sh -c 'echo $$ > ${file}; exec sleep 3600' & read -r _ < /dev/null; exit 0`, {
      started: async () => void (await line),
    });
    expect(worked).toEqual({ kind: 'exited', code: 0 });
    expect(isAlive(identify(Number(await line)))).toBe('dead');
  });

  test('of which only a zombie is left has ended', async () => {
    const { folder } = place();
    const { file, line } = openPipe(folder, 'pipe');
    // Its parent, in another group, never asks how it ended: as in a container whose first process reaps nobody.
    const stuck = `
      require('node:child_process').spawn('sh', ['-c', 'echo $$ > ${file}; exec sleep 3600'], { detached: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
    const parent = spawn(process.execPath, ['-e', stuck], { stdio: 'ignore' });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const group = identify(Number(await line));
    await endGroup(group.pid);
    expect(isAlive(group)).toBe('dead');
  });

  test('is never our own, which the system calls 0', async () => {
    const file = new URL('../../src/process/group.ts', import.meta.url).href;
    const script = `const { endGroup } = await import('${file}'); await endGroup(0); console.log('here')`;
    // A group of its own, so that only this process would go.
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { detached: true });
    let said = '';
    child.stdout.on('data', (data) => (said += data));
    const [code, signal] = await once(child, 'close');
    expect({ said, code, signal }).toEqual({ said: 'here\n', code: 0, signal: null });
  });

  test('that is not there has ended', async () => {
    const { run } = place();
    let group = 0;
    await run('exit 0', {
      started: async (pid) => {
        group = pid;
      },
    });
    await expect(endGroup(group)).resolves.toBeUndefined();
  });
});
