import { ANALYZED } from '../../orchestrator/analysisQuestion.ts';
import { analyzeConflicts, type ConflictReport } from '../../orchestrator/analyzeConflicts.ts';
import type { Project } from '../../orchestrator/project.ts';
import { listSections } from '../../store/sections.ts';
import { listTasks } from '../../store/tasks.ts';
import { Problem } from '../../task/problem.ts';
import { type Answer, type Context, command } from '../command.ts';
import { runnerDocument } from '../documents.ts';
import { EXIT } from '../exit.ts';
import { theSection } from '../lookup.ts';
import { foldedNarration, foldedTo, narrationWidth } from '../wrap.ts';
import { beginText, boxText, commandsText, pairsText, reportDocument, speechLines } from './analysisText.ts';
import { startAnalyzed } from './startAnalyzed.ts';
import { openVoices } from './voices.ts';

export default command(
  (yargs) =>
    yargs
      .option('sections', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Only these, as "API,Mobile"; else all with pending tasks',
      })
      .option('analyst', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'Who is asked; else static, and those of analysis.analysts',
      })
      .option('fresh', { type: 'boolean', default: false, describe: 'Ask again what was answered already' })
      .option('yes', {
        type: 'boolean',
        default: false,
        describe: 'Start the runners that may work side by side, without asking',
      }),
  async (args, context) => {
    const project = await context.project();
    const wanted = await wantedSections(project, args.sections);
    const analysts = await openVoices(context, project, args.analyst);
    if (wanted.sections.length === 0) return nothingPending(wanted.named);
    const stopping = new AbortController();
    context.onInterrupt(() => stopping.abort());
    let { sections } = wanted;
    const look = async (fresh: boolean) => {
      const report = await analyzeConflicts(project, {
        wanted: { sections },
        analysts,
        fresh,
        signal: stopping.signal,
        begin: (question) => context.narrate(beginText(question)),
      });
      for (const line of [...wanted.notes, ...speechLines(report)])
        context.narrate(foldedNarration(line, context.terminal));
      return report;
    };
    const report = await look(args.fresh);
    if (stopping.signal.aborted)
      return { data: reportDocument(report), text: printedText(report, context), exitCode: EXIT.interrupted };
    if (!args.yes && !context.asks)
      return { data: reportDocument(report), text: printedText(report, context) };
    const shown = (one: ConflictReport) => {
      if (!context.json) context.narrate(reportText(one, context, narrationWidth(context.terminal)));
      return { question: one.question, analysis: one.combined.analysis };
    };
    const again = async () => {
      sections = [...new Set([...sections, ...(await sectionsOfTasks(project, report.question))])];
      return shown(await look(false));
    };
    const { runners, refused, ordered, lines } = await startAnalyzed(
      context,
      project,
      shown(report),
      args.yes,
      again,
    );
    const started = runners.map((runner) => runnerDocument(runner, null));
    return { data: { ...reportDocument(report), started, refused, ordered }, text: lines.join('\n') };
  },
);

/** Two lines say all of it where nothing stands in the way; the rest is for where something does. */
function reportText(report: ConflictReport, context: Context, width: number): string {
  const { fileConflicts, buildConflicts, logicalConflicts = [], timingRisks = [] } = report.combined.analysis;
  const found = [fileConflicts, buildConflicts, logicalConflicts, timingRisks].some(
    (list) => list.length > 0,
  );
  const parts = [
    ...(found ? [foldedTo(boxText(report, context.terminal.columns), width), commandsText(report)] : []),
    foldedTo(pairsText(report), width),
  ];
  return parts.filter((text) => text !== '').join('\n\n');
}

const printedText = (report: ConflictReport, context: Context) =>
  reportText(report, context, context.terminal.outWidth);

/** Where these tasks are now: adjusting may have moved them out of what was asked about. */
async function sectionsOfTasks(project: Project, { tasks }: ConflictReport['question']) {
  const ids = new Set<string>(tasks.map(({ id }) => id));
  const all = await listTasks(project.store.db, {});
  return all.filter(({ id }) => ids.has(id)).map(({ section }) => section?.id ?? null);
}

interface WantedSections {
  readonly sections: readonly (string | null)[];
  /** Whether a person has named them. */
  readonly named: boolean;
  readonly notes: readonly string[];
}

/** @throws Problem `unknown-section`, `ambiguous-section`, `no-sections` */
async function wantedSections(
  project: Project,
  given: readonly string[] | undefined,
): Promise<WantedSections> {
  const { db } = project.store;
  const all = await listTasks(db, { statuses: ANALYZED });
  const sectionsOf = (tasks: typeof all) => new Set(tasks.map(({ section }) => section?.id ?? null));
  const pending = sectionsOf(all.filter(({ status }) => status === 'pending'));
  if (given === undefined) {
    const underWay = sectionsOf(all.filter(({ status }) => status !== 'pending'));
    const open = (await listSections(db)).filter(
      ({ id, skipped }) => underWay.has(id) || (pending.has(id) && !skipped),
    );
    const none = pending.has(null) || underWay.has(null);
    const nothing = !pending.has(null) && !open.some(({ id, skipped }) => pending.has(id) && !skipped);
    const sections = nothing ? [] : [...open.map(({ id }) => id), ...(none ? [null] : [])];
    return {
      sections,
      named: false,
      notes: alone(
        open.map(({ name }) => name),
        sections.length,
      ),
    };
  }
  const named = new Map<string, string>();
  for (const text of given.flatMap((one) => one.split(',')).map((one) => one.trim())) {
    if (text === '') continue;
    const { id, name } = await theSection(project, text);
    named.set(id, name);
  }
  if (named.size === 0)
    throw new Problem(
      'user',
      'no-sections',
      '--sections names none',
      'As in --sections "API,Mobile"; without it all sections with pending tasks are taken.',
    );
  const some = [...named].filter(([id]) => pending.has(id));
  const without = [...named].filter(([id]) => !pending.has(id)).map(([, name]) => name);
  return {
    sections: some.length === 0 ? [] : [...named.keys()],
    named: true,
    notes: [
      ...alone([...named.values()], named.size),
      ...without.map((name) => `Section “${name}” has no pending tasks.`),
    ],
  };
}

function alone(names: readonly string[], sections: number): string[] {
  if (sections !== 1) return [];
  return names.length === 1
    ? [`Section “${names[0]}” is the only one: its tasks are compared with each other.`]
    : ['No pending task is in a section: they are compared with each other.'];
}

function nothingPending(named: boolean): Answer {
  return {
    data: {
      canRunInParallel: true,
      confidence: 'high',
      fileConflicts: [],
      buildConflicts: [],
      recommendations: [],
      safeParallelGroups: [],
      tasks: [],
    },
    text: named
      ? 'Nothing is pending in these sections: there is nothing to analyze.'
      : 'Nothing is pending: there is nothing to analyze. steroids tasks add "Title"',
  };
}
