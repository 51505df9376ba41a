// Conflicts of builds and of timing: they are of no pair of tasks, so what they are about is read in their words.

import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';
import { sectionOf } from './meeting.ts';
import { sectionsOf } from './sections.ts';

export type Whole = ConflictAnalysis['buildConflicts'][number];

/** Those of more than low risk. */
export function graveWholes({ buildConflicts, timingRisks = [] }: ConflictAnalysis): Whole[] {
  return [...buildConflicts, ...timingRisks].filter(({ risk }) => risk !== 'low');
}

export function tasksNamed({ tasks }: AnalysisQuestion, { description }: Whole): AnalyzedTask[] {
  return tasks.filter(({ id }) => description.includes(id));
}

/** Whether it may be about two sections: it names both or tasks of them, or does not say enough to leave them out. */
export function isAbout(question: AnalysisQuestion, whole: Whole, one: string, other: string): boolean {
  const named = new Set([
    ...tasksNamed(question, whole).map(sectionOf),
    ...sectionsOf(question).filter((name) => whole.description.includes(name)),
  ]);
  return named.size < 2 || (named.has(one) && named.has(other));
}
