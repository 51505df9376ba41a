import { describe, expect, test } from 'vitest';
import { combine } from '../../src/analysis/combine.ts';
import type { ConflictAnalysis, Risk } from '../../src/analysis/conflictAnalysis.ts';
import { questionOf } from '../support/question.ts';

const QUESTION = questionOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);

const pair = (taskA: string, taskB: string, risk: Risk, ...files: string[]) => ({
  taskA,
  taskB,
  files,
  risk,
  reason: `they meet (${risk})`,
});

function voice(name: string, analysis: Partial<ConflictAnalysis>) {
  const whole: ConflictAnalysis = {
    canRunInParallel: true,
    confidence: 'medium',
    fileConflicts: [],
    buildConflicts: [],
    recommendations: [],
    safeParallelGroups: [],
    ...analysis,
  };
  return {
    name,
    opinion: { kind: 'opinion' as const, analysis: whole, notes: [], cost: null },
  };
}

describe('several voices', () => {
  test('of which there is one are that one', () => {
    const one = voice('static', { fileConflicts: [pair('a', 'b', 'high', 'x')], recommendations: ['Wait'] });
    expect(combine(QUESTION, [one])).toEqual({
      analysis: one.opinion.analysis,
      by: {
        fileConflicts: [['static']],
        buildConflicts: [],
        logicalConflicts: [],
        timingRisks: [],
        recommendations: [['static']],
      },
      commands: [[]],
      disagreements: [],
    });
  });

  test('that agree are surer', () => {
    const fileConflicts = [pair('a', 'b', 'medium', 'x')];
    const { analysis, by, disagreements } = combine(QUESTION, [
      voice('static', { canRunInParallel: false, fileConflicts }),
      voice('haiku', { canRunInParallel: false, fileConflicts: [pair('b', 'a', 'medium', 'y')] }),
    ]);
    expect(analysis).toMatchObject({ canRunInParallel: false, confidence: 'high' });
    expect(analysis.fileConflicts).toEqual([{ ...pair('a', 'b', 'medium', 'x', 'y') }]);
    expect(by.fileConflicts).toEqual([['static', 'haiku']]);
    expect(disagreements).toEqual([]);
    expect(analysis.safeParallelGroups).toEqual([['a', 'c'], ['b']]);
  });

  test('that disagree are heard, and nothing is sure', () => {
    const { analysis, by, disagreements } = combine(QUESTION, [
      voice('static', { confidence: 'high', fileConflicts: [pair('a', 'b', 'low', 'x')] }),
      voice('haiku', {
        canRunInParallel: false,
        confidence: 'high',
        fileConflicts: [pair('a', 'b', 'high', 'x'), pair('b', 'c', 'medium', 'z')],
      }),
    ]);
    expect(analysis).toMatchObject({ canRunInParallel: false, confidence: 'low' });
    expect(analysis.fileConflicts.map(({ risk, reason }) => [risk, reason])).toEqual([
      ['high', 'they meet (high)'],
      ['medium', 'they meet (medium)'],
    ]);
    expect(by.fileConflicts).toEqual([['static', 'haiku'], ['haiku']]);
    expect(disagreements).toEqual([
      'static holds that all of it can run in parallel, haiku that it cannot',
      'a and b: static says low, haiku says high',
      'only haiku (medium) sees a conflict of b and c',
    ]);
    expect(analysis.safeParallelGroups).toEqual([['a', 'c'], ['b']]);
  });

  test('that say the same in other words count once, and one that repeats itself is no second voice', () => {
    const build = (description: string, risk: Risk = 'low') => ({ description, risk, mitigation: 'None' });
    const { analysis, by } = combine(QUESTION, [
      voice('static', { buildConflicts: [build("Both use 'shared'."), build('Both use shared', 'medium')] }),
      voice('haiku', { buildConflicts: [build('Something else')], recommendations: ['Wait'] }),
      voice('codex', { buildConflicts: [build('both use shared')], recommendations: ['Wait'] }),
    ]);
    expect(analysis.buildConflicts.map(({ description, risk }) => [description, risk])).toEqual([
      ['Both use shared', 'medium'],
      ['Something else', 'low'],
    ]);
    expect(by.buildConflicts).toEqual([['static', 'codex'], ['haiku']]);
    expect(analysis.recommendations).toEqual([
      'Proceed anyway (conflicts go back to a coder, main stays green)',
      'Wait',
    ]);
  });

  test('are advised on what all of them have found, not on what one of them has', () => {
    const question = questionOf(['a', 'b', 'c'].map((id) => ({ id, section: id.toUpperCase() })));
    const of = (name: string, other: string, ...recommendations: string[]) =>
      voice(name, { fileConflicts: [pair('a', other, 'high', `${other}.ts`)], recommendations });
    const { analysis } = combine(question, [of('static', 'b', 'Run A and C in parallel'), of('haiku', 'c')]);
    expect(analysis.recommendations).toEqual([
      'Run B and C in parallel',
      'Run A after B and C complete',
      'Or: Run a “Do a” before b “Do b”',
      'Run a “Do a” before c “Do c”',
      expect.stringMatching(/^Or: Proceed anyway/),
    ]);
  });
});
