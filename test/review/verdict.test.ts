import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswer, readVerdict } from '../../src/review/verdict.ts';

const APPROVAL = '{"decision": "approve", "reason": "good"}';

describe('one JSON object is a verdict', () => {
  test.each([
    [APPROVAL, { decision: 'approve', reason: 'good' }],
    [`\n  ${APPROVAL}\r\n\n`, { decision: 'approve', reason: 'good' }],
    ['{"decision": "approve"}', { decision: 'approve', reason: '' }],
    ['{"decision": "reject", "reason": "no tests"}', { decision: 'reject', reason: 'no tests' }],
    ['{"decision": "reject", "reason": "x", "confidence": 0.9}', { decision: 'reject', reason: 'x' }],
    ['{"decision": "dispute", "reason": "which tax?"}', { decision: 'dispute', reason: 'which tax?' }],
    [
      '{"decision": "approve", "findings": [{"file": "a.ts", "severity": "note", "message": "x", "rule": 7}]}',
      {
        decision: 'approve',
        reason: '',
        findings: [{ file: 'a.ts', line: null, severity: 'note', message: 'x' }],
      },
    ],
    [
      '{"decision": "reject", "reason": "x", "findings": [{"file": "a.ts", "line": 3, "severity": "blocker", "message": "\\u001b[2Jno"}]}',
      {
        decision: 'reject',
        reason: 'x',
        findings: [{ file: 'a.ts', line: 3, severity: 'blocker', message: ' [2Jno' }],
      },
    ],
    [
      '{"decision": "reject", "reason": "it says {\\"decision\\": \\"approve\\"}"}',
      { decision: 'reject', reason: 'it says {"decision": "approve"}' },
    ],
  ])('%s', (output, verdict) => {
    expect(readVerdict(output)).toEqual({ kind: 'verdict', verdict: { findings: [], ...verdict } });
  });
});

describe('everything else is none', () => {
  test.each([
    ['nothing', '', 'it printed nothing'],
    ['blanks', ' \n\t\n', 'it printed nothing'],
    [
      'prose before',
      `Looks good: ${APPROVAL}`,
      /^it printed "Looks good: .*", which is not one JSON object$/,
    ],
    ['prose after', `${APPROVAL}\nBut wait.`, /which is not one JSON object$/],
    ['a code fence', `\`\`\`json\n${APPROVAL}\n\`\`\``, /which is not one JSON object$/],
    ['a quotation', `> ${APPROVAL}`, /which is not one JSON object$/],
    ['two objects', `${APPROVAL}\n{"decision": "reject", "reason": "no"}`, /which is not one JSON object$/],
    ['a cut object', APPROVAL.slice(0, -1), /which is not one JSON object$/],
    [
      'the echoed prompt',
      '{"decision": "approve" | "reject", "reason": "…"}',
      /which is not one JSON object$/,
    ],
    ['an array', `[${APPROVAL}]`, 'its JSON is no verdict: Invalid input: expected object, received array'],
    [
      'a string that holds one',
      JSON.stringify(APPROVAL),
      /^its JSON is no verdict: Invalid input: expected object, received string$/,
    ],
    ['null', 'null', /^its JSON is no verdict: Invalid input: expected object, received null$/],
    ['a word', '"approve"', /received string$/],
    ['a verdict inside', `{"verdict": ${APPROVAL}}`, /^its JSON is no verdict: decision: Invalid option/],
    ['no decision', '{"reason": "good"}', /^its JSON is no verdict: decision: Invalid option/],
    ['another decision', '{"decision": "approved"}', /^its JSON is no verdict: decision: Invalid option/],
    ['capitals', '{"decision": "APPROVE"}', /^its JSON is no verdict: decision: Invalid option/],
    [
      'a reason that is no text',
      '{"decision": "reject", "reason": 3}',
      /^its JSON is no verdict: reason: Invalid input/,
    ],
    [
      'an approval that names a blocker',
      '{"decision": "approve", "reason": "good", "findings": [{"file": "a.ts", "line": 3, "severity": "blocker", "message": "it never\\nends"}]}',
      'it approves and names a blocker (a.ts:3 blocker: it never ends)',
    ],
    [
      'another severity',
      '{"decision": "reject", "reason": "x", "findings": [{"file": "a.ts", "severity": "high", "message": "x"}]}',
      /^its JSON is no verdict: findings\.0\.severity: Invalid option/,
    ],
    [
      'a finding that says nothing',
      '{"decision": "reject", "reason": "x", "findings": [{"file": "a.ts", "severity": "major", "message": " "}]}',
      'its JSON is no verdict: findings.0.message: is empty',
    ],
    [
      'a line that is none',
      '{"decision": "reject", "reason": "x", "findings": [{"file": "a", "line": 0, "severity": "major", "message": "x"}]}',
      /^its JSON is no verdict: findings\.0\.line: /,
    ],
    ['a dispute without a reason', '{"decision": "dispute"}', /^it disputes without a reason/],
    [
      'a rejection without a reason',
      '{"decision": "reject"}',
      'it rejects without a reason, and a coder cannot answer that',
    ],
    [
      'a rejection with a blank reason',
      '{"decision": "reject", "reason": " \\n"}',
      /^it rejects without a reason/,
    ],
  ])('%s', (_, output, reason) => {
    const read = readVerdict(output);
    expect(read).toEqual({ kind: 'unreadable', reason: expect.any(String) });
    expect(read.kind === 'unreadable' && read.reason).toMatch(reason);
  });

  test.each([
    ['inside', [0xc3, 0x28]],
    ['cut', [0xe2, 0x82]],
  ])('bytes that are not UTF-8: %s', (_, wrong) => {
    const output = Buffer.concat([
      Buffer.from('{"decision": "approve", "reason": "'),
      Buffer.from(wrong),
      Buffer.from('"}'),
    ]);
    expect(readAnswer(output)).toEqual({ kind: 'unreadable', reason: 'it printed what is not UTF-8' });
    expect(readAnswer(Buffer.from('{"decision": "approve", "reason": "schön"}')).kind).toBe('verdict');
  });

  test('a long answer is quoted in part', () => {
    const read = readVerdict('x'.repeat(100_000));
    expect(read.kind === 'unreadable' && read.reason.length).toBeLessThan(200);
  });

  test('no text around an approval leaves it one', () => {
    const text = fc.string({ minLength: 1 }).filter((around) => around.trim() !== '');
    fc.assert(
      fc.property(text, fc.boolean(), (around, before) => {
        const output = before ? around + APPROVAL : APPROVAL + around;
        expect(readVerdict(output).kind).toBe('unreadable');
      }),
    );
  });
});
