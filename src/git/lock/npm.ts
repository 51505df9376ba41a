// npm's lockfile (npm 7 or later): a place is a folder in the tree that npm would make.

import { type Merged, type MergedLock, mergePlace, type Pin, type Three } from './rule.ts';

type Entry = Readonly<Record<string, unknown>>;
type Entries = ReadonlyMap<string, Entry>;

/**
 * @param base what both began with; undefined where both added the file
 * @param ours main's, whose formatting and all that is no package stay
 * @returns undefined where one of them is no lockfile of npm 7 or later, or they have different formats
 */
export function mergeNpm(base: string | undefined, ours: string, theirs: string): MergedLock | undefined {
  const [mine, other] = [readLock(ours), readLock(theirs)];
  const from = base === undefined ? mine && { ...mine, packages: new Map<string, Entry>() } : readLock(base);
  if (!from || !mine || !other) return undefined;
  if (from.version !== mine.version || from.version !== other.version) return undefined;
  const packages: [string, Entry][] = [];
  let lost = false;
  for (const key of [...new Set([...mine.packages.keys(), ...other.packages.keys()])].sort(compare)) {
    const sides = [from.packages.get(key), mine.packages.get(key), other.packages.get(key)] as const;
    const merged = mergeEntry(key, sides);
    if (merged.entry !== undefined) packages.push([key, merged.entry]);
    lost ||= merged.lost;
  }
  return { text: write({ ...mine.whole, packages: Object.fromEntries(packages) }, ours), lost };
}

function mergeEntry(key: string, sides: Three<Entry>): Merged<Entry> {
  const [base, ours, theirs] = sides;
  const chosen = mergePlace(sides, { isSame, pinOf: (entry) => pinOf(key, entry) });
  if (!chosen.entry || !ours || !theirs) return chosen;
  const mainChanged = base === undefined || String(flagsOf(base)) !== String(flagsOf(ours));
  return { ...chosen, entry: withFlags(chosen.entry, flagsOf(mainChanged ? ours : theirs)) };
}

/** What is no package says what a manifest beside it says. */
function pinOf(key: string, { version, link, integrity, resolved }: Entry): Pin | undefined {
  if (!/(^|\/)node_modules\//.test(key) || link === true) return undefined;
  return { version: String(version), source: String(integrity ?? resolved ?? '') };
}

/** For whom a package is there. That is another question than which version it is. */
const FLAGS = ['dev', 'optional', 'devOptional', 'peer', 'extraneous'];

const flagsOf = (entry: Entry) => FLAGS.filter((flag) => entry[flag] === true);

const bodyOf = (entry: Entry) => Object.entries(entry).filter(([field]) => !FLAGS.includes(field));

const isSame = (one: Entry, other: Entry) => JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));

function withFlags(entry: Entry, flags: readonly string[]): Entry {
  if (String(flagsOf(entry)) === String(flags)) return entry;
  return Object.fromEntries([...bodyOf(entry), ...flags.map((flag) => [flag, true] as const)]);
}

interface Lock {
  readonly whole: Readonly<Record<string, unknown>>;
  readonly version: unknown;
  readonly packages: Entries;
}

function readLock(text: string): Lock | undefined {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return undefined; // markers of a conflict, for one
  }
  if (!isObject(whole) || !isObject(whole.packages)) return undefined; // npm 6 has no `packages`
  const packages = Object.entries(whole.packages);
  if (!packages.every((pair): pair is [string, Entry] => isObject(pair[1]))) return undefined;
  return { whole, version: whole.lockfileVersion, packages: new Map(packages) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As npm sorts them. */
const compare = (one: string, other: string) => one.localeCompare(other, 'en');

function write(whole: object, like: string): string {
  const indent = /^[ \t]+(?=")/m.exec(like)?.[0] ?? '';
  const text = JSON.stringify(whole, null, indent) + (/\s*$/.exec(like)?.[0] ?? '');
  return like.includes('\r\n') ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}
