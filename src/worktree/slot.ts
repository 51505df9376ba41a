// A slot is a worktree that is reused from task to task. Opening one finds out what stands there, keeps what would be
// lost, and lays the task's branch.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import {
  exists,
  kindOf,
  makeFolder,
  readFileIfThere,
  removeEmptyFolder,
  removeOwn,
  trash,
} from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { placesOf } from '../git/names.ts';
import { readSlotState, type SlotState } from '../git/porcelain.ts';
import { changeRefs, isAncestor, listRefs, resolveCommit } from '../git/refs.ts';
import {
  addWorktree,
  checkOut,
  checkOutNewBranch,
  cleanUntracked,
  currentBranch,
  detachHead,
  gitDirOf,
  isLinked,
  layTree,
  listWorktrees,
  openWorktree,
  relink,
  removeWorktree,
  restoreTracked,
} from '../git/worktrees.ts';
import type { Layout } from '../task/attempt.ts';
import { type BranchName, branchRef, type Sha, toSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { archiveCommit, archiveFiles, archiving } from './archive.ts';
import { removeSlot } from './remove.ts';
import { emptySubmodules } from './submodules.ts';

/** Ignored folders that may pass from one task to the next, when they were installed for the same lockfile. */
export const KEPT = ['node_modules'];

/** Where a coder is to begin. */
export interface Start {
  readonly taskId: string;
  readonly branch: BranchName;
  /** Today's main. */
  readonly main: Sha;
  /** Where the branch was when its last attempt ended; undefined before the first. */
  readonly lastHead: Sha | undefined;
  /** Begin again from main, whatever the branch holds (which is archived). */
  readonly fresh: boolean;
  readonly layout: Layout | null;
}

export interface Opened {
  readonly git: Git;
  /** The head that the coder begins with. */
  readonly head: Sha;
  /** The conflict whose markers stand in the worktree. */
  readonly layout: Layout | null;
}

/**
 * Makes sure that the slot's worktree exists.
 * @param git the repository that it belongs to: the user's for runners, ours for verification and review
 * @throws Problem `slot-occupied`
 */
export async function ensureWorktree(git: Git, folder: string, commit: Sha): Promise<Git> {
  const real = await realPath(folder);
  const there = await findWorktree(git, real, commit);
  if (there) return there;
  await makeFolder(path.dirname(real));
  await addWorktree(git, real, commit);
  return openWorktree(git, real);
}

/**
 * The slot's worktree, linked again where its link was broken; undefined when its folder is gone, and then git does not
 * remember it any more.
 * @param main what is on it needs not be kept
 */
async function findWorktree(git: Git, real: string, main: Sha): Promise<Git | undefined> {
  if ((await kindOf(real)) !== undefined) {
    if (!(await isLinked(git, real))) await relink(git, real);
    if (await isLinked(git, real)) return openWorktree(git, real);
    throw occupied(real);
  }
  const known = (await listWorktrees(git)).find((record) => record.path === real);
  if (!known) return undefined;
  // Its folder was deleted by hand. A HEAD on no branch is known to nobody else.
  const { head, branch } = known;
  if (head && branch === undefined) await keepDetached(git, path.basename(real), head, main);
  await removeWorktree(git, known.path);
  return undefined;
}

export function occupied(folder: string): Problem {
  return new Problem(
    'environment',
    'slot-occupied',
    `${folder} is in the way: it exists and is no worktree of this repository`,
    'Move it away, or set worktrees.root in .steroids/config.yaml.',
  );
}

/** Whether the slot's worktree stands there, and nothing has to be done to it. */
export async function isReady(git: Git, folder: string): Promise<boolean> {
  return await isLinked(git, await realPath(folder));
}

/** Empties the slot of a runner that is gone, so that its branch is free. */
export async function freeSlot(
  git: Git,
  slot: string,
  folder: string,
  main: Sha,
  keep: readonly string[],
): Promise<void> {
  const worktree = await findWorktree(git, await realPath(folder), main);
  if (worktree) await clearSlot(worktree, slot, main, keep);
}

/** Takes the slot away, with the folders that it leaves empty. What was in it is archived. */
export async function retireSlot(
  git: Git,
  slot: string,
  folder: string,
  main: Sha,
  exclusively: (work: () => Promise<void>) => Promise<void> = (work) => work(),
): Promise<void> {
  const real = await realPath(folder);
  const worktree = await findWorktree(git, real, main);
  if (!worktree) return;
  await clearSlot(worktree, slot, main, []);
  await exclusively(() => removeSlot(git, real));
  await removeEmptyFolder(path.join(path.dirname(real), '.trash'));
  await removeEmptyFolder(path.dirname(real));
}

/** As git names a worktree: links resolved, whether it is there or not. */
async function realPath(folder: string): Promise<string> {
  const parent = path.dirname(path.resolve(folder));
  return path.join(await realpath(parent).catch(() => parent), path.basename(folder));
}

/**
 * Leaves the slot on no branch, with nothing modified or untracked. What was there is archived first.
 * @param keep ignored paths that may stay (`node_modules`)
 * @param known commits that a branch or a ref of ours holds
 */
export async function clearSlot(
  worktree: Git,
  slot: string,
  main: Sha,
  keep: readonly string[],
  known: ReadonlySet<Sha> = new Set(),
): Promise<void> {
  const branch = await currentBranch(worktree);
  const owner = /\/task-(\w+)$/.exec(branch ?? '')?.[1] ?? slot;
  const gitDir = await gitDirOf(worktree);
  await emptySubmodules(worktree, owner);
  const state = await readSlotState(worktree);
  if (state.changed > 0) {
    const index = path.join(gitDir, 'steroids-snapshot-index');
    await archiveFiles(worktree, owner, 'uncommitted', index);
    await removeOwn(index);
    await removeOwn(`${index}-nested`);
  }
  const head = await resolveCommit(worktree, 'HEAD');
  if (head === undefined) throw new Problem('environment', 'slot-broken', `${worktree.dir} has no HEAD`);
  if (branch !== undefined) await detachHead(worktree, head);
  else if (!known.has(head)) await keepDetached(worktree, owner, head, main);
  if (state.changed > 0) await restoreTracked(worktree);
  await abandonOperation(worktree, owner);
  await clearIgnored(worktree, state, keep);
  if (state.changed > 0) await cleanUntracked(worktree);
}

/** Commits on a detached HEAD have no branch that keeps them. */
async function keepDetached(worktree: Git, owner: string, head: Sha, main: Sha): Promise<void> {
  if (head === main || (await listRefs(worktree, '--points-at', head, '--count=1')).length > 0) return;
  await archiveCommit(worktree, owner, 'detached', head, main);
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

/** Ends a rebase, a merge or a bisect that a coder left behind, without touching a file or HEAD. */
export async function abandonOperation(worktree: Git, owner: string): Promise<void> {
  const gitDir = await gitDirOf(worktree);
  for (const file of AUTOSTASHES) {
    const stash = await readFileIfThere(path.join(gitDir, file));
    if (stash)
      await change(worktree, [archiving(owner, 'autostash', toSha(stash.trim()))], 'keep an autostash');
  }
  const bisecting = await exists(path.join(gitDir, 'BISECT_START'));
  const marks = bisecting ? await listRefs(worktree, 'refs/bisect') : [];
  const forget = marks.map(({ name, sha }) => ({ kind: 'delete', ref: name, from: sha }) as const);
  await change(worktree, forget, 'end a bisect');
  await Promise.all(OPERATIONS.map((left) => removeOwn(path.join(gitDir, left))));
}

async function clearIgnored(worktree: Git, state: SlotState, keep: readonly string[]): Promise<void> {
  const kept = (file: string) => keep.includes(path.basename(file.replace(/\/$/, '')));
  // Renaming a folder takes a moment, deleting a large one minutes.
  const big = state.ignored.filter((file) => file.endsWith('/') && !kept(file));
  const bin = path.join(path.dirname(worktree.dir), '.trash');
  for (const folder of big) await trash(path.join(worktree.dir, folder), bin);
  for (const folder of state.ignored.filter((file) => file.endsWith('/') && kept(file))) {
    await removeOwn(path.join(worktree.dir, folder, '.cache')); // build caches are not dependencies
    await removeOwn(path.join(worktree.dir, folder, '.vite'));
  }
  const gone = state.ignored.filter((file) => !kept(file));
  const list = ['--others', '--ignored', '--exclude-standard', '--directory'];
  for (const place of await placesOf(worktree, gone, list)) await removeOwn(place);
}

/** Takes every ignored file away, dependencies included: they were installed for something else. */
export async function clearIgnoredFiles(worktree: Git): Promise<void> {
  await clearIgnored(worktree, await readSlotState(worktree), []);
}

/** Lays the task's branch into a cleared slot. */
export async function layBranch(worktree: Git, start: Start): Promise<Opened> {
  const ref = branchRef(start.branch);
  const head = await resolveCommit(worktree, ref);
  if (head === undefined) return layMissingBranch(worktree, start);
  const moved = start.lastHead !== undefined && head !== start.lastHead;
  const empty = await isAncestor(worktree, head, start.main);
  if (start.fresh || (empty && head !== start.main)) {
    const kept = empty ? [] : [archiving(start.taskId, 'fresh', head)];
    await change(
      worktree,
      [...kept, { kind: 'update', ref, to: start.main, from: head }],
      'begin again from main',
    );
    await checkOut(worktree, start.branch, false);
    return { git: worktree, head: start.main, layout: null };
  }
  const layout = start.layout;
  // Somebody worked on the branch since: their work is the truth, and the layout is not.
  if (layout === null || moved || head !== layout.head) {
    await checkOut(worktree, start.branch, false);
    return { git: worktree, head, layout: null };
  }
  const kept = archiving(start.taskId, layout.conflict ? 'conflicted' : 'broken', head);
  await change(
    worktree,
    [kept, { kind: 'update', ref, to: layout.laid, from: head }],
    'lay the branch onto main',
  );
  await checkOut(worktree, start.branch, false);
  if (layout.conflict) await layTree(worktree, layout.laid, layout.conflict.tree);
  return { git: worktree, head: layout.laid, layout };
}

/** The first attempt, or a branch that somebody deleted: its last head is still known. */
async function layMissingBranch(worktree: Git, start: Start): Promise<Opened> {
  const last =
    start.fresh || start.lastHead === undefined ? undefined : await resolveCommit(worktree, start.lastHead);
  const head = last && !(await isAncestor(worktree, last, start.main)) ? last : start.main;
  await checkOutNewBranch(worktree, start.branch, head);
  return { git: worktree, head, layout: null };
}

async function change(git: Git, changes: Parameters<typeof changeRefs>[1], why: string): Promise<void> {
  const changed = await changeRefs(git, changes, `steroids: ${why}`);
  if (changed.kind === 'stale')
    throw new Problem('environment', 'branch-moved', `the branch moved meanwhile: ${changed.said}`);
}
