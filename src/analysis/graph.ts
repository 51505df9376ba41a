// The graph of conflicts: tasks that would get in each other's way if they ran at the same time. A function of the
// question alone, so that whoever plans what runs together and whoever tells people about it go by the same.

import { isLockfile } from '../git/lockfiles.ts';
import type { TaskId } from '../task/ids.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';
import type { Risk } from './conflictAnalysis.ts';
import { bothOf, type Overlap, overlapsOf } from './overlap.ts';
import { whyOf } from './whyFiles.ts';

export interface ConflictEdge {
  /** In the order of the question. */
  readonly taskA: TaskId;
  readonly taskB: TaskId;
  readonly risk: Risk;
  /** The likeliest first: paths, or a glob. */
  readonly files: readonly string[];
  /** How many files both are expected to change. */
  readonly expected: number;
  /** A few words. */
  readonly reason: string;
  /** Their section lets one runner code at a time: only while the one waits to land can the other be begun. */
  readonly inTurn: boolean;
}

/** From so many files on that both are expected to change. */
const LOW = 0.2;
const MEDIUM = 0.4;
const HIGH = 1.5;

/** @returns an edge for each pair that may run at the same time and is likely enough to conflict */
export function conflictGraph(question: AnalysisQuestion): ConflictEdge[] {
  const times = timesOf(question);
  return overlapsOf(question).flatMap((overlap): ConflictEdge[] => {
    const { one, other } = overlap;
    if (!times.together(one, other)) return [];
    // A tool makes lockfiles anew: they are told as a matter of the build.
    const files = overlap.files.filter(({ path }) => !isLockfile(path));
    const risk = riskOf({ ...overlap, files });
    if (risk === undefined) return [];
    return [
      {
        taskA: one.id,
        taskB: other.id,
        risk,
        files: files.map(({ path }) => path),
        expected: expectedOf(files),
        reason: whyOf({ ...overlap, files }),
        inTurn: times.inTurn(one, other),
      },
    ];
  });
}

const expectedOf = (files: Overlap['files']) => files.reduce((sum, file) => sum + bothOf(file), 0);

function riskOf({ files }: Pick<Overlap, 'files'>): Risk | undefined {
  if (files.some(({ chances }) => chances.every((chance) => chance === 1))) return 'high';
  const expected = expectedOf(files);
  if (expected >= HIGH) return 'high';
  if (expected >= MEDIUM) return 'medium';
  return expected >= LOW ? 'low' : undefined;
}

export interface Times {
  /** Whether one may run, or wait to land, while the other does. */
  together(one: AnalyzedTask, other: AnalyzedTask): boolean;
  /** Whether one section with one place is all that parts them. */
  inTurn(one: AnalyzedTask, other: AnalyzedTask): boolean;
}

/** Who can be under way at the same time: not what comes after the other, and nothing beside what is exclusive. */
export function timesOf({ tasks, sections = [] }: AnalysisQuestion): Times {
  const after = new Map(tasks.map((task) => [task.id, new Set(task.after)]));
  const alone = new Set(sections.filter(({ exclusive }) => exclusive).map(({ name }) => name));
  const single = new Set(sections.filter(({ maxRunners }) => maxRunners === 1).map(({ name }) => name));
  const isAlone = ({ section }: AnalyzedTask) => section !== null && alone.has(section);
  return {
    together: (one, other) =>
      !after.get(one.id)?.has(other.id) &&
      !after.get(other.id)?.has(one.id) &&
      !isAlone(one) &&
      !isAlone(other),
    inTurn: ({ section }, other) => section !== null && section === other.section && single.has(section),
  };
}

/**
 * Groups of tasks of which no two are joined: the most entangled first, each into the first group that has room for it
 * (Welsh and Powell, "An upper bound for the chromatic number of a graph", 1967).
 * @param joined pairs that must not be in one group
 * @returns every one once, in the given order within a group; the largest group first
 */
export function groupsWithout<Id extends string>(
  ids: readonly Id[],
  joined: readonly (readonly [Id, Id])[],
): Id[][] {
  const neighbours = new Map(ids.map((id) => [id, new Set<Id>()]));
  for (const [one, other] of joined) {
    neighbours.get(one)?.add(other);
    neighbours.get(other)?.add(one);
  }
  const degree = (id: Id) => neighbours.get(id)?.size ?? 0;
  const groupOf = new Map<Id, number>();
  for (const id of ids.toSorted((one, other) => degree(other) - degree(one))) {
    const taken = new Set([...(neighbours.get(id) ?? [])].map((other) => groupOf.get(other)));
    let group = 0;
    while (taken.has(group)) group++;
    groupOf.set(id, group);
  }
  const groups = [...Map.groupBy(ids, (id) => groupOf.get(id)).values()];
  return groups.sort((one, other) => other.length - one.length);
}
