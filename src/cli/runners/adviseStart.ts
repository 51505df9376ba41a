// Before a runner starts beside others: what its tasks and theirs have against each other, and whether it is to start.

import type { AnalyzedTask } from '../../analysis/analyst.ts';
import { namesText, sectionPairs } from '../../analysis/sections.ts';
import { graveWholes, tasksNamed, type Whole } from '../../analysis/wholes.ts';
import { analyzeConflicts } from '../../orchestrator/analyzeConflicts.ts';
import type { Gate } from '../../orchestrator/gate.ts';
import type { Project } from '../../orchestrator/project.ts';
import { isAlive, type ProcessIdentity } from '../../process/identity.ts';
import { listHeld } from '../../store/claims.ts';
import { listRunners, type Runner } from '../../store/runners.ts';
import type { SectionRow } from '../../store/sections.ts';
import { listed } from '../../task/list.ts';
import { sentenceOf } from '../../task/problem.ts';
import type { Context } from '../command.ts';
import { foldedNarration } from '../wrap.ts';
import { pairLines, speechLines, wholeLines } from './analysisText.ts';
import { readTakes, type Scope, type Takes, wantedBy } from './scope.ts';
import { type Matter, settle } from './settle.ts';
import { openVoices } from './voices.ts';

export interface Starting {
  /** Null for a runner of all sections. */
  readonly section: SectionRow | null;
  /** The name of the zone that it is to have. */
  readonly zone: string | null;
  /** Undefined: as the configuration says. */
  readonly analyze: boolean | undefined;
  /** Nobody is asked. */
  readonly yes: boolean;
}

/** @throws Problem of an analysis that was asked for */
export async function adviseStart(
  context: Context,
  project: Project,
  gate: Gate,
  starting: Starting,
): Promise<'start' | 'cancelled' | 'interrupted'> {
  const { onStart } = gate.config.analysis;
  const { analyze, section } = starting;
  if (analyze === false || (analyze === undefined && onStart === 'off')) return 'start';
  const others = await othersAtWork(project);
  if (others.length === 0 && !analyze) return 'start';
  // It is refused anyhow, and who has the place is said there.
  if (section && (await isFull(project, section))) return 'start';
  if (others.length > 0) context.narrate(`⚠️  ${othersText(others)}\n`);
  context.narrate('Running conflict analysis...');
  const interrupts = new AbortController();
  context.onInterrupt(() => interrupts.abort());
  const look = async (): Promise<Matter> => {
    const takes = await readTakes(project, gate);
    const wanted = await wantedBy(project, takes, [starting, ...others]);
    const analysts = await openVoices(context, project);
    const report = await analyzeConflicts(project, { wanted, analysts, signal: interrupts.signal });
    const { question, combined } = report;
    const apart = between({ question, analysis: combined.analysis }, takes, starting, others);
    for (const line of [...speechLines(report), ...linesOf(apart, starting, others)])
      context.narrate(foldedNarration(line, context.terminal));
    return apart;
  };
  const first = await look().catch((error: unknown) => {
    if (analyze) throw error;
    return sentenceOf(error);
  });
  if (interrupts.signal.aborted) return 'interrupted';
  if (typeof first === 'string') {
    context.narrate(`The analysis has no answer, and stops nothing: ${first}`);
    return 'start';
  }
  const asks = context.asks && !starting.yes && (analyze || onStart === 'ask');
  if (!asks) return 'start';
  const simply = ({ question, analysis }: Matter) =>
    sectionPairs(question, analysis).every(({ safe }) => safe)
      ? ({ text: '\nProceed?', no: 'cancelled' } as const)
      : undefined;
  const settled = await settle(context, project, first, { simply, again: look });
  return settled.kind === 'cancelled' ? 'cancelled' : 'start';
}

async function othersAtWork(project: Project): Promise<Runner[]> {
  const runners = await listRunners(project.store.db);
  return runners.filter(({ process }) => isAlive(JSON.parse(process) as ProcessIdentity) !== 'dead');
}

async function isFull(project: Project, { id, maxRunners }: SectionRow): Promise<boolean> {
  const held = await listHeld(project.store.db, project.host.now());
  return held.filter(({ kind, name }) => kind === 'section' && name === id).length >= maxRunners;
}

function othersText(others: readonly Runner[]): string {
  const who = placesOf(others);
  return others.length === 1
    ? `Another runner is active (${who})`
    : `${others.length} other runners are active (${who})`;
}

/** Where they all have a section or all a zone, these; else each by whatever it has. */
function placesOf(others: readonly Runner[]): string {
  const kinds = ['section', 'zone'] as const;
  const named = (kind: (typeof kinds)[number], { section, zone }: Runner) =>
    kind === 'zone' ? zone : (section?.name ?? null);
  for (const kind of kinds) {
    const names = [...new Set(others.map((runner) => named(kind, runner)))];
    if (names.includes(null)) continue;
    return `${kind}${names.length === 1 ? '' : 's'}: ${listed(names as string[], 5)}`;
  }
  const all = others.map((runner) => {
    const kind = kinds.find((one) => named(one, runner) !== null);
    return kind === undefined ? `runner-${runner.number}` : `${kind} ${named(kind, runner)}`;
  });
  return listed(all, 5);
}

/** Without what has nothing to do with this start: conflicts within a section, or of others among themselves. */
function between(matter: Matter, takes: Takes, starting: Scope, others: readonly Scope[]): Matter {
  const { question, analysis } = matter;
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  const isMine = (task: AnalyzedTask) => takes(starting, task);
  const isTheirs = (task: AnalyzedTask) => others.length === 0 || others.some((other) => takes(other, task));
  const meets = (one: AnalyzedTask, other: AnalyzedTask) =>
    (isMine(one) && isTheirs(other)) || (isMine(other) && isTheirs(one));
  const concerns = ({ taskA, taskB }: { readonly taskA: string; readonly taskB: string }) => {
    const [one, other] = [tasks.get(taskA), tasks.get(taskB)];
    return one !== undefined && other !== undefined && meets(one, other);
  };
  /** Who names fewer than two of them has not said whom it is about. */
  const isConcerning = (whole: Whole) => {
    const named = tasksNamed(question, whole);
    return named.length < 2 || named.some((one) => named.some((other) => one !== other && meets(one, other)));
  };
  return {
    question,
    analysis: {
      ...analysis,
      buildConflicts: analysis.buildConflicts.filter(isConcerning),
      timingRisks: (analysis.timingRisks ?? []).filter(isConcerning),
      fileConflicts: analysis.fileConflicts.filter(concerns),
      logicalConflicts: (analysis.logicalConflicts ?? []).filter(concerns),
    },
  };
}

function linesOf({ question, analysis }: Matter, starting: Scope, others: readonly Scope[]): string[] {
  const found = sectionPairs(question, analysis).filter(({ conflicts }) => conflicts.length > 0);
  const wholes = graveWholes(analysis);
  if (found.length + wholes.length > 0)
    return [...found.flatMap((pair) => pairLines(pair)), ...wholes.flatMap(wholeLines)];
  const nameOf = ({ section, zone }: Scope) => (zone === null ? (section?.name ?? null) : null);
  const all = [...new Set(others.map(nameOf)), nameOf(starting)];
  const said = all.flatMap((name) => name ?? []);
  return said.length === all.length && said.length > 1
    ? [`✓ No conflicts detected between ${namesText(said)} sections.`]
    : ['✓ No conflicts detected between tasks that could run at the same time.'];
}
