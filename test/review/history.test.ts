import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { drawHistory, type HistoryAttempt } from '../../src/review/history.ts';
import { commit, MAIN, sha } from '../support/store.ts';

const attempt = (number: number, given: Partial<HistoryAttempt> = {}): HistoryAttempt => ({
  number,
  outcome: 'rejected',
  commits: [commit('a', 'Answer to /health\n\nMore.')],
  reason: null,
  ...given,
});

const draw = (attempts: readonly HistoryAttempt[], width?: number) =>
  drawHistory({ title: 'Add a health endpoint', status: 'review', attempts, current: null }, width);

test('a task in its third attempt', () => {
  const drawing = drawHistory({
    title: 'Add a health endpoint',
    status: 'review',
    attempts: [
      attempt(1, { reason: 'no tests\nnone at all' }),
      attempt(2, {
        outcome: 'conflicted',
        commits: [
          commit('b', 'Test it'),
          commit('c', 'Test that it fails when the database is closed, and when it is slow'),
        ],
        reason: 'conflict in src/server.ts',
      }),
      attempt(3, { outcome: 'submitted', commits: [commit('d', 'Solve the conflict')] }),
    ],
    current: { base: MAIN, baseIs: 'main', tip: sha('d'), files: 2, insertions: 30, deletions: 1 },
  });
  expect(`\n${drawing}\n`).toMatchInlineSnapshot(`
    "
    Task: Add a health endpoint
    Status: review

    📜 COMMIT HISTORY:
    ┌─────────────────────────────────────────────────────────────────┐
    │ Attempt #1 (REJECTED)                                           │
    │   aaaaaaaa - Answer to /health                                  │
    │   ❌ Rejected: "no tests"                                       │
    ├─────────────────────────────────────────────────────────────────┤
    │ Attempt #2 (CONFLICTED)                                         │
    │   bbbbbbbb - Test it                                            │
    │   cccccccc - Test that it fails when the database is closed, an │
    │     d when it is slow                                           │
    │   ⚠ Conflict: "conflict in src/server.ts"                       │
    ├─────────────────────────────────────────────────────────────────┤
    │ Attempt #3 (CURRENT)                                            │
    │   dddddddd - Solve the conflict                                 │
    └─────────────────────────────────────────────────────────────────┘

    📊 CURRENT DIFF (this attempt only):
      base: 00000000 (main)
      tip:  dddddddd (latest)

      Files changed: 2
      +30 -1 lines
    "
  `);
});

test('a task that nobody has coded', () => {
  expect(`\n${draw([])}\n`).toMatchInlineSnapshot(`
    "
    Task: Add a health endpoint
    Status: review

    📜 COMMIT HISTORY:
    (no attempt yet)
    "
  `);
});

test('an attempt without commits', () => {
  expect(draw([attempt(1, { outcome: 'failed', commits: [], reason: 'exited with 1' })])).toContain(
    '(no commits)',
  );
});

describe('the frame is straight', () => {
  const frameOf = (drawing: string) => drawing.split('\n').filter((line) => /^[┌├└│]/.test(line));
  const contentOf = (drawing: string) =>
    frameOf(drawing)
      .filter((line) => line.startsWith('│'))
      .map((line) => line.slice(2, -2).trim())
      .join('');

  test.each([
    ['a long line', 'x'.repeat(300)],
    ['wide characters', '日本語のコミット'.repeat(12)],
    ['one wide character at the edge', `${'x'.repeat(51)}語x`],
    ['emoji', '👩‍👩‍👧‍👦👍🏽🇫🇷'.repeat(20)],
    ['combining marks', 'e\u0301'.repeat(90)],
    ['a cross', '❌'.repeat(60)],
  ])('%s', (_, message) => {
    const drawing = draw([attempt(1, { commits: [commit('a', message)], reason: message })]);
    expect(new Set(frameOf(drawing).map((line) => stringWidth(line)))).toEqual(new Set([67]));
    expect(contentOf(drawing)).toContain(`aaaaaaaa - ${message}`);
  });

  test('control characters do not reach the terminal', () => {
    const drawing = draw([attempt(1, { commits: [commit('a', 'a\u001b[2Jb\tc\rd\u0007e')] })]);
    expect(drawing).toContain('a [2Jb c d e');
  });

  test.each([67, 20, 10])('at %i columns', (width) => {
    const frame = frameOf(draw([attempt(1, { reason: 'no tests' })], width));
    expect(new Set(frame.map((line) => stringWidth(line)))).toEqual(new Set([width]));
  });
});

test('findings stand below the reason, the worst first, and no more than twenty', () => {
  const findings = Array.from({ length: 21 }, (_, index) => ({
    file: 'a.ts',
    line: index + 1,
    severity: index === 20 ? ('blocker' as const) : ('note' as const),
    message: 'x',
  }));
  const lines = draw([attempt(1, { reason: 'no', findings })]).split('\n');
  expect(lines.filter((line) => line.includes('a.ts'))).toHaveLength(20);
  expect(lines[8]).toContain('a.ts:21 blocker: x');
  expect(lines[28]).toContain('and 1 more');
});
