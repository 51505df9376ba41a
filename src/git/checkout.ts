// Moving a branch that somebody has checked out, without harm to what they have there. A bare update of the ref would
// show the whole landing as staged reversions, which the next `commit -a` undoes.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createFile, exists, moveFile, removeOwn } from '../disk/files.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { type Git, openGit } from './client.ts';
import { gitDirOf, listWorktrees } from './worktrees.ts';

/** What stands in the way of moving files in a checkout, in a sentence. */
export interface Obstacle {
  readonly kind: 'obstacle';
  readonly reason: string;
}

/** A checkout whose index is locked by us and whose files may be moved. */
export interface HeldCheckout {
  readonly kind: 'held';
  readonly path: string;
  /** After the ref has moved: brings files and index to the new commit. */
  finish(): Promise<void>;
  /** The ref did not move: leaves everything as it was. */
  abandon(): Promise<void>;
}

const BUSY_FILES: Readonly<Record<string, string>> = {
  MERGE_HEAD: 'a merge',
  'rebase-merge': 'a rebase',
  'rebase-apply': 'a rebase',
  CHERRY_PICK_HEAD: 'a cherry-pick',
  REVERT_HEAD: 'a revert',
  BISECT_LOG: 'a bisect',
};

/** The checkouts in which `branch` is checked out: none or one, unless somebody forced git. */
export async function checkoutsOf(git: Git, branch: string): Promise<string[]> {
  const ref = branchRef(branch);
  return (await listWorktrees(git)).filter((record) => record.branch === ref).map((record) => record.path);
}

/** Looks, without changing anything, whether a checkout could go from `base` to `next`; then holds its index. */
export async function holdCheckout(
  git: Git,
  folder: string,
  base: Sha,
  next: Sha,
): Promise<HeldCheckout | Obstacle> {
  if (!(await exists(folder)))
    return obstacle(`the checkout ${folder} is recorded and its folder is missing`);
  const here = openGit(folder, git.environment);
  const gitDir = await gitDirOf(here);
  for (const [file, what] of Object.entries(BUSY_FILES)) {
    if (await exists(path.join(gitDir, file))) return obstacle(`${folder} is in the middle of ${what}`);
  }
  const index = path.join(gitDir, 'index');
  const lock = `${index}.lock`;
  if (!(await createFile(lock, await readFile(index).catch(() => Buffer.alloc(0))))) {
    return obstacle(`another git command holds ${lock}`);
  }
  const using = { with: { GIT_INDEX_FILE: lock } };
  const abandon = () => removeOwn(lock);
  try {
    await here.run(['update-index', '-q', '--refresh'], using);
    const move = ['read-tree', '-m', '-u', base, next];
    const looked = await here.run(['read-tree', '-n', '-m', '-u', base, next], using);
    if (looked.code !== 0) {
      await abandon();
      return obstacle(`${folder} has changes that the landing would overwrite: ${inTheWay(looked.stderr)}`);
    }
    return {
      kind: 'held',
      path: folder,
      abandon,
      async finish() {
        await here.read(move, using);
        await moveFile(lock, index);
      },
    };
  } catch (error) {
    await abandon();
    throw error;
  }
}

/** The files that git names: "error: Entry 'a b.txt' not uptodate. Cannot merge." */
function inTheWay(stderr: string): string {
  const named = [...stderr.matchAll(/'(.+?)'/g)].map((match) => match[1]);
  return named.length > 0 ? named.slice(0, 5).join(', ') : stderr.trim();
}

function obstacle(reason: string): Obstacle {
  return { kind: 'obstacle', reason };
}

/**
 * After a crash between the ref and the files: the ref is at `next`, the checkout still at `base`. Files that were
 * changed meanwhile are refused by git, and nothing is damaged.
 */
export async function repairCheckout(
  git: Git,
  folder: string,
  base: Sha,
  next: Sha,
): Promise<Obstacle | undefined> {
  const here = openGit(folder, git.environment);
  const staged = await here.run(['diff-index', '--cached', '--quiet', next, '--']);
  if (staged.code === 0) return undefined;
  const held = await holdCheckout(git, folder, base, next);
  if (held.kind === 'obstacle') return held;
  await held.finish();
  return undefined;
}
