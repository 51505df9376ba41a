// What people can do about conflicts, each with the command that does it.

import { isCalled } from '../structure/routeAreas.ts';
import { shellQuoted } from '../task/shell.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';
import { afterCommand, called, sectionOf } from './meeting.ts';
import { planOf, planSentences, sectionPairs } from './sections.ts';

const MOST_ORDERS = 5;
const MOST_SECTIONS = 3;

/** @returns sentences without their full stops, the most useful first */
export function adviceOn(
  question: AnalysisQuestion,
  analysis: Omit<ConflictAnalysis, 'recommendations'>,
): string[] {
  const pairs = sectionPairs(question, { ...analysis, recommendations: [] });
  const plan = planSentences(planOf(question, pairs));
  const orders = ordersOf(question, analysis);
  const anyway =
    orders.length + analysis.buildConflicts.filter(({ risk }) => risk !== 'low').length > 0
      ? ['Proceed anyway: what conflicts when it lands goes back to its coder, and main stays green']
      : [];
  return [...plan, ...orders, ...ownSections(question), ...anyway];
}

function ordersOf(
  question: AnalysisQuestion,
  { fileConflicts, logicalConflicts = [] }: Omit<ConflictAnalysis, 'recommendations'>,
): string[] {
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  const said = new Map<string, string>();
  for (const { taskA, taskB, risk } of [...fileConflicts, ...logicalConflicts]) {
    const [one, other] = [tasks.get(taskA), tasks.get(taskB)];
    if (risk === 'low' || !one || !other) continue;
    // What is under way is not kept waiting by what has not begun.
    const [first, second] =
      one.status === 'pending' && other.status !== 'pending' ? [other, one] : [one, other];
    if (second.status !== 'pending') continue;
    said.set(
      `${first.id} ${second.id}`,
      `Run ${called(first)} before ${called(second)}: ${afterCommand(second, first.id)}`,
    );
  }
  const all = [...said.values()];
  if (all.length <= MOST_ORDERS) return all;
  return [...all.slice(0, MOST_ORDERS), `Order ${all.length - MOST_ORDERS} more pairs in the same way`];
}

/** What several sections change is best changed by one that nothing else runs beside. */
function ownSections({ parts, tasks, sections = [] }: AnalysisQuestion): string[] {
  return parts
    .filter((part) => part.shared && !sections.some(({ name }) => isCalled(part, name)))
    .flatMap((part) => {
      const changers = tasks.filter(({ shared }) => shared.includes(part.key));
      if (new Set(changers.map(sectionOf)).size < 2) return [];
      const paths = part.paths
        .slice(0, 3)
        .map((glob) => ` --path ${shellQuoted(glob)}`)
        .join('');
      const name = shellQuoted(part.title);
      return [
        `Move tasks of '${part.title}' to a section of their own: steroids sections add ${name}${paths} --exclusive`,
      ];
    })
    .slice(0, MOST_SECTIONS);
}
