// What people can do about conflicts, each with the command that does it.

import { listed } from '../task/list.ts';
import { shellQuoted } from '../task/shell.ts';
import type { AnalysisQuestion, AnalyzedPart, AnalyzedTask, PartSection } from './analyst.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';
import { afterCommand, called, sectionOf, timesOf } from './meeting.ts';
import { orderApart, pairsOf } from './order.ts';
import { planOf, planSentences, sectionPairs } from './sections.ts';

const MOST_ORDERS = 5;
const MOST_SECTIONS = 3;

type Without = Omit<ConflictAnalysis, 'recommendations'>;

/** @returns sentences without their full stops, the most useful first */
export function adviceOn(question: AnalysisQuestion, analysis: Without): string[] {
  const pairs = sectionPairs(question, { ...analysis, recommendations: [] });
  const plan = planSentences(planOf(question, pairs));
  const orders = ordersOf(question, analysis);
  const anyway =
    orders.length + analysis.buildConflicts.filter(({ risk }) => risk !== 'low').length > 0
      ? ['Proceed anyway: what conflicts when it lands goes back to its coder, and main stays green']
      : [];
  return alternatives(plan, orders, ownSections(question), anyway);
}

/** Each way stands for itself: who runs whole sections in turn has no task to put in order. */
function alternatives(...ways: readonly (readonly string[])[]): string[] {
  const some = ways.filter((way) => way.length > 0);
  return some.flatMap(([first = '', ...rest], index) => [index === 0 ? first : `Or: ${first}`, ...rest]);
}

/** In one command for each that waits: `tasks edit --after` says all of it, so a second one would undo the first. */
function ordersOf(question: AnalysisQuestion, analysis: Without): string[] {
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  const orders = orderApart(question, pairsOf({ ...analysis, recommendations: [] }));
  const all = [...Map.groupBy(orders, ({ task }) => task)].flatMap(([id, those]) => {
    const task = tasks.get(id);
    if (!task) return [];
    const before = those.flatMap(({ after }) => tasks.get(after) ?? []);
    const ids = before.map((one) => one.id);
    return [`Run ${before.map(called).join(' and ')} before ${called(task)}: ${afterCommand(task, ids)}`];
  });
  if (all.length <= MOST_ORDERS) return all;
  return [...all.slice(0, MOST_ORDERS), `Order ${all.length - MOST_ORDERS} more tasks in the same way`];
}

/** What several sections change is best changed by one that nothing else runs beside. */
function ownSections(question: AnalysisQuestion): string[] {
  const { parts, tasks } = question;
  const times = timesOf(question);
  return parts
    .filter((part) => part.shared)
    .flatMap((part) => {
      const changers = tasks.filter(({ shared }) => shared.includes(part.key));
      if (new Set(changers.map(sectionOf)).size < 2 || !times.meet(changers)) return [];
      return part.section ? toSection(changers, part.section) : [newSection(part)];
    })
    .slice(0, MOST_SECTIONS);
}

function newSection({ title, paths }: AnalyzedPart): string {
  const globs = paths.slice(0, 3).map((glob) => ` --path ${shellQuoted(glob)}`);
  return `Move tasks of '${title}' to a section of their own: steroids sections add ${shellQuoted(title)}${globs.join('')} --exclusive`;
}

/** What has begun stays where it is. */
function toSection(changers: readonly AnalyzedTask[], { name, exclusive }: PartSection): string[] {
  const movable = changers.filter((task) => task.status === 'pending' && sectionOf(task) !== name);
  const [first, ...others] = movable.map(({ id }) => id);
  if (first === undefined) return [];
  const alone = exclusive ? ', where each runs alone' : '';
  const likewise = others.length === 0 ? '' : `, and so with ${listed(others, 5)}`;
  return [
    `Move ${listed([first, ...others], 3)} to section ${name}${alone}: steroids tasks edit ${first} --section ${shellQuoted(name)}${likewise}`,
  ];
}
