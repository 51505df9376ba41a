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
  const take = (fits: (section: AreaSection) => boolean) => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const byName = parts.map((part) => take(({ name }) => isCalled(part, name)));
  const areas = parts.map((part, index): Area => {
    const section = byName[index] ?? take(({ paths }) => paths.some((glob) => part.paths.includes(glob)));
    return { ...part, paths: [...new Set([...(section?.paths ?? []), ...part.paths])], section };
  });
  const alone = [...left].map((section): Area => {
    // An exclusive section with paths is what others share; who they are is not known then.
    const shared = section.exclusive && section.paths.length > 0;
    return { key: section.name, title: section.name, paths: section.paths, shared, usedBy: [], section };
  });
  return [...areas, ...alone];
}

/** Whether a name means it: "Shared Types", `shared-types` and `shared_types` are one. */
export function isCalled(area: { readonly key: string; readonly title: string }, name: string): boolean {
  return plain(name) === plain(area.title) || plain(name) === plain(area.key);
}

const plain = (name: string) =>
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
  return (path) => rules.find((rule) => path.startsWith(rule.begins) && rule.matches(path))?.area;
}

interface Rule {
  readonly literal: number;
  /** What no path that matches begins without: comparing it first spares most of the matching, and of making matchers. */
  readonly begins: string;
  readonly matches: (path: string) => boolean;
}

function ruleOf(glob: string): Rule {
  const bare = glob.replace(/\/+$/, '');
  const literal = bare.search(/[*?[]/);
  let made: ((path: string) => boolean) | undefined;
  // A folder's name means all that is in it.
  const globs = literal < 0 ? [bare, `${bare}/**`] : [bare];
  return {
    literal: literal < 0 ? bare.length : literal,
    begins: /^[^*?[\\]*/.exec(bare)?.[0] ?? '',
    matches: (path) => {
      made ??= matcher(globs);
      return made(path);
    },
  };
}

/** Where an area is, for people: `apps/api/`. */
export function placeOf({ paths: [first = ''] }: Pick<Area, 'paths'>): string {
  const literal = /^[^*?[]*/.exec(first)?.[0] ?? '';
  return literal === '' ? first : literal;
}
