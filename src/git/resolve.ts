// Conflicts that nobody has to be asked about: additions to a package.json, and the lockfile that a tool made from it.

import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { mergeLock } from './lock/merge.ts';
import { isLockfile, isManifest, isSourceOfLockfile } from './lockfiles.ts';
import { mergeManifest } from './manifest.ts';
import type { Merged, Sides } from './mergeTree.ts';
import { readObject } from './objects.ts';
import { mergeBase, readBlob, readFileAt, writeBlob } from './refs.ts';
import { type TreeEntry, withFiles } from './tree.ts';

/** What was resolved so far in one replay. */
export interface Resolved {
  readonly own: Git;
  readonly onto: Sha;
  readonly head: Sha;
  /** Lockfiles that stand as main has them, with what the branch alone pins, and have to be made anew. */
  readonly stale: Map<string, TreeEntry>;
  /** Manifests that were merged by their keys. */
  readonly byKey: Set<string>;
}

export const nothingResolved = (own: Git, onto: Sha, head: Sha): Resolved => ({
  own,
  onto,
  head,
  stale: new Map(),
  byKey: new Set(),
});

type Conflicts = Extract<Merged, { kind: 'conflicted' }>['conflicts'];

/** @returns the same merge, clean where everything that conflicts can be resolved */
export async function resolve(resolved: Resolved, merged: Merged): Promise<Merged> {
  const { own, stale, byKey } = resolved;
  if (merged.kind === 'clean') return await keepStale(resolved, merged.tree);
  const found = await resolveFiles(resolved, merged.conflicts);
  if (found === undefined) return merged;
  const tree = await withFiles(own, merged.tree, [...found.manifests, ...found.lockfiles]);
  for (const entry of found.manifests) byKey.add(entry.path);
  for (const entry of found.lockfiles) stale.set(entry.path, entry);
  return await keepStale(resolved, tree);
}

/** Whether `resolve` would come to an end without anybody being asked. */
export async function isResolvable(resolved: Resolved, conflicts: Conflicts): Promise<boolean> {
  return (await resolveFiles(resolved, conflicts)) !== undefined;
}

/** A part of a change to a lockfile, on top of another one than it was made for, would make it neither. */
async function keepStale({ own, stale }: Resolved, tree: Sha): Promise<Merged> {
  if (stale.size === 0) return { kind: 'clean', tree };
  for (const [path, entry] of stale) {
    if ((await readObject(own, `${tree}:${path}`)) !== undefined) continue;
    // It went elsewhere with its folder, or away.
    const sides = new Map([[2, entry]]);
    return { kind: 'conflicted', tree, conflicts: new Map([[path, sides]]) };
  }
  return { kind: 'clean', tree: await withFiles(own, tree, [...stale.values()]) };
}

interface Found {
  readonly manifests: readonly TreeEntry[];
  readonly lockfiles: readonly TreeEntry[];
}

async function resolveFiles(resolved: Resolved, conflicts: Conflicts): Promise<Found | undefined> {
  const manifests: TreeEntry[] = [];
  const lockfiles: TreeEntry[] = [];
  for (const [path, sides] of conflicts) {
    const ours = sides.get(2);
    const theirs = sides.get(3);
    // Taken away on one side (another package manager?), a link, or a name that is not UTF-8: for somebody to decide.
    if (!isFile(ours) || !isFile(theirs) || path.includes('\uFFFD')) return undefined;
    if (isLockfile(path)) {
      const lockfile = await lockfileFor(resolved, path, ours);
      if (lockfile === undefined) return undefined;
      lockfiles.push(lockfile);
    } else if (isManifest(path)) {
      const text = await mergedText(resolved.own, sides);
      if (text === undefined) return undefined;
      manifests.push({ path, mode: ours.mode, blob: await writeBlob(resolved.own, text) });
    } else return undefined;
  }
  return { manifests, lockfiles };
}

type Side = { readonly mode: string; readonly blob: Sha };

const isFile = (side: Side | undefined): side is Side => side?.mode.startsWith('100') === true;

async function mergedText(own: Git, sides: Sides): Promise<string | undefined> {
  const [base, ours, theirs] = await Promise.all(
    [1, 2, 3].map((number) => {
      const side = sides.get(number);
      return side && readBlob(own, side.blob);
    }),
  );
  return ours === undefined || theirs === undefined ? undefined : mergeManifest(base, ours, theirs);
}

/**
 * What it is made anew from.
 * @returns undefined where the branch pins what would be lost without a word: somebody has to decide
 */
async function lockfileFor(resolved: Resolved, path: string, ours: Side): Promise<TreeEntry | undefined> {
  const merged = await mergedLock(resolved, path);
  if (merged?.lost !== false && !(await changesSource(resolved))) return undefined;
  const blob = merged ? await writeBlob(resolved.own, merged.text) : ours.blob;
  return { path, mode: ours.mode, blob };
}

/** Of the branch as a whole: what a later commit of it pins, an earlier one may have. */
async function mergedLock({ own, onto, head }: Resolved, path: string) {
  const from = await mergeBase(own, onto, head);
  if (from === undefined) return undefined;
  const texts = await Promise.all([from, onto, head].map((commit) => readFileAt(own, commit, path)));
  const [base, ours, theirs] = texts;
  return ours === undefined || theirs === undefined ? undefined : mergeLock(path, base, ours, theirs);
}

/**
 * Made anew from main's, a lockfile has what the manifests say. What a branch changed in the lockfile alone (a newer version
 * of what is deep below) stands nowhere else, and would be lost without a word.
 */
async function changesSource({ own, onto, head }: Resolved): Promise<boolean> {
  const base = await mergeBase(own, onto, head);
  if (base === undefined) return false;
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', base, head, '--'];
  return (await own.read(args)).split('\0').some(isSourceOfLockfile);
}
