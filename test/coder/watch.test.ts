// What a coder is ended for while it works, with a clock that only the test moves.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pi } from '../../src/coder/agents/pi.ts';
import { type Watching, watchCoder } from '../../src/coder/watch.ts';
import { cpuOf } from '../../src/process/cpu.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from '../support/until.ts';

const LIMIT = 600_000;
const SECOND = 1_000;

/** A coder that is looked at each second of a clock of its own. */
function coder(options: Partial<Watching> = {}) {
  const folder = temporaryFolder();
  const worktree = path.join(folder, 'worktree');
  const log = path.join(folder, 'log');
  const transcript = path.join(folder, 'events.jsonl');
  for (const file of [log, transcript, worktree]) writeFileSync(file, '');
  const begun = Date.now() + 3_600_000;
  const clock = { now: begun, cpu: 0 as number | undefined };
  const watching = {
    agent: { preset: pi, transcript },
    log,
    worktree,
    silenceLimit: LIMIT,
    repeatLimit: 3,
    left: { cost: null, time: null },
    now: () => clock.now,
    ...options,
  };
  const look = watchCoder(watching, () => clock.cpu);
  /** @param each what happens in each second @returns how long it took until it was ended, and for what */
  const pass = async (ms: number, each: (second: number) => void = () => {}) => {
    for (let second = 1; second * SECOND <= ms; second++) {
      clock.now += SECOND;
      each(second);
      const cut = await look(1);
      if (cut) return { ...cut, after: clock.now - begun };
    }
    return undefined;
  };
  const say = (...events: object[]) =>
    appendFileSync(transcript, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return { clock, pass, say, log, worktree };
}

describe('silence', () => {
  test('for as long as the limit ends it', async () => {
    const cut = await coder().pass(2 * LIMIT);
    expect(cut).toMatchObject({
      why: 'silent',
      reason: expect.stringContaining('said nothing, used no processor and changed no file for 600 s'),
    });
    expect(cut?.after).toBeLessThan(LIMIT + 5 * SECOND);
  });

  test('a spinner at a prompt is silence too: a little processor, no output', async () => {
    const { clock, pass } = coder();
    const cut = await pass(2 * LIMIT, () => {
      clock.cpu = (clock.cpu ?? 0) + 20;
    });
    expect(cut?.why).toBe('silent');
  });

  test('a long compile is none: it uses a processor', async () => {
    const { clock, pass } = coder();
    const cut = await pass(5 * LIMIT, () => {
      clock.cpu = (clock.cpu ?? 0) + 900;
    });
    expect(cut).toBeUndefined();
  });

  test.each(['log', 'worktree'] as const)('what is written (%s) begins it anew', async (what) => {
    const made = coder();
    const cut = await made.pass(3 * LIMIT, (second) => {
      if ((second * SECOND) % (LIMIT / 2) !== 0) return;
      appendFileSync(made[what], '.');
      // Files have the time of the system, and this clock is ahead of it.
      utimesSync(made[what], made.clock.now / 1000, made.clock.now / 1000);
    });
    expect(cut).toBeUndefined();
    expect((await made.pass(2 * LIMIT))?.why).toBe('silent');
  });

  test.each([
    ['a system that tells no processor times', { cpu: undefined, limit: LIMIT }],
    ['no limit', { cpu: 0, limit: null }],
  ])('with %s nobody is called silent', async (_, { cpu, limit }) => {
    const { clock, pass } = coder({ silenceLimit: limit });
    clock.cpu = cpu;
    expect(await pass(3 * LIMIT)).toBeUndefined();
  });
});

describe('repeats', () => {
  const call = (args: object) => ({ type: 'tool_execution_start', toolName: 'bash', args });

  test('the same call with the same input, so many times in a row', async () => {
    const { pass, say } = coder();
    const cut = await pass(10 * SECOND, () => say(call({ command: 'npm test' })));
    expect(cut).toMatchObject({
      why: 'repeats',
      after: 3 * SECOND,
      reason: 'called bash (npm test) 3 times in a row with the same input, and was ended (repeatLimit)',
    });
  });

  test('another input, even where the line about it is the same, is another call', async () => {
    const { pass, say } = coder();
    const cut = await pass(10 * SECOND, (second) => say(call({ path: 'a.ts', edits: [second] })));
    expect(cut).toBeUndefined();
  });
});

describe('budget', () => {
  const used = (cost: number) => ({
    type: 'message_end',
    message: { role: 'assistant', content: [], usage: { input: 1, output: 1, cost: { total: cost } } },
  });

  test('what its events add up to ends it as soon as nothing is left', async () => {
    const { pass, say } = coder({
      left: { cost: { amount: 1, used: 'the task has used all of limits.cost' }, time: null },
    });
    const cut = await pass(10 * SECOND, () => say(used(0.3)));
    expect(cut).toMatchObject({
      why: 'budget',
      after: 4 * SECOND,
      reason: 'was ended: the task has used all of limits.cost',
    });
  });

  test('time too', async () => {
    const { pass } = coder({ left: { cost: null, time: { amount: 5 * SECOND, used: 'it is over' } } });
    expect(await pass(10 * SECOND)).toMatchObject({ why: 'budget', after: 5 * SECOND });
  });
});

test.runIf(process.platform === 'linux')(
  'the processor time of a process is that of its children too',
  async () => {
    const shell = spawn('sh', ['-c', 'sh -c "echo up; while :; do :; done" & wait'], { detached: true });
    onTestFinished(() => void process.kill(-(shell.pid as number), 'SIGKILL'));
    await once(shell.stdout, 'data');
    await until(async () => (cpuOf(shell.pid as number) ?? 0) > 100);
    expect(cpuOf(process.pid)).toBeGreaterThanOrEqual(100);
  },
);
