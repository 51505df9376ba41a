// Nothing is taken away that is not reachable from a ref of ours.

import type { Git } from '../git/client.ts';
import { changeRefs, isAncestor, type RefChange } from '../git/refs.ts';
import { snapshotIndex, snapshotWorktree } from '../git/snapshot.ts';
import type { Sha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';

export const ARCHIVE = 'refs/steroids/archive/';

/** @param owner a task's id, or the name of a slot */
export function archiveRef(owner: string, reason: string, commit: Sha): string {
  return `${ARCHIVE}${owner}/${reason}-${commit.slice(0, 12)}`;
}

/** What the name of such a ref says; undefined when it is not one of ours. */
export function readArchiveRef(ref: string): { readonly owner: string; readonly reason: string } | undefined {
  const [, owner, reason] = /^refs\/steroids\/archive\/([^/]+)\/(.+)-[0-9a-f]{12}$/.exec(ref) ?? [];
  return owner !== undefined && reason !== undefined ? { owner, reason } : undefined;
}

/** The change that keeps `commit` reachable; to be made together with the one that takes it away. */
export function archiving(owner: string, reason: string, commit: Sha): RefChange {
  return { kind: 'update', ref: archiveRef(owner, reason, commit), to: commit };
}

/** Keeps `commit` reachable, unless main has it. */
export async function archiveCommit(
  git: Git,
  owner: string,
  reason: string,
  commit: Sha,
  main: Sha,
): Promise<string | undefined> {
  return (await isAncestor(git, commit, main))
    ? undefined
    : await archiveSnapshot(git, owner, reason, commit);
}

/** Saves what is modified and untracked in a worktree. @returns the ref, or undefined when there was nothing */
export async function archiveFiles(
  worktree: Git,
  owner: string,
  reason: string,
  temporaryIndex: string,
): Promise<string | undefined> {
  const commit = await snapshotWorktree(worktree, temporaryIndex, uncommittedBy(owner, reason));
  return commit && (await archiveSnapshot(worktree, owner, reason, commit));
}

/** Saves what is staged in a worktree whose folder is gone: its index is still there. */
export async function archiveStaged(git: Git, owner: string): Promise<string | undefined> {
  const staged = await snapshotIndex(git, uncommittedBy(owner, 'uncommitted'));
  return staged && (await archiveSnapshot(git, owner, 'uncommitted', staged.commit));
}

const uncommittedBy = (owner: string, reason: string) => `What ${owner} left uncommitted (${reason})\n`;

/** @param commit of files, which no branch has. @returns the ref */
export async function archiveSnapshot(git: Git, owner: string, reason: string, commit: Sha): Promise<string> {
  const changed = await changeRefs(git, [archiving(owner, reason, commit)], `steroids: archive (${reason})`);
  if (changed.kind === 'stale') throw new Problem('environment', 'archive-failed', changed.said);
  return archiveRef(owner, reason, commit);
}
