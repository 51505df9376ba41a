// pnpm's lockfile. A place is a path of keys: the version that an importer or a package has of another one stands at the end of it.

import { cut, type Lines, linesOf } from './lines.ts';
import { inOrder, type Merged, type MergedLock, mergePlace, type Pin, type Three } from './rule.ts';

/**
 * @param base what both began with; undefined where both added the file
 * @param ours main's, whose order stays
 * @returns undefined where one of them is no lockfile of pnpm, or they have different formats
 */
export function mergePnpm(base: string | undefined, ours: string, theirs: string): MergedLock | undefined {
  const [mine, other] = [documentsOf(ours), documentsOf(theirs)];
  const from = base === undefined ? mine?.map((): Level => new Map()) : documentsOf(base);
  if (!from || !mine || !other || from.length !== mine.length || from.length !== other.length)
    return undefined;
  const formats = [...(base === undefined ? [] : from), ...mine, ...other].map(formatOf);
  if (formats.includes(undefined) || new Set(formats).size > 1) return undefined;
  const merged = mine.map((document, index) =>
    mergeLevel([from[index] ?? document, document, other[index] ?? document], []),
  );
  const texts = merged.map(({ entries }) => [...entries.flatMap(({ lines }) => lines), '']);
  const lines = texts.flatMap((text) => (texts.length === 1 ? text : ['---', ...text]));
  return { text: lines.join(linesOf(ours).newline), lost: merged.some(({ lost }) => lost) };
}

/** One, or one about pnpm itself in front of it, each behind `---`. */
function documentsOf(text: string): readonly Level[] | undefined {
  const found: string[][] = [[]];
  for (const [index, line] of linesOf(text).lines.entries()) {
    if (line !== '---') found.at(-1)?.push(line);
    else if (index > 0) found.push([]);
  }
  const levels = found.map(read);
  return levels.includes(undefined) ? undefined : (levels as Level[]);
}

const formatOf = (document: Level) => document.get('lockfileVersion')?.head;

type Level = ReadonlyMap<string, Lines>;

/** @returns undefined where a line begins with no key, or two have the same */
function read(lines: readonly string[]): Level | undefined {
  const entries = cut(lines);
  const found = new Map(entries?.map((entry) => [keyOf(entry.head), entry] as const));
  if (found.size !== entries?.length || found.has(undefined)) return undefined;
  return found as Level;
}

const KEY = /^(?:\? )?('(?:[^']|'')+'|"(?:[^"\\]|\\.)+"|[^\s'"#<=>|][^'"]*?)(?::(?= |$)|$)/;

function keyOf(head: string): string | undefined {
  const key = KEY.exec(head)?.[1];
  if (key === undefined || key.length === head.length) return undefined;
  return key.startsWith("'") ? key.slice(1, -1).replaceAll("''", "'") : key;
}

type Sides = readonly [base: Level, ours: Level, theirs: Level];
type MergedLevel = { readonly entries: readonly Lines[]; readonly lost: boolean };

function mergeLevel(sides: Sides, path: readonly string[]): MergedLevel {
  const [base, ours, theirs] = sides;
  const entries: Lines[] = [];
  let lost = false;
  for (const key of ordered([...ours.keys()], [...theirs.keys()])) {
    const merged = mergeEntry([base.get(key), ours.get(key), theirs.get(key)], [...path, key]);
    if (merged.entry !== undefined) entries.push(merged.entry);
    lost ||= merged.lost;
  }
  return { entries, lost };
}

/** What is only in theirs comes after what it follows there, or at its place where both are sorted. */
function ordered(ours: readonly string[], theirs: readonly string[]): string[] {
  const all = [...new Set([...ours, ...theirs])];
  if (isSorted(ours) && isSorted(theirs)) return all.sort(inOrder);
  const mine = new Set(ours);
  const after = new Map<string, string[]>();
  let last = '';
  for (const key of theirs) {
    if (mine.has(key)) last = key;
    else after.set(last, [...(after.get(last) ?? []), key]);
  }
  return ['', ...ours].flatMap((key) => [...(mine.has(key) ? [key] : []), ...(after.get(key) ?? [])]);
}

const isSorted = (keys: readonly string[]) =>
  keys.every((key, index) => index === 0 || inOrder(keys[index - 1] ?? '', key) <= 0);

function mergeEntry(place: Three<Lines>, path: readonly string[]): Merged<Lines> {
  const merged = mergePlace(place, {
    isSame,
    pinOf: (entry) => pinOf(entry, path),
    keeps: path.length === 2 && KEPT.includes(path[0] ?? ''),
  });
  const [base, ours, theirs] = place;
  // What has keys of its own is merged by them.
  if (!ours || !theirs || isSame(ours, theirs)) return merged;
  const [mine, other] = [within(ours), within(theirs)];
  if (!mine || !other) return merged;
  const from = (base && within(base)) ?? new Map<string, Lines>();
  const { entries, lost } = mergeLevel([from, mine, other], path);
  const lines = [...ours.lines.slice(0, ours.gap + 1), ...entries.flatMap((entry) => entry.lines)];
  return { entry: { ...ours, lines }, lost };
}

function isSame(one: Lines, other: Lines): boolean {
  const [mine, theirs] = [one.lines.slice(one.gap), other.lines.slice(other.gap)];
  return mine.length === theirs.length && mine.every((line, index) => line === theirs[index]);
}

const KEPT = ['packages', 'snapshots'];

/** @returns undefined for what ends here: a value, a list, a text of several lines */
const within = ({ head, lines, gap }: Lines): Level | undefined =>
  head.endsWith(':') ? read(lines.slice(gap + 1)) : undefined;

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** `1.0.1(react@18.0.0)`, in pnpm 7 `1.0.1_react@18.0.0`: for which peers it is, pnpm finds out again. */
function pinOf({ head }: Lines, path: readonly string[]): Pin | undefined {
  const pins =
    path.at(-1) === 'version'
      ? ['importers', 'catalogs', ...DEPENDENCIES].includes(path[0] ?? '')
      : DEPENDENCIES.includes(path.at(-2) ?? '');
  const value = /: '?(.*?)'?$/.exec(head)?.[1];
  if (!pins || value === undefined || /^(?:link|file|workspace):/.test(value)) return undefined;
  const bare = value.replace(/(?:\(|(?<=\d)_).*$/, '');
  // Of another name: `name@1.0.0`. What has an address is no release.
  const [, source = '', version = ''] = /^((?:[^:]*[@/])?)([^@/:]*)$/.exec(bare) ?? [bare, '', bare];
  return { version, source };
}
