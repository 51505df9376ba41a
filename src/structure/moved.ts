// Which of what is gone is what came new: the same name or folder elsewhere, or the same place among the others by another name.

import type { Component, Structure } from './component.ts';
import { type Neighbours, nameComponents, neighboursIn } from './declare.ts';
import { baseOf, type Entry, type Ownership } from './ownership.ts';
import { keyOf, type StructureFile } from './structureFile.ts';

/** An entry whose folder went, and the component that it is today. */
export interface Moved extends Entry {
  /** The same as `name`, or what it would be called today. */
  readonly newName: string;
  readonly newPath: string;
  readonly newPaths: readonly string[];
}

/**
 * Only pairs that are sure on both sides: what could be two things is new, or gone.
 * @returns by the component's key
 */
export function findMoved(
  file: StructureFile,
  structure: Structure,
  ownership: Ownership,
  gone: readonly Entry[],
  fresh: readonly Component[],
): ReadonlyMap<string, Moved> {
  const moved = new Map<string, Moved>();
  const remaining = ownership.entries.filter((entry) => !gone.includes(entry)).map(({ name }) => name);
  const called = nameComponents(fresh, remaining);
  for (const [entry, component] of pairs(gone, fresh, isSame)) {
    moved.set(component.key, asMoved(entry, component, entry.name));
  }
  const goneStill = gone.filter((entry) => ![...moved.values()].some(({ name }) => name === entry.name));
  const freshStill = fresh.filter(({ key }) => !moved.has(key));
  const nameOf = (key: string) => ownership.owners.get(key)?.name ?? moved.get(key)?.name ?? called.get(key);
  const neighbours = neighboursIn(structure);
  const alike = (entry: Entry, component: Component) =>
    parentOf(baseOf(entry.paths[0] ?? '')) === parentOf(component.path) &&
    (entry.group === 'shared') === component.shared &&
    isAmongTheSame(file, neighbours, entry, component, nameOf);
  for (const [entry, component] of pairs(goneStill, freshStill, alike)) {
    moved.set(component.key, asMoved(entry, component, called.get(component.key) ?? entry.name));
  }
  return moved;
}

function asMoved(entry: Entry, { path, paths }: Component, newName: string): Moved {
  return { ...entry, newName, newPath: path, newPaths: paths };
}

/** Pairs in which neither side fits anything else. */
function pairs(
  gone: readonly Entry[],
  fresh: readonly Component[],
  matches: (entry: Entry, component: Component) => boolean,
): (readonly [Entry, Component])[] {
  return gone.flatMap((entry) => {
    const matching = fresh.filter((component) => matches(entry, component));
    const [component] = matching;
    if (!component || matching.length > 1) return [];
    return gone.filter((other) => matches(other, component)).length === 1
      ? [[entry, component] as const]
      : [];
  });
}

/** By its name, or by its folder's. */
function isSame(entry: Entry, { key, title, path }: Component): boolean {
  const name = keyOf(entry.name);
  const folder = lastOf(baseOf(entry.paths[0] ?? ''));
  return name === keyOf(key) || name === keyOf(title) || (folder !== '' && folder === lastOf(path));
}

/** It uses what the other used, or is used by what used it; and there is something of that. */
function isAmongTheSame(
  file: StructureFile,
  neighbours: Neighbours,
  entry: Entry,
  { key }: Component,
  nameOf: (key: string) => string | undefined,
): boolean {
  const declared =
    entry.group === 'components'
      ? file.components.find(({ name }) => name === entry.name)?.dependencies
      : file.shared.find(({ name }) => name === entry.name)?.usedBy;
  const today = neighbours(key, entry.group === 'components' ? 'uses' : 'usedBy', nameOf);
  const before = new Set(declared?.map(keyOf));
  const after = new Set(today.map(keyOf));
  return before.size > 0 && before.size === after.size && [...after].every((name) => before.has(name));
}

const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
