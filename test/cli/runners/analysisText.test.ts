import { describe, expect, test } from 'vitest';
import { combine } from '../../../src/analysis/combine.ts';
import { analyzeStatically } from '../../../src/analysis/static.ts';
import { boxText, commandsText, pairsText, speechLines } from '../../../src/cli/runners/analysisText.ts';
import { widthOf } from '../../../src/cli/table.ts';
import { type Given, partOf, questionOf } from '../../support/question.ts';

function matterOf(tasks: readonly Given[], others = {}, ...names: readonly string[]) {
  const question = questionOf(tasks, others);
  const opinion = analyzeStatically(question);
  const voices = ['static', ...names].map((name) => ({ name, opinion }));
  return { question, combined: combine(question, voices) };
}

const HOSTILE = `\u001b[31mRed\u001b[0m ${'漢字'.repeat(60)} ${'x'.repeat(300)}`;
const pair = (title: string) =>
  ['a', 'b'].map((id) => ({
    id,
    title,
    section: id.toUpperCase(),
    likely: { [`${'deep/'.repeat(40)}a.ts`]: 0.98 },
  }));

describe('the box', () => {
  test.each([30, 60, 100, 300])('is whole on %i columns, whatever stands in it', (columns) => {
    const text = boxText(matterOf(pair(HOSTILE)), columns);
    const widths = new Set(text.split('\n').map(widthOf));
    expect([...widths]).toEqual([Math.max(42, Math.min(columns, 100))]);
    expect(text).not.toContain('\u001b');
  });

  test('says who says what where there are several', () => {
    expect(boxText(matterOf(pair('Go'), {}, 'haiku'), 100)).toContain('(static, haiku)');
    expect(boxText(matterOf(pair('Go')), 100)).not.toContain('(static)');
  });

  test('says whose recommendation it is where it is not ours', () => {
    const question = questionOf(pair('Go'));
    const opinion = analyzeStatically(question);
    const theirs = { ...opinion, analysis: { ...opinion.analysis, recommendations: ['Wait a day'] } };
    const voices = [
      { name: 'static', opinion },
      { name: 'haiku', opinion: theirs },
      { name: 'opus', opinion: theirs },
    ];
    const text = boxText({ question, combined: combine(question, voices) }, 100);
    expect(text).toContain('Wait a day (haiku, opus)');
    expect(text).toMatch(/2\. Run B after A completes +│/);
  });

  test('is as wide as what is in it, up to the terminal', () => {
    const short = ['a', 'b'].map((id) => ({ id, section: id, likely: { 'a.ts': 0.98 } }));
    expect(widthOf(boxText(matterOf(short), 300).split('\n')[0] ?? '')).toBe(81);
    expect(widthOf(boxText(matterOf(short), 70).split('\n')[0] ?? '')).toBe(70);
  });
});

test('no recommendation is left out for being the eleventh', () => {
  const sections = ['a', 'b', 'c', 'd', 'e', 'f'];
  const tasks = sections.map((id) => ({ id, section: id, likely: { 'a.ts': 0.98 } }));
  expect(boxText(matterOf(tasks), 100)).toMatch(/ 12\. Or: Proceed anyway/);
});

test('commands stand below, whole, by the numbers of what they do', () => {
  const shared = ['ui'];
  const part = partOf('ui', 'UI', `packages/${'deep/'.repeat(20)}ui`, [], true);
  const tasks = ['a', 'b', 'c'].map((id) => ({ id, section: id, shared, likely: { 'a.ts': 0.98 } }));
  const matter = matterOf(tasks, { parts: [part] });
  const text = commandsText(matter);
  expect(text).toBe(`To do 4 and 5:
steroids tasks edit b --also-after a
steroids tasks edit c --also-after b

To do 6:
steroids sections add UI --path '${part.paths[0]}' --exclusive
steroids tasks edit a --section UI
steroids tasks edit b --section UI
steroids tasks edit c --section UI`);
  expect(boxText(matter, 300)).toContain('4. Or: Run a “Do a” before b “Do b”');
  expect(boxText(matter, 300)).toContain('6. Or: Move a, b, c to a section of their own');
  expect(boxText(matter, 300)).not.toContain('steroids');
});

describe('pairs of sections', () => {
  test('that have only low risks are safe, with what was found', () => {
    const tasks = ['a', 'b'].map((id) => ({ id, section: id.toUpperCase(), likely: { 'x.ts': 0.5 } }));
    expect(pairsText(matterOf(tasks))).toBe(`✓ A ↔ B: Safe to parallelize (1 low risk)
  • x.ts modified by both (a, b)

Recommendation:
  Run A and B in parallel.`);
  });

  test('are not called safe where builds or timing speak against it; others are', () => {
    const port = (name: string) => ({
      id: `serve-${name}`,
      section: name,
      title: `Serve ${name} on port 4000`,
    });
    const other = { id: 'footer', section: 'Docs' };
    const text = pairsText(matterOf([port('API'), port('Web'), other]));
    expect(text).toContain('✓ API ↔ Web: No conflicts of files (for builds and timing see above)');
    expect(text).toContain('✓ API ↔ Docs: Safe to parallelize (no conflicts detected)');
    expect(pairsText(matterOf([other]))).toBe('✓ Docs, task by task: no conflicts detected');
  });

  test('of twenty sections only those that have something against each other are listed', () => {
    const tasks = Array.from({ length: 20 }, (_, number) => ({
      id: `t${number}`,
      section: `S${number}`,
      likely: { [`${Math.max(number, 1)}.ts`]: 0.98 },
    }));
    expect(pairsText(matterOf(tasks))).toBe(`⚠ S0 ↔ S1: 1 potential conflict
  • 1.ts modified by both (t0, t1)
✓ 189 more pairs of sections: Safe to parallelize

Recommendation:
  Run S0, S2, S3, S4, S5, S6 and 13 more in parallel.
  Run S1 after S0 completes.`);
  });
});

test('what analysts cost, and why they had no say, is told', () => {
  const tokens = { input: 1000, output: 200, cacheRead: 0, cacheWrite: 0 };
  const cost = { tokens, money: 0.0123, whole: true };
  const opinion = { ...analyzeStatically(questionOf([])), cost };
  const kind = 'model' as const;
  expect(
    speechLines({
      speeches: [
        { name: 'haiku', kind, said: opinion, kept: false },
        { name: 'opus', kind, said: opinion, kept: true },
        { name: 'codex', kind, said: { kind: 'none', reason: 'no key', cost }, kept: false },
      ],
      notes: ['cut \u0007'],
    }),
  ).toEqual([
    'haiku took 1200 tokens, $0.0123',
    'opus has answered this before (--fresh asks again)',
    'codex had no say: no key',
    'cut <7>',
  ]);
});
