import { describe, expect, test } from 'vitest';
import { findConflictAnalysis } from '../../src/analysis/answer.ts';
import { NO_CONFLICTS } from '../support/askedAbout.ts';

const GOOD = JSON.stringify(NO_CONFLICTS);
const BAD = JSON.stringify({ ...NO_CONFLICTS, canRunInParallel: false });
const find = (said: string) => findConflictAnalysis(Buffer.from(said));

describe('the answer of a program', () => {
  test.each([
    ['all that it printed', ` ${GOOD}\n`],
    ['a block in prose', `Sure!\n\n\`\`\`json\n${GOOD}\n\`\`\`\nDone.\n`],
    ['the last of several blocks', `\`\`\`json\n${BAD}\n\`\`\`\nNo:\n~~~~\r\n${GOOD}\r\n~~~~\n`],
    ['a longer fence around backticks', `\`\`\`\`\n${GOOD.replace('[]', '[]\n')}\n\`\`\`\`\n`],
  ])('%s', (_, said) => {
    expect(find(said)).toEqual({ kind: 'analysis', analysis: NO_CONFLICTS });
  });

  test.each([
    ['nothing', ' \n', 'it printed nothing'],
    ['prose', 'There are no conflicts.', 'it is not JSON'],
    ['an object within prose', `I would say ${GOOD}.`, 'it is not JSON'],
    ['two objects', `${GOOD}\n${GOOD}`, 'it is not JSON'],
    ['a fence that is not closed', `\`\`\`json\n${GOOD}\n`, 'it is not JSON'],
    [
      'a block that is another thing, after one that fits',
      `\`\`\`\n${GOOD}\n\`\`\`\n\`\`\`\nls\n\`\`\`\n`,
      'it is not JSON',
    ],
    ['a field of another kind', GOOD.replace('true', '"yes"'), 'canRunInParallel: Invalid input'],
    ['a field that is missing', GOOD.replace('"confidence":"high",', ''), 'confidence: Invalid option'],
  ])('is none: %s', (_, said, reason) => {
    expect(find(said)).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining(reason) });
  });

  test('is none: bytes that are no text', () => {
    expect(findConflictAnalysis(Uint8Array.of(0x7b, 0xff))).toMatchObject({ kind: 'unreadable' });
  });
});
