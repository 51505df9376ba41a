// Three-way merge of a package.json by its keys. To git, two dependencies added side by side are one conflict; to whoever
// reads the file they are two additions.

import { canonical, type Member, type Node, readJson } from './json.ts';

/**
 * @param base what both began with; undefined where both added the file
 * @param ours whose formatting and order stay
 * @returns the merged text; undefined where both changed one value, and to different ones: somebody has to decide
 */
export function mergeManifest(base: string | undefined, ours: string, theirs: string): string | undefined {
  const [from, mine, other] = [readJson(base ?? '{}'), readJson(ours), readJson(theirs)];
  if (!from || !mine || !other) return undefined;
  const newline = ours.includes('\r\n') ? '\r\n' : '\n';
  const format = { newline, indent: /^[ \t]+(?=")/m.exec(ours)?.[0] ?? '  ' };
  const merged = mergeValue(from, mine, other, [], format);
  if (merged === undefined) return undefined;
  const begin = /^\s*/.exec(ours)?.[0] ?? '';
  return begin + merged.text.replace(/\r?\n/g, newline) + (/\s*$/.exec(ours)?.[0] ?? '');
}

interface Format {
  readonly newline: string;
  /** Of one level. */
  readonly indent: string;
}

/** Each of the three may be missing. @returns undefined on a conflict, `text` of nothing where it is taken away */
function mergeValue(
  base: Node | undefined,
  ours: Node | undefined,
  theirs: Node | undefined,
  path: readonly string[],
  format: Format,
): Node | undefined {
  if (isSame(ours, theirs) || isSame(base, theirs)) return ours ?? GONE;
  if (isSame(base, ours)) return theirs ?? GONE;
  if (!ours || !theirs) return undefined;
  if (ours.members && theirs.members && isByKey(path, ours, theirs))
    return mergeMembers(base?.members ?? [], ours, theirs, path, format);
  return mergeList(base, ours, theirs, path, format);
}

const GONE: Node = { text: '', members: undefined };

function isSame(one: Node | undefined, other: Node | undefined): boolean {
  return one === undefined || other === undefined
    ? one === other
    : canonical(one.text) === canonical(other.text);
}

/** In `exports` and `imports` the first condition that holds wins: only their maps of paths have no order. */
function isByKey([first]: readonly string[], ...sides: readonly Node[]): boolean {
  if (first !== 'exports' && first !== 'imports') return true;
  return sides.every(({ members = [] }) => members.every(({ key }) => /^[.#]/.test(key)));
}

function mergeMembers(
  base: readonly Member[],
  ours: Node,
  theirs: Node,
  path: readonly string[],
  format: Format,
): Node | undefined {
  const [before, mine, other] = [base, ours.members ?? [], theirs.members ?? []].map(
    (members) => new Map(members.map(({ key, value }) => [key, value])),
  ) as [Map<string, Node>, Map<string, Node>, Map<string, Node>];
  const keys = ordered([...mine.keys()], [...other.keys()]);
  const merged: Member[] = [];
  for (const key of keys) {
    const value = mergeValue(before.get(key), mine.get(key), other.get(key), [...path, key], format);
    if (value === undefined) return undefined;
    if (value !== GONE) merged.push({ key, value });
  }
  return { members: merged, text: writeMembers(merged, ours.text, path.length, format) };
}

/** Ours as they stand; what is only in theirs at its place in the alphabet, or after what it follows there. */
function ordered(ours: readonly string[], theirs: readonly string[]): string[] {
  const keys = [...ours];
  const sorted = isSorted(ours) && isSorted(theirs);
  for (const [index, key] of theirs.entries()) {
    if (keys.includes(key)) continue;
    const after = keys.findIndex((one) => compare(one, key) > 0);
    // What comes before it in theirs has its place by now.
    const at = sorted ? (after < 0 ? keys.length : after) : keys.indexOf(theirs[index - 1] ?? '') + 1;
    keys.splice(at, 0, key);
  }
  return keys;
}

/** As npm sorts dependencies. */
const compare = (one: string, other: string) => one.localeCompare(other, 'en');

const isSorted = (keys: readonly string[]) =>
  keys.every((key, index) => index === 0 || compare(keys[index - 1] ?? '', key) <= 0);

function writeMembers(members: readonly Member[], like: string, depth: number, format: Format): string {
  if (members.length === 0) return '{}';
  const lines = members.map(({ key, value }) => `${JSON.stringify(key)}: ${value.text}`);
  if (like !== '{}' && !/^\{\s*\n/.test(like)) return `{ ${lines.join(', ')} }`;
  const { newline, indent } = format;
  const inner = lines.map((line) => newline + indent.repeat(depth + 1) + line);
  return `{${inner.join(',')}${newline}${indent.repeat(depth)}}`;
}

/** Lists of names to which both may add. Where a name can take another back (`!name`), their order says something. */
const LISTS = new Set([
  'workspaces',
  'workspaces.packages',
  'files',
  'keywords',
  'bundleDependencies',
  'bundledDependencies',
]);

function mergeList(
  base: Node | undefined,
  ours: Node,
  theirs: Node,
  path: readonly string[],
  format: Format,
): Node | undefined {
  if (!LISTS.has(path.join('.'))) return undefined;
  const [before, mine, other] = [base?.text ?? '[]', ours.text, theirs.text].map(namesIn);
  if (!before || !mine || !other) return undefined;
  const names = [
    ...mine.filter((name) => other.includes(name) || !before.includes(name)),
    ...other.filter((name) => !mine.includes(name) && !before.includes(name)),
  ];
  const list = (isSorted(mine) && isSorted(other) ? names.sort(compare) : names).map((name) =>
    JSON.stringify(name),
  );
  if (!ours.text.includes('\n')) return { text: `[${list.join(', ')}]`, members: undefined };
  const { newline, indent } = format;
  const lines = list.map((name) => newline + indent.repeat(path.length + 1) + name);
  const text = `[${lines.join(',')}${newline}${indent.repeat(path.length)}]`;
  return { text, members: undefined };
}

/** @returns undefined when it is not a list of different names */
function namesIn(text: string): readonly string[] | undefined {
  const value: unknown = JSON.parse(text);
  const fine =
    Array.isArray(value) &&
    value.every((name) => typeof name === 'string' && !name.startsWith('!')) &&
    new Set(value).size === value.length;
  return fine ? (value as string[]) : undefined;
}
