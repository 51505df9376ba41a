// What an analyst of conflicts is asked in tests: tasks, and what they are said to change.

import type { AnalysisQuestion, AnalyzedTask } from '../../src/analysis/analyst.ts';
import type { ConflictAnalysis } from '../../src/analysis/conflictAnalysis.ts';
import type { Sha, TaskId } from '../../src/task/ids.ts';

export function analyzedTask(id: string, given: Partial<AnalyzedTask> = {}): AnalyzedTask {
  return {
    id: id as TaskId,
    title: `Do ${id}`,
    spec: `What ${id} is about.`,
    section: 'API',
    status: 'pending',
    paths: [],
    likely: [],
    shared: [],
    after: [],
    ...given,
  };
}

export function asked(
  tasks: readonly AnalyzedTask[],
  given: Partial<AnalysisQuestion> = {},
): AnalysisQuestion {
  return { main: 'f'.repeat(40) as Sha, tasks, parts: [], folders: [], ...given };
}

export const NO_CONFLICTS: ConflictAnalysis = {
  canRunInParallel: true,
  confidence: 'high',
  fileConflicts: [],
  buildConflicts: [],
  recommendations: [],
  safeParallelGroups: [],
};

export function fileConflict(taskA: string, taskB: string, ...files: string[]) {
  return { taskA, taskB, files, risk: 'medium' as const, reason: 'type changes may conflict' };
}
