// Emptying a slot, whatever state it was left in: what one coder has broken is in no other one's way.

import { openUp } from '../disk/openUp.ts';
import { findFullDisk, isNoSpace } from '../disk/space.ts';
import type { Git } from '../git/client.ts';
import { releaseLocks } from '../git/leftLocks.ts';
import { isLinked, openWorktree } from '../git/worktrees.ts';
import { getSlot, saveSlot } from '../store/slots.ts';
import type { Sha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';
import { moveAside } from '../worktree/moveAside.ts';
import { clearSlot, ensureWorktree, isReady, retireSlot } from '../worktree/slot.ts';
import { withGitLock } from './gitLock.ts';
import type { Project } from './project.ts';
import type { Session } from './session.ts';
import { endLeft } from './slotHolders.ts';

/** @returns git in the slot's worktree, which exists from now on */
export async function makeSlot(
  project: Project,
  git: Git,
  slot: string,
  folder: string,
  commit: Sha,
): Promise<Git> {
  const { store } = project;
  const known = await getSlot(store.db, slot);
  if (known) await endLeft(known);
  if (known?.path === folder && (await isReady(git, folder))) return openWorktree(git, folder);
  const worktree = await withGitLock(project, () => ensureWorktree(git, folder, commit));
  // The repository, or `worktrees.root`, has moved since. (What moved along was linked again just now.)
  if (known && known.path !== folder)
    await retireSlot(git, slot, known.path, commit, (work) => withGitLock(project, work));
  await store.write((trx) => saveSlot(store, trx, { name: slot, path: folder, digest: null }));
  return worktree;
}

export interface Slot {
  readonly name: string;
  readonly folder: string;
  /** The repository that it belongs to: the user's for runners, ours for verification and review. */
  readonly git: Git;
}

/**
 * @param keep ignored paths that may stay (`node_modules`)
 * @param known commits that a branch or a ref of ours holds
 * @returns git in the slot's worktree, which exists from now on, and has nothing in it of what was done there before
 */
export async function emptySlot(
  session: Session,
  slot: Slot,
  main: Sha,
  keep: readonly string[],
  known?: ReadonlySet<Sha>,
): Promise<Git> {
  const empty = async () => {
    const worktree = await makeSlot(session.project, slot.git, slot.name, slot.folder, main);
    await clearSlot(worktree, slot.name, main, keep, known);
    return worktree;
  };
  return (await orMovedAside(session, slot, main, empty)) ?? (await empty());
}

/**
 * @param work empties the slot, or takes it away; tried again when what somebody had closed to us there is open
 * @returns undefined when it could not be done: then the slot's folder was moved aside as it is
 */
export async function orMovedAside<T>(
  { project, report }: Session,
  slot: Slot,
  main: Sha,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const { name, folder, git } = slot;
  const unlocked = async () => {
    if (await isLinked(git, folder)) await releaseLocks(await openWorktree(git, folder), project.host.now());
    return await work();
  };
  try {
    return await unlocked();
  } catch (error) {
    const known = await getSlot(project.store.db, name);
    const full = isNoSpace(error) || (await findFullDisk([folder, project.folders.base])) !== undefined;
    // What others have put there is theirs, and a full disk passes.
    if (known?.path !== folder || full) throw error;
  }
  try {
    openUp(folder);
    return await unlocked();
  } catch (error) {
    const left = await withGitLock(project, () => moveAside(git, name, folder, main));
    const why = sentenceOf(error).split('\n', 1)[0];
    const sentence = `${folder} could not be emptied (${why}): it is kept as it is in ${left}`;
    report({ kind: 'noticed', sentence });
    return undefined;
  }
}
