// Findings written into structure.yaml. Whatever they are not about stays as it was written: order, comments, quotes.

import { type EditedYaml, editYaml, type Path } from '../config/yaml.ts';
import type { Finding, Named, NewFinding } from './drift.ts';
import type { Moved } from './moved.ts';
import type { Entry } from './ownership.ts';
import { type DeclaredShared, declaredIn, keyOf, type StructureFile } from './structureFile.ts';
import { FORM, withoutEmpty } from './structureText.ts';

/**
 * @param text of structure.yaml, without mistakes
 * @returns the text with those findings settled, in the order in which they are given
 */
export function applyDrift(text: string, findings: readonly Finding[]): string {
  const yaml = editYaml(text);
  for (const finding of findings) applyOne({ yaml, file: declaredIn(yaml.data()) }, finding);
  return yaml.text();
}

interface Editing {
  readonly yaml: EditedYaml;
  /** What the text says before this finding. */
  readonly file: StructureFile;
}

function applyOne(editing: Editing, finding: Finding): void {
  switch (finding.kind) {
    case 'new':
      addNew(editing, finding);
      break;
    case 'vanished':
      remove(editing, finding.group, finding.name);
      break;
    case 'empty-paths':
      dropPaths(editing, finding);
      break;
    case 'moved':
      move(editing, finding);
      break;
    case 'dependencies':
      changeList(editing, groupOf(editing, finding.name), finding.name, 'dependencies', finding);
      for (const { name } of finding.added)
        changeList(editing, 'shared', name, 'usedBy', { added: [finding] });
      for (const { name } of finding.removed)
        changeList(editing, 'shared', name, 'usedBy', { removed: [finding] });
      break;
    case 'users':
      changeList(editing, 'shared', finding.name, 'usedBy', finding);
      break;
    case 'now-shared':
      share(editing, finding.declared);
      break;
  }
}

function dropPaths({ yaml, file }: Editing, { group, name, paths }: Entry): void {
  const at = indexOf(file[group], name);
  const left = file[group][at]?.paths.filter((glob) => !paths.includes(glob)) ?? [];
  if (left.length > 0) yaml.list([group, at, 'paths'], left);
}

function move(editing: Editing, { group, name, newName, newPaths }: Moved): void {
  const at = indexOf(editing.file[group], name);
  if (at < 0) return;
  editing.yaml.list([group, at, 'paths'], newPaths);
  if (newName !== name) rename(editing, group, name, newName);
}

function share({ yaml, file }: Editing, declared: DeclaredShared): void {
  const at = indexOf(file.components, declared.name);
  if (at < 0) return;
  yaml.remove(['components', at]);
  yaml.add(['shared'], declared, { ...FORM, blank: true });
}

function addNew(editing: Editing, finding: NewFinding): void {
  const { yaml, file } = editing;
  const { name } = finding.declared;
  if (indexOf([...file.components, ...file.shared], name) >= 0) return;
  const entry = finding.group === 'components' ? withoutEmpty(finding.declared) : finding.declared;
  yaml.add([finding.group], entry, { ...FORM, blank: true });
  for (const used of finding.uses)
    changeList(editing, 'shared', used.name, 'usedBy', { added: [{ name, path: '' }] });
  const routed = file.taskRouting.patterns.some(({ section }) => keyOf(section) === keyOf(name));
  if (!routed) yaml.add(['taskRouting', 'patterns'], { match: finding.match, section: name }, FORM);
}

function groupOf({ file }: Editing, name: string): 'components' | 'shared' {
  return indexOf(file.components, name) >= 0 ? 'components' : 'shared';
}

/** All lists of names, each with its place. */
function namesIn(file: StructureFile): { readonly path: Path; readonly names: readonly string[] }[] {
  return [
    ...file.components.map(({ dependencies }, index) => ({
      path: ['components', index, 'dependencies'],
      names: dependencies,
    })),
    ...file.shared.flatMap(({ usedBy, dependencies }, index) => [
      { path: ['shared', index, 'usedBy'], names: usedBy },
      { path: ['shared', index, 'dependencies'], names: dependencies ?? [] },
    ]),
  ];
}

/** The entry, and wherever it is named. */
function remove({ yaml, file }: Editing, group: 'components' | 'shared', name: string): void {
  const isIt = (other: string) => keyOf(other) === keyOf(name);
  for (const { path, names } of namesIn(file))
    if (names.some(isIt))
      yaml.list(
        path,
        names.filter((other) => !isIt(other)),
      );
  // From the last, so that the places of the others stay.
  for (const [index, { section }] of [...file.taskRouting.patterns.entries()].reverse())
    if (isIt(section)) yaml.remove(['taskRouting', 'patterns', index]);
  const at = indexOf(file[group], name);
  if (at >= 0) yaml.remove([group, at]);
}

function rename(
  { yaml, file }: Editing,
  group: 'components' | 'shared',
  name: string,
  newName: string,
): void {
  const isIt = (other: string) => keyOf(other) === keyOf(name);
  for (const { path, names } of namesIn(file))
    names.forEach((other, at) => {
      if (isIt(other)) yaml.set([...path, at], newName);
    });
  file.taskRouting.patterns.forEach(({ section }, index) => {
    if (isIt(section)) yaml.set(['taskRouting', 'patterns', index, 'section'], newName);
  });
  yaml.set([group, indexOf(file[group], name), 'name'], newName);
}

/** Nothing where the file declares no such entry. */
function changeList(
  { yaml, file }: Editing,
  group: 'components' | 'shared',
  name: string,
  list: 'dependencies' | 'usedBy',
  { added = [], removed = [] }: { readonly added?: readonly Named[]; readonly removed?: readonly Named[] },
): void {
  const at = indexOf(file[group], name);
  const entry = file[group][at];
  if (!entry) return;
  const before = ('usedBy' in entry && list === 'usedBy' ? entry.usedBy : entry.dependencies) ?? [];
  const going = new Set(removed.map((one) => keyOf(one.name)));
  const there = new Set(before.map(keyOf));
  const names = [
    ...before.filter((other) => !going.has(keyOf(other))),
    ...added.map((one) => one.name).filter((other) => !there.has(keyOf(other))),
  ];
  yaml.list([group, at, list], names, FORM);
}

function indexOf(entries: readonly { readonly name: string }[], name: string): number {
  return entries.findIndex((entry) => keyOf(entry.name) === keyOf(name));
}
