// What an analysis means for whole sections: which of them may run side by side, and which had better wait.

import { listed } from '../task/list.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';
import { type ConflictAnalysis, RISKS, type Risk } from './conflictAnalysis.ts';
import { groupsWithout } from './graph.ts';
import { NO_SECTION, sectionOf } from './meeting.ts';

/** What two tasks of a pair of sections have against each other. */
export interface PairConflict {
  readonly taskA: string;
  readonly taskB: string;
  readonly risk: Risk;
  /** None for what is no matter of files. */
  readonly files: readonly string[];
  readonly reason: string;
}

export interface SectionPair {
  /** Names; the same one twice where a section's own tasks conflict. */
  readonly one: string;
  readonly other: string;
  /** The gravest first. */
  readonly conflicts: readonly PairConflict[];
  /** None of them is of medium or high risk. */
  readonly safe: boolean;
}

export interface Plan {
  /** Sections that may run side by side now, and those that do already. */
  readonly together: readonly string[];
  /** Those of them whose tasks each run alone: everybody else waits meanwhile. */
  readonly alone: readonly string[];
  readonly later: readonly Later[];
}

export interface Later {
  readonly section: string;
  /** What it waits for. */
  readonly after: readonly string[];
  /** Tasks that would let it run at once if they were in that section. */
  readonly move: { readonly tasks: readonly string[]; readonly to: string } | null;
}

/** Names of the sections of a question, in the order in which they have a task. */
export const sectionsOf = ({ tasks }: Pick<AnalysisQuestion, 'tasks'>) => [...new Set(tasks.map(sectionOf))];

/** Those in which there is something to begin. */
export const pendingIn = ({ tasks }: Pick<AnalysisQuestion, 'tasks'>) =>
  sectionsOf({ tasks: tasks.filter(({ status }) => status === 'pending') });

export const underWayIn = ({ tasks }: Pick<AnalysisQuestion, 'tasks'>) =>
  sectionsOf({ tasks: tasks.filter(({ status }) => status !== 'pending') });

/** @returns every pair of sections, and those that have something against themselves */
export function sectionPairs(question: AnalysisQuestion, analysis: ConflictAnalysis): SectionPair[] {
  const names = sectionsOf(question);
  const order = new Map(names.map((name, index) => [name, index]));
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  const conflicts = Map.groupBy(conflictsOf(analysis), ({ taskA, taskB }) => {
    const [one, other] = [tasks.get(taskA), tasks.get(taskB)];
    if (!one || !other) return '';
    const indexes = [one, other].map((task) => order.get(sectionOf(task)) ?? 0).sort((a, b) => a - b);
    return indexes.join(' ');
  });
  return names.flatMap((one, index) =>
    names.slice(index).flatMap((other, further): SectionPair[] => {
      const found = (conflicts.get(`${index} ${index + further}`) ?? []).toSorted(
        (first, second) => RISKS.indexOf(second.risk) - RISKS.indexOf(first.risk),
      );
      if (one === other && found.length === 0) return [];
      return [{ one, other, conflicts: found, safe: found.every(({ risk }) => risk === 'low') }];
    }),
  );
}

function conflictsOf({ fileConflicts, logicalConflicts = [] }: ConflictAnalysis): PairConflict[] {
  return [
    ...fileConflicts,
    ...logicalConflicts.map(({ description, ...rest }) => ({ ...rest, files: [], reason: description })),
  ];
}

/** Of more tasks than these nobody moves them. */
const MOST_MOVED = 3;

/** @param pairs as `sectionPairs` gives them */
export function planOf(question: AnalysisQuestion, pairs: readonly SectionPair[]): Plan {
  const names = sectionsOf(question);
  const unsafe = pairs.filter(({ one, other, safe }) => one !== other && !safe);
  const joined = unsafe.map(({ one, other }) => [one, other] as const);
  // Whatever is begun now is begun beside what is under way.
  const underWay = underWayIn(question);
  const kept = new Set(joined.filter((pair) => pair.some((name) => underWay.includes(name))).flat());
  const [first = []] = groupsWithout(
    names.filter((name) => !underWay.includes(name) && !kept.has(name)),
    joined,
  );
  const together = names.filter((name) => underWay.includes(name) || first.includes(name));
  const rest = groupsWithout(
    names.filter((name) => !together.includes(name)),
    joined,
  );
  const begun = [...together];
  const later = rest.flatMap((group) => {
    const of = group.map((section) => laterOf(question, section, unsafe, begun));
    begun.push(...group);
    return of;
  });
  const exclusive = (question.sections ?? []).filter((one) => one.exclusive).map(({ name }) => name);
  return { together, alone: together.filter((name) => exclusive.includes(name)), later };
}

function laterOf(
  question: AnalysisQuestion,
  section: string,
  unsafe: readonly SectionPair[],
  begun: readonly string[],
): Later {
  const against = unsafe.flatMap((pair) => {
    const neighbour = pair.one === section ? pair.other : pair.other === section ? pair.one : undefined;
    return neighbour !== undefined && begun.includes(neighbour) ? [{ ...pair, neighbour }] : [];
  });
  const [first, ...others] = against;
  const sections = question.sections ?? [];
  const single = sections.some(({ name, maxRunners }) => name === first?.neighbour && maxRunners === 1);
  const own = new Set<string>(
    question.tasks.filter((task) => sectionOf(task) === section).map(({ id }) => id),
  );
  const grave = first?.conflicts.filter(({ risk }) => risk !== 'low') ?? [];
  const moved = [...new Set(grave.flatMap(({ taskA, taskB }) => [taskA, taskB]))].filter((id) => own.has(id));
  return {
    section,
    after: against.map(({ neighbour }) => neighbour),
    // In a section with one place they are coded one after the other. Nothing of what comes later has begun.
    move:
      first && others.length === 0 && single && moved.length <= MOST_MOVED
        ? { tasks: moved, to: first.neighbour }
        : null,
  };
}

/** As it is spoken of where something is done with it. */
export const spoken = (section: string) => (section === NO_SECTION ? 'tasks in no section' : section);

/** `API, Mobile and Web` */
export function namesText(sections: readonly string[]): string {
  const names = sections.map(spoken);
  const shown = names.slice(0, 6);
  if (names.length > shown.length) return listed(names, 6);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Sentences without their full stops: `Run API and Mobile in parallel`. */
export function planSentences({ together, alone, later }: Plan): string[] {
  const beside = together.filter((name) => !alone.includes(name));
  const [only] = beside;
  const now =
    beside.length > 1
      ? [`Run ${namesText(beside)} in parallel`]
      : only !== undefined && later.length > 0
        ? [`Run ${spoken(only)} first`]
        : [];
  return [
    ...now,
    ...(together.length + later.length > 1 ? alone : []).map(
      (name) => `Run ${name} at any time: each of its tasks runs alone`,
    ),
    ...later.map(({ section, after, move }) => {
      const instead =
        move === null
          ? ''
          : ` (or move ${move.tasks.join(' and ')} to ${move.to === 'no section' ? 'no section' : `section ${move.to}`})`;
      const verb = after.length > 1 || after.includes(NO_SECTION) ? 'complete' : 'completes';
      return `Run ${spoken(section)} after ${namesText(after)} ${verb}${instead}`;
    }),
  ];
}
