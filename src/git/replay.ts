// The rebase attempt: a branch's commits, one by one, onto a commit, without a checkout. The check before approval,
// the queue's candidate and the layout of the next attempt are this one function.
//
// `git merge-tree` takes a merge base of its own choosing until git 2.40, so a commit C is picked onto X by merging C
// with a synthetic commit that has X's tree and C's parent: their only merge base is that parent.

import type { Conflict } from '../task/attempt.ts';
import { type Sha, shortSha, toSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Git } from './client.ts';
import { type CommitObject, readCommits, subjectOf, writeCommit } from './commits.ts';
import { type Merged, mergeTree } from './mergeTree.ts';
import { attributesOf } from './own.ts';
import { mergeBase } from './refs.ts';
import { nothingResolved, type Resolved, resolve } from './resolve.ts';

export type Replay =
  | {
      readonly kind: 'clean';
      readonly commit: Sha;
      /** Each commit of the branch and what it became; a dropped one is what main has already. */
      readonly landedAs: ReadonlyMap<Sha, Sha>;
      /** Why commits were put together, when they were. */
      readonly squashed: string | null;
      /** Lockfiles that conflicted: they stand as on main, and have to be made anew. */
      readonly stale: readonly string[];
      /** Manifests that conflicted as text, and were merged by their keys. */
      readonly byKey: readonly string[];
    }
  /** Everything in it is on main already. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'conflicted'; readonly laid: Sha; readonly conflict: Conflict };

/**
 * @param own our git directory
 * @param onto today's main
 * @param head the branch's head
 * @returns the same commit for the same input, on every machine
 * @throws GitFailure when git could not do its work, which is never a conflict
 */
export async function replay(own: Git, onto: Sha, head: Sha): Promise<Replay> {
  const known = replays.get(own) ?? new Map<string, Promise<Replay>>();
  replays.set(own, known);
  const key = `${onto} ${head}`;
  const there = known.get(key);
  if (there) return await there;
  const replaying = replayOnce(own, onto, head);
  known.set(key, replaying);
  for (const old of known.keys()) if (known.size > REMEMBERED) known.delete(old);
  try {
    return await replaying;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

/** The queue asks again what was asked before the review, most often with main where it was. */
const replays = new WeakMap<Git, Map<string, Promise<Replay>>>();
const REMEMBERED = 100;

async function replayOnce(own: Git, onto: Sha, head: Sha): Promise<Replay> {
  let lines = await listBranch(own, [`${onto}..${head}`]);
  if (lines.length === 0) return { kind: 'empty' };
  const single = !lines.some(isMerge);
  // Without merges the branch is one line, and what its first commit stands on is the only merge base.
  const below = single ? lines[0]?.[1] : undefined;
  const base = below ?? (await mergeBase(own, onto, head));
  // Where committer dates run backwards below main, git lists what main has too, down to the first commit of all.
  if (lines.some(([hash]) => hash === base)) lines = await listBranch(own, [`${onto}..${head}`, `^${base}`]);
  const merges = lines.filter(isMerge);
  if (base === undefined) {
    throw new Problem(
      'user',
      'unrelated-histories',
      `${shortSha(head)} has no commit in common with main, so it cannot be replayed onto it`,
    );
  }
  const hashes = lines.map((line) => line[0] as Sha);
  if (merges.length === 0 && base === onto) {
    return {
      kind: 'clean',
      commit: head,
      landedAs: new Map(hashes.map((hash) => [hash, hash])),
      squashed: null,
      stale: [],
      byKey: [],
    };
  }
  const commits = await readCommits(own, [...hashes, onto]);
  const main = commits.pop();
  if (!main) throw new TypeError('an object that was asked for was not given');
  const resolved = nothingResolved(own, onto, head);
  const place: Place = { own, attributes: await attributesOf(own, onto), resolved };
  if (merges.length > 0) {
    const why = `the branch has ${merges.length === 1 ? 'a merge commit' : 'merge commits'} (${shortSha(merges[0]?.[0] ?? '')})`;
    return unlessEmpty(onto, await pickAsOne(place, main, base, commits, why, new Map()));
  }
  return unlessEmpty(onto, await pickEach(place, main, commits));
}

/** Each commit with its parents, oldest first. */
async function listBranch(own: Git, range: readonly string[]): Promise<Sha[][]> {
  const text = await own.read(['rev-list', '--topo-order', '--reverse', '--parents', ...range]);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ').map(toSha));
}

const isMerge = (line: readonly Sha[]) => line.length > 2;

/** Nothing was added to main, whether its commits were dropped one by one or all together. */
function unlessEmpty(onto: Sha, replayed: Replay): Replay {
  return replayed.kind === 'clean' && replayed.commit === onto ? { kind: 'empty' } : replayed;
}

interface Place {
  readonly own: Git;
  /** File of the attributes in force. */
  readonly attributes: string | undefined;
  readonly resolved: Resolved;
}

/** What the next commit is picked onto. */
type Top = Pick<CommitObject, 'hash' | 'tree' | 'committer'>;

async function pickEach(place: Place, main: CommitObject, commits: readonly CommitObject[]): Promise<Replay> {
  const landedAs = new Map<Sha, Sha>();
  let top: Top = main;
  for (const [index, commit] of commits.entries()) {
    const parent = commit.parents[0];
    if (parent === undefined)
      throw new Problem('user', 'unrelated-histories', `${commit.hash} is a root commit`);
    // What the first commit stands on is below main itself: no commit has to be made up to merge with.
    const merged = await (index === 0
      ? mergeInto(place, main.hash, commit.hash)
      : mergeOnto(place, top, parent, commit.hash));
    if (merged.kind === 'conflicted') {
      const rest = commits.slice(index);
      return pickAsOne(
        place,
        top,
        parent,
        rest,
        `${shortSha(commit.hash)} does not replay by itself`,
        landedAs,
      );
    }
    if (merged.tree === top.tree) {
      landedAs.set(commit.hash, top.hash); // becomes empty: main has it
      continue;
    }
    const made = picked(commit, merged.tree, top);
    top = { ...made, hash: await writeCommit(place.own, made) };
    landedAs.set(commit.hash, top.hash);
  }
  return { ...cleanAt(place, top.hash, landedAs), squashed: null };
}

/** All of `commits` as one change onto `top`: when one of them conflicts, or when there are merges among them. */
async function pickAsOne(
  place: Place,
  top: Top,
  base: Sha,
  commits: readonly CommitObject[],
  why: string,
  before: ReadonlyMap<Sha, Sha>,
): Promise<Replay> {
  const last = commits.at(-1);
  const first = commits.find((commit) => commit.parents.length === 1) ?? last;
  if (!last || !first) throw new TypeError('nothing to pick');
  const whole = await writeCommit(place.own, { ...last, parents: [base], others: [] });
  const merged = await mergeOnto(place, top, base, whole);
  const message = joinMessages(commits);
  if (merged.kind === 'conflicted') {
    const author = first.author.replace(/ \d+ [+-]\d+$/, '');
    const conflict = {
      commit: first.hash,
      tree: merged.tree,
      files: [...merged.conflicts.keys()],
      message: utf8(message),
      author: utf8(author),
    };
    return { kind: 'conflicted', laid: top.hash, conflict };
  }
  const landedAs = new Map(before);
  if (merged.tree === top.tree) {
    for (const commit of commits) landedAs.set(commit.hash, top.hash);
    return { ...cleanAt(place, top.hash, landedAs), squashed: why };
  }
  const hash = await writeCommit(place.own, picked({ ...first, message }, merged.tree, top));
  for (const commit of commits) landedAs.set(commit.hash, hash);
  return { ...cleanAt(place, hash, landedAs), squashed: commits.length > 1 ? why : null };
}

function cleanAt({ resolved }: Place, commit: Sha, landedAs: ReadonlyMap<Sha, Sha>) {
  return {
    kind: 'clean',
    commit,
    landedAs,
    stale: [...resolved.stale.keys()],
    byKey: [...resolved.byKey],
  } as const;
}

/** The author, the message and the encoding stay; a signature would not fit any more. */
function picked(commit: CommitObject, tree: Sha, onto: Top): Omit<CommitObject, 'hash'> {
  return {
    tree,
    parents: [onto.hash],
    author: commit.author,
    committer: noEarlier(commit.committer, onto.committer),
    others: commit.others.filter((line) => !/^(gpgsig|gpgsig-sha256|mergetag) /.test(line)),
    message: commit.message,
  };
}

/** Dates never run backwards along main, and depend on nothing but the commits themselves. */
function noEarlier(committer: string, before: string): string {
  const time = (line: string) => Number(/ (\d+) [+-]\d+$/.exec(line)?.[1] ?? 0);
  return time(committer) >= time(before)
    ? committer
    : committer.replace(/ \d+ [+-]\d+$/, ` ${time(before)} +0000`);
}

function joinMessages(commits: readonly CommitObject[]): string {
  const [first, ...rest] = commits
    .filter((commit) => commit.parents.length < 2)
    .map((commit) => commit.message);
  if (first === undefined) return commits.at(-1)?.message ?? '';
  if (rest.length === 0) return first;
  return `${first.trimEnd()}\n\n${rest.map((message) => `* ${subjectOf(message)}`).join('\n')}\n`;
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** Applies the change from `parent` to `commit` to the tree of `onto`. */
async function mergeOnto(place: Place, onto: Top, parent: Sha, commit: Sha): Promise<Merged> {
  const base = await writeCommit(place.own, {
    tree: onto.tree,
    parents: [parent],
    author: onto.committer,
    committer: onto.committer,
    others: [],
    message: 'main',
  });
  return await mergeInto(place, base, commit);
}

async function mergeInto({ own, attributes, resolved }: Place, base: Sha, commit: Sha): Promise<Merged> {
  return await resolve(resolved, await mergeTree(own, attributes, base, commit));
}
