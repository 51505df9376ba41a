// How far structure.yaml and the repository have grown apart. What people have written stands: names, isolation, and paths
// that are of something are never findings.

import type { Component, Structure } from './component.ts';
import { declareComponent, declareShared, nameComponents, neighboursIn } from './declare.ts';
import { findMoved, type Moved } from './moved.ts';
import { type Entry, type Ownership, ownershipOf } from './ownership.ts';
import { routingPatterns } from './routingWords.ts';
import { type DeclaredComponent, type DeclaredShared, keyOf, type StructureFile } from './structureFile.ts';

/** What is meant by a name, and where it is; of several folders, the first. */
export interface Named {
  readonly name: string;
  /** Empty for the root. */
  readonly path: string;
}

/** Something that differs, and what would have to change in the file for it. Each can be applied without the others. */
export type Finding =
  | NewFinding
  /** Nothing of it is left. */
  | ({ readonly kind: 'vanished' } & Entry)
  /** These of its globs are of nothing any more. */
  | ({ readonly kind: 'empty-paths' } & Entry)
  /** It is elsewhere now, perhaps by another name. */
  | ({ readonly kind: 'moved' } & Moved)
  /** What it uses. */
  | ({ readonly kind: 'dependencies' } & Named & Changed)
  /** Who uses it, as far as findings about those do not say it. */
  | ({ readonly kind: 'users' } & Named & Changed)
  /** It stands among the components, and two or more use it. */
  | ({ readonly kind: 'now-shared'; readonly declared: DeclaredShared } & Named);

export type NewFinding = {
  readonly kind: 'new';
  readonly path: string;
  /** A package is for others to use. */
  readonly what: 'directory' | 'package';
  /** A regular expression that leads tasks to it. */
  readonly match: string;
  readonly uses: readonly Named[];
} & (
  | { readonly group: 'components'; readonly declared: DeclaredComponent }
  | { readonly group: 'shared'; readonly declared: DeclaredShared }
);

interface Changed {
  readonly added: readonly Named[];
  readonly removed: readonly Named[];
}

/**
 * Today's structure against the file. Pure.
 * @param files of the repository, sorted by code unit
 */
export function findDrift(
  file: StructureFile,
  structure: Structure,
  files: readonly string[],
): readonly Finding[] {
  const ownership = ownershipOf(file, structure, files);
  const fresh = structure.components.filter(({ key }) => !ownership.owners.has(key));
  const gone = ownership.entries.filter((entry) => ownership.empty.get(entry)?.length === entry.paths.length);
  const moved = findMoved(file, structure, ownership, gone, fresh);
  const today = lookAt(structure, ownership, moved);
  const movedNames = new Set([...moved.values()].map(({ name }) => name));
  const isShared = sharedIn(file, today);
  const dependencies = [
    ...file.components.flatMap((one) => changedDependencies(one, today)),
    ...file.shared.flatMap((one) => changedDependencies(one, today, isShared)),
  ];
  return [
    ...newFindings(structure, today, isShared),
    ...[...moved.values()].map((one) => ({ kind: 'moved' as const, ...one })),
    ...gone
      .filter(({ name }) => !movedNames.has(name))
      .map((entry) => ({ kind: 'vanished' as const, ...entry })),
    ...ownership.entries.flatMap((entry) => {
      const paths = gone.includes(entry) ? [] : (ownership.empty.get(entry) ?? []);
      return paths.length === 0 ? [] : [{ kind: 'empty-paths' as const, ...entry, paths }];
    }),
    ...dependencies,
    ...file.shared.flatMap((one) => changedUsers(one, today, dependencies)),
    ...file.components.flatMap((one) => nowShared(one, today, isShared)),
  ];
}

/** The repository by the names of the file. */
interface Today {
  /** In no entry, and not what one has become. */
  readonly fresh: readonly Component[];
  /** By key, of every component: its entry's, or what it would be called. */
  readonly names: ReadonlyMap<string, string>;
  /** By the key of a name; nothing for entries that discovery knows nothing of. */
  readonly owned: ReadonlyMap<string, readonly Component[]>;
  neighbours(components: readonly Component[], direction: 'uses' | 'usedBy'): readonly Named[];
  named(name: string): Named;
}

function lookAt(structure: Structure, ownership: Ownership, moved: ReadonlyMap<string, Moved>): Today {
  const known = structure.components.flatMap(({ key }) => {
    const name = ownership.owners.get(key)?.name ?? moved.get(key)?.name;
    return name === undefined ? [] : [[key, name] as const];
  });
  const names = new Map<string, string>(known);
  const fresh = structure.components.filter(({ key }) => !names.has(key));
  const taken = [
    ...ownership.entries.map(({ name }) => name),
    ...[...moved.values()].map((one) => one.newName),
  ];
  for (const [key, name] of nameComponents(fresh, taken)) names.set(key, name);
  const owned = Map.groupBy(structure.components, ({ key }) => keyOf(names.get(key) ?? key));
  const neighbours = neighboursIn(structure);
  const named = (name: string): Named => ({ name, path: owned.get(keyOf(name))?.[0]?.path ?? '' });
  return {
    fresh,
    names,
    owned,
    named,
    neighbours: (components, direction) => {
      const own = new Set(components.map(({ key }) => names.get(key)));
      const found = components.flatMap(({ key }) => neighbours(key, direction, (other) => names.get(other)));
      return [...new Set(found)].filter((name) => !own.has(name)).map(named);
    },
  };
}

/** Whether what is called so says itself who uses it, in the file or when what is new is added to it. */
type IsShared = (name: string) => boolean;

function sharedIn(file: StructureFile, { fresh, names }: Today): IsShared {
  const shared = new Set([
    ...file.shared.map(({ name }) => keyOf(name)),
    ...fresh.flatMap((one) => (one.shared ? [keyOf(names.get(one.key) ?? one.key)] : [])),
  ]);
  return (name) => shared.has(keyOf(name));
}

function newFindings(structure: Structure, today: Today, isShared: IsShared): NewFinding[] {
  const patterns = routingPatterns(structure.components);
  return today.fresh.map((one): NewFinding => {
    const name = today.names.get(one.key) ?? one.key;
    const uses = today.neighbours([one], 'uses');
    const users = today.neighbours([one], 'usedBy').map((user) => user.name);
    const what = one.shared || one.kind === 'library' ? 'package' : 'directory';
    const both = {
      kind: 'new',
      path: one.path,
      what,
      match: patterns.get(one.key) ?? one.key,
      uses,
    } as const;
    const dependencies = uses.map((use) => use.name);
    if (one.shared) {
      const others = dependencies.filter((use) => !isShared(use));
      return { ...both, group: 'shared', declared: declareShared(name, one, users, others) };
    }
    return { ...both, group: 'components', declared: declareComponent(name, one, dependencies) };
  });
}

/** @param isSaid what stands elsewhere, and is not missing here */
function changedDependencies(
  one: DeclaredComponent | DeclaredShared,
  today: Today,
  isSaid: IsShared = () => false,
) {
  const components = today.owned.get(keyOf(one.name)) ?? [];
  if (components.length === 0) return [];
  const changed = difference(one.dependencies ?? [], today.neighbours(components, 'uses'), today);
  const { removed = [] } = changed ?? {};
  const added = (changed?.added ?? []).filter(({ name }) => !isSaid(name));
  if (added.length + removed.length === 0) return [];
  return [{ kind: 'dependencies' as const, ...today.named(one.name), added, removed }];
}

function changedUsers(one: DeclaredShared, today: Today, told: readonly (Named & Changed)[]) {
  const components = today.owned.get(keyOf(one.name)) ?? [];
  if (components.length === 0) return [];
  const fresh = new Set(today.fresh.map(({ key }) => today.names.get(key)));
  const tells = (user: Named) =>
    fresh.has(user.name) ||
    told.some(({ name, added, removed }) => {
      return (
        name === user.name && [...added, ...removed].some((other) => keyOf(other.name) === keyOf(one.name))
      );
    });
  const changed = difference(one.usedBy, today.neighbours(components, 'usedBy'), today);
  const added = changed?.added.filter((user) => !tells(user)) ?? [];
  const removed = changed?.removed.filter((user) => !tells(user)) ?? [];
  if (added.length + removed.length === 0) return [];
  return [{ kind: 'users' as const, ...today.named(one.name), added, removed }];
}

/** What is declared about something that discovery knows nothing of is left alone: only its people can know. */
function difference(declared: readonly string[], now: readonly Named[], today: Today): Changed | undefined {
  const before = new Set(declared.map(keyOf));
  const after = new Set(now.map(({ name }) => keyOf(name)));
  const added = now.filter(({ name }) => !before.has(keyOf(name)));
  const removed = declared.filter((name) => !after.has(keyOf(name)) && today.owned.has(keyOf(name)));
  return added.length + removed.length === 0 ? undefined : { added, removed: removed.map(today.named) };
}

function nowShared(one: DeclaredComponent, today: Today, isShared: IsShared) {
  const components = today.owned.get(keyOf(one.name)) ?? [];
  const users = today.neighbours(components, 'usedBy').map(({ name }) => name);
  if (one.isolation === 'exclusive' || users.length < 2) return [];
  const others = today.neighbours(components, 'uses').flatMap(({ name }) => (isShared(name) ? [] : [name]));
  const declared = declareShared(one.name, one, users, others);
  return [{ kind: 'now-shared' as const, ...today.named(one.name), declared }];
}
