// What people can do about conflicts, each with the commands that do it.

import { listed } from '../task/list.ts';
import { shellQuoted } from '../task/shell.ts';
import type { AnalysisQuestion, AnalyzedPart, AnalyzedTask } from './analyst.ts';
import { migrationPairs } from './builds.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';
import { afterCommand, called, sectionOf, timesOf } from './meeting.ts';
import { orderApart, pairsOf } from './order.ts';
import { planOf, planSentences, sectionPairs } from './sections.ts';

const MOST_ORDERS = 5;
const MOST_SECTIONS = 3;

/** For copying; who has more to do does it otherwise. */
const MOST_COMMANDS = 20;

type Without = Omit<ConflictAnalysis, 'recommendations'>;

export interface Advice {
  /** A sentence without its full stop. */
  readonly text: string;
  /** One line for a shell each. All that are advised may be given, one after the other: none undoes another. */
  readonly commands: readonly string[];
}

/** The most useful first. */
export function adviceOn(question: AnalysisQuestion, analysis: Without): Advice[] {
  const pairs = sectionPairs(question, { ...analysis, recommendations: [] });
  const plan = planSentences(planOf(question, pairs)).map(inWords);
  const orders = ordersOf(question, analysis);
  const anyway =
    orders.length + analysis.buildConflicts.filter(({ risk }) => risk !== 'low').length > 0
      ? [inWords('Proceed anyway (conflicts go back to a coder, main stays green)')]
      : [];
  return alternatives(plan, orders, ownSections(question), anyway);
}

/** @returns for each sentence the commands that do it; none for what only others advise */
export function commandsFor(question: AnalysisQuestion, analysis: ConflictAnalysis): (readonly string[])[] {
  const known = new Map(adviceOn(question, analysis).map(({ text, commands }) => [text, commands]));
  return analysis.recommendations.map((sentence) => known.get(sentence) ?? []);
}

const inWords = (text: string): Advice => ({ text, commands: [] });

/** @param before what comes before all of them */
function bounded(text: string, commands: readonly string[], before: readonly string[] = []): Advice {
  const shown = commands.slice(0, MOST_COMMANDS);
  const cut = shown.length < commands.length ? ` (here the first ${shown.length} of ${commands.length})` : '';
  return { text: `${text}${cut}`, commands: [...before, ...shown] };
}

/** Each way stands for itself: who runs whole sections in turn has no task to put in order. */
function alternatives(...ways: readonly (readonly Advice[])[]): Advice[] {
  const [first = [], ...others] = ways.filter((way) => way.length > 0);
  const rest = others.flatMap(([begin, ...more]) =>
    begin ? [{ ...begin, text: `Or: ${begin.text}` }, ...more] : [],
  );
  return [...first, ...rest];
}

/** A sentence for each that waits. */
function ordersOf(question: AnalysisQuestion, analysis: Without): Advice[] {
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  const pairs = [...pairsOf({ ...analysis, recommendations: [] }), ...migrationPairs(question)];
  const orders = orderApart(question, pairs);
  const all = [...Map.groupBy(orders, ({ task }) => task)].flatMap(([id, those]) => {
    const task = tasks.get(id);
    if (!task) return [];
    const before = those.flatMap(({ after }) => tasks.get(after) ?? []);
    const text = `Run ${before.map(called).join(' and ')} before ${called(task)}`;
    const ids = before.map((one) => one.id);
    return [{ text, commands: [afterCommand(id, ids)] }];
  });
  if (all.length <= MOST_ORDERS) return all;
  const rest = all.slice(MOST_ORDERS).flatMap(({ commands }) => commands);
  return [...all.slice(0, MOST_ORDERS), bounded(`Order ${rest.length} more tasks in the same way`, rest)];
}

/** What several sections change is best changed by one that nothing else runs beside. */
function ownSections(question: AnalysisQuestion): Advice[] {
  const { parts, tasks } = question;
  const times = timesOf(question);
  return parts
    .filter((part) => part.shared)
    .flatMap((part) => {
      const changers = tasks.filter(({ shared }) => shared.includes(part.key));
      if (new Set(changers.map(sectionOf)).size < 2 || !times.meet(changers)) return [];
      return toOwnSection(changers, part);
    })
    .slice(0, MOST_SECTIONS);
}

/** What has begun stays where it is. */
function toOwnSection(changers: readonly AnalyzedTask[], { title, paths, section }: AnalyzedPart): Advice[] {
  const name = section?.name ?? title;
  const movable = changers.filter((task) => task.status === 'pending' && task.section !== name);
  if (movable.length === 0) return [];
  const globs = paths.slice(0, 3).map((glob) => ` --path ${shellQuoted(glob)}`);
  const created = `steroids sections add ${shellQuoted(name)}${globs.join('')} --exclusive`;
  const moves = movable.map(({ id }) => `steroids tasks edit ${id} --section ${shellQuoted(name)}`);
  const place = section ? `section ${name}` : `a section of their own, ${name}`;
  const alone = !section || section.exclusive ? ', where each runs alone' : '';
  const whom = listed(
    movable.map(({ id }) => id),
    3,
  );
  return [bounded(`Move ${whom} to ${place}${alone}`, moves, section ? [] : [created])];
}
