import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dossier } from '../../src/review/dossier.ts';
import { divide } from '../../src/review/parts.ts';
import { combine, type Verdict } from '../../src/review/verdict.ts';
import { commit, MAIN, sha } from '../support/store.ts';
import { aTask } from '../support/task.ts';

const aDossier = (text: string, dossier: Partial<Dossier> = {}): Dossier => ({
  task: aTask(),
  attempt: 1,
  commits: [{ ...commit('a', 'Answer'), attempt: 1 }],
  rejections: [],
  foreign: [],
  whole: { from: MAIN, to: sha('a'), text, cut: false },
  sinceLast: null,
  ...dossier,
});

const fileDiff = (name: string, lines: readonly string[]) =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;

const BOUNDS = { part: 20_000, parts: 20 };
const long = (name: string, count: number) =>
  fileDiff(
    name,
    Array.from({ length: count }, (_, index) => `${name} ${index} ${'x'.repeat(30)}`),
  );

describe('a dossier for who can read only so much', () => {
  test('is one part where it fits, with both diffs', () => {
    const sinceLast = { from: sha('b'), to: sha('a'), text: '+only this\n', cut: false };
    const parts = divide(aDossier(fileDiff('a.ts', ['x']), { sinceLast }), BOUNDS);
    expect(parts).toHaveLength(1);
    expect(parts?.[0]).toMatchObject({ about: 'all of it', text: expect.stringContaining('+only this') });
    expect(parts?.[0]?.text).not.toContain('About This Dossier');
  });

  test('has the word of who worked on it, cut where it is long, and says so', () => {
    const word = (text: string) =>
      divide(aDossier(fileDiff('a.ts', ['x']), { word: text }), BOUNDS)?.[0]?.text;
    expect(word('Look at a.ts')).toContain('### A Word of Who Worked on It:\n```\nLook at a.ts\n```');
    expect(word('Look at a.ts')).not.toContain('is left out');
    const cut = word(`begin ${'x'.repeat(20_000)} end`) ?? '';
    expect(cut).toContain('begin x');
    expect(cut).not.toContain('x end');
    expect(cut).toContain('The end of the word of who worked on it is left out.');
  });

  test('leaves the diff of the attempt out before it divides the whole one, and says so', () => {
    const text = long('a.ts', 300);
    const sinceLast = { from: sha('b'), to: sha('a'), text: long('b.ts', 300), cut: false };
    const parts = divide(aDossier(text, { sinceLast }), BOUNDS);
    expect(parts).toHaveLength(1);
    expect(parts?.[0]?.text).toContain(text);
    expect(parts?.[0]?.text).toContain('- The diff of this attempt alone is left out');
  });

  test('is divided by files, and each part names the others', () => {
    const parts = divide(
      aDossier([long('a.ts', 300), long('b.ts', 300), long('c.ts', 300)].join('')),
      BOUNDS,
    );
    expect(parts?.map((part) => part.about)).toEqual(['a.ts', 'b.ts', 'c.ts']);
    expect(parts?.[1]?.text).toContain('This is part 2 of 3 of the diff: judge only this part (b.ts).');
    expect(parts?.[1]?.text).toContain('(a.ts, c.ts)');
    for (const part of parts ?? []) expect(part.text.length).toBeLessThanOrEqual(BOUNDS.part);
  });

  test('a file that is too long is in several, each with its header', () => {
    const parts = divide(aDossier(long('a.ts', 1_500)), BOUNDS) ?? [];
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part.about).toBe('a.ts');
      expect(part.text).toContain('diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n');
      expect(part.text.length).toBeLessThanOrEqual(BOUNDS.part);
    }
  });

  test('no line of a diff is lost or told twice, whatever its lines are', () => {
    const line = fc.oneof(
      fc.constantFrom('diff --git a/x b/x', '@@ -1 +1 @@', '', '```', '+++ b/x'),
      fc.integer({ min: 0, max: 3_000 }).map((length) => 'y'.repeat(length)),
    );
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 30 }), { minLength: 1, maxLength: 6 }), (files) => {
        const marked = files.map((lines, file) => lines.map((given, at) => `<${file}.${at}>${given}`));
        const text = marked.map((lines, file) => fileDiff(`f${file}`, lines)).join('');
        const all = (divide(aDossier(text), { ...BOUNDS, parts: 100 }) ?? [])
          .map((part) => part.text)
          .join('');
        for (const mark of marked.flat())
          expect(
            all.split(/(?=<\d+\.\d+>)/).filter((one) => one.startsWith(`${/^<[^>]*>/.exec(mark)?.[0]}`)),
          ).toHaveLength(1);
        expect(all.match(/y/g)?.length ?? 0).toBeGreaterThanOrEqual(text.match(/y/g)?.length ?? 0);
      }),
      { numRuns: 50 },
    );
  });

  test('what is too long even so, or was cut before, is not divided: nobody could approve it', () => {
    expect(divide(aDossier(long('a.ts', 1_500)), { ...BOUNDS, parts: 2 })).toBeUndefined();
    expect(
      divide(aDossier('', { whole: { from: MAIN, to: sha('a'), text: '', cut: true } }), BOUNDS),
    ).toBeUndefined();
  });

  test('a long specification, many commits and long rejections are cut, and it says so', () => {
    const found = { file: 'a.ts', line: 1, severity: 'major', message: 'm' } as const;
    const parts = divide(
      aDossier(fileDiff('a.ts', ['x']), {
        task: aTask({ spec: 's'.repeat(50_000) }),
        commits: Array.from({ length: 50 }, () => ({ ...commit('a', 'Answer'), attempt: 1 })),
        rejections: Array.from({ length: 10 }, (_, index) => ({
          attempt: index,
          commit: sha('a'),
          reason: 'r'.repeat(5_000),
          findings: Array.from({ length: 30 }, () => found),
        })),
      }),
      { part: 20_000, parts: 1 },
    );
    expect(parts).toHaveLength(1);
    const [part] = parts ?? [];
    expect(part?.text.length).toBeLessThanOrEqual(20_000);
    for (const sentence of [
      'The last 47500 characters of the specification are left out.',
      'The first 44 commits are left out.',
      'The first 2 rejections are left out.',
      'The ends of long reasons of rejections are left out.',
      'Findings after the twentieth of a rejection are left out.',
    ])
      expect(part?.text).toContain(sentence);
  });
});

describe('verdicts on parts are put together', () => {
  const verdict = (decision: Verdict['decision'], reason: string): Verdict => ({
    decision,
    reason,
    findings: [{ file: `${reason}.ts`, line: 1, severity: 'minor', message: 'm' }],
  });

  test('one that rejects rejects, and all findings stay', () => {
    const verdicts = [verdict('approve', 'a'), verdict('reject', 'b'), verdict('dispute', 'c')];
    expect(combine(verdicts, ['A', 'B', 'C'])).toMatchObject({
      decision: 'reject',
      reason: 'B: b',
      findings: [{ file: 'a.ts' }, { file: 'b.ts' }, { file: 'c.ts' }],
    });
  });

  test('one that disputes disputes, and only all together approve', () => {
    expect(combine([verdict('approve', 'a'), verdict('dispute', 'c')], ['A', 'C']).decision).toBe('dispute');
    expect(combine([verdict('approve', 'a'), verdict('approve', 'b')], ['A', 'B'])).toMatchObject({
      decision: 'approve',
      reason: 'A: a\nB: b',
    });
  });
});
