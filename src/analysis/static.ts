// The analyst that is always there: no key, no cost, and the same answer to the same question.

import { SURE } from '../structure/route.ts';
import type { TaskId } from '../task/ids.ts';
import { adviceOn } from './advice.ts';
import type { AnalysisQuestion, Analyst, AnalyzedTask, Opinion } from './analyst.ts';
import { buildConflicts } from './builds.ts';
import { type ConflictAnalysis, RISKS, type Risk } from './conflictAnalysis.ts';
import { fileEdges, groupsWithout } from './graph.ts';
import { logicalConflicts } from './logic.ts';
import { timesOf } from './meeting.ts';
import { timingRisks } from './resources.ts';

/** Raised with every change of what it answers. */
const VERSION = '3';

export const STATIC = 'static';

export const staticAnalyst: Analyst = {
  name: STATIC,
  kind: 'static',
  identity: VERSION,
  ask: async (question) => analyzeStatically(question),
};

/** What is listed of each kind, the gravest first: nobody reads more. */
const MOST = { files: 300, logic: 100, others: 40 };
const MOST_FILES = 20;
/** A longer path is none that the answer's schema has room for. */
const LONGEST_PATH = 1_000;

export function analyzeStatically(question: AnalysisQuestion): Opinion {
  const edges = fileEdges(question);
  const inTime = edges.filter(({ inTurn }) => !inTurn);
  const files = gravest(
    inTime.map(({ taskA, taskB, files, risk, reason, expected }) => ({
      taskA,
      taskB,
      files: files.filter((file) => file.length <= LONGEST_PATH).slice(0, MOST_FILES),
      risk,
      reason,
      expected,
    })),
    MOST.files,
    (one) => one.expected,
  );
  const logic = gravest(logicalConflicts(question), MOST.logic);
  const builds = gravest(buildConflicts(question), MOST.others);
  const timing = gravest(timingRisks(question), MOST.others);
  const joined = [...edges, ...logic.shown].map(({ taskA, taskB }) => [taskA, taskB] as const);
  const without = {
    canRunInParallel: [...inTime, ...logic.all, ...builds.all].every(({ risk }) => risk === 'low'),
    confidence: confidenceIn(question.tasks),
    fileConflicts: files.shown.map(({ expected: _, ...conflict }) => conflict),
    buildConflicts: builds.shown,
    logicalConflicts: logic.shown,
    timingRisks: timing.shown,
    safeParallelGroups: safeGroups(question, joined),
  };
  const analysis: ConflictAnalysis = {
    ...without,
    recommendations: adviceOn(question, without).map(({ text }) => text),
  };
  return {
    kind: 'opinion',
    analysis,
    notes: [
      ...leftOut(files, 'conflicts of files'),
      ...leftOut(logic, 'logical conflicts'),
      ...unknown(question.tasks),
    ],
    cost: null,
  };
}

interface Gravest<One> {
  readonly all: readonly One[];
  readonly shown: One[];
}

function gravest<One extends { readonly risk: Risk }>(
  all: readonly One[],
  most: number,
  then: (one: One) => number = () => 0,
): Gravest<One> {
  const sorted = all.toSorted(
    (one, other) => RISKS.indexOf(other.risk) - RISKS.indexOf(one.risk) || then(other) - then(one),
  );
  return { all, shown: sorted.slice(0, most) };
}

const leftOut = ({ all, shown }: Gravest<unknown>, what: string) =>
  all.length > shown.length ? [`${all.length - shown.length} more ${what} are not listed`] : [];

/**
 * Groups of tasks that may all run at the same time.
 * @param joined pairs of ids that conflict
 */
export function safeGroups(
  question: AnalysisQuestion,
  joined: readonly (readonly [string, string])[],
): string[][] {
  const times = timesOf(question);
  const ids: string[] = question.tasks.map(({ id }) => id);
  const apart = question.tasks.flatMap((one, at) =>
    question.tasks
      .slice(at + 1)
      .filter((other) => !times.together(one, other))
      .map((other): [TaskId, TaskId] => [one.id, other.id]),
  );
  return groupsWithout<string>(ids, [...joined, ...apart]);
}

/** As sure as what is known of the tasks: given paths and changed files, guesses, or nothing. */
function confidenceIn(tasks: readonly AnalyzedTask[]): ConflictAnalysis['confidence'] {
  const share = (fits: (task: AnalyzedTask) => boolean) => tasks.filter(fits).length / (tasks.length || 1);
  if (share((task) => task.paths.length > 0 || likelihoodOf(task) >= GOOD) >= MOSTLY) return 'high';
  return share((task) => task.paths.length > 0 || likelihoodOf(task) >= SURE) >= HALF ? 'medium' : 'low';
}

const GOOD = 0.9;
const MOSTLY = 0.8;
const HALF = 0.5;

const likelihoodOf = ({ likely }: AnalyzedTask) => Math.max(0, ...likely.map(({ likelihood }) => likelihood));

function unknown(tasks: readonly AnalyzedTask[]): string[] {
  const those = tasks.filter(({ paths, likely }) => paths.length === 0 && likely.length === 0);
  if (those.length === 0) return [];
  const what = those.length === 1 ? `${those[0]?.id} is` : `${those.length} tasks are`;
  return [
    `no file is known that ${what} likely to change: paths help (steroids tasks edit ${those[0]?.id} --paths GLOB)`,
  ];
}
