import { expect, test } from 'vitest';
import { believe } from '../../src/analysis/believe.ts';
import { fileConflict, NO_CONFLICTS } from '../support/askedAbout.ts';

const MAIN = new Set(['shared/types/user.ts', 'shared/config.ts', 'shared']);
const believing = (analysis: object) =>
  believe(
    { ...NO_CONFLICTS, ...analysis },
    new Set(['k3j9', 'p94a']),
    async (paths) => new Set(paths.filter((path) => MAIN.has(path))),
  );

test('an answer about what it was asked stays as it is, with its paths in one spelling', async () => {
  const { analysis, notes } = await believing({
    canRunInParallel: false,
    fileConflicts: [
      fileConflict('k3j9', 'p94a', './shared/types/user.ts', 'shared/', 'shared/types/user.ts'),
    ],
    safeParallelGroups: [['k3j9'], ['p94a']],
  });
  expect(notes).toEqual([]);
  expect(analysis).toMatchObject({ canRunInParallel: false, confidence: 'high' });
  expect(analysis.fileConflicts).toEqual([fileConflict('k3j9', 'p94a', 'shared/types/user.ts', 'shared')]);
  expect(analysis.safeParallelGroups).toEqual([['k3j9'], ['p94a']]);
  expect(analysis).not.toHaveProperty('logicalConflicts');
});

test('paths that are not there and tasks that it was not asked about are dropped, counted, and cost it trust', async () => {
  const logical = { description: 'needs it', risk: 'high', mitigation: 'one after the other' };
  const { analysis, notes } = await believing({
    fileConflicts: [
      fileConflict('k3j9', 'p94a', 'shared/config.ts', 'src/ghost.ts'),
      fileConflict('k3j9', 'p94a', '../../etc/passwd', 'a.ts', 'b.ts'),
      fileConflict('k3j9', 'zzzz', 'shared/config.ts'),
      fileConflict('k3j9', 'k3j9', 'shared/config.ts'),
    ],
    logicalConflicts: [
      { taskA: 'k3j9', taskB: 'p94a', ...logical },
      { taskA: 'yyyy', taskB: 'p94a', ...logical },
    ],
    safeParallelGroups: [['k3j9', 'zzzz', 'k3j9'], ['zzzz']],
  });
  expect(analysis.fileConflicts).toEqual([fileConflict('k3j9', 'p94a', 'shared/config.ts')]);
  expect(analysis.logicalConflicts).toEqual([{ taskA: 'k3j9', taskB: 'p94a', ...logical }]);
  expect(analysis.safeParallelGroups).toEqual([['k3j9']]);
  expect(analysis.confidence).toBe('low');
  expect(notes).toEqual([
    'dropped from its answer: 2 names that it was not asked about ("zzzz", "yyyy")',
    'dropped from its answer: 4 paths that main does not have ("src/ghost.ts", "../../etc/passwd", "a.ts", …)',
    'dropped from its answer: 1 conflict about no file of main',
  ]);
});
