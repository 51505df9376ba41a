// Sections as structure.yaml has them: one for each component, and an exclusive one for each shared package.

import {
  insertSection,
  listSections,
  type NewSection,
  type SectionRow,
  updateSection,
} from '../store/sections.ts';
import type { Finding } from '../structure/drift.ts';
import { keyOf, type StructureFile, sectionNameOf } from '../structure/structureFile.ts';
import { Problem } from '../task/problem.ts';
import { removeSection } from './editSections.ts';
import type { Project } from './project.ts';

export type Wanted = Pick<NewSection, 'name' | 'paths' | 'exclusive'>;

/** What is done about one section. */
export type SectionChange =
  | { readonly kind: 'create'; readonly wanted: Wanted }
  | { readonly kind: 'change'; readonly section: SectionRow; readonly wanted: Wanted }
  | { readonly kind: 'remove'; readonly section: SectionRow };

export function wantedSections({ components, shared }: StructureFile): Wanted[] {
  return [...components, ...shared].map(({ name, paths, isolation }) => ({
    name: sectionNameOf(name),
    paths,
    exclusive: isolation === 'exclusive',
  }));
}

/**
 * From the sections that there are to those that are wanted; others stay. How many runners one may have stays, too. A
 * section that nothing is called like and that has the same paths is the one, under the name that it had.
 */
export function planSections(wanted: readonly Wanted[], sections: readonly SectionRow[]): SectionChange[] {
  const byKey = new Map(sections.map((section) => [keyOf(section.name), section]));
  const keys = new Set(wanted.map(({ name }) => keyOf(name)));
  const others = sections.filter(({ name, paths }) => paths.length > 0 && !keys.has(keyOf(name)));
  const byPaths = new Map(others.map((section) => [JSON.stringify(section.paths), section]));
  return wanted.flatMap((one): SectionChange[] => {
    const section = byKey.get(keyOf(one.name)) ?? byPaths.get(JSON.stringify(one.paths));
    if (!section) return [{ kind: 'create', wanted: one }];
    return isAsWanted(section, one) ? [] : [{ kind: 'change', section, wanted: one }];
  });
}

/** What has to be done about sections when these findings have been settled in the file. */
export function planSettled(
  findings: readonly Finding[],
  declared: StructureFile,
  sections: readonly SectionRow[],
): SectionChange[] {
  const wanted = new Map(wantedSections(declared).map((one) => [keyOf(one.name), one]));
  const byKey = new Map(sections.map((section) => [keyOf(section.name), section]));
  return findings.flatMap((finding): SectionChange[] => {
    const section = byKey.get(keyOf(nameIn(finding)));
    if (finding.kind === 'vanished') return section ? [{ kind: 'remove', section }] : [];
    if (!touchesSection(finding)) return [];
    const one = wanted.get(keyOf(finding.kind === 'moved' ? finding.newName : nameIn(finding)));
    if (!one) return [];
    if (!section) return [{ kind: 'create', wanted: one }];
    return isAsWanted(section, one) ? [] : [{ kind: 'change', section, wanted: one }];
  });
}

/** Whether settling it changes a section: who depends on whom does not. */
export function touchesSection({ kind }: Finding): boolean {
  return kind !== 'dependencies' && kind !== 'users';
}

/** Its name in the file before the finding is settled. */
export function nameIn(finding: Finding): string {
  return finding.kind === 'new' ? finding.declared.name : finding.name;
}

/** A name that is only spelled otherwise is a person's. */
function isAsWanted(section: SectionRow, wanted: Wanted): boolean {
  return (
    keyOf(section.name) === keyOf(wanted.name) &&
    section.exclusive === wanted.exclusive &&
    JSON.stringify(section.paths) === JSON.stringify(wanted.paths)
  );
}

export interface ChangedSections {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly kept: readonly { readonly name: string; readonly why: string }[];
}

/** Makes and changes sections all together; takes away only those that never had a task. */
export async function changeSections(
  project: Project,
  changes: readonly SectionChange[],
): Promise<ChangedSections> {
  const created: string[] = [];
  const changed: string[] = [];
  await project.store.write(async (trx) => {
    created.length = 0; // a busy store is tried again
    changed.length = 0;
    for (const change of changes) {
      if (change.kind === 'create') {
        await insertSection(project.store, trx, { ...change.wanted, maxRunners: 1 });
        created.push(change.wanted.name);
      } else if (change.kind === 'change') {
        const { name, paths, exclusive } = change.wanted;
        const named = keyOf(name) === keyOf(change.section.name) ? {} : { name };
        await updateSection(trx, change.section.id, { ...named, paths, exclusive });
        changed.push(named.name ?? change.section.name);
      }
    }
  });
  const removed: string[] = [];
  const kept: { name: string; why: string }[] = [];
  for (const change of changes) {
    if (change.kind !== 'remove') continue;
    const why = await removeIfUnused(project, change.section);
    if (why === undefined) removed.push(change.section.name);
    else kept.push({ name: change.section.name, why });
  }
  return { created, changed, removed, kept };
}

/** @returns why it stays */
async function removeIfUnused(project: Project, { id }: SectionRow): Promise<string | undefined> {
  const section = (await listSections(project.store.db)).find((one) => one.id === id);
  if (!section) return undefined;
  if (section.tasks > 0) return `it has ${section.tasks === 1 ? 'a task' : `${section.tasks} tasks`}`;
  try {
    await removeSection(project, section);
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.code === 'section-in-use') return error.message;
    throw error;
  }
}
