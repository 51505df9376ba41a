import { expect, test } from 'vitest';
import type { Said } from '../../../src/coder/agents/agent.ts';
import { finalMessage, judgeRun, sumUsage } from '../../../src/coder/agents/judge.ts';
import type { Limit } from '../../../src/task/limit.ts';

const WELL = { kind: 'exited', code: 0 } as const;
const message: Said = { kind: 'message', text: 'Done.' };
const good: Said = { kind: 'result', ok: true, text: 'All done.' };
const bad: Said = { kind: 'result', ok: false, text: 'It failed.' };
const rate: Limit = { kind: 'rate', until: null };
const error = (text: string, limit: Limit | null = null): Said => ({ kind: 'error', text, limit });

test('done says the result, or else the last message', () => {
  expect(judgeRun([message, good], WELL)).toEqual({ kind: 'done', text: 'All done.' });
  expect(judgeRun([message, { kind: 'message', text: ' ' }], WELL)).toEqual({ kind: 'done', text: 'Done.' });
});

test('pieces of a message are put together', () => {
  const piece = (text: string): Said => ({ kind: 'message', text, piece: true });
  expect(judgeRun([message, piece('All '), piece('done.'), piece('\n')], WELL)).toEqual({
    kind: 'done',
    text: 'All done.',
  });
});

test('the final message stands right before a good result', () => {
  const tool: Said = { kind: 'tool', name: 'bash', about: 'ls', same: 'ls' };
  const usage = {
    kind: 'usage',
    input: 1,
    output: 1,
    cacheRead: 0,
    cacheWrite: 0,
    cost: null,
    total: true,
  } as const;
  const piece = (text: string): Said => ({ kind: 'message', text, piece: true });
  expect(finalMessage([tool, message, usage, good])).toBe('Done.');
  expect(finalMessage([message, piece('All '), piece('done.'), good, usage])).toBe('All done.');
  for (const said of [
    [],
    [message],
    [good],
    [message, bad],
    [message, tool, good],
    [message, error('x'), good],
  ])
    expect(finalMessage(said)).toBeNull();
  expect(finalMessage([message, good, message])).toBeNull();
});

test('exit 0 is no success by itself', () => {
  const tool: Said = { kind: 'tool', name: 'bash', about: 'ls', same: 'ls' };
  const nothing = { kind: 'failed', reason: 'ended well without having done anything' };
  expect(judgeRun([], WELL)).toEqual(nothing);
  expect(judgeRun([tool, { kind: 'message', text: '' }], WELL)).toEqual(nothing);
  expect(judgeRun([{ ...good, text: '' }], WELL)).toEqual(nothing);
  expect(judgeRun([tool, { ...good, text: '' }], WELL)).toEqual({ kind: 'done', text: '' });
  expect(judgeRun([message, error('400 bad request')], WELL)).toEqual({
    kind: 'failed',
    reason: '400 bad request',
  });
  expect(judgeRun([message, bad], WELL)).toEqual({ kind: 'failed', reason: 'It failed.' });
});

test('a good result is none when the program exited with something else', () => {
  expect(judgeRun([message, good], { kind: 'exited', code: 1 })).toEqual({
    kind: 'failed',
    reason: 'exited with 1',
  });
});

test('an error that was overcome does not count, one after the result does', () => {
  expect(judgeRun([error('overloaded, trying again', rate), good], WELL).kind).toBe('done');
  expect(judgeRun([good, error('then it broke')], WELL).kind).toBe('failed');
});

test('a limit is told apart, also when a plain error repeats it or its time ran out', () => {
  const limited = { kind: 'limited', limit: rate, reason: '429' };
  expect(judgeRun([error('429', rate), error('exiting due to an error'), bad], WELL)).toEqual(limited);
  expect(judgeRun([error('429', rate)], { kind: 'timedOut', limit: 60_000 })).toEqual({
    ...limited,
    reason: 'passed its time limit of 60 s: 429',
  });
  expect(judgeRun([error('429', rate)], { kind: 'stopped' }).kind).toBe('failed');
});

test('usage: totals replace, the rest adds up', () => {
  const usage = (input: number, cost: number | null, total: boolean): Said => ({
    kind: 'usage',
    input,
    output: 1,
    cacheRead: 0,
    cacheWrite: 0,
    cost,
    total,
  });
  expect(sumUsage([])).toMatchObject({ input: 0, cost: null, total: true });
  expect(sumUsage([usage(1, 0.5, false), usage(2, 0.25, false)])).toMatchObject({ input: 3, cost: 0.75 });
  expect(sumUsage([usage(1, 0.5, false), usage(2, null, false)])).toMatchObject({ input: 3, cost: null });
  expect(sumUsage([usage(1, 0.5, false), usage(9, 2, true)])).toMatchObject({
    input: 9,
    output: 1,
    cost: 2,
    total: true,
  });
});
