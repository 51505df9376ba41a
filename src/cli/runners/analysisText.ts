// An analysis of conflicts, as people read it. Pure; what tasks and files are called is data, whatever it looks like.

import type { AnalysisQuestion, AnalyzedTask, Cost } from '../../analysis/analyst.ts';
import type { ConflictAnalysis } from '../../analysis/conflictAnalysis.ts';
import { called, sectionOf } from '../../analysis/meeting.ts';
import {
  namesText,
  type PairConflict,
  pendingIn,
  planOf,
  planSentences,
  type SectionPair,
  sectionPairs,
  sectionsOf,
} from '../../analysis/sections.ts';
import { STATIC } from '../../analysis/static.ts';
import { graveWholes, isAbout, type Whole } from '../../analysis/wholes.ts';
import type { ConflictReport, Speech } from '../../orchestrator/analyzeConflicts.ts';
import { listed } from '../../task/list.ts';
import { printable } from '../../task/quote.ts';
import { allOf } from '../../task/tokens.ts';
import { fill, widthOf } from '../table.ts';
import { count } from '../words.ts';
import { wrapped } from '../wrap.ts';

type Matter = Pick<ConflictReport, 'question' | 'combined'>;

/** `Analyzing 28 tasks across 3 sections...` */
export function beginText(question: AnalysisQuestion): string {
  const sections = sectionsOf(question);
  return `Analyzing ${count(question.tasks.length, 'task')} across ${count(sections.length, 'section')}...`;
}

/** What is said of each pair of sections, and what follows from it. */
export function pairsText({ question, combined }: Matter): string {
  const pairs = sectionPairs(question, combined.analysis);
  const quiet = pairs.filter(({ conflicts }) => conflicts.length === 0);
  // Of twenty sections nobody reads 190 lines.
  const few = pairs.length <= MOST_PAIRS;
  const shown = few ? pairs : pairs.filter(({ conflicts }) => conflicts.length > 0);
  const plan = planSentences(planOf(question, pairs));
  const wholes = graveWholes(combined.analysis);
  const linesOf = (pair: SectionPair) =>
    pairLines(
      pair,
      wholes.some((whole) => isAbout(question, whole, pair.one, pair.other)),
    );
  return [
    ...(pairs.length === 0 ? [aloneLine(question, wholes.length > 0)] : []),
    ...shown.flatMap(linesOf),
    ...(few || quiet.length === 0 ? [] : [`✓ ${quiet.length} more pairs of sections: ${SAFE}`]),
    ...(plan.length === 0
      ? []
      : ['', 'Recommendation:', ...plan.map((sentence) => `  ${printable(sentence)}.`)]),
  ].join('\n');
}

const MOST_PAIRS = 15;
const MOST_LINES = 8;
const MOST_FILES = 3;

const SAFE = 'Safe to parallelize';
const ONLY_FILES = 'No conflicts of files (for builds and timing see above)';

/** Of one section that has nothing against itself. */
function aloneLine(question: AnalysisQuestion, wholes: boolean): string {
  const [name = ''] = sectionsOf(question);
  return `✓ ${printable(name)}, task by task: ${wholes ? ONLY_FILES : 'no conflicts detected'}`;
}

/** @param wholes whether builds or timing speak against it */
export function pairLines({ one, other, conflicts, safe }: SectionPair, wholes = false): string[] {
  const names = one === other ? `${printable(one)}, task by task` : `${printable(one)} ↔ ${printable(other)}`;
  if (conflicts.length === 0)
    return [`✓ ${names}: ${wholes ? ONLY_FILES : `${SAFE} (no conflicts detected)`}`];
  const matters = mattersOf(conflicts);
  const lines = matters.slice(0, MOST_LINES).map((text) => `  • ${printable(text)}`);
  const more = matters.length - lines.length;
  const said = safe
    ? `✓ ${names}: ${SAFE} (${count(matters.length, 'low risk')})`
    : `⚠ ${names}: ${count(matters.length, 'potential conflict')}`;
  return [said, ...lines, ...(more > 0 ? [`  • and ${more} more`] : [])];
}

/** What is of no pair, where there is no box for it. */
export function wholeLines({ description, risk, mitigation }: Whole): string[] {
  return [`⚠ ${printable(description)}`, `  Risk: ${risk.toUpperCase()} - ${printable(mitigation)}`];
}

/** File by file, whoever changes it, and what is no matter of files. @param conflicts the gravest first */
function mattersOf(conflicts: readonly PairConflict[]): string[] {
  const files = new Map<string, Set<string>>();
  const others: string[] = [];
  for (const { taskA, taskB, files: paths, reason } of conflicts) {
    if (paths.length === 0) others.push(reason);
    for (const path of paths) {
      const ids = files.get(path) ?? new Set<string>();
      files.set(path, ids.add(taskA).add(taskB));
    }
  }
  return [
    ...[...files].map(([path, ids]) => `${path} modified by both (${listed([...ids], MOST_IDS)})`),
    ...others,
  ];
}

const MOST_IDS = 4;

/** Columns within the box: the specification's, up to those of lines that can still be read. */
const INNER = { least: 40, usual: 65, most: 98 };

/** The whole of it but the commands, in a box as wide as what is in it needs. @param columns of the terminal */
export function boxText({ question, combined }: Matter, columns: number): string {
  const lines = bodyLines(question, combined);
  const needed = Math.max(INNER.usual, ...lines.map((text) => widthOf(text) + 2));
  const inner = Math.max(INNER.least, Math.min(columns - 2, needed, INNER.most));
  const rule = '─'.repeat(inner);
  const line = (text: string) => `│${fill(text, inner)}│`;
  const body = lines.flatMap((text) => wrapped(text, inner - 2));
  return [
    `┌${rule}┐`,
    line('  MULTI-RUNNER ANALYSIS'),
    `├${rule}┤`,
    ...['', ...body, ''].map(line),
    `└${rule}┘`,
  ].join('\n');
}

/** What is to be copied stands outside of the box, on lines that hold nothing else and are never broken. */
export function commandsText({ combined: { analysis, commands } }: Matter): string {
  const ways: { readonly numbers: number[]; readonly lines: string[] }[] = [];
  analysis.recommendations.slice(0, MOST_RECOMMENDATIONS).forEach((sentence, index) => {
    if (ways.length === 0 || sentence.startsWith('Or: ')) ways.push({ numbers: [], lines: [] });
    const lines = commands[index] ?? [];
    if (lines.length === 0) return;
    ways.at(-1)?.numbers.push(index + 1);
    ways.at(-1)?.lines.push(...lines);
  });
  return ways
    .filter(({ lines }) => lines.length > 0)
    .map(({ numbers, lines }) => [`To do ${namesText(numbers.map(String))}:`, ...lines].map(printable))
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function bodyLines(
  question: AnalysisQuestion,
  { analysis, by, disagreements }: ConflictReport['combined'],
): string[] {
  const {
    fileConflicts,
    buildConflicts,
    logicalConflicts = [],
    timingRisks = [],
    recommendations,
  } = analysis;
  const tasks = new Map<string, AnalyzedTask>(question.tasks.map((task) => [task.id, task]));
  const of = (names: readonly string[] = []) =>
    hasSeveral(by) && names.length > 0 ? ` (${names.join(', ')})` : '';
  const nothing = [fileConflicts, buildConflicts, logicalConflicts, timingRisks].every(
    (list) => list.length === 0,
  );
  const involved = new Set(fileConflicts.flatMap(({ taskA, taskB }) => [taskA, taskB])).size;
  const described = (
    title: string,
    list: ConflictAnalysis['buildConflicts'],
    names: readonly (readonly string[])[],
  ) =>
    part(
      `${title}:`,
      list.map(({ description, risk, mitigation }, index) => [
        `    • ${description}`,
        `      Risk: ${risk.toUpperCase()} - ${mitigation}${of(names[index])}`,
      ]),
    );
  const pending = pendingIn(question);
  const lines = [
    '  You want to start runners for:',
    ...pending.map((name) => `    • ${sectionLine(question, name)}`),
    '',
    ...part(
      'Under way beside them:',
      sectionsOf(question)
        .filter((name) => !pending.includes(name))
        .map((name) => [`    • ${sectionLine(question, name)}`]),
    ),
    nothing ? '  ✓ No conflicts detected' : '  ⚠️  POTENTIAL CONFLICTS DETECTED',
    '',
    ...part(
      `File Conflicts (${count(involved, 'task')}):`,
      fileConflicts.map(({ taskA, taskB, files, risk, reason }, index) => [
        `    • Task ${nameIn(tasks, taskA)} overlaps with ${nameIn(tasks, taskB)}`,
        `      Both modify: ${listed(files, MOST_FILES)}`,
        `      Risk: ${risk.toUpperCase()} - ${reason}${of(by.fileConflicts[index])}`,
      ]),
    ),
    ...described('Build Conflicts', buildConflicts, by.buildConflicts),
    ...described('Logical Conflicts', logicalConflicts, by.logicalConflicts),
    ...described('Timing Risks', timingRisks, by.timingRisks),
    ...part(
      'The analysts disagree:',
      disagreements.map((sentence) => [`    • ${sentence}`]),
    ),
    ...part(
      'Recommendations:',
      recommendations.map((sentence, index) => [
        `    ${index + 1}. ${sentence}${of(by.recommendations[index]?.filter((name) => name !== STATIC))}`,
      ]),
      MOST_RECOMMENDATIONS,
    ),
    `  Confidence: ${analysis.confidence}`,
  ];
  return lines.map(printable);
}

const hasSeveral = (by: ConflictReport['combined']['by']) => new Set(Object.values(by).flat(2)).size > 1;

/** Of so many of a kind the rest is counted; `--json` has them all. */
const MOST_OF_A_KIND = 10;
const MOST_RECOMMENDATIONS = 20;

function part(title: string, items: readonly (readonly string[])[], most = MOST_OF_A_KIND): string[] {
  if (items.length === 0) return [];
  const more = items.length - most;
  return [
    `  ${title}`,
    ...items.slice(0, most).flat(),
    ...(more > 0 ? [`    • and ${more} more (--json lists them)`] : []),
    '',
  ];
}

function sectionLine({ tasks }: AnalysisQuestion, name: string): string {
  const own = tasks.filter((task) => sectionOf(task) === name);
  const pending = own.filter(({ status }) => status === 'pending').length;
  const begun = own.length - pending;
  const counted = [
    ...(pending > 0 ? [count(pending, 'pending task')] : []),
    ...(begun > 0 ? [`${begun} under way`] : []),
  ].join(', ');
  return own[0]?.section === null ? `Tasks in no section (${counted})` : `Section: ${name} (${counted})`;
}

function nameIn(tasks: ReadonlyMap<string, AnalyzedTask>, id: string): string {
  const task = tasks.get(id);
  return task ? called(task) : id;
}

/** Who was asked, what it cost, and what was passed over: for standard error. */
export function speechLines({ speeches, notes }: Pick<ConflictReport, 'speeches' | 'notes'>): string[] {
  return [...speeches.flatMap(speechLine), ...notes].map(printable);
}

function speechLine({ name, said, kept }: Speech): string[] {
  if (said.kind === 'none') return [`${name} had no say: ${said.reason}`];
  if (kept && name !== 'static') return [`${name} has answered this before (--fresh asks again)`];
  if (!said.cost?.tokens) return [];
  const { tokens, money } = said.cost;
  return [`${name} took ${allOf(tokens)} tokens${money === null ? '' : `, $${money.toFixed(4)}`}`];
}

/** Null is what nobody told. */
function costDocument(cost: Cost | null) {
  if (cost === null) return { tokens: 0, money: 0 };
  return { tokens: cost.tokens && allOf(cost.tokens), money: cost.money };
}

/** What `--json` answers: the analysis, field by field as it was asked for, and what there is besides. */
export function reportDocument({ question, combined, speeches, notes }: ConflictReport) {
  const pairs = sectionPairs(question, combined.analysis);
  return {
    ...combined.analysis,
    main: question.main,
    tasks: question.tasks.map(({ id, title, section, status }) => ({ id, title, section, status })),
    sections: pairs.map(({ one, other, safe, conflicts }) => ({
      one,
      other,
      safe,
      conflicts: conflicts.length,
    })),
    plan: planOf(question, pairs),
    analysts: speeches.map(({ name, kind, said, kept }) => ({
      name,
      kind,
      kept,
      failed: said.kind === 'none' ? said.reason : null,
      canRunInParallel: said.kind === 'opinion' ? said.analysis.canRunInParallel : null,
      ...costDocument(said.cost),
    })),
    commands: combined.commands,
    by: combined.by,
    disagreements: combined.disagreements,
    notes,
  };
}
