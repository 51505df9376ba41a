import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { branchRef, newId, shortSha, type TaskId, taskBranch, toSha } from '../../src/task/ids.ts';

const DIGITS = [...'0123456789abcdef'];

describe('newId', () => {
  test('is eight characters, the first a letter, and none that is taken for another', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const id = newId((bound) => (numbers.next().value ?? 0) % bound);
        expect(id).toMatch(/^[a-z][a-z2-9]{7}$/);
        expect(id).not.toMatch(/[ilo01]/);
      }),
    );
  });

  test('uses its whole alphabet and nothing beyond it', () => {
    const bounds: number[] = [];
    expect(newId((bound) => bounds.push(bound) && bound - 1)).toBe('z9999999');
    expect(newId(() => 0)).toBe('aaaaaaaa');
    expect(bounds).toEqual([23, 31, 31, 31, 31, 31, 31, 31]);
  });
});

describe('toSha', () => {
  const hexadecimal = (length: number) =>
    fc.array(fc.constantFrom(...DIGITS), { minLength: length, maxLength: length }).map((all) => all.join(''));

  test('takes SHA-1 and SHA-256', () => {
    fc.assert(fc.property(fc.oneof(hexadecimal(40), hexadecimal(64)), (text) => toSha(text) === text));
  });

  test.each(['', 'main', 'abc123', 'A'.repeat(40), 'a'.repeat(41), `${'a'.repeat(40)}\n`, 'a'.repeat(63)])(
    'refuses %j',
    (text) => {
      expect(() => toSha(text)).toThrow(TypeError);
    },
  );
});

test('names', () => {
  expect(taskBranch(2, 'k3j9abcd' as TaskId)).toBe('runner-2/task-k3j9abcd');
  expect(branchRef('runner-2/task-k3j9abcd')).toBe('refs/heads/runner-2/task-k3j9abcd');
  expect(shortSha('0123456789abcdef')).toBe('01234567');
});
