// Pairs of tasks that would conflict, one by one: which of them waits, or moves to the other's section.

import type { AnalysisQuestion, AnalyzedTask } from '../../analysis/analyst.ts';
import type { ConflictAnalysis } from '../../analysis/conflictAnalysis.ts';
import { timesOf } from '../../analysis/meeting.ts';
import { ordered, pairsOf } from '../../analysis/order.ts';
import { editTask } from '../../orchestrator/editTask.ts';
import { orderTasks } from '../../orchestrator/orderTasks.ts';
import type { Project } from '../../orchestrator/project.ts';
import { getTask } from '../../store/tasks.ts';
import { listed } from '../../task/list.ts';
import { Problem } from '../../task/problem.ts';
import { oneLine } from '../../task/quote.ts';
import type { Context } from '../command.ts';
import { theSection } from '../lookup.ts';
import { foldedNarration } from '../wrap.ts';

/** Who has more than these to decide puts them in order all at once. */
const MOST_PAIRS = 10;

interface Way {
  readonly text: string;
  readonly go: () => Promise<void>;
  /** What is asked about, as it is after that. */
  readonly after: (question: AnalysisQuestion) => AnalysisQuestion;
}

export async function adjustTasks(
  context: Context,
  project: Project,
  { question, analysis }: { readonly question: AnalysisQuestion; readonly analysis: ConflictAnalysis },
): Promise<void> {
  const pairs = pairsOf(analysis);
  let now = question;
  for (const pair of pairs.slice(0, MOST_PAIRS)) {
    const { tasks } = now;
    const [one, other] = [pair.one, pair.other].map((id) => tasks.find((task) => task.id === id));
    // What was chosen for one pair may have parted another one, too.
    if (!one || !other || !timesOf(now).meet([one, other])) continue;
    const ways = [
      ...waysOf(project, one, other),
      ...waysOf(project, other, one),
      ...waysHome(project, now, [one, other]),
    ];
    if (ways.length === 0) continue;
    const matter = `${nameOf(one)} and ${nameOf(other)}: ${matterOf(analysis, pair)}`;
    context.narrate(`\n${foldedNarration(matter, context.terminal)}`);
    const way = await chooseWay(context, [...ways, LEAVE]);
    if (way === undefined) return;
    now = way.after(now);
  }
  if (pairs.length > MOST_PAIRS)
    context.narrate(`${pairs.length - MOST_PAIRS} more pairs were left as they are.`);
  context.narrate('');
}

const LEAVE: Way = { text: 'leave them as they are', go: async () => {}, after: (question) => question };

/** What may be done to the first of them. */
function waysOf(project: Project, one: AnalyzedTask, other: AnalyzedTask): Way[] {
  if (one.status !== 'pending') return [];
  const order = { task: one.id, after: other.id };
  const waits: Way = {
    text: `${one.id} after ${other.id}`,
    go: () => orderTasks(project, [order]),
    after: (question) => ordered(question, order),
  };
  const { section } = other;
  if (section === null || section === one.section) return [waits];
  return [waits, moving(project, [one], section, `${one.id} to section ${section}`)];
}

/** A shared package that both change may have a section in which each task runs alone. */
function waysHome(project: Project, { parts }: AnalysisQuestion, pair: readonly AnalyzedTask[]): Way[] {
  const part = parts.find(
    ({ key, section }) => section?.exclusive && pair.every(({ shared }) => shared.includes(key)),
  );
  const pending = pair.filter(({ status }) => status === 'pending');
  if (!part?.section || pending.length === 0) return [];
  const { name } = part.section;
  const ids = pending.map(({ id }) => id).join(' and ');
  return [moving(project, pending, name, `${ids} to section ${name}, which runs alone`)];
}

function moving(project: Project, tasks: readonly AnalyzedTask[], section: string, text: string): Way {
  return {
    text,
    go: async () => {
      for (const task of tasks) await move(project, task, section);
    },
    after: (question) => ({
      ...question,
      tasks: question.tasks.map((task) =>
        tasks.some(({ id }) => id === task.id) ? { ...task, section } : task,
      ),
    }),
  };
}

async function move(project: Project, { id }: AnalyzedTask, name: string): Promise<void> {
  const task = await getTask(project.store.db, id);
  if (!task) throw new TypeError('a task vanished');
  await editTask(project, task, { sectionId: (await theSection(project, name)).id });
}

/** @returns the way that was gone; undefined where the person went away */
async function chooseWay(context: Context, ways: readonly Way[]): Promise<Way | undefined> {
  ways.forEach(({ text }, index) => void context.narrate(`  ${index + 1}. ${text}`));
  for (;;) {
    const answer = await context.ask(`  Choice [${ways.length}]: `);
    if (answer === undefined) return undefined;
    const way = ways[(answer === '' ? ways.length : Number(answer)) - 1];
    if (way === undefined) context.narrate(`  A number from 1 to ${ways.length}.`);
    else if (await goes(context, way)) return way;
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
