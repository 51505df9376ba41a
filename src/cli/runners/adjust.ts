// Pairs of tasks that would conflict, one by one: which of them waits, or moves to the other's section.

import type { AnalysisQuestion, AnalyzedTask } from '../../analysis/analyst.ts';
import type { ConflictAnalysis } from '../../analysis/conflictAnalysis.ts';
import { pairsOf } from '../../analysis/order.ts';
import { editTask } from '../../orchestrator/editTask.ts';
import { orderTasks } from '../../orchestrator/orderTasks.ts';
import type { Project } from '../../orchestrator/project.ts';
import { getTask } from '../../store/tasks.ts';
import { listed } from '../../task/list.ts';
import { Problem } from '../../task/problem.ts';
import { oneLine } from '../../task/quote.ts';
import type { Context } from '../command.ts';
import { theSection } from '../lookup.ts';

/** Who has more than these to decide puts them in order all at once. */
const MOST_PAIRS = 10;

interface Way {
  readonly text: string;
  readonly go: () => Promise<void>;
}

export async function adjustTasks(
  context: Context,
  project: Project,
  { question, analysis }: { readonly question: AnalysisQuestion; readonly analysis: ConflictAnalysis },
): Promise<void> {
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  const pairs = pairsOf(analysis);
  for (const pair of pairs.slice(0, MOST_PAIRS)) {
    const [one, other] = [tasks.get(pair.one), tasks.get(pair.other)];
    if (!one || !other) continue;
    const ways = [...waysOf(project, one, other), ...waysOf(project, other, one)];
    if (ways.length === 0) continue;
    context.narrate(`\n${nameOf(one)} and ${nameOf(other)}: ${matterOf(analysis, pair)}`);
    if (!(await chooseWay(context, [...ways, { text: 'leave them as they are', go: async () => {} }])))
      return;
  }
  if (pairs.length > MOST_PAIRS)
    context.narrate(`${pairs.length - MOST_PAIRS} more pairs were left as they are.`);
  context.narrate('');
}

/** What may be done to the first of them. */
function waysOf(project: Project, one: AnalyzedTask, other: AnalyzedTask): Way[] {
  if (one.status !== 'pending') return [];
  const after = { task: one.id, after: other.id };
  const waits: Way = { text: `${one.id} after ${other.id}`, go: () => orderTasks(project, [after]) };
  const { section } = other;
  if (section === null || section === one.section) return [waits];
  return [waits, { text: `${one.id} to section ${section}`, go: () => move(project, one, section) }];
}

async function move(project: Project, { id }: AnalyzedTask, name: string): Promise<void> {
  const task = await getTask(project.store.db, id);
  if (!task) throw new TypeError('a task vanished');
  await editTask(project, task, { sectionId: (await theSection(project, name)).id });
}

/** @returns false where the person went away */
async function chooseWay(context: Context, ways: readonly Way[]): Promise<boolean> {
  ways.forEach(({ text }, index) => void context.narrate(`  ${index + 1}. ${text}`));
  for (;;) {
    const answer = await context.ask(`  Choice [${ways.length}]: `);
    if (answer === undefined) return false;
    const way = ways[(answer === '' ? ways.length : Number(answer)) - 1];
    if (way === undefined) context.narrate(`  A number from 1 to ${ways.length}.`);
    else if (await goes(context, way)) return true;
  }
}

async function goes(context: Context, { go }: Way): Promise<boolean> {
  try {
    await go();
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    context.narrate(`  ${error.message}.`);
    return false;
  }
}

const nameOf = ({ id, title, section }: AnalyzedTask) =>
  `${id} “${oneLine(title)}”${section === null ? '' : ` (${section})`}`;

function matterOf(
  { fileConflicts, logicalConflicts = [] }: ConflictAnalysis,
  { one, other }: { readonly one: string; readonly other: string },
): string {
  const isIt = (found: { readonly taskA: string; readonly taskB: string }) =>
    [found.taskA, found.taskB].includes(one) && [found.taskA, found.taskB].includes(other);
  const files = fileConflicts.filter(isIt).flatMap((found) => found.files);
  if (files.length > 0) return listed([...new Set(files)].map(oneLine), 3);
  return oneLine(logicalConflicts.find(isIt)?.description ?? '');
}
