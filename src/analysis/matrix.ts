// The live conflict matrix: branches merged pair by pair and with main, in memory, and what merges cleanly and does not work.

import { basesOf } from '../git/bases.ts';
import { type ChangesOf, changesOnce } from '../git/changedFiles.ts';
import type { Clash, Finding } from '../task/clash.ts';
import type { Sha } from '../task/ids.ts';
import { type Line, mergeLines, type Pairing, type PairResult, type Place } from './pairs.ts';
import type { Memory } from './remembered.ts';
import { findingsOf, type Surface } from './semantic/semantic.ts';
import { readSurfaces } from './surfaces.ts';

export interface Branch {
  readonly id: string;
  readonly head: Sha;
}

/** Of a pair. */
export interface PairClash extends Clash {
  /** Ids of branches. */
  readonly one: string;
  /** Null for main. */
  readonly other: string | null;
}

export interface Matrix {
  readonly clashes: readonly PairClash[];
  /** What git could not merge, and why. */
  readonly failed: readonly {
    readonly one: string;
    readonly other: string | null;
    readonly reason: string;
  }[];
  /** How many pairs there are, main among them, and how many had to be merged now. */
  readonly pairs: number;
  readonly merged: number;
}

export type MatrixMemory = Memory<PairResult, Surface>;

type Located<B> = { readonly branch: B; readonly line: Line };

/**
 * @param memory what is known of commits already; learns what is found out now
 * @param withMain whether each branch is merged with main too
 */
export async function readMatrix(
  place: Place,
  memory: MatrixMemory,
  main: Sha,
  branches: readonly Branch[],
  withMain = true,
): Promise<Matrix> {
  const bases = await basesOf(place.git, main, [...new Set(branches.map(({ head }) => head))]);
  const located = branches.flatMap((branch): Located<Branch>[] => {
    const base = bases.get(branch.head);
    return base === undefined ? [] : [{ branch, line: { head: branch.head, base } }];
  });
  const strangers = branches.filter(({ head }) => bases.get(head) === undefined);
  const all = [
    ...(withMain ? located.map((one) => [one, undefined] as const) : []),
    ...located.flatMap((one, index) => located.slice(index + 1).map((other) => [one, other] as const)),
  ];
  const asked = all.flatMap(([one, other], index) => (mayDiffer(main, one, other) ? [index] : []));
  const pairings = asked.map((index): Pairing => {
    const [one, other] = all[index] as (typeof all)[number];
    return [one.line, other?.line ?? { head: main, base: one.line.base }];
  });
  const changes = changesOnce(place.git);
  // Git merges while modules are read here.
  const [{ results, merged }, findings] = await Promise.all([
    mergeLines(place, changes, memory.pairs, pairings),
    findAll(place, changes, memory, main, all, asked),
  ]);
  const clashes: PairClash[] = [];
  const failed = strangers.map(
    ({ id }) =>
      ({ one: id, other: null, reason: 'no commit in common with main' }) as Matrix['failed'][number],
  );
  for (const [at, index] of asked.entries()) {
    const [one, other] = all[index] as (typeof all)[number];
    const about = { one: one.branch.id, other: other?.branch.id ?? null };
    const result = results[at] as PairResult;
    if (result.kind === 'failed') failed.push({ ...about, reason: result.reason });
    const { files, more } = result.kind === 'conflicted' ? result : { files: [], more: 0 };
    const found = findings.get(index) ?? [];
    if (files.length > 0 || found.length > 0) clashes.push({ ...about, files, more, findings: found });
  }
  return { clashes, failed, pairs: all.length, merged };
}

/** A branch that has nothing of its own, or the same, conflicts with nobody; one that stands on main not with it. */
function mayDiffer(main: Sha, { line: one }: Located<Branch>, other: Located<Branch> | undefined): boolean {
  if (isEmpty(one)) return false;
  return other === undefined ? one.base !== main : !isEmpty(other.line) && one.head !== other.line.head;
}

const isEmpty = ({ head, base }: Line) => head === base;

/** Of the pairs that are asked about: what does not work, by their numbers. */
async function findAll(
  { git }: Place,
  changes: ChangesOf,
  memory: MatrixMemory,
  main: Sha,
  all: readonly (readonly [Located<Branch>, Located<Branch> | undefined])[],
  asked: readonly number[],
): Promise<ReadonlyMap<number, Finding[]>> {
  const spans = asked.map((index) => {
    const [one, other] = all[index] as (typeof all)[number];
    const own = { from: one.line.base, to: one.line.head };
    // What main did since this one left it.
    const theirs = other ? { from: other.line.base, to: other.line.head } : { from: one.line.base, to: main };
    return { index, own, theirs };
  });
  const surfaces = await readSurfaces(
    git,
    changes,
    memory.surfaces,
    spans.flatMap(({ own, theirs }) => [own, theirs]),
  );
  return new Map(
    spans.map(({ index }, at) => [
      index,
      findingsOf(surfaces[2 * at] as Surface, surfaces[2 * at + 1] as Surface),
    ]),
  );
}
