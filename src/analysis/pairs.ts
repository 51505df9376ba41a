// Which of two branches' changes do not go together, as git merges them.

import { ancestryOf } from '../git/bases.ts';
import type { ChangesOf } from '../git/changedFiles.ts';
import type { Git } from '../git/client.ts';
import { writeCommit } from '../git/commits.ts';
import { mergePairs, type Pair, type PairMerged } from '../git/mergeTrees.ts';
import { isResolvable, nothingResolved } from '../git/resolve.ts';
import { pooled } from '../process/pool.ts';
import type { FileConflict } from '../task/clash.ts';
import type { Sha } from '../task/ids.ts';
import { type Look, lookAt, NO_LOOK } from './apart.ts';
import type { Remembered } from './remembered.ts';

export type PairResult =
  | { readonly kind: 'clean' }
  | {
      readonly kind: 'conflicted';
      readonly files: readonly FileConflict[];
      /** How many files more conflict than are named. */
      readonly more: number;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** A branch: its head, and where it left main. */
export interface Line {
  readonly head: Sha;
  readonly base: Sha;
}

export interface Place {
  /** What it writes is thrown away. */
  readonly git: Git;
  /** File of the attributes in force. */
  readonly attributes: string | undefined;
  /** That work at once. */
  readonly processes: number;
}

/** Files that are named of one pair. */
const MOST_FILES = 100;

/** Fewer pairs are merged sooner than it is found out which of them need not be. */
const WORTH_A_LOOK = 10;

const CLEAN: PairResult = { kind: 'clean' };

export type Pairing = readonly [Line, Line];

/**
 * @returns in the order of the pairs, and how many of them had to be merged
 */
export async function mergeLines(
  place: Place,
  changes: ChangesOf,
  remembered: Remembered<PairResult>,
  pairs: readonly Pairing[],
): Promise<{ readonly results: readonly PairResult[]; readonly merged: number }> {
  const keys = pairs.map(keyOf);
  const unknown = pairs.filter((_, index) => remembered.get(keys[index] as string) === undefined);
  const look = unknown.length < WORTH_A_LOOK ? NO_LOOK : await lookAt(changes, unknown);
  for (const pairing of unknown) if (look.apart(pairing)) remembered.set(keyOf(pairing), CLEAN);
  const fresh = unknown.filter((pairing) => remembered.get(keyOf(pairing)) === undefined);
  const found = new Map<string, PairResult>();
  const merged = await mergePairs(place.git, place.attributes, fresh.map(headsOf), place.processes);
  const results = await pooled(place.processes, [...merged.entries()], ([index, one]) =>
    resultOf(place, fresh[index] as Pairing, one),
  );
  for (const [index, result] of (await withoutMains(place, look, fresh, results)).entries())
    found.set(keyOf(fresh[index] as Pairing), result);
  // What git could not tell now it may tell later.
  for (const [key, result] of found) if (result.kind !== 'failed') remembered.set(key, result);
  return {
    results: keys.map((key) => found.get(key) ?? remembered.get(key) ?? CLEAN),
    merged: fresh.length,
  };
}

/** Which of the two comes first makes no difference; where main was does, to what is its doing. */
function keyOf([one, other]: Pairing): string {
  const [first, second] = one.head < other.head ? [one, other] : [other, one];
  const bases = first.base === second.base ? '' : ` ${first.base.slice(0, 12)} ${second.base.slice(0, 12)}`;
  return `${first.head} ${second.head}${bases}`;
}

const headsOf = ([one, other]: Pairing): Pair => [one.head, other.head];

/** What the queue resolves by itself (lockfiles, additions to a manifest) is no conflict. */
async function resultOf({ git }: Place, [one, other]: Pairing, merged: PairMerged): Promise<PairResult> {
  if (merged.kind !== 'conflicted') return merged.kind === 'clean' ? CLEAN : merged;
  if (await isResolvable(nothingResolved(git, one.head, other.head), merged.conflicts)) return CLEAN;
  return conflictIn(filesOf(merged));
}

/** Where both cannot stand at one place, git puts one of them aside, by the name of its commit. */
const ASIDE = /~[0-9a-f]{40,64}(_\d+)?$/;

function filesOf({ kinds, conflicts }: Extract<PairMerged, { kind: 'conflicted' }>): FileConflict[] {
  const files = new Map<string, string>();
  for (const name of [...kinds.keys(), ...conflicts.keys()].sort())
    files.set(name.replace(ASIDE, ''), kinds.get(name) ?? 'content');
  return [...files].map(([file, kind]) => ({ file, kind }));
}

function conflictIn(files: readonly FileConflict[]): PairResult {
  if (files.length === 0) return CLEAN;
  const more = Math.max(0, files.length - MOST_FILES);
  return { kind: 'conflicted', files: files.slice(0, MOST_FILES), more };
}

/**
 * Of two branches that left main at different places, the later one brings along what main gained between. Where the earlier
 * one conflicts with that, it conflicts with main, and not with every branch that is newer.
 */
async function withoutMains(
  place: Place,
  look: Look,
  pairs: readonly Pairing[],
  results: readonly PairResult[],
): Promise<PairResult[]> {
  const parted = [...pairs.entries()].filter(([index, pairing]) => {
    const result = results[index];
    if (result?.kind !== 'conflicted' || pairing[0].base === pairing[1].base) return false;
    const files = result.files.map(({ file }) => file);
    return result.more > 0 || !look.isTheirs(pairing, files);
  });
  const bases = parted.flatMap(([, [one, other]]) => [one.base, other.base]);
  const isBelow = await ancestryOf(place.git, bases);
  const doubtful = parted.flatMap(([index, [one, other]]) => {
    if (isBelow(one.base, other.base)) return [{ index, early: one, late: other }];
    return isBelow(other.base, one.base) ? [{ index, early: other, late: one }] : [];
  });
  if (doubtful.length === 0) return [...results];
  const merge = (pairs: readonly Pair[]) => mergePairs(place.git, place.attributes, pairs, place.processes);
  const pairOf = ({ early, late }: Record<'early' | 'late', Line>): Pair => [late.base, early.head];
  const ontoPairs = new Map(doubtful.map((one) => [pairOf(one).join(' '), pairOf(one)]));
  const ontoMerged = await merge([...ontoPairs.values()]);
  const ontoMain = new Map([...ontoPairs.keys()].map((key, at) => [key, ontoMerged[at]]));
  const commitOn = memoized((parent: Sha, tree: Sha) => commitOf(place.git, tree, parent));
  const again: Promise<{ readonly index: number; readonly pair: Pair }>[] = [];
  const settled = [...results];
  for (const { index, early, late } of doubtful) {
    const onto = ontoMain.get(pairOf({ early, late }).join(' '));
    const result = settled[index];
    if (onto?.kind === 'clean') {
      const moved = commitOn(late.base, onto.tree);
      again.push(moved.then((commit) => ({ index, pair: [commit, late.head] })));
    } else if (onto?.kind === 'conflicted' && result?.kind === 'conflicted') {
      const mains = new Set(filesOf(onto).map(({ file }) => file));
      settled[index] = conflictIn(result.files.filter(({ file }) => !mains.has(file)));
    }
  }
  const left = await Promise.all(again);
  const merged = await merge(left.map(({ pair }) => pair));
  for (const [at, { index }] of left.entries()) {
    const one = merged[at];
    if (one) settled[index] = await resultOf(place, pairs[index] as Pairing, one);
  }
  return settled;
}

const NOBODY = 'steroids <steroids@localhost> 0 +0000';

async function commitOf(git: Git, tree: Sha, parent: Sha): Promise<Sha> {
  const nobody = { author: NOBODY, committer: NOBODY, others: [], message: 'main\n' };
  return await writeCommit(git, { tree, parents: [parent], ...nobody });
}

/** Asks once for the same two. */
function memoized<T>(ask: (one: Sha, other: Sha) => Promise<T>): (one: Sha, other: Sha) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (one, other) => {
    const key = `${one} ${other}`;
    const answer = known.get(key) ?? ask(one, other);
    known.set(key, answer);
    return answer;
  };
}
