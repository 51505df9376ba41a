// The parts of the repository, as an analysis of conflicts sees them: what structure.yaml declares, else what is found.

import path from 'node:path';
import type { AnalyzedPart } from '../analysis/analyst.ts';
import { keep, readKept } from '../disk/kept.ts';
import type { Structure } from '../structure/component.ts';
import { discover } from '../structure/discover.ts';
import { DISCOVERERS } from '../structure/discoverers.ts';
import { treeOfCommit } from '../structure/fromCommit.ts';
import { graphOf } from '../structure/graph.ts';
import type { StructureFile } from '../structure/structureFile.ts';
import type { Sha } from '../task/ids.ts';
import type { Ground } from './ground.ts';
import type { Project } from './project.ts';
import { readStructureOnMain } from './structureOnMain.ts';

interface Parts {
  readonly parts: readonly AnalyzedPart[];
  /** What was passed over, in sentences. */
  readonly notes: readonly string[];
}

/** What main says. A file that cannot be read is told, and what is found takes its place. */
export async function readAnalyzedParts(project: Project, { git, main }: Ground): Promise<Parts> {
  const { declared, mistake } = await readStructureOnMain(project, main);
  if (declared !== null) return { parts: declaredParts(declared), notes: [] };
  const notes = mistake === null ? [] : [mistake];
  const file = path.join(project.folders.base, 'analysis', 'parts.json');
  const kept = await readKept(file, isKept);
  if (kept?.main === main) return { parts: kept.parts, notes };
  const parts = foundParts(await discover(await treeOfCommit(git, main), DISCOVERERS));
  await keep(file, { format: FORMAT, main, parts });
  return { parts, notes };
}

function declaredParts(file: StructureFile): AnalyzedPart[] {
  const { nodes, edges } = graphOf(file);
  const uses = Map.groupBy(edges, ({ from }) => from);
  return nodes.map(({ name, paths, shared }) => ({
    key: name,
    title: name,
    paths,
    shared,
    uses: (uses.get(name) ?? []).map(({ to }) => to),
  }));
}

function foundParts({ components, edges }: Structure): AnalyzedPart[] {
  const uses = Map.groupBy(edges, ({ from }) => from);
  return components.map(({ key, title, paths, shared }) => ({
    key,
    title,
    paths,
    shared,
    uses: (uses.get(key) ?? []).map(({ to }) => to),
  }));
}

const FORMAT = 1;

interface Kept {
  readonly format: typeof FORMAT;
  readonly main: Sha;
  readonly parts: readonly AnalyzedPart[];
}

function isKept(data: unknown): data is Kept {
  const kept = data as Kept | null;
  return (
    kept?.format === FORMAT &&
    kept.parts.every(({ key, title, paths, uses }) =>
      [key, title, ...paths, ...uses].every((text) => typeof text === 'string'),
    )
  );
}
