import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tally, type Vote, type Voters } from '../../src/review/tally.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const VOTES = { A: 'approve', R: 'reject', D: 'dispute', '-': 'none' } as const;

/** `AR.` is: a approves, b rejects, c is still out. */
function votesOf(word: string): Map<string, Vote> {
  return new Map(
    [...word].flatMap((letter, index) =>
      letter === '.' ? [] : [[NAMES[index] ?? '', VOTES[letter as keyof typeof VOTES]] as const],
    ),
  );
}

const groupOf = (rule: Voters['rule'], size: number): Voters => ({ by: NAMES.slice(0, size), rule });

describe('one group', () => {
  test.each([
    ['all', 'A', 'approved'],
    ['all', '...', undefined],
    ['all', 'AA.', undefined],
    ['all', 'AAA', 'approved'],
    ['all', '.R.', 'rejected'],
    ['all', 'DR.', 'rejected'],
    ['all', 'D.A', undefined],
    ['all', 'DAA', 'disputed'],
    ['all', '-AA', 'unjudged'],
    ['all', '-RA', 'rejected'],
    ['all', '-D.', undefined],
    ['all', '-DA', 'disputed'],
    ['any', '.A.', 'approved'],
    ['any', 'RR.', undefined],
    ['any', 'RRR', 'rejected'],
    ['any', 'RR-', 'unjudged'],
    ['any', 'RRD', 'disputed'],
    ['any', '-A.', 'approved'],
    ['majority', 'AA.', 'approved'],
    ['majority', 'RR.', 'rejected'],
    ['majority', 'AR.', undefined],
    ['majority', 'ARD', 'disputed'],
    ['majority', 'AR-', 'unjudged'],
    ['majority', 'A-A', 'approved'],
    ['majority', 'AR', 'rejected'],
    ['majority', 'AARR', 'rejected'],
    ['majority', 'AAAR', 'approved'],
  ] as const)('of %s: %s is %s', (rule, word, outcome) => {
    expect(tally([groupOf(rule, word.length)], votesOf(word))).toBe(outcome);
  });

  test('of nobody approves', () => {
    for (const rule of ['all', 'any', 'majority'] as const)
      expect(tally([groupOf(rule, 0)], new Map())).toBe('approved');
  });
});

describe('several groups', () => {
  const groups: readonly Voters[] = [
    { by: ['a', 'b'], rule: 'any' },
    { by: ['c'], rule: 'all' },
  ];
  test.each([
    ['A..', undefined],
    ['A.A', 'approved'],
    ['A.R', 'rejected'],
    ['..R', 'rejected'],
    ['RRA', 'rejected'],
    ['-D.', undefined],
    ['-DA', 'disputed'],
    ['A.-', 'unjudged'],
  ] as const)('%s is %s', (word, outcome) => {
    expect(tally(groups, votesOf(word))).toBe(outcome);
  });
});

const vote = fc.constantFrom<Vote>('approve', 'reject', 'dispute', 'none');
const group = fc.record({
  by: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
  rule: fc.constantFrom('all', 'any', 'majority'),
});

test('a decision stays, whatever is said afterwards, and in the end there is one', () => {
  fc.assert(
    fc.property(
      fc.array(group, { minLength: 1, maxLength: 3 }),
      fc.shuffledSubarray(NAMES, { minLength: 4 }),
      fc.array(vote, { minLength: 4, maxLength: 4 }),
      (groups, order, votes) => {
        const cast = new Map<string, Vote>();
        let before: string | undefined;
        order.forEach((name, index) => {
          cast.set(name, votes[index] ?? 'none');
          const now = tally(groups, cast);
          if (before !== undefined) expect(now).toBe(before);
          before = now;
        });
        expect(before).toBeDefined();
      },
    ),
  );
});
