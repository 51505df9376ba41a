// Nothing is taken away that is not reachable from a ref of ours.

import type { Git } from '../git/client.ts';
import { changeRefs, isAncestor, type RefChange } from '../git/refs.ts';
import { snapshotWorktree } from '../git/worktrees.ts';
import type { Sha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';

/** @param owner a task's id, or the name of a slot */
export function archiveRef(owner: string, reason: string, commit: Sha): string {
  return `refs/steroids/archive/${owner}/${reason}-${commit.slice(0, 12)}`;
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
  if (await isAncestor(git, commit, main)) return undefined;
  const changed = await changeRefs(git, [archiving(owner, reason, commit)], `steroids: archive (${reason})`);
  if (changed.kind === 'stale') throw new Problem('environment', 'archive-failed', changed.said);
  return archiveRef(owner, reason, commit);
}

/** Saves what is modified and untracked in a worktree. @returns the ref, or undefined when there was nothing */
export async function archiveFiles(
  worktree: Git,
  owner: string,
  reason: string,
  temporaryIndex: string,
): Promise<string | undefined> {
  const message = `What ${owner} left uncommitted (${reason})\n`;
  const commit = await snapshotWorktree(worktree, temporaryIndex, message);
  return commit && (await archiveSnapshot(worktree, owner, reason, commit));
}

/** @param commit of files, which no branch has. @returns the ref */
export async function archiveSnapshot(
  worktree: Git,
  owner: string,
  reason: string,
  commit: Sha,
): Promise<string> {
  const changed = await changeRefs(
    worktree,
    [archiving(owner, reason, commit)],
    `steroids: archive (${reason})`,
  );
  if (changed.kind === 'stale') throw new Problem('environment', 'archive-failed', changed.said);
  return archiveRef(owner, reason, commit);
}
