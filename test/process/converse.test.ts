import { describe, expect, test } from 'vitest';
import { converse, type Take } from '../../src/process/converse.ts';
import { temporaryFolder } from '../support/folder.ts';

const line: Take<string> = (read) => {
  const end = read.indexOf(10);
  return end < 0 ? undefined : { answer: read.toString('utf8', 0, end), length: end + 1 };
};

const talkTo = (...command: readonly [string, ...string[]]) => {
  const [file, ...args] = command;
  return converse(file, args, { cwd: temporaryFolder(), environment: { PATH: process.env.PATH ?? '' } });
};

describe('a conversation', () => {
  test('gives each question its own answer, in order, whenever it was asked', async () => {
    const talk = talkTo('sh', '-c', 'while read word; do echo "$word $$"; done');
    const answers = await Promise.all(['a', 'b', 'c'].map((word) => talk.ask(`${word}\n`, line)));
    const again = await talk.ask('d\n', line);
    const words = [...answers, again].map((answer) => answer.split(' '));
    expect(words.map(([word]) => word)).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(words.map(([, pid]) => pid)).size).toBe(1);
  });

  test('waits for an answer that comes in pieces', async () => {
    const talk = talkTo('sh', '-c', 'read size; head -c "$size" /dev/zero');
    const size = 3_000_000;
    const whole: Take<number> = (read) =>
      read.length < size ? undefined : { answer: read.length, length: size };
    expect(await talk.ask(`${size}\n`, whole)).toBe(size);
  });

  test('a program that ends fails all that it has not answered, with what it said', async () => {
    const talk = talkTo('sh', '-c', 'read word; echo "$word"; read word; echo "no $word here" >&2; exit 3');
    const [first, second, third] = await Promise.allSettled(
      ['a', 'b', 'c'].map((word) => talk.ask(`${word}\n`, line)),
    );
    expect(first).toEqual({ status: 'fulfilled', value: 'a' });
    for (const lost of [second, third])
      expect(lost).toMatchObject({ status: 'rejected', reason: { message: 'no b here' } });
  });

  test('is taken up again after the program has ended', async () => {
    const talk = talkTo('sh', '-c', '[ -e ended ] || { touch ended; exit 3; }; read word; echo "$word"');
    await expect(talk.ask('a\n', line)).rejects.toThrow('it ended (3)');
    expect(await talk.ask('b\n', line)).toBe('b');
  });

  test('a program that does not exist is a failure to answer', async () => {
    await expect(talkTo('no-such-program-here').ask('a\n', line)).rejects.toThrow('no-such-program-here');
  });
});
