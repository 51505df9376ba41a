// Which entry of structure.yaml stands for which discovered component, and which of its globs are of nothing any more.

import type { Component, Structure } from './component.ts';
import { matcher } from './globs.ts';
import type { StructureFile } from './structureFile.ts';

export type Group = 'components' | 'shared';

/** An entry of structure.yaml. */
export interface Entry {
  readonly group: Group;
  readonly name: string;
  readonly paths: readonly string[];
}

export interface Ownership {
  readonly entries: readonly Entry[];
  /** By key; a component without one is in no entry. Where several match, the most specific glob wins, then the first. */
  readonly owners: ReadonlyMap<string, Entry>;
  readonly owned: ReadonlyMap<Entry, readonly Component[]>;
  /** Globs that match no file. */
  readonly empty: ReadonlyMap<Entry, readonly string[]>;
}

interface Claim {
  readonly entry: Entry;
  readonly glob: string;
  readonly base: string;
  readonly matches: (path: string) => boolean;
}

/** @param files of the repository, sorted by code unit */
export function ownershipOf(
  file: StructureFile,
  { components }: Structure,
  files: readonly string[],
): Ownership {
  const entries: Entry[] = [
    ...file.components.map(({ name, paths }): Entry => ({ group: 'components', name, paths })),
    ...file.shared.map(({ name, paths }): Entry => ({ group: 'shared', name, paths })),
  ];
  const claims: Claim[] = entries.flatMap((entry) =>
    entry.paths.map((glob) => ({ entry, glob, base: baseOf(glob), matches: matcher([glob]) })),
  );
  const find = finderOf(claims);
  const filesOf = filesByComponent(components, files);
  const owners = new Map<string, Entry>();
  for (const { key, path, paths, manifests } of components) {
    const near = find(path);
    const by = (probes: readonly string[]) => near.find(({ matches }) => probes.some(matches))?.entry;
    const own = filesOf.get(path) ?? [];
    // What lies about at the top belongs to everybody, and other entries may have some of the root's folders.
    const owner = by(manifests) ?? (path === '' ? ownerOfMost(near, own.filter(matcher(paths))) : by(own));
    if (owner) owners.set(key, owner);
  }
  const owned = new Map(entries.map((entry) => [entry, [] as Component[]]));
  for (const component of components) {
    const owner = owners.get(component.key);
    if (owner) owned.get(owner)?.push(component);
  }
  const without = claims.filter(({ base, matches }) => !within(files, base).some(matches));
  const empty = new Map<Entry, string[]>();
  for (const { entry, glob } of without) empty.set(entry, [...(empty.get(entry) ?? []), glob]);
  return { entries, owners, owned, empty };
}

function ownerOfMost(claims: readonly Claim[], files: readonly string[]): Entry | undefined {
  const counts = new Map<Entry, number>();
  for (const { entry, matches } of claims) {
    const count = files.filter(matches).length;
    if (count > 0) counts.set(entry, (counts.get(entry) ?? 0) + count);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** Each file to the nearest component around it. */
function filesByComponent(components: readonly Component[], files: readonly string[]): Map<string, string[]> {
  const filesOf = new Map(components.map(({ path }) => [path, [] as string[]]));
  for (const file of files) {
    const nearest = foldersAbove(file).find((folder) => filesOf.has(folder));
    if (nearest !== undefined) filesOf.get(nearest)?.push(file);
  }
  return filesOf;
}

/** The folder before the first star, or the whole of a path without any. */
export function baseOf(glob: string): string {
  const literal = /^(?:\\.|[^\\*?[\]{}()!])*/.exec(glob)?.[0] ?? '';
  const folder =
    literal.length === glob.length ? literal : literal.slice(0, Math.max(0, literal.lastIndexOf('/')));
  return folder.replaceAll('\\', '').replace(/\/$/, '');
}

/** Claims that may be of a folder or of what is in it, the most specific first. */
function finderOf(claims: readonly Claim[]): (folder: string) => readonly Claim[] {
  const at = Map.groupBy(claims, ({ base }) => base);
  const inside = new Map<string, Claim[]>();
  for (const claim of claims) {
    for (const folder of foldersAbove(claim.base)) {
      const there = inside.get(folder);
      if (there) there.push(claim);
      else inside.set(folder, [claim]);
    }
  }
  return (folder) => {
    const around = [folder, ...foldersAbove(folder)].flatMap((base) => at.get(base) ?? []);
    return [...around, ...(inside.get(folder) ?? [])];
  };
}

/** From the nearest to the root, which is empty. */
function foldersAbove(folder: string): string[] {
  if (folder === '') return [];
  const parts = folder.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - 1 - index).join('/'));
}

/** What is in a folder, or is it. @param files sorted by code unit */
function within(files: readonly string[], folder: string): readonly string[] {
  if (folder === '') return files;
  const own = files
    .slice(firstFrom(files, folder), firstFrom(files, folder) + 1)
    .filter((file) => file === folder);
  const inner = files.slice(firstFrom(files, `${folder}/`), firstFrom(files, `${folder}0`)); // "0" comes after "/"
  return [...own, ...inner];
}

function firstFrom(files: readonly string[], text: string): number {
  let low = 0;
  let high = files.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
