// A slot is a worktree that is reused from task to task. Opening one finds out what stands there, keeps what would be
// lost, and lays the task's branch.

import path from 'node:path';
import { makeFolder, removeEmptyFolder, removeOwn } from '../disk/files.ts';
import { removePipes } from '../disk/openUp.ts';
import { type Discard, TRASH, trash } from '../disk/trash.ts';
import type { Git } from '../git/client.ts';
import { readHeadLog } from '../git/files.ts';
import { revealHidden } from '../git/hidden.ts';
import { placesOf } from '../git/names.ts';
import { readSlotState, type SlotState } from '../git/porcelain.ts';
import { changeRefs, isAncestor, resolveCommit } from '../git/refs.ts';
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
  openWorktree,
  restoreTracked,
} from '../git/worktrees.ts';
import type { Layout } from '../task/attempt.ts';
import { type BranchName, branchRef, type Sha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { archiveCommit, archiveFiles, archiving } from './archive.ts';
import { alone, type Exclusively, findWorktree, ownerOf, realPath } from './find.ts';
import { removeSlot } from './remove.ts';
import { abandonOperation } from './strays.ts';
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
  const there = await findWorktree(git, real, commit, alone);
  if (there) return there;
  await makeFolder(path.dirname(real));
  await addWorktree(git, real, commit);
  return openWorktree(git, real);
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
  exclusively: Exclusively = alone,
): Promise<void> {
  const worktree = await findWorktree(git, await realPath(folder), main, exclusively);
  if (worktree) await clearSlot(worktree, slot, main, keep);
}

/** Takes the slot away, with the folders that it leaves empty. What was in it is archived. */
export async function retireSlot(
  git: Git,
  slot: string,
  folder: string,
  main: Sha,
  exclusively: Exclusively = alone,
  discard: Discard = trash,
): Promise<void> {
  const real = await realPath(folder);
  const worktree = await findWorktree(git, real, main, exclusively);
  if (!worktree) return;
  await clearSlot(worktree, slot, main, [], new Set(), discard);
  await exclusively(() => removeSlot(git, real, discard));
  await removeEmptyFolder(path.join(path.dirname(real), TRASH));
  await removeEmptyFolder(path.dirname(real));
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
  discard: Discard = trash,
): Promise<void> {
  removePipes(worktree.dir, KEPT);
  const born = await resolveCommit(worktree, 'HEAD');
  const head = born ?? (await lastHead(worktree)) ?? main;
  // On a branch without a commit (`checkout --orphan`), or one that was deleted.
  if (born === undefined) await detachHead(worktree, head);
  const branch = await currentBranch(worktree);
  const owner = ownerOf(branch, slot);
  await emptySubmodules(worktree, owner);
  // Commits first: files are archived on top of HEAD, and then nothing would tell that its commits have no other ref.
  const detached = branch === undefined ? head : undefined;
  await abandonOperation(worktree, { owner, detached, main, known });
  await revealHidden(worktree);
  const state = await readSlotState(worktree);
  if (state.changed > 0) {
    const index = path.join(await gitDirOf(worktree), 'steroids-snapshot-index');
    await archiveFiles(worktree, owner, 'uncommitted', index);
    await removeOwn(index);
    await removeOwn(`${index}-nested`);
  }
  if (branch !== undefined) await detachHead(worktree, head);
  if (state.changed > 0) await restoreTracked(worktree);
  await clearIgnored(worktree, state, keep, discard);
  if (state.changed > 0) await cleanUntracked(worktree);
}

/** Where HEAD was when it still was somewhere. */
async function lastHead(worktree: Git): Promise<Sha | undefined> {
  const last = (await readHeadLog(await gitDirOf(worktree))).at(-1);
  return last && (await resolveCommit(worktree, last.to));
}

async function clearIgnored(
  worktree: Git,
  state: SlotState,
  keep: readonly string[],
  discard: Discard,
): Promise<void> {
  const kept = (file: string) => keep.includes(path.basename(file.replace(/\/$/, '')));
  // Renaming a folder takes a moment, deleting a large one minutes.
  const big = state.ignored.filter((file) => file.endsWith('/') && !kept(file));
  const bin = path.join(path.dirname(worktree.dir), TRASH);
  for (const folder of big) await discard(path.join(worktree.dir, folder), bin);
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
  await clearIgnored(worktree, await readSlotState(worktree), [], trash);
}

/** What `layBranch` is about to do. */
interface Plan {
  readonly kind: 'make' | 'move' | 'stay';
  /** Where the branch is; undefined when it is not there. */
  readonly from: Sha | undefined;
  /** Where the coder begins. */
  readonly head: Sha;
  readonly layout: Layout | null;
  /** What is archived first, and as what. */
  readonly keep: { readonly reason: string; readonly commit: Sha } | null;
}

/** Where a coder would begin. Changes nothing. @param git any worktree of the repository */
export async function planBranch(git: Git, start: Start): Promise<Plan> {
  const head = await resolveCommit(git, branchRef(start.branch));
  if (head === undefined) return await planMissingBranch(git, start);
  const at = { from: head, keep: null } as const;
  const layout = start.fresh ? null : start.layout;
  // Laid before, for an attempt that was interrupted: only the files of the conflict are laid again.
  if (layout !== null && head === layout.laid) return { kind: 'stay', ...at, head, layout };
  const empty = await isAncestor(git, head, start.main);
  if (start.fresh || (empty && head !== start.main)) {
    const keep = empty ? null : { reason: 'fresh', commit: head };
    return { kind: 'move', from: head, head: start.main, layout: null, keep };
  }
  // Somebody worked on the branch since: their work is the truth, and the layout is not.
  if (layout === null || head !== layout.head) return { kind: 'stay', ...at, head, layout: null };
  const keep = { reason: layout.conflict ? 'conflicted' : 'broken', commit: head };
  return { kind: 'move', from: head, head: layout.laid, layout, keep };
}

/** The first attempt, or a branch that somebody deleted: its last head is still known. */
async function planMissingBranch(git: Git, start: Start): Promise<Plan> {
  const last = await lastOf(git, start);
  const goesOn = last !== undefined && !start.fresh && !(await isAncestor(git, last, start.main));
  const keep = last !== undefined && start.fresh ? { reason: 'fresh', commit: last } : null;
  return { kind: 'make', from: undefined, head: goesOn ? last : start.main, layout: null, keep };
}

/** Lays the task's branch into a cleared slot. */
export async function layBranch(worktree: Git, start: Start): Promise<Opened> {
  const { kind, from, head, layout, keep } = await planBranch(worktree, start);
  if (kind === 'make' || from === undefined) {
    if (keep) await archiveCommit(worktree, start.taskId, keep.reason, keep.commit, start.main);
    await checkOutNewBranch(worktree, start.branch, head);
    return { git: worktree, head, layout };
  }
  if (!start.fresh && from !== layout?.laid) await keepMoved(worktree, start, from);
  if (kind === 'move') {
    const kept = keep ? [archiving(start.taskId, keep.reason, keep.commit)] : [];
    const move = { kind: 'update', ref: branchRef(start.branch), to: head, from } as const;
    const why = layout === null ? 'begin again from main' : 'lay the branch onto main';
    await change(worktree, [...kept, move], why);
  }
  await checkOut(worktree, start.branch, false);
  // What conflicted stands in the worktree, not committed.
  if (layout?.conflict) await layTree(worktree, layout.laid, layout.conflict.tree);
  return { git: worktree, head, layout };
}

/** Somebody moved the branch away from where its last attempt had left it. */
async function keepMoved(worktree: Git, start: Start, head: Sha): Promise<void> {
  if (start.lastHead === undefined || head === start.lastHead) return;
  const last = await lastOf(worktree, start);
  if (last === undefined || (await isAncestor(worktree, last, head))) return;
  await archiveCommit(worktree, start.taskId, 'moved', last, start.main);
}

/** Its last head, as long as git has it. */
async function lastOf(worktree: Git, { lastHead }: Start): Promise<Sha | undefined> {
  return lastHead && (await resolveCommit(worktree, lastHead));
}

async function change(git: Git, changes: Parameters<typeof changeRefs>[1], why: string): Promise<void> {
  const changed = await changeRefs(git, changes, `steroids: ${why}`);
  if (changed.kind === 'stale')
    throw new Problem('environment', 'branch-moved', `the branch moved meanwhile: ${changed.said}`);
}
