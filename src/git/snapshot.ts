// What stands in a worktree and is not committed, saved as commits, without touching the worktree or its index.

import path from 'node:path';
import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { readSlotState } from './porcelain.ts';
import { gitDirOf, identityVariables } from './worktrees.ts';

/**
 * Saves everything that is not ignored, modified or untracked, as a commit on top of HEAD, without touching the
 * worktree or its index.
 * @param index where a temporary index may be written
 * @returns the commit, or undefined when nothing differs from HEAD
 */
export async function snapshotWorktree(git: Git, index: string, message: string): Promise<Sha | undefined> {
  const using = { with: { GIT_INDEX_FILE: index } };
  await git.read(['read-tree', 'HEAD'], using);
  const { untracked } = await readSlotState(git);
  const nested = untracked.filter((file) => file.endsWith('/'));
  const others = nested.map((folder) => `:(exclude,top,literal)${folder}`);
  await git.read(['add', '--all', '--ignore-errors', '--', ':/', ...others], using);
  for (const folder of nested) await addFilesOf(git, index, folder);
  const tree = await git.read(['write-tree'], using);
  const head = await git.read(['rev-parse', 'HEAD^{tree}']);
  const staged = await snapshotIndex(git, message);
  if (staged === undefined) return tree === head ? undefined : await commitTree(git, tree, message, 'HEAD');
  if (staged.tree === tree) return staged.commit;
  return await commitTree(git, tree, message, 'HEAD', staged.commit);
}

/**
 * Saves what is staged as a commit on top of HEAD.
 * @returns undefined when nothing is. Where files conflict there is no such tree; what they hold stands in the worktree.
 */
export async function snapshotIndex(
  git: Git,
  message: string,
): Promise<{ readonly tree: string; readonly commit: Sha } | undefined> {
  const staged = await git.run(['write-tree']);
  const tree = staged.stdout.trim();
  if (staged.code !== 0 || tree === (await git.read(['rev-parse', 'HEAD^{tree}']))) return undefined;
  return { tree, commit: await commitTree(git, tree, message, 'HEAD') };
}

async function commitTree(
  git: Git,
  tree: string,
  message: string,
  ...parents: readonly string[]
): Promise<Sha> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'];
  const identity = identityVariables('steroids <steroids@localhost>');
  return toSha(await git.read(args, { input: message, with: identity }));
}

/** To git a repository in a repository is one commit's name; these are its files, for safekeeping. */
async function addFilesOf(git: Git, index: string, folder: string): Promise<void> {
  const tree = await treeOfFolder(git, folder, `${index}-nested`);
  await git.read(['read-tree', `--prefix=${folder}`, tree], { with: { GIT_INDEX_FILE: index } });
}

async function treeOfFolder(git: Git, folder: string, index: string): Promise<string> {
  const own = { GIT_DIR: await gitDirOf(git), GIT_INDEX_FILE: index };
  const inside = { with: { ...own, GIT_WORK_TREE: path.join(git.dir, folder) } };
  await git.read(['read-tree', '--empty'], inside);
  await git.read(['-C', folder, 'add', '--all', '--ignore-errors', '--', '.'], inside);
  return await git.read(['write-tree'], inside);
}

/** Saves the files of a repository in the worktree as a commit of theirs alone. @param index see above */
export async function snapshotFolder(git: Git, folder: string, index: string, message: string): Promise<Sha> {
  return await commitTree(git, await treeOfFolder(git, folder, index), message);
}
