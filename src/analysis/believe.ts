// What of an analyst's answer is believed: what is about tasks that it was asked about, and files that are there.

import type { ConflictAnalysis } from './conflictAnalysis.ts';

/** @returns those of the paths that are there: files and folders, without a slash at their ends */
export type Existing = (paths: readonly string[]) => Promise<ReadonlySet<string>>;

export interface Believed {
  readonly analysis: ConflictAnalysis;
  /** What was dropped, in sentences. */
  readonly notes: readonly string[];
}

/** @param asked ids of the tasks that it was asked about */
export async function believe(
  analysis: ConflictAnalysis,
  asked: ReadonlySet<string>,
  existing: Existing,
): Promise<Believed> {
  const strangers = new Set<string>();
  const isAsked = (id: string) => asked.has(id) || !strangers.add(id);
  const pairs = <T extends { readonly taskA: string; readonly taskB: string }>(all: readonly T[]): T[] =>
    all.filter(({ taskA, taskB }) => [taskA, taskB].map(isAsked).every(Boolean) && taskA !== taskB);
  const files = pairs(analysis.fileConflicts).map((one) => ({
    ...one,
    files: [...new Set(one.files.map(bare))],
  }));
  const named = new Set(files.flatMap((one) => one.files));
  const there = await existing([...named]);
  const invented = [...named].filter((path) => !there.has(path));
  const fileConflicts = files
    .map((one) => ({ ...one, files: one.files.filter((path) => there.has(path)) }))
    .filter((one) => one.files.length > 0);
  const groups = analysis.safeParallelGroups
    .map((group) => [...new Set(group.filter(isAsked))])
    .filter((group) => group.length > 0);
  const logical = analysis.logicalConflicts && { logicalConflicts: pairs(analysis.logicalConflicts) };
  const notes = [
    ...dropped(strangers, 'name', 'that it was not asked about'),
    ...dropped(invented, 'path', 'that main does not have'),
    ...(files.length > fileConflicts.length
      ? [`${counted(files.length - fileConflicts.length, 'conflict')} about no file of main`]
      : []),
  ].map((what) => `dropped from its answer: ${what}`);
  return {
    notes,
    analysis: {
      ...analysis,
      // Who invents is believed less about the rest too.
      confidence: notes.length > 0 ? 'low' : analysis.confidence,
      fileConflicts,
      ...logical,
      safeParallelGroups: groups,
    },
  };
}

const bare = (path: string) => path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');

const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

const SHOWN = 3;

function dropped(these: Iterable<string>, what: string, why: string): string[] {
  const all = [...these];
  if (all.length === 0) return [];
  const shown = all.slice(0, SHOWN).map((one) => JSON.stringify(one.slice(0, 100)));
  return [`${counted(all.length, what)} ${why} (${shown.join(', ')}${all.length > SHOWN ? ', …' : ''})`];
}
