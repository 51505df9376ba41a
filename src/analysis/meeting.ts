// Who can be under way at the same time, and how tasks are called in sentences.

import { listed } from '../task/list.ts';
import { oneLine } from '../task/quote.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';

export interface Times {
  /** Whether one may run, or wait to land, while the other does. */
  together(one: AnalyzedTask, other: AnalyzedTask): boolean;
  /** Whether one section with one place is all that parts them. */
  inTurn(one: AnalyzedTask, other: AnalyzedTask): boolean;
  /** Whether two of these may be coded at the same time. */
  meet(tasks: readonly AnalyzedTask[]): boolean;
}

/** Not what comes after the other, and nothing beside what is exclusive. */
export function timesOf({ tasks, sections = [] }: AnalysisQuestion): Times {
  const after = new Map(tasks.map((task) => [task.id, new Set(task.after)]));
  const alone = new Set(sections.filter(({ exclusive }) => exclusive).map(({ name }) => name));
  const single = new Set(sections.filter(({ maxRunners }) => maxRunners === 1).map(({ name }) => name));
  const isAlone = ({ section }: AnalyzedTask) => section !== null && alone.has(section);
  const together = (one: AnalyzedTask, other: AnalyzedTask) =>
    !after.get(one.id)?.has(other.id) &&
    !after.get(other.id)?.has(one.id) &&
    !isAlone(one) &&
    !isAlone(other);
  const inTurn = ({ section }: AnalyzedTask, other: AnalyzedTask) =>
    section !== null && section === other.section && single.has(section);
  return {
    together,
    inTurn,
    meet: (some) =>
      some.some((one, at) => some.slice(at + 1).some((other) => together(one, other) && !inTurn(one, other))),
  };
}

/** A title that is longer says no more here. */
const TITLE = 40;
const MOST_NAMED = 4;

/** `k3j9abcd “Add a login page”` */
export function called({ id, title }: Pick<AnalyzedTask, 'id' | 'title'>): string {
  const line = [...oneLine(title)];
  return `${id} “${line.length > TITLE ? `${line.slice(0, TITLE - 1).join('')}…` : line.join('')}”`;
}

export const calledAll = (tasks: readonly AnalyzedTask[]) => listed(tasks.map(called), MOST_NAMED);

/** `API`, or what stands for no section. */
export const sectionOf = ({ section }: Pick<AnalyzedTask, 'section'>) => section ?? NO_SECTION;

export const NO_SECTION = 'no section';

/** The command that puts one after others, whatever it comes after already. */
export const afterCommand = (task: string, before: readonly string[]) =>
  `steroids tasks edit ${task} --also-after ${before.join(' ')}`;
