// The one rule by which a place of a lockfile is merged, whatever package manager wrote it. What comes out need not be what that
// tool would write: it is run on it afterwards.

export interface MergedLock {
  readonly text: string;
  /** Both pin one place, and main's is not simply the later version: what the branch says there is lost. */
  readonly lost: boolean;
}

/** One place, as each has it; undefined where it is not there. */
export type Three<Entry> = readonly [
  base: Entry | undefined,
  ours: Entry | undefined,
  theirs: Entry | undefined,
];

export interface Merged<Entry> {
  readonly entry: Entry | undefined;
  readonly lost: boolean;
}

/** What an entry pins. */
export interface Pin {
  readonly version: string;
  /** Tells two packages of one version apart (two commits of a repository); empty where the version says all. */
  readonly source: string;
}

export interface Reading<Entry> {
  readonly isSame: (one: Entry, other: Entry) => boolean;
  /** @returns undefined where an entry says only what a file beside it says, which the tool reads again */
  readonly pinOf: (entry: Entry) => Pin | undefined;
  /** What one side has taken away stays: another entry may need it, and the tool takes away what nobody needs. */
  readonly keeps?: boolean;
}

export function mergePlace<Entry>(
  [base, ours, theirs]: Three<Entry>,
  { isSame, pinOf, keeps = false }: Reading<Entry>,
): Merged<Entry> {
  const same = (one: Entry | undefined, other: Entry | undefined) =>
    one === undefined || other === undefined ? one === other : isSame(one, other);
  if (same(base, theirs) || same(ours, theirs)) return kept(keeps ? (ours ?? theirs) : ours);
  if (same(base, ours)) return kept(keeps ? (theirs ?? ours) : theirs);
  if (!base || !ours || !theirs) return kept(ours ?? theirs);
  const [before, mine, other] = [pinOf(base), pinOf(ours), pinOf(theirs)];
  if (!mine || !other || isSamePin(mine, other) || isSamePin(before, other)) return kept(ours);
  if (isSamePin(before, mine)) return kept(theirs);
  if (!before || !isLater(mine, before) || !isLater(other, before)) return { entry: ours, lost: true };
  if (isLater(other, mine)) return kept(theirs);
  return { entry: ours, lost: !isLater(mine, other) };
}

const kept = <Entry>(entry: Entry | undefined): Merged<Entry> => ({ entry, lost: false });

const isSamePin = (one: Pin | undefined, other: Pin) =>
  one !== undefined && one.version === other.version && one.source === other.source;

/** Of two releases. What has other signs than numbers is compared with nothing. */
function isLater(one: Pin, other: Pin): boolean {
  const [mine, before] = [partsOf(one), partsOf(other)];
  if (!mine || !before) return false;
  const at = mine.findIndex((part, index) => part !== before[index]);
  return at >= 0 && (mine[at] ?? 0) > (before[at] ?? 0);
}

function partsOf({ version }: Pin): readonly number[] | undefined {
  return /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number);
}

/** As the tools sort them, but npm: sign by sign. */
export const inOrder = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
