import { expect, test } from 'vitest';
import { widthOf } from '../../src/cli/table.ts';
import { folded, foldedNarration, wrapped } from '../../src/cli/wrap.ts';

test('lines break between words, under what they began with; a word that is longer than a line is cut', () => {
  expect(wrapped('  • both change the same lines', 16)).toEqual([
    '  • both change',
    '    the same',
    '    lines',
  ]);
  expect(wrapped('  1. Run it', 80)).toEqual(['  1. Run it']);
  const lines = wrapped(`a ${'漢'.repeat(12)} b`, 10);
  expect(lines.every((line) => widthOf(line) <= 10)).toBe(true);
  expect(lines.join('').replaceAll(' ', '')).toBe(`a${'漢'.repeat(12)}b`);
});

test('only for whoever reads it on a terminal', () => {
  const text = 'one two three\nfour';
  const wide = { outWidth: Number.POSITIVE_INFINITY };
  expect(folded(text, wide)).toBe(text);
  expect(folded(text, { outWidth: 8 })).toBe('one two\nthree\nfour');
  const narrow = { interactive: true, columns: 8, ...wide };
  expect(foldedNarration(text, narrow)).toBe('one two\nthree\nfour');
  expect(foldedNarration(text, { ...narrow, interactive: false })).toBe(text);
});
