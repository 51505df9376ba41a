import { describe, expect, test } from 'vitest';
import { readText, SPEC_CHARS } from '../../src/structure/routeText.ts';
import { wordsOf } from '../../src/structure/routeWords.ts';

describe('words', () => {
  test.each([
    ['routes', 'routing'],
    ['authenticated', 'authenticates'],
    ['validation', 'validates'],
    ['running', 'run'],
    ['libraries', 'library'],
    ['parseHTTPHeader', 'parse-http_header'],
    ['Größe', 'größe'],
  ])('%s and %s are the same', (one, other) => {
    expect(wordsOf(one)).toEqual(wordsOf(other));
  });

  test.each([
    ['status', 'state'],
    ['class', 'clasp'],
    ['test', 'text'],
  ])('%s and %s are not', (one, other) => {
    expect(wordsOf(one)).not.toEqual(wordsOf(other));
  });

  test('what stands in every sentence is none, and neither is encoded data', () => {
    expect(wordsOf(`Put it into the basket ${'x'.repeat(41)}`)).toEqual(['put', 'basket']);
  });
});

describe('a text', () => {
  const read = (title: string, spec = '') => readText({ title, spec });

  test('names files and folders, without the sentence around them', () => {
    const { names } = read(
      'Correct ./apps/api/src/auth.ts, (see packages/core/), and auth.test.ts.',
      'In `apps/web/src/[id].tsx` too; the end.Next sentence',
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'apps/api/src/auth.ts',
        'packages/core/',
        'auth.test.ts',
        'apps/web/src/[id].tsx',
      ]),
    );
  });

  test('names what is a name in code, and no words of prose', () => {
    const { symbols } = read(
      'Rename basketTotal to `total`',
      'MAX_SIZE, parse() and HttpClient; not GitHub/x or Basket',
    );
    expect(symbols).toEqual(['basketTotal', 'total', 'MAX_SIZE', 'parse', 'HttpClient']);
  });

  test('of a megabyte is read as far as it is said, whatever it is made of', () => {
    for (const piece of ['word ', 'a/', 'a_', '`', 'aB', '[', '../', 'x.y', '\u001b[2J']) {
      const spec = piece.repeat(2_000_000 / piece.length);
      const began = performance.now();
      const text = read('Title', spec);
      // A scan that is quadratic takes minutes here.
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(text.cut).toBe(true);
      expect(text.text.length).toBeLessThanOrEqual(SPEC_CHARS + 10);
      expect(text.names.length).toBeLessThanOrEqual(200);
      expect(text.symbols.length).toBeLessThanOrEqual(12);
    }
    expect(read('Title', 'x'.repeat(SPEC_CHARS)).cut).toBe(false);
  });

  test('counts its title for more than its specification', () => {
    const { words } = read('Basket', 'page');
    expect(words.get('basket')).toBeGreaterThan(words.get('pag') ?? 0);
  });
});
