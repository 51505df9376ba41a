// The graph of conflicts: tasks that would get in each other's way if they ran at the same time. A function of the
// question alone, so that whoever plans what runs together and whoever tells people about it go by the same.

import { isLockfile } from '../git/lockfiles.ts';
import type { TaskId } from '../task/ids.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';
import { RISKS, type Risk } from './conflictAnalysis.ts';
import { logicalConflicts } from './logic.ts';
import { timesOf } from './meeting.ts';
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

/**
 * @returns one edge for each pair that may run at the same time and is likely enough to conflict: in files that both
 * change, or (of medium risk and above) where one builds on what the other changes
 */
export function conflictGraph(question: AnalysisQuestion): ConflictEdge[] {
  const edges = new Map(fileEdges(question).map((edge) => [keyOf(edge), edge]));
  const times = timesOf(question);
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  for (const { taskA, taskB, risk, description } of logicalConflicts(question)) {
    const [one, other] = [tasks.get(taskA), tasks.get(taskB)];
    const known = edges.get(keyOf({ taskA, taskB }));
    if (risk === 'low' || !one || !other || (known && !isWorse(risk, known.risk))) continue;
    const bare = { files: [], expected: 0, inTurn: times.inTurn(one, other) };
    const edge = { ...bare, ...known, taskA: one.id, taskB: other.id, risk, reason: description };
    edges.set(keyOf(edge), edge);
  }
  return [...edges.values()];
}

const keyOf = ({ taskA, taskB }: { readonly taskA: string; readonly taskB: string }) => `${taskA} ${taskB}`;

export const isWorse = (one: Risk, other: Risk) => RISKS.indexOf(one) > RISKS.indexOf(other);

/** Those of files that both are likely to change. */
export function fileEdges(question: AnalysisQuestion): ConflictEdge[] {
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
        files: worthTelling(files),
        expected: expectedOf(files),
        reason: whyOf({ ...overlap, files }),
        inTurn: times.inTurn(one, other),
      },
    ];
  });
}

const expectedOf = (files: Overlap['files']) => files.reduce((sum, file) => sum + bothOf(file), 0);

/** The likeliest, and those that are not much less so: a file that hardly both of them change explains nothing. */
function worthTelling(files: Overlap['files']): string[] {
  const [first] = files;
  return files.filter((file) => file === first || bothOf(file) >= TOLD).map(({ path }) => path);
}

const TOLD = 0.2;

function riskOf({ files }: Pick<Overlap, 'files'>): Risk | undefined {
  if (files.some(({ chances }) => chances.every((chance) => chance === 1))) return 'high';
  const expected = expectedOf(files);
  if (expected >= HIGH) return 'high';
  if (expected >= MEDIUM) return 'medium';
  return expected >= LOW ? 'low' : undefined;
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
