// Three-way merge of npm's lockfile, entry by entry. A version that stands deep below stands nowhere else, so that main's file
// alone would lose it. What comes out need not be a tree that npm would make: npm is run on it afterwards.

export interface MergedLock {
  readonly text: string;
  /** Both pin one place, and main's is not simply the later version: what the branch says there is lost. */
  readonly lost: boolean;
}

type Entry = Readonly<Record<string, unknown>>;
type Entries = ReadonlyMap<string, Entry>;

/**
 * @param base what both began with
 * @param ours main's, whose formatting and all that is no package stay
 * @returns undefined where one of them is no lockfile of npm 7 or later, or they have different formats
 */
export function mergeNpmLock(base: string, ours: string, theirs: string): MergedLock | undefined {
  const [from, mine, other] = [readLock(base), readLock(ours), readLock(theirs)];
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

type Sides = readonly [base: Entry | undefined, ours: Entry | undefined, theirs: Entry | undefined];
type MergedEntry = { readonly entry: Entry | undefined; readonly lost: boolean };

function mergeEntry(key: string, sides: Sides): MergedEntry {
  const [base, ours, theirs] = sides;
  const chosen = chooseEntry(key, sides);
  if (!chosen.entry || !ours || !theirs) return chosen;
  const mainChanged = base === undefined || String(flagsOf(base)) !== String(flagsOf(ours));
  return { ...chosen, entry: withFlags(chosen.entry, flagsOf(mainChanged ? ours : theirs)) };
}

function chooseEntry(key: string, [base, ours, theirs]: Sides): MergedEntry {
  if (isSame(base, theirs) || isSame(ours, theirs)) return { entry: ours, lost: false };
  if (isSame(base, ours)) return { entry: theirs, lost: false };
  // What is no package says what a manifest beside it says, and npm reads that again. What one side has taken away, npm takes
  // away again where nobody needs it.
  const isPackage = /(^|\/)node_modules\//.test(key) && ours?.link !== true;
  if (!base || !ours || !theirs || !isPackage) return { entry: ours ?? theirs, lost: false };
  if (ours.version === theirs.version) return { entry: ours, lost: false };
  if (!isLater(ours, base) || !isLater(theirs, base)) return { entry: ours, lost: true };
  return { entry: isLater(theirs, ours) ? theirs : ours, lost: false };
}

/** For whom a package is there. That is another question than which version it is. */
const FLAGS = ['dev', 'optional', 'devOptional', 'peer', 'extraneous'];

const flagsOf = (entry: Entry) => FLAGS.filter((flag) => entry[flag] === true);

const bodyOf = (entry: Entry) => Object.entries(entry).filter(([field]) => !FLAGS.includes(field));

function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));
}

function withFlags(entry: Entry, flags: readonly string[]): Entry {
  if (String(flagsOf(entry)) === String(flags)) return entry;
  return Object.fromEntries([...bodyOf(entry), ...flags.map((flag) => [flag, true] as const)]);
}

/** Of two releases. What has other signs than numbers is compared with nothing. */
function isLater(one: Entry, other: Entry): boolean {
  const [mine, before] = [partsOf(one), partsOf(other)];
  if (!mine || !before) return false;
  const at = mine.findIndex((part, index) => part !== before[index]);
  return at >= 0 && (mine[at] ?? 0) > (before[at] ?? 0);
}

function partsOf({ version }: Entry): readonly number[] | undefined {
  return /^(\d+)\.(\d+)\.(\d+)$/.exec(String(version))?.slice(1).map(Number);
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
