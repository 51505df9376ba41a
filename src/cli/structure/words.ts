// How findings, and what is done about them, are said: `+ New directory: apps/docs/`, `Create new section "Documentation"`.

import type { ChangedSections, SectionChange } from '../../orchestrator/structureSections.ts';
import type { Finding, Named } from '../../structure/drift.ts';
import { keyOf, sectionNameOf } from '../../structure/structureFile.ts';
import { listed } from '../../task/list.ts';
import { printable } from '../../task/quote.ts';

const MOST = 8;

/** A line of "Changes detected". */
export const changeText = (finding: Finding) => printable(changeOf(finding));

/** A line of "Suggestions". */
export const suggestionText = (finding: Finding) => printable(suggestionOf(finding));

/** About a section that is not as the file has it. */
export const sectionChangeText = (change: SectionChange) => printable(sectionChangeOf(change));

export const sectionSuggestionText = (change: SectionChange) => printable(sectionSuggestionOf(change));

function changeOf(finding: Finding): string {
  switch (finding.kind) {
    case 'new':
      return finding.what === 'package'
        ? `+ New package: ${folder(finding.path)}`
        : `+ New directory: ${folder(finding.path)}  (not mapped to any section)`;
    case 'vanished':
      return `- Vanished: ${finding.name} (nothing matches ${listed(finding.paths, MOST)})`;
    case 'empty-paths':
      return `- Vanished from ${finding.name}: nothing matches ${listed(finding.paths, MOST)}`;
    case 'moved':
      return finding.newName === finding.name
        ? `~ Moved: ${finding.name} is in ${folder(finding.newPath)} now (it was ${listed(finding.paths, MOST)})`
        : `~ Renamed: ${finding.name} seems to be ${finding.newName} now, in ${folder(finding.newPath)}`;
    case 'dependencies':
      return `~ Modified: ${place(finding)} ${both(finding.added, 'now depends on', finding.removed, 'no longer depends on')}`;
    case 'users':
      return `~ Modified: ${place(finding)} ${both(finding.added, 'is now used by', finding.removed, 'is no longer used by')}`;
    case 'now-shared':
      return `~ Shared: ${place(finding)} is used by ${listed(finding.declared.usedBy, MOST)} now`;
  }
}

function suggestionOf(finding: Finding): string {
  switch (finding.kind) {
    case 'new': {
      const section = sectionNameOf(finding.declared.name);
      const shared = finding.group === 'shared' ? ' (SHARED)' : '';
      return `Create new section "${section}" for ${folder(finding.path)}${shared}`;
    }
    case 'vanished':
      return `Take "${finding.name}" out, and its section unless it has tasks`;
    case 'empty-paths':
      return `Take ${listed(finding.paths, MOST)} out of "${finding.name}"`;
    case 'moved':
      return finding.newName === finding.name
        ? `Update the paths of "${finding.name}" to ${listed(finding.newPaths, MOST)}`
        : `Rename "${finding.name}" to "${finding.newName}", with its section, and update its paths`;
    case 'dependencies':
      return `Update ${finding.name} section dependencies`;
    case 'users':
      return `Update who uses ${finding.name}`;
    case 'now-shared':
      return `Make "${finding.name}" a shared package, and its section exclusive`;
  }
}

function sectionChangeOf(change: SectionChange): string {
  if (change.kind === 'create') return `~ Section missing: ${change.wanted.name}`;
  if (change.kind === 'remove') return `- Section without anything: ${change.section.name}`;
  const { section, wanted } = change;
  const differs = [
    ...(keyOf(section.name) === keyOf(wanted.name) ? [] : [`is called ${wanted.name} in the file`]),
    ...(section.exclusive === wanted.exclusive
      ? []
      : [section.exclusive ? 'is exclusive' : 'is not exclusive']),
    ...(section.paths.join(' ') === wanted.paths.join(' ')
      ? []
      : [section.paths.length === 0 ? 'has no paths' : `has ${listed(section.paths, MOST)}`]),
  ];
  return `~ Section differs: ${section.name} ${differs.join(' and ')}`;
}

function sectionSuggestionOf(change: SectionChange): string {
  if (change.kind === 'remove') return `Remove section "${change.section.name}"`;
  const { name, paths, exclusive } = change.wanted;
  const as = `${listed(paths, MOST)}${exclusive ? ' (EXCLUSIVE)' : ''}`;
  return change.kind === 'create'
    ? `Create section "${name}" for ${as}`
    : `Change section "${name}" to ${as}`;
}

/** `✓ created section "API"`, a line each; many of a kind are one line. */
export function sectionLines({ created, changed, removed, kept }: ChangedSections): string[] {
  const line = (verb: string, names: readonly string[]) => {
    const [only] = names;
    if (only === undefined) return [];
    return [
      names.length === 1
        ? `✓ ${verb} section "${only}"`
        : `✓ ${verb} ${names.length} sections: ${listed(names, MOST)}`,
    ];
  };
  return [
    ...line('created', created),
    ...line('changed', changed),
    ...line('removed', removed),
    ...kept.map(({ name, why }) => `  section "${name}" stays: ${why}`),
  ].map(printable);
}

function both(added: readonly Named[], now: string, removed: readonly Named[], noLonger: string): string {
  const part = (some: readonly Named[], verb: string) =>
    some.length === 0 ? [] : [`${verb} ${listed(some.map(place), MOST)}`];
  return [...part(added, now), ...part(removed, noLonger)].join(', and ');
}

/** Where it is, else what it is called. */
function place({ name, path }: Named): string {
  return path === '' ? name : folder(path);
}

function folder(path: string): string {
  return path === '' ? 'the top of the repository' : `${path}/`;
}
