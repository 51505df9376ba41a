// Several analysts' answers as one: what more of them say is surer, and where they disagree is said.

import { adviceOn, commandsFor } from './advice.ts';
import type { AnalysisQuestion, Opinion } from './analyst.ts';
import {
  type ConflictAnalysis,
  type FileConflict,
  type LogicalConflict,
  RISKS,
  type Risk,
} from './conflictAnalysis.ts';
import { isWorse } from './graph.ts';
import { STATIC, safeGroups } from './static.ts';

export interface Voice {
  /** As people call the analyst. */
  readonly name: string;
  readonly opinion: Opinion;
}

export interface Combined {
  readonly analysis: ConflictAnalysis;
  /** Who says it: lists of names, in the order of the lists of the analysis. */
  readonly by: {
    readonly fileConflicts: readonly (readonly string[])[];
    readonly buildConflicts: readonly (readonly string[])[];
    readonly logicalConflicts: readonly (readonly string[])[];
    readonly timingRisks: readonly (readonly string[])[];
    readonly recommendations: readonly (readonly string[])[];
  };
  /** What does each of the recommendations, as lines for a shell. Of ours alone: nobody else writes commands for people to copy. */
  readonly commands: readonly (readonly string[])[];
  /** In sentences, without their full stops. */
  readonly disagreements: readonly string[];
}

type BuildConflict = ConflictAnalysis['buildConflicts'][number];

const MOST_DISAGREEMENTS = 10;
const MOST_RECOMMENDATIONS = 12;

/** @param voices at least one; where they say the same otherwise, the words of the first count */
export function combine(question: AnalysisQuestion, voices: readonly Voice[]): Combined {
  const [first, ...others] = voices;
  if (first === undefined) throw new TypeError('nobody said anything');
  const pairs = merge<FileConflict>(voices, ({ fileConflicts }) => fileConflicts, ofPair, graverFiles);
  const logic = merge<LogicalConflict>(
    voices,
    ({ logicalConflicts = [] }) => logicalConflicts,
    ofPair,
    graver,
  );
  const builds = merge<BuildConflict>(voices, ({ buildConflicts }) => buildConflicts, ofWords, graver);
  const timing = merge<BuildConflict>(voices, ({ timingRisks = [] }) => timingRisks, ofWords, graver);
  const by = {
    fileConflicts: namesIn(pairs),
    buildConflicts: namesIn(builds),
    logicalConflicts: namesIn(logic),
    timingRisks: namesIn(timing),
  };
  const only = first.opinion.analysis;
  if (others.length === 0)
    return {
      analysis: only,
      by: { ...by, recommendations: only.recommendations.map(() => [first.name]) },
      commands: commandsFor(question, only),
      disagreements: [],
    };
  const conflicts = [...pairs, ...logic].map(({ one: { taskA, taskB } }) => [taskA, taskB] as const);
  const together = {
    canRunInParallel: voices.every(({ opinion }) => opinion.analysis.canRunInParallel),
    confidence: confidenceOf(voices, pairs),
    fileConflicts: onesIn(pairs),
    buildConflicts: onesIn(builds),
    logicalConflicts: onesIn(logic),
    timingRisks: onesIn(timing),
    safeParallelGroups: safeGroups(question, conflicts),
  };
  const recommended = recommendationsOf(question, together, voices);
  return {
    analysis: { ...together, recommendations: recommended.map(([sentence]) => sentence) },
    by: { ...by, recommendations: recommended.map(([, { names }]) => names) },
    commands: recommended.map(([, { commands }]) => commands),
    disagreements: disagreementsOf(voices, pairs),
  };
}

interface Recommended {
  readonly names: readonly string[];
  readonly commands: readonly string[];
}

/** What the static analyst advises follows from conflicts; so it is said anew of those that all have found together. */
function recommendationsOf(
  question: AnalysisQuestion,
  together: Parameters<typeof adviceOn>[1],
  voices: readonly Voice[],
): [sentence: string, Recommended][] {
  const all = new Map<string, Recommended>(
    adviceOn(question, together).map(({ text, commands }) => [text, { names: [STATIC], commands }]),
  );
  for (const { name, opinion } of voices.filter((voice) => voice.name !== STATIC))
    for (const sentence of new Set(opinion.analysis.recommendations)) {
      const { names, commands } = all.get(sentence) ?? { names: [], commands: [] };
      all.set(sentence, { names: [...names, name], commands });
    }
  return [...all].slice(0, MOST_RECOMMENDATIONS);
}

interface Merged<One> {
  readonly one: One;
  /** What each said of it. */
  readonly said: readonly { readonly name: string; readonly risk: Risk }[];
}

const namesIn = (all: readonly Merged<unknown>[]) => all.map(({ said }) => said.map(({ name }) => name));
const onesIn = <One>(all: readonly Merged<One>[]) => all.map(({ one }) => one);

/** @returns the gravest first */
function merge<One extends { readonly risk: Risk }>(
  voices: readonly Voice[],
  list: (analysis: ConflictAnalysis) => readonly One[],
  keyOf: (one: One) => string,
  join: (one: One, other: One) => One,
): Merged<One>[] {
  const all = new Map<string, Merged<One>>();
  for (const { name, opinion } of voices)
    for (const one of list(opinion.analysis)) {
      const key = keyOf(one);
      const known = all.get(key);
      // One voice may say a thing twice: that makes it no surer.
      const said = (known?.said ?? []).filter((before) => before.name !== name);
      const before = known?.said.find((other) => other.name === name)?.risk;
      const risk = before !== undefined && isWorse(before, one.risk) ? before : one.risk;
      all.set(key, { one: known ? join(known.one, one) : one, said: [...said, { name, risk }] });
    }
  return [...all.values()].sort((one, other) => RISKS.indexOf(other.one.risk) - RISKS.indexOf(one.one.risk));
}

const ofPair = ({ taskA, taskB }: { readonly taskA: string; readonly taskB: string }) =>
  [taskA, taskB].sort().join(' ');

const ofWords = ({ description }: { readonly description: string }) =>
  description
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

function graver<One extends { readonly risk: Risk }>(one: One, other: One): One {
  return isWorse(other.risk, one.risk) ? other : one;
}

function graverFiles<One extends { readonly risk: Risk; files: string[] }>(one: One, other: One): One {
  return { ...graver(one, other), files: [...new Set([...one.files, ...other.files])] };
}

const CONFIDENCE = ['low', 'medium', 'high'] as const;

/** Agreement makes it one step surer than the surest of them; where they contradict each other nothing is sure. */
function confidenceOf(
  voices: readonly Voice[],
  pairs: readonly Merged<unknown>[],
): ConflictAnalysis['confidence'] {
  const analyses = voices.map(({ opinion }) => opinion.analysis);
  if (new Set(analyses.map(({ canRunInParallel }) => canRunInParallel)).size > 1) return 'low';
  const surest = Math.max(...analyses.map(({ confidence }) => CONFIDENCE.indexOf(confidence)));
  const alike = pairs.filter(({ said }) => said.length === voices.length).length;
  const agree = alike * 2 >= pairs.length;
  return CONFIDENCE[Math.min(CONFIDENCE.length - 1, surest + (agree ? 1 : 0))] ?? 'low';
}

function disagreementsOf(
  voices: readonly Voice[],
  pairs: readonly Merged<{ readonly taskA: string; readonly taskB: string }>[],
): string[] {
  const yes = voices.filter(({ opinion }) => opinion.analysis.canRunInParallel);
  const no = voices.filter(({ opinion }) => !opinion.analysis.canRunInParallel);
  const overall =
    yes.length > 0 && no.length > 0
      ? [
          `${namesOf(yes)} ${yes.length > 1 ? 'hold' : 'holds'} that all of it can run in parallel, ${namesOf(no)} that it cannot`,
        ]
      : [];
  const each = pairs.flatMap(({ one: { taskA, taskB }, said }) => {
    const silent = voices.filter(({ name }) => !said.some((one) => one.name === name));
    if (silent.length > 0) {
      if (said.every(({ risk }) => risk === 'low')) return [];
      const risks = said.map(({ name, risk }) => `${name} (${risk})`).join(', ');
      return [`only ${risks} ${said.length > 1 ? 'see' : 'sees'} a conflict of ${taskA} and ${taskB}`];
    }
    if (new Set(said.map(({ risk }) => risk)).size === 1) return [];
    return [`${taskA} and ${taskB}: ${said.map(({ name, risk }) => `${name} says ${risk}`).join(', ')}`];
  });
  const all = [...overall, ...each];
  if (all.length <= MOST_DISAGREEMENTS) return all;
  return [...all.slice(0, MOST_DISAGREEMENTS), `and ${all.length - MOST_DISAGREEMENTS} more differences`];
}

const namesOf = (voices: readonly Voice[]) => voices.map(({ name }) => name).join(', ');
