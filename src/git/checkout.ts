// Moving a branch that somebody has checked out, without harm to what they have there. A bare update of the ref would
// show the whole landing as staged reversions, which the next `commit -a` undoes.

import path from 'node:path';
import {
  copyWithTime,
  createFile,
  exists,
  moveFile,
  readFileIfThere,
  removeOwn,
  unfinishedFiles,
} from '../disk/files.ts';
import { identify, isAlive, type ProcessIdentity } from '../process/identity.ts';
import { killIfStopped } from '../process/lockHolder.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { adoptMoved, isInTheWay, PROBE } from './adoptMoved.ts';
import type { Git, GitCall } from './client.ts';
import { gitDirFromFile } from './files.ts';
import { frozenEnvironment } from './frozen.ts';
import { placeOf, readable, splitNames } from './names.ts';
import { gitDirOf, type WorktreeRecord } from './worktrees.ts';

/** What stands in the way of moving files in a checkout, in a sentence. */
export interface Obstacle {
  readonly kind: 'obstacle';
  readonly reason: string;
}

/** A checkout whose index is locked by us and whose files may be moved. */
export interface HeldCheckout {
  readonly kind: 'held';
  readonly path: string;
  /**
   * After the ref has moved: brings files and index to the new commit. Holds nothing any more when it is over.
   * @throws GitFailure when somebody changed one of the files meanwhile
   */
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
export function checkoutsOf(worktrees: readonly WorktreeRecord[], branch: string): string[] {
  const ref = branchRef(branch);
  return worktrees.filter((record) => record.branch === ref).map((record) => record.path);
}

/**
 * Where a rebase of `branch` is under way. HEAD is on no branch meanwhile; in the end, or given up, the branch goes where
 * that rebase has it, whoever has moved it since.
 */
export async function rebasesOf(
  git: Git,
  worktrees: readonly WorktreeRecord[],
  branch: string,
): Promise<string[]> {
  const ref = branchRef(branch);
  const found: string[] = [];
  for (const { path: folder, branch: on, bare } of worktrees) {
    if (on !== undefined || bare) continue;
    // In what a coder has broken, or closed to us, nobody rebases.
    const gitDir = await gitDirFromFile(git.at(folder)).catch(() => undefined);
    if (gitDir === undefined) continue;
    for (const rebase of ['rebase-merge', 'rebase-apply']) {
      const name = await readFileIfThere(path.join(gitDir, rebase, 'head-name'));
      if (name?.trim() === ref) found.push(folder);
    }
  }
  return found;
}

/** Looks, without changing anything, whether a checkout could go from `base` to `next`; then holds its index. */
export async function holdCheckout(
  git: Git,
  folder: string,
  base: Sha,
  next: Sha,
): Promise<HeldCheckout | Obstacle> {
  return await hold(git, folder, { base, next, interrupted: false });
}

/** A checkout that is the user's. */
async function openCheckout(git: Git, folder: string): Promise<Git> {
  return git.at(folder, await frozenEnvironment(git.frozen));
}

const COPY = 'steroids-index';
/** Indexes of our own beside the one of a checkout; whoever has its lock may take them away. */
export const OWN_INDEXES: readonly string[] = [COPY, PROBE];

interface Move {
  readonly base: Sha;
  readonly next: Sha;
  /** Some of the files may have moved already. */
  readonly interrupted: boolean;
}

async function hold(git: Git, folder: string, move: Move): Promise<HeldCheckout | Obstacle> {
  const { base, next } = move;
  if (!(await exists(folder)))
    return obstacle(`the checkout ${folder} is recorded and its folder is missing`);
  const here = await openCheckout(git, folder);
  const gitDir = await gitDirOf(here);
  for (const [file, what] of Object.entries(BUSY_FILES)) {
    if (await exists(path.join(gitDir, file))) return obstacle(`${folder} is in the middle of ${what}`);
  }
  const index = path.join(gitDir, 'index');
  const lock = `${index}.lock`;
  if (!(await takeLock(lock))) return obstacle(`another git command holds ${lock}`);
  // Not the lock itself: what it says tells whose it is, should we die.
  const copy = path.join(gitDir, COPY);
  const using = { with: { GIT_INDEX_FILE: copy } };
  const abandon = async () => {
    await removeOwn(copy);
    await releaseLock(lock);
  };
  try {
    await removeOwn(copy);
    // With its time: a file that is no older than the index is one that git has to read, not to trust.
    await copyWithTime(index, copy);
    const refresh = () => here.run(['update-index', '-q', '--refresh'], using);
    if (move.interrupted) {
      await refresh();
      await adoptMoved(here, copy, base, next);
    }
    let files = await whatIsInTheWay(here, using, base, next);
    if (files.length > 0) {
      // A file that was only touched is in nobody's way; looking at all files first costs as much as the look itself.
      await refresh();
      files = await whatIsInTheWay(here, using, base, next);
    }
    if (files.length > 0) {
      await abandon();
      return obstacle(
        `${folder} has changes that the landing would overwrite: ${files.slice(0, 5).join(', ')}`,
      );
    }
    return {
      kind: 'held',
      path: folder,
      abandon,
      async finish() {
        try {
          await here.read(['read-tree', '-m', '-u', base, next], using);
          await moveFile(copy, index);
        } finally {
          await abandon();
        }
      },
    };
  } catch (error) {
    await abandon();
    throw error;
  }
}

const OURS = 'held by steroids: ';

const ourLock = () => `${OURS}${JSON.stringify(identify(process.pid))}\n`;

/** Takes git's own lock, from one of us who died too. @returns false when somebody holds it */
async function takeLock(lock: string): Promise<boolean> {
  await releaseDeadLock(lock);
  return await createFile(lock, ourLock());
}

async function releaseLock(lock: string): Promise<void> {
  if ((await readFileIfThere(lock)) === ourLock()) await removeOwn(lock);
}

/**
 * For who has the queue now. One of us who is stopped with the lock has lost the queue, and cannot give the lock back: it is
 * killed, as it is with the store's.
 */
export async function releaseDeadLock(lock: string): Promise<void> {
  const holder = await holderOf(lock);
  if (holder && (isAlive(holder) === 'dead' || killIfStopped(holder))) await removeOwn(lock);
  for (const unfinished of await unfinishedFiles(lock)) await removeOwn(unfinished);
}

/** Whether it says that one of us holds it who has died. */
export async function isDeadLock(lock: string): Promise<boolean> {
  const holder = await holderOf(lock);
  return holder !== undefined && isAlive(holder) === 'dead';
}

/** Who of us holds it; undefined when it is nobody of us. */
async function holderOf(lock: string): Promise<ProcessIdentity | undefined> {
  const text = await readFileIfThere(lock);
  if (!text?.startsWith(OURS) || !text.endsWith('\n')) return undefined;
  return JSON.parse(text.slice(OURS.length)) as ProcessIdentity;
}

/** Files of the user's that the move would overwrite, or what git says. */
async function whatIsInTheWay(here: Git, using: GitCall, base: Sha, next: Sha): Promise<string[]> {
  const [looked, ignored] = await Promise.all([
    here.run(['read-tree', '-n', '-m', '-u', base, next], using),
    ignoredInTheWay(here, using, base, next),
  ]);
  if (looked.code === 0) return ignored;
  // "error: Entry 'a b.txt' not uptodate. Cannot merge."
  const named = [...looked.stderr.matchAll(/'(.+)'/g)].flatMap((match) => match[1] ?? []);
  return named.length > 0 ? named : [looked.stderr.trim()];
}

/** Git takes what is ignored for worthless and overwrites it without a word. */
async function ignoredInTheWay(here: Git, using: GitCall, base: Sha, next: Sha): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', base, next];
  const added = splitNames(await here.read(args, { binary: true }));
  const there = await Promise.all(added.map((file) => isInTheWay(placeOf(here.dir, file))));
  const present = added.filter((_, index) => there[index]);
  if (present.length === 0) return [];
  const input = present.map((file) => `${file}\0`).join('');
  const ignored = await here.run(['check-ignore', '-z', '--stdin'], { ...using, input, binary: true });
  return ignored.code > 1 ? [ignored.stderr.trim()] : splitNames(ignored.stdout).map(readable);
}

function obstacle(reason: string): Obstacle {
  return { kind: 'obstacle', reason };
}

/**
 * After a crash between the ref and the files: the ref is at `next`, the checkout still at `base`, or some of it at
 * `next`. Files that were changed meanwhile are refused by git, and nothing is damaged.
 */
export async function repairCheckout(
  git: Git,
  folder: string,
  base: Sha,
  next: Sha,
): Promise<Obstacle | undefined> {
  const here = await openCheckout(git, folder);
  await releaseDeadLock(path.join(await gitDirOf(here), 'index.lock'));
  const staged = await here.run(['diff-index', '--cached', '--quiet', next, '--']);
  if (staged.code === 0) return undefined;
  const held = await hold(git, folder, { base, next, interrupted: true });
  if (held.kind === 'obstacle') return held;
  await held.finish();
  return undefined;
}
