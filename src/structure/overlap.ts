// What two globs have in common, told from the globs alone: which files there will be is not known when a task is claimed.

import { matcher } from './globs.ts';

const WILD = /[*?[\\]/;

/** Without what only looks different: `./api/` is `api`. */
export function tidied(glob: string): string {
  return glob.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
}

export const isLiteral = (glob: string) => !WILD.test(glob);

/** What stands before the first wildcard: the longer it is, the more specific is the glob. */
export function literalPrefix(glob: string): string {
  const at = glob.search(WILD);
  return at < 0 ? glob : glob.slice(0, at);
}

/**
 * Whether a path may match both. Where two segments both have wildcards, only their fixed beginnings and ends are
 * compared, so that the answer may be yes where it should be no, and never the other way round.
 */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [one.split('/'), other.split('/')];
  const known = new Map<number, boolean>();
  const meet = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const before = known.get(key);
    if (before !== undefined) return before;
    const [x, y] = [a[i], b[j]];
    const met =
      x === '**'
        ? meet(i + 1, j) || (y !== undefined && meet(i, j + 1))
        : y === '**'
          ? meet(i, j + 1) || (x !== undefined && meet(i + 1, j))
          : x === undefined || y === undefined
            ? x === y
            : segmentsMeet(x, y) && meet(i + 1, j + 1);
    known.set(key, met);
    return met;
  };
  return meet(0, 0);
}

function segmentsMeet(one: string, other: string): boolean {
  if (isLiteral(one)) return isLiteral(other) ? one === other : matcher([other])(one);
  if (isLiteral(other)) return matcher([one])(other);
  if (/[[\\]/.test(one + other)) return true;
  const [head, start] = [literalPrefix(one), literalPrefix(other)];
  const [tail, end] = [literalSuffix(one), literalSuffix(other)];
  return (head.startsWith(start) || start.startsWith(head)) && (tail.endsWith(end) || end.endsWith(tail));
}

const literalSuffix = (segment: string) => /[^*?]*$/.exec(segment)?.[0] ?? '';

/** Whether every path of `inner` surely matches `outer`, which is so for `folder/**` and what begins in that folder. */
export function contains(outer: string, inner: string): boolean {
  if (outer === '**' || outer === inner) return true;
  const folder = /^(.*)\/\*\*$/.exec(outer)?.[1];
  return folder !== undefined && isLiteral(folder) && literalPrefix(inner).startsWith(`${folder}/`);
}
