// What analysts say of pairs of tasks is kept: scheduling goes by it, and `analysis report` says how good it was.

import type { AnalyzedTask, Opinion } from '../analysis/analyst.ts';
import { type AskedTask, insertOpinion } from '../store/opinions.ts';
import type { Project } from './project.ts';

/** @param tasks all that it was asked about */
export async function rememberOpinion(
  { store }: Pick<Project, 'store'>,
  analyst: string,
  tasks: readonly AnalyzedTask[],
  { analysis }: Pick<Opinion, 'analysis'>,
): Promise<void> {
  const { fileConflicts, logicalConflicts = [] } = analysis;
  const conflicts = [
    // Later ones count: what conflicts in a file as well is told with it.
    ...logicalConflicts.map(
      ({ taskA, taskB, risk }) => ({ tasks: [taskA, taskB], risk, paths: [] }) as const,
    ),
    ...fileConflicts.map(
      ({ taskA, taskB, risk, files }) => ({ tasks: [taskA, taskB], risk, paths: files }) as const,
    ),
  ];
  await store.write((trx) => insertOpinion(store, trx, { analyst, tasks: tasks.map(askedTask), conflicts }));
}

/** What its branch or worktree has changed is certain. */
export const askedTask = ({ id, likely }: Pick<AnalyzedTask, 'id' | 'likely'>): AskedTask => ({
  id,
  known: likely.some(({ likelihood }) => likelihood === 1),
});
