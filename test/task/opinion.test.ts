import { expect, test } from 'vitest';
import {
  type Finding,
  findingLine,
  findingLines,
  type Opinion,
  tellOpinions,
} from '../../src/task/opinion.ts';

const found = (finding: Partial<Finding> = {}): Finding => ({
  file: 'src/a.ts',
  line: 3,
  severity: 'major',
  message: 'it never ends',
  ...finding,
});

const opinion = (given: Partial<Opinion> = {}): Opinion => ({
  reviewer: 'strict',
  decision: 'reject',
  reason: 'no tests',
  findings: [],
  ...given,
});

test('a finding is one line', () => {
  expect(findingLine(found())).toBe('src/a.ts:3 major: it never ends');
  expect(findingLine(found({ line: null, message: 'a\nb\u2028c' }))).toBe('src/a.ts major: a b c');
});

test('the worst come first, and too many are counted', () => {
  const findings = [
    found({ severity: 'note' }),
    found({ line: 1 }),
    found({ severity: 'blocker' }),
    found({ line: 2 }),
  ];
  expect(findingLines(findings, 3)).toEqual([
    'src/a.ts:3 blocker: it never ends',
    'src/a.ts:1 major: it never ends',
    'src/a.ts:2 major: it never ends',
    'and 1 more',
  ]);
});

test('one reviewer’s words are told as they are, those of several with their names', () => {
  const strict = opinion({ findings: [found()] });
  expect(tellOpinions([strict])).toBe('no tests\n\n- src/a.ts:3 major: it never ends');
  expect(tellOpinions([strict, opinion({ reviewer: 'fast', decision: 'approve', reason: '' })])).toBe(
    'strict (reject): no tests\n\n- src/a.ts:3 major: it never ends\n\nfast (approve)',
  );
});
