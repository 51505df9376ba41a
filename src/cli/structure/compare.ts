// Comparing structure.yaml with the repository, and applying what is chosen of that: `structure analyze`, and `init
// --monorepo` where there is a structure already.

import { exists } from '../../disk/files.ts';
import { foldersOf, storeFile } from '../../orchestrator/project.ts';
import { type Analysis, analyze, type Place, settle } from '../../orchestrator/structure.ts';
import {
  type ChangedSections,
  changeSections,
  nameIn,
  planSections,
  planSettled,
  type SectionChange,
  touchesSection,
  wantedSections,
} from '../../orchestrator/structureSections.ts';
import { listSections } from '../../store/sections.ts';
import type { Finding } from '../../structure/drift.ts';
import { keyOf, STRUCTURE_FILE } from '../../structure/structureFile.ts';
import { Problem } from '../../task/problem.ts';
import type { Answer, Context } from '../command.ts';
import { narrateWarnings, warningText } from './warnings.ts';
import {
  changeText,
  sectionChangeText,
  sectionLines,
  sectionSuggestionText,
  suggestionText,
} from './words.ts';

/** `ask` asks where somebody can be asked, and else only shows. */
export type How = 'ask' | 'all' | 'pick' | 'check' | 'show';

/** Something to be applied, or not. */
type Suggestion =
  | { readonly kind: 'drift'; readonly finding: Finding }
  | { readonly kind: 'section'; readonly change: SectionChange };

/** Of `--check`; an exit code of its own kind: as `diff` and formatters have it. */
const DRIFTED = 1;

export async function compare(context: Context, place: Place, how: How): Promise<Answer> {
  context.narrate(`Comparing current structure to ${STRUCTURE_FILE}...`);
  const analysis = await analyze(place);
  narrateWarnings(context, [...analysis.written.warnings, ...analysis.discovered.structure.warnings]);
  const hasStore = await exists(storeFile(foldersOf({ commonDir: place.commonDir })));
  // Whether the file is up to date has nothing to do with the tasks of who asks.
  const differing = hasStore && how !== 'check' ? await sectionSuggestions(context, analysis) : [];
  const drift = analysis.findings.map((finding): Suggestion => ({ kind: 'drift', finding }));
  const suggestions = [...drift, ...differing];
  const shown =
    suggestions.length === 0
      ? `Nothing has changed: ${STRUCTURE_FILE} is up to date.`
      : overview(suggestions);
  const data = (chosen: readonly Suggestion[], sections?: ChangedSections) => ({
    file: STRUCTURE_FILE,
    drift: drift.length > 0,
    findings: suggestions.map((one) => ({ ...document(one), applied: chosen.includes(one) })),
    warnings: [...analysis.written.warnings, ...analysis.discovered.structure.warnings.map(warningText)],
    ...(sections ? { sections } : {}),
  });
  if (how === 'check' || how === 'show' || suggestions.length === 0)
    return { data: data([]), text: shown, exitCode: how === 'check' && drift.length > 0 ? DRIFTED : 0 };
  const chosen = await choose(context, suggestions, how, shown);
  if (chosen === undefined)
    return {
      data: data([]),
      text: `${shown}\n\nNobody can be asked here. To apply all: steroids structure analyze --apply`,
    };
  const asked = how === 'all' ? [shown, ''] : [];
  if (chosen.length === 0) return { data: data([]), text: [...asked, 'Nothing was changed.'].join('\n') };
  const { sections, lines } = await apply(context, analysis, chosen, hasStore);
  return { data: data(chosen, sections), text: [...asked, ...lines].join('\n') };
}

/** Sections that are not as the file has them; what findings are about is changed with those. */
async function sectionSuggestions(context: Context, analysis: Analysis): Promise<Suggestion[]> {
  const project = await context.project();
  const told = new Set(analysis.findings.filter(touchesSection).map((finding) => keyOf(nameIn(finding))));
  const changes = planSections(
    wantedSections(analysis.written.declared),
    await listSections(project.store.db),
  );
  return changes
    .filter((change) => change.kind !== 'remove' && !told.has(keyOf(change.wanted.name)))
    .map((change) => ({ kind: 'section', change }));
}

/** @returns undefined where somebody would have to be asked and nobody is there */
async function choose(
  context: Context,
  suggestions: readonly Suggestion[],
  how: How,
  shown: string,
): Promise<readonly Suggestion[] | undefined> {
  if (how === 'all') return suggestions;
  if (how === 'ask') {
    if (!context.terminal.interactive || context.json) return undefined;
    context.narrate(`${shown}\n`);
    return (await context.confirm('Apply suggestions?', true)) ? suggestions : [];
  }
  const chosen: Suggestion[] = [];
  for (const one of suggestions) {
    const answer = await context.confirm(`${changeOf(one)}\n  ${suggestionOf(one)}?`, true);
    if (answer === undefined)
      throw new Problem(
        'user',
        'not-confirmed',
        'nobody can be asked here, so nothing was changed',
        'steroids structure analyze --apply',
      );
    if (answer) chosen.push(one);
  }
  return chosen;
}

async function apply(context: Context, analysis: Analysis, chosen: readonly Suggestion[], hasStore: boolean) {
  const findings = chosen.flatMap((one) => (one.kind === 'drift' ? [one.finding] : []));
  const declared = await settle(analysis, findings);
  const lines = findings.length > 0 ? [`✓ changed ${STRUCTURE_FILE}: commit it`] : [];
  if (!hasStore) return { sections: undefined, lines };
  const project = await context.project();
  const settled = planSettled(findings, declared, await listSections(project.store.db));
  const others = chosen.flatMap((one) => (one.kind === 'section' ? [one.change] : []));
  const sections = await changeSections(project, [...settled, ...others]);
  return { sections, lines: [...lines, ...sectionLines(sections)] };
}

function overview(suggestions: readonly Suggestion[]): string {
  return [
    'Changes detected:',
    ...suggestions.map((one) => `  ${changeOf(one)}`),
    '',
    'Suggestions:',
    ...suggestions.map((one, index) => `  ${index + 1}. ${suggestionOf(one)}`),
  ].join('\n');
}

const changeOf = (one: Suggestion) =>
  one.kind === 'drift' ? changeText(one.finding) : sectionChangeText(one.change);
const suggestionOf = (one: Suggestion) =>
  one.kind === 'drift' ? suggestionText(one.finding) : sectionSuggestionText(one.change);

function document(one: Suggestion) {
  const said = { change: changeOf(one), suggestion: suggestionOf(one) };
  if (one.kind === 'drift') return { ...one.finding, ...said };
  const { change } = one;
  return {
    kind: `section-${change.kind}`,
    name: change.kind === 'remove' ? change.section.name : change.wanted.name,
    ...said,
  };
}
