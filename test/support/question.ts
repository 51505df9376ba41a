// Questions for analysts of conflicts, made by hand: tasks as few words as a test needs.

import type { AnalysisQuestion, AnalyzedPart, AnalyzedTask, LikelyFile } from '../../src/analysis/analyst.ts';
import { type TaskId, toSha } from '../../src/task/ids.ts';

export type Given = Omit<Partial<AnalyzedTask>, 'id' | 'likely' | 'after'> & {
  readonly id: string;
  /** Path and likelihood. */
  readonly likely?: Readonly<Record<string, number>>;
  readonly after?: readonly string[];
};

export function taskOf({ id, likely = {}, after = [], ...rest }: Given): AnalyzedTask {
  return {
    title: `Do ${id}`,
    spec: '',
    section: null,
    status: 'pending',
    paths: [],
    shared: [],
    ...rest,
    id: id as TaskId,
    likely: Object.entries(likely).map(
      ([path, likelihood]): LikelyFile => ({
        path,
        likelihood,
        reason: likelihood === 1 ? 'changed already' : 'the text names it',
      }),
    ),
    after: after as TaskId[],
  };
}

export function questionOf(
  tasks: readonly Given[],
  others: Partial<Omit<AnalysisQuestion, 'tasks'>> = {},
): AnalysisQuestion {
  return { main: toSha('a'.repeat(40)), parts: [], folders: [], ...others, tasks: tasks.map(taskOf) };
}

export const partOf = (
  key: string,
  title: string,
  path: string,
  uses: readonly string[] = [],
  shared = false,
): AnalyzedPart => ({ key, title, paths: [`${path}/**`], shared, uses });
