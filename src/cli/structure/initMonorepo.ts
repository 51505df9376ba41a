// `steroids init --monorepo`: what is found is shown, asked about, and written.

import { basename } from 'node:path';
import { exists } from '../../disk/files.ts';
import type { Analyzed } from '../../orchestrator/analyst.ts';
import { initialize } from '../../orchestrator/init.ts';
import { findGround } from '../../orchestrator/initPlace.ts';
import {
  discoverIn,
  nothingCheckedOut,
  orWhole,
  placeIn,
  refuseSparse,
} from '../../orchestrator/structure.ts';
import { changeSections, planSections, wantedSections } from '../../orchestrator/structureSections.ts';
import { listSections } from '../../store/sections.ts';
import type { Structure } from '../../structure/component.ts';
import { declare, isMonorepo } from '../../structure/declare.ts';
import { documentOf } from '../../structure/document.ts';
import { STRUCTURE_FILE, type StructureFile } from '../../structure/structureFile.ts';
import { structureText } from '../../structure/structureText.ts';
import { Problem } from '../../task/problem.ts';
import type { Answer, Context } from '../command.ts';
import { type ANALYSTS, consultModel } from './analyst.ts';
import { compare } from './compare.ts';
import { detectedText } from './detected.ts';
import { narrateWarnings } from './warnings.ts';
import { sectionLines } from './words.ts';

export interface InitMonorepo {
  readonly main: string | undefined;
  readonly commit: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly analyst: (typeof ANALYSTS)[number];
}

export async function initMonorepo(context: Context, options: InitMonorepo): Promise<Answer> {
  const { repository, place: checkout } = await findGround(context.host, options.main);
  if (!checkout) throw nothingCheckedOut(repository);
  const place = placeIn(repository, checkout.folder);
  if (await exists(place.file)) {
    context.narrate(`There is a ${STRUCTURE_FILE} already.`);
    if (!options.dryRun) await initialize(context.host, { main: options.main, commit: false });
    const answer = await compare(context, place, options.dryRun ? 'show' : options.yes ? 'all' : 'ask');
    if (options.commit && !options.dryRun) await initialize(context.host, options);
    return answer;
  }
  await refuseSparse(place);
  context.narrate('Analyzing project structure...');
  const discovered = await discoverIn(place);
  narrateWarnings(context, discovered.structure.warnings);
  const analyzed = options.analyst === 'model' ? await consultModel(context, place, discovered) : undefined;
  const found = analyzed?.kind === 'refined' ? analyzed.structure : discovered.structure;
  const structure = orWhole(found, basename(checkout.folder));
  const declared = withRouting(declare(structure), analyzed);
  const shown = isMonorepo(structure)
    ? detectedText(structure, context.terminal.columns, context.style)
    : `This is not a monorepo: it is one piece, "${wantedSections(declared)[0]?.name}".`;
  const data = {
    ...documentIn(structure, declared),
    ...(analyzed ? { analyst: analystDocument(analyzed) } : {}),
  };
  if (options.dryRun) return { data: { ...data, written: false }, text: shown };
  const sections = options.yes || (await ask(context, structure, shown));
  const done = await initialize(context.host, {
    main: options.main,
    commit: options.commit,
    structure: structureText(declared),
  });
  const made = sections ? await makeSections(context, declared) : undefined;
  const lines = [
    ...(options.yes ? [shown, ''] : []),
    ...done.did.map((what) => `✓ ${what}`),
    ...(made
      ? sectionLines(made)
      : ['No sections were created. To do that later: steroids structure analyze']),
    options.commit
      ? 'Next: steroids tasks add "Title" --section NAME'
      : `Next: look at ${STRUCTURE_FILE}, and commit it with .steroids/config.yaml (steroids init --commit).`,
  ];
  return { data: { ...data, written: true, ...done, sections: made ?? null }, text: lines.join('\n') };
}

/** Patterns of the analyst come first: the first that matches leads a task. */
function withRouting(declared: StructureFile, analyzed: Analyzed | undefined): StructureFile {
  if (analyzed?.kind !== 'refined') return declared;
  const patterns = [...analyzed.routing, ...declared.taskRouting.patterns];
  return { ...declared, taskRouting: { ...declared.taskRouting, patterns } };
}

function analystDocument(analyzed: Analyzed) {
  return analyzed.kind === 'skipped'
    ? { skipped: analyzed.reason }
    : { changes: analyzed.changes, refused: analyzed.refused };
}

/** The specification's document; sections by the names that they get. */
function documentIn(structure: Structure, declared: StructureFile) {
  const suggestedSections = wantedSections(declared).map(({ name, paths, exclusive }) => {
    return { name, paths, isolation: exclusive ? 'exclusive' : 'parallel' };
  });
  return { ...documentOf(structure), suggestedSections, warnings: structure.warnings };
}

/** @returns whether sections are to be made */
async function ask(context: Context, structure: Structure, shown: string): Promise<boolean> {
  const question = isMonorepo(structure)
    ? 'Create sections from this structure?'
    : 'Create one section for all of it?';
  if (context.terminal.interactive && !context.json) context.narrate(`${shown}\n`);
  const answer = await context.confirm(question, true);
  if (answer !== undefined) return answer;
  throw new Problem(
    'user',
    'not-confirmed',
    'nobody can be asked here, so nothing was changed',
    'steroids init --monorepo --yes, or only to look: --dry-run',
  );
}

async function makeSections(context: Context, declared: StructureFile) {
  const project = await context.project();
  return await changeSections(
    project,
    planSections(wantedSections(declared), await listSections(project.store.db)),
  );
}
