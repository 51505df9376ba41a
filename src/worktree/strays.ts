// Commits that only a worktree knows of: on no branch, amended or reset away, or named by a merge or a rebase that is
// not over. Whatever clears or removes a worktree keeps them first.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { exists, readFileIfThere, removeOwn } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { changeRefs, listRefs } from '../git/refs.ts';
import { tipsWithoutRef } from '../git/survey.ts';
import { gitDirOf } from '../git/worktrees.ts';
import { type Sha, toSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { archiving } from './archive.ts';

export interface Leaving {
  /** A task's id, or the name of a slot. */
  readonly owner: string;
  /** Where HEAD is, when it is on no branch. */
  readonly detached?: Sha | undefined;
  /** What is on it needs not be kept; our own git directory has no branch that says so. */
  readonly main?: Sha | undefined;
  /** Commits that a branch or a ref of ours holds. */
  readonly known?: ReadonlySet<Sha>;
}

/** What git remembers of a rebase, a merge or a bisect that is not over; a rebase and a bisect hold their branch. */
const OPERATIONS = [
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'MERGE_HEAD',
  'MERGE_MODE',
  'MERGE_MSG',
  'MERGE_AUTOSTASH',
  'AUTO_MERGE',
  'SQUASH_MSG',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'BISECT_LOG',
  'BISECT_START',
  'BISECT_TERMS',
  'BISECT_NAMES',
  'BISECT_EXPECTED_REV',
  'BISECT_ANCESTORS_OK',
  'BISECT_FIRST_PARENT',
  'BISECT_RUN',
  'BISECT_HEAD',
];

const AUTOSTASHES = ['rebase-merge/autostash', 'rebase-apply/autostash', 'MERGE_AUTOSTASH'];

/** Files of an operation that name the commits it is about, one a line. */
const HEADS = [
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'BISECT_START',
  'BISECT_HEAD',
  'sequencer/head',
  'rebase-merge/orig-head',
  'rebase-merge/stopped-sha',
  'rebase-apply/orig-head',
];

const NAMES: readonly (readonly [string, string])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_START', 'bisect'],
];

/** The git command that is not over in a worktree, by what its git directory holds. */
export async function operationIn(gitDir: string): Promise<string | undefined> {
  for (const [file, command] of NAMES) if (await exists(path.join(gitDir, file))) return command;
  return undefined;
}

/** Ends a rebase, a merge or a bisect that a coder left behind, without touching a file or HEAD; keeps the strays first. */
export async function abandonOperation(worktree: Git, leaving: Leaving): Promise<void> {
  const gitDir = await gitDirOf(worktree);
  await keepStrays(worktree, gitDir, leaving);
  const bisecting = await exists(path.join(gitDir, 'BISECT_START'));
  const marks = bisecting ? await listRefs(worktree, 'refs/bisect') : [];
  const forget = marks.map(({ name, sha }) => ({ kind: 'delete', ref: name, from: sha }) as const);
  await changeRefs(worktree, forget, 'steroids: end a bisect');
  const there = new Set(await readdir(gitDir));
  await Promise.all(
    OPERATIONS.filter((left) => there.has(left)).map((left) => removeOwn(path.join(gitDir, left))),
  );
  // What it tells of is kept, so that the next time only what came after has to be looked at.
  await removeOwn(path.join(gitDir, 'logs/HEAD'));
}

/** @param gitDir of the worktree, whose folder may be gone */
export async function keepStrays(git: Git, gitDir: string, leaving: Leaving): Promise<void> {
  const { owner, detached, main, known } = leaving;
  const reasons = new Map<Sha, string>();
  const found = (commit: Sha, reason: string) => {
    if (commit !== main && !known?.has(commit) && !reasons.has(commit)) reasons.set(commit, reason);
  };
  if (detached !== undefined) found(detached, 'detached');
  for (const commit of await namedIn(gitDir, AUTOSTASHES)) found(commit, 'autostash');
  for (const commit of await namedIn(gitDir, HEADS)) found(commit, 'left');
  for (const commit of await leftByHead(gitDir)) found(commit, 'left');
  if (reasons.size === 0) return;
  const tips = await tipsWithoutRef(git, [...reasons.keys()], main);
  const changes = tips.map((tip) => archiving(owner, reasons.get(tip) ?? 'left', tip));
  // `git rebase --root` makes a commit of no file at all, whose tree git knows and does not store: fsck misses it.
  if (changes.length > 0) await git.read(['hash-object', '-w', '-t', 'tree', '--stdin'], { input: '' });
  const changed = await changeRefs(git, changes, 'steroids: archive');
  if (changed.kind === 'stale') throw new Problem('environment', 'archive-failed', changed.said);
}

const OBJECT_NAME = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

async function namedIn(gitDir: string, files: readonly string[]): Promise<Sha[]> {
  const texts = await Promise.all(files.map((file) => readFileIfThere(path.join(gitDir, file))));
  const lines = texts.flatMap((text) => text?.split('\n') ?? []);
  return lines.filter((line) => OBJECT_NAME.test(line)).map(toSha);
}

/** A commit that goes on from where HEAD was: what it leaves is its parent. */
const ONWARDS = /^commit( \((initial|merge)\))?: /;

/**
 * Where HEAD has been and did not go on from: amended, reset, rebased or left for a branch. The first line tells only
 * where HEAD was when it was looked at the last time.
 */
async function leftByHead(gitDir: string): Promise<Sha[]> {
  const log = (await readFileIfThere(path.join(gitDir, 'logs/HEAD'))) ?? '';
  const lines = log.split('\n').filter(Boolean).slice(1);
  return lines.flatMap((line) => {
    const [old = '', fresh] = line.split(' ', 2);
    const message = line.slice(line.indexOf('\t') + 1);
    const left = old !== fresh && !ONWARDS.test(message) && OBJECT_NAME.test(old) && !/^0+$/.test(old);
    return left ? [toSha(old)] : [];
  });
}
