// Whether a replay left a branch's patches as they were. Their added and removed lines are compared: `patch-id` also
// changes when a line beside them does.

import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { readCommits } from './commits.ts';
import type { Replay } from './replay.ts';

/** A branch's commits on top of a commit. */
export interface Placed {
  readonly onto: Sha;
  readonly commit: Sha;
  /** Each commit of the branch and what it is there; undefined where they do not stand one by one. */
  readonly each: ReadonlyMap<Sha, Sha> | undefined;
  /** Files whose lines say nothing: a lockfile is made anew, a manifest has the same change by its keys. */
  readonly stale: readonly string[];
  readonly byKey: readonly string[];
}

/** @param onto what it was replayed onto */
export function placed(
  onto: Sha,
  { commit, landedAs, squashed, stale, byKey }: Extract<Replay, { kind: 'clean' }>,
): Placed {
  return { onto, commit, each: squashed === null ? landedAs : undefined, stale, byKey };
}

/** The branch where it stands, before any replay. @param commits `main..head` */
export function unmoved(
  base: Sha,
  head: Sha,
  commits: readonly { readonly hash: Sha; readonly parents: readonly Sha[] }[],
): Placed {
  const single = commits.every(({ parents }) => parents.length === 1);
  return {
    onto: base,
    commit: head,
    each: single ? new Map(commits.map(({ hash }) => [hash, hash])) : undefined,
    stale: [],
    byKey: [],
  };
}

/**
 * Files of which other lines are added or removed than before; none when all of them together, or each commit by itself, do
 * the same. A commit that main has by now changes nothing: the rest is what was judged.
 */
export async function alteredFiles(own: Git, before: Placed, after: Placed): Promise<string[]> {
  if (before.commit === after.commit && before.onto === after.onto) return [];
  const but = new Set([before, after].flatMap(({ stale, byKey }) => [...stale, ...byKey]));
  const whole = await compare(own, before, after, but);
  if (whole.length === 0 || before.each === undefined || after.each === undefined) return whole;
  let top = after.onto;
  for (const [commit, now] of after.each) {
    const dropped = now === top;
    top = now;
    if (dropped) continue;
    const [then, patch] = await patchesOf(own, before.each.get(commit), now);
    // What main had before, and has no more, was no part of what was judged.
    if (then === undefined || patch === undefined || isDropped(before, commit)) return whole;
    if ((await compare(own, then, patch, but)).length > 0) return whole;
  }
  return [];
}

type Patch = Pick<Placed, 'onto' | 'commit'>;

function isDropped({ onto, each }: Placed, commit: Sha): boolean {
  let top = onto;
  for (const [one, there] of each ?? []) {
    if (one === commit) return there === top;
    top = there;
  }
  return true;
}

async function patchesOf(own: Git, ...commits: readonly (Sha | undefined)[]): Promise<(Patch | undefined)[]> {
  const known = commits.filter((commit) => commit !== undefined);
  const objects = new Map((await readCommits(own, known)).map((object) => [object.hash, object]));
  return commits.map((commit) => {
    const parent = commit && objects.get(commit)?.parents[0];
    return commit && parent && { onto: parent, commit };
  });
}

async function compare(own: Git, before: Patch, after: Patch, but: ReadonlySet<string>): Promise<string[]> {
  const [then, now] = [await changesOf(own, before), await changesOf(own, after)];
  // Most often main has changed other files: the same contents before and after are the same lines.
  const paths = [...new Set([...then.keys(), ...now.keys()])].filter(
    (path) => !but.has(path) && then.get(path) !== now.get(path),
  );
  if (paths.length === 0) return [];
  const lines = [await linesOf(own, before, paths), await linesOf(own, after, paths)] as const;
  return paths.filter((path) => lines[0].get(path) !== lines[1].get(path));
}

/** By path: modes and contents before and after, as git names them. */
async function changesOf(own: Git, { onto, commit }: Patch): Promise<ReadonlyMap<string, string>> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', onto, commit];
  const fields = (await own.read([...args, '--'])).split('\0');
  const changes = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length; at += 2) changes.set(fields[at + 1] ?? '', fields[at] ?? '');
  return changes;
}

/** Characters of the diffs of files that both sides changed. */
const MAX_DIFF = 200_000_000;

/** By path: what is added and removed, in order, without what stands around it. */
async function linesOf(
  own: Git,
  { onto, commit }: Patch,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const lines = new Map<string, string>();
  // One path at a time: how git writes a path into a diff is for people.
  for (const path of paths) {
    const args = [
      '-c',
      'core.bigFileThreshold=512m',
      'diff-tree',
      '-p',
      '-U0',
      '--no-renames',
      '--full-index',
    ];
    const options = ['--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];
    const where = ['--', `:(top,literal)${path}`];
    const call = { binary: true, maxOutput: MAX_DIFF };
    lines.set(path, signed(await own.read([...args, ...options, onto, commit, ...where], call)));
  }
  return lines;
}

function signed(diff: string): string {
  const hunks = diff.search(/^@@ /m);
  const header = hunks < 0 ? diff : diff.slice(0, hunks);
  const modes = header.match(/^(old mode|new mode|new file mode|deleted file mode) .*$/gm) ?? [];
  // Of a binary file there is nothing but its contents' names.
  const binary = /^Binary files /m.test(header) ? (header.match(/^index .*$/gm) ?? []) : [];
  // Not by a pattern: to those a carriage return ends a line too.
  const body =
    hunks < 0
      ? []
      : diff
          .slice(hunks)
          .split('\n')
          .filter((line) => '+-\\'.includes(line[0] ?? ' '));
  return [...modes, ...binary, ...body].join('\n');
}
