// Which of many paths and globs overlap another one. Names are looked up; only globs are compared one by one.

import { isLiteral, literalPrefix, overlaps, tidied } from './overlap.ts';

export interface Place {
  /** Of the repository: a file or a folder with all that is in it, or a glob. */
  readonly path: string;
  /** A name as it is, even where it looks like a glob: `app/[id]/page.tsx`. */
  readonly exact: boolean;
}

/** @returns those of `all` that have a path in common with a place, or may have one: never one too few */
export function overlapIndex<T extends Place>(all: readonly T[]): (wanted: Place) => T[] {
  const named = new Map<string, T[]>();
  const within = new Map<string, T[]>();
  const globs: T[] = [];
  for (const place of all) {
    if (!isName(place)) {
      globs.push(place);
      continue;
    }
    const name = tidied(place.path);
    add(named, name, place);
    for (const folder of foldersOf(name)) add(within, folder, place);
  }
  return (wanted) => {
    if (!isName(wanted)) return all.filter((place) => meet(wanted, place));
    const name = tidied(wanted.path);
    const around = [name, ...foldersOf(name)].flatMap((folder) => named.get(folder) ?? []);
    return [...around, ...(within.get(name) ?? []), ...globs.filter((place) => meet(place, wanted))];
  };
}

const EVERYTHING = ['', '.'];

const isName = ({ path, exact }: Place) => (exact || isLiteral(path)) && !EVERYTHING.includes(tidied(path));

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** `a/b` and `a` of `a/b/c` */
function foldersOf(name: string): string[] {
  const folders: string[] = [];
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1))
    folders.push(name.slice(0, at));
  return folders;
}

function meet(one: Place, other: Place): boolean {
  const [a, b] = [globOf(one), globOf(other)];
  const [begin, start] = [literalPrefix(a), literalPrefix(b)];
  // The cheap look first: most have nothing to do with each other.
  return (begin.startsWith(start) || start.startsWith(begin)) && overlaps(a, b);
}

/** A folder's name means all that is in it; `**` matches the name itself too. */
function globOf(place: Place): string {
  const path = tidied(place.path);
  if (EVERYTHING.includes(path)) return '**';
  return isName(place) ? `${path}/**` : path;
}

/**
 * Whole folders instead of their files, the deepest first, until there are few enough.
 * @param most at least 1
 */
export function gathered(names: readonly string[], most: number): string[] {
  let few = new Set(names);
  for (let depth = Math.max(0, ...names.map((name) => name.split('/').length)) - 1; depth > 0; depth--) {
    if (few.size <= most) break;
    few = new Set([...few].map((name) => name.split('/').slice(0, depth).join('/')));
  }
  return few.size <= most ? [...few] : ['.'];
}
