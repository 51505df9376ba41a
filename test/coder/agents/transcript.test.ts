import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTranscript } from '../../../src/coder/agents/transcript.ts';

const bytes = (text: string) => Buffer.from(text);

test('events come out whole, wherever the chunks are cut', () => {
  const text = '{"a":"ä€😀"}\n\nno JSON\r\n[1]\n{"b":';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length + 9), { maxLength: 6 }), (cuts) => {
      const whole = bytes(text);
      const places = [0, ...cuts.sort((one, other) => one - other), whole.length];
      const reader = openTranscript();
      const events = places.flatMap((from, index) =>
        reader.feed(whole.subarray(from, places[index + 1] ?? whole.length)),
      );
      expect(events).toEqual([{ a: 'ä€😀' }, 'no JSON\r', [1]]);
      expect(reader.offset).toBe(whole.length - '{"b":'.length);
      expect(reader.end()).toEqual([]);
    }),
  );
});

test('a last line without a line feed counts when it is whole', () => {
  const reader = openTranscript();
  expect(reader.feed(bytes('{"a":1}'))).toEqual([]);
  expect(reader.end()).toEqual([{ a: 1 }]);
  reader.feed(bytes('Error: no key'));
  expect(reader.end()).toEqual(['Error: no key']);
});

test('a reader goes on where another one stopped', () => {
  const whole = bytes('{"a":1}\n{"b":2}\n');
  const first = openTranscript();
  first.feed(whole.subarray(0, 11));
  const second = openTranscript(first.offset);
  expect(second.feed(whole.subarray(first.offset))).toEqual([{ b: 2 }]);
  expect(second.offset).toBe(whole.length);
});

test('invalid UTF-8 does not disturb the next line', () => {
  const reader = openTranscript();
  const broken = Buffer.concat([bytes('{"a":"'), Buffer.from([0xff, 0xe2, 0x82]), bytes('"}\n{"b":2}\n')]);
  expect(reader.feed(broken)).toEqual([{ a: '��' }, { b: 2 }]);
  expect(reader.feed(Buffer.from([0xe2, 0x82, 0x0a, 0x31, 0x0a]))).toEqual(['�', 1]);
});

test('a line of 50 MB is passed over and not kept', () => {
  const reader = openTranscript();
  const before = process.memoryUsage().heapUsed;
  const chunk = Buffer.alloc(64 * 1024, 'x');
  for (let fed = 0; fed < 50_000_000; fed += chunk.length) reader.feed(chunk);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30_000_000);
  expect(reader.feed(bytes('"}\n{"b":2}\n'))).toEqual([{ b: 2 }]);
  expect(reader.skipped).toBe(1);
});
