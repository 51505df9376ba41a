// Areas: the sections of the store and the parts of the repository, put together. A task is led to one of them.

import type { Structure } from './component.ts';
import { matcher } from './globs.ts';

/** A part of the repository, as discovery or `structure.yaml` knows it. */
export interface Part {
  /** `shared-types` */
  readonly key: string;
  /** `Shared Types` */
  readonly title: string;
  readonly paths: readonly string[];
  readonly shared: boolean;
  /** Titles of the parts that use it. */
  readonly usedBy: readonly string[];
}

export interface AreaSection {
  readonly id: string;
  readonly name: string;
  readonly paths: readonly string[];
  readonly exclusive: boolean;
}

export interface Area extends Part {
  /** Undefined for a part that has no section. */
  readonly section: AreaSection | undefined;
}

export function partsOf({ components, edges }: Structure): Part[] {
  const titles = new Map(components.map(({ key, title }) => [key, title]));
  return components.map(({ key, title, paths, shared }) => ({
    key,
    title,
    paths,
    shared,
    usedBy: edges.filter((edge) => edge.to === key).map((edge) => titles.get(edge.from) ?? edge.from),
  }));
}

/** What `structure.yaml` declares, as far as tasks are led by it. */
export interface Declared {
  readonly components: readonly { readonly name: string; readonly paths: readonly string[] }[];
  readonly shared: readonly {
    readonly name: string;
    readonly paths: readonly string[];
    readonly usedBy: readonly string[];
  }[];
}

/** The file's people have the last word: what they declare as shared is, whatever discovery would say. */
export function partsDeclared({ components, shared }: Declared): Part[] {
  const part = (name: string, paths: readonly string[]) => ({ key: name, title: name, paths });
  return [
    ...components.map(({ name, paths }) => ({ ...part(name, paths), shared: false, usedBy: [] })),
    ...shared.map(({ name, paths, usedBy }) => ({ ...part(name, paths), shared: true, usedBy })),
  ];
}

/** A section belongs to the part of its name, else to the one that it shares a glob with; others are areas by themselves. */
export function areasOf(sections: readonly AreaSection[], parts: readonly Part[]): Area[] {
  const left = new Set(sections);
  const order = new Map(sections.map((section, index) => [section, index]));
  // Looked up, not gone through: a thousand sections for a thousand parts took seconds.
  const named = Map.groupBy(sections, ({ name }) => plain(name));
  const globs = indexed(sections, ({ paths }) => paths);
  const take = (fitting: readonly AreaSection[]) => {
    const found = fitting
      .filter((section) => left.has(section))
      .toSorted((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0))[0];
    if (found) left.delete(found);
    return found;
  };
  const byName = parts.map(({ title, key }) =>
    take([plain(title), plain(key)].flatMap((name) => named.get(name) ?? [])),
  );
  const areas = parts.map((part, index): Area => {
    const section = byName[index] ?? take(part.paths.flatMap((glob) => globs.get(glob) ?? []));
    return { ...part, paths: [...new Set([...(section?.paths ?? []), ...part.paths])], section };
  });
  const alone = [...left].map((section): Area => {
    // An exclusive section with paths is what others share; who they are is not known then.
    const shared = section.exclusive && section.paths.length > 0;
    return { key: section.name, title: section.name, paths: section.paths, shared, usedBy: [], section };
  });
  return [...areas, ...alone];
}

function indexed<T>(all: readonly T[], keysOf: (one: T) => readonly string[]): Map<string, T[]> {
  const index = new Map<string, T[]>();
  for (const one of all) for (const key of keysOf(one)) index.set(key, [...(index.get(key) ?? []), one]);
  return index;
}

/** Whether a name means it: "Shared Types", `shared-types` and `shared_types` are one. */
export function isCalled(area: { readonly key: string; readonly title: string }, name: string): boolean {
  return plain(name) === plain(area.title) || plain(name) === plain(area.key);
}

/** What names are compared by. */
export const plain = (name: string) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-');

/** Whose a path is: the most specific glob wins, which is the one with the longest beginning without a wildcard. */
export function ownersOf<Owner extends { readonly paths: readonly string[] }>(
  owners: readonly Owner[],
): (path: string) => Owner | undefined {
  const rules = owners
    .flatMap((area) => area.paths.map((glob) => ({ area, ...ruleOf(glob) })))
    .toSorted((one, other) => other.literal - one.literal);
  // The same few files are asked about for each of a thousand areas.
  const known = new Map<string, Owner | undefined>();
  return (path) => {
    if (!known.has(path)) known.set(path, rules.find((rule) => rule.matches(path))?.area);
    return known.get(path);
  };
}

export interface Owners {
  readonly of: (path: string) => Area | undefined;
  /** The same among those with a section: a part without one lies in whose section its files are. */
  readonly sectionOf: (path: string) => Area | undefined;
}

export function bothOwnersOf(areas: readonly Area[]): Owners {
  const of = ownersOf(areas);
  const withSection = ownersOf(areas.filter(({ section }) => section !== undefined));
  return {
    of,
    sectionOf(path) {
      const owner = of(path);
      return owner?.section ? owner : withSection(path);
    },
  };
}

/** The area with a section that an area without one lies in. */
export function around(area: Area, { sectionOf }: Owners): Area | undefined {
  return area.section ? area : sectionOf(`${placeOf(area).replace(/\/*$/, '')}/x`);
}

interface Rule {
  readonly literal: number;
  readonly matches: (path: string) => boolean;
}

function ruleOf(glob: string): Rule {
  const bare = glob.replace(/\/+$/, '');
  const literal = bare.search(/[*?[]/);
  // A folder's name means all that is in it.
  const globs = literal < 0 ? [bare, `${bare}/**`] : [bare];
  const beginning = /^[^*?[\]{}()!+@\\]*/.exec(bare)?.[0] ?? '';
  let compiled: ((path: string) => boolean) | undefined;
  const matches = (path: string) => {
    // Of a thousand globs nearly all begin otherwise, and need no expression.
    if (!path.startsWith(beginning)) return false;
    compiled ??= matcher(globs);
    return compiled(path);
  };
  return { literal: literal < 0 ? bare.length : literal, matches };
}

/** Where an area is, for people: `apps/api/`. */
export function placeOf({ paths: [first = ''] }: Pick<Area, 'paths'>): string {
  const literal = /^[^*?[]*/.exec(first)?.[0] ?? '';
  return literal === '' ? first : literal;
}
