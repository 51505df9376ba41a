// A repository that was moved or renamed, alone or together with the worktrees beside it.

import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../config/parse.ts';
import { exists } from '../disk/files.ts';
import { openOwnWorktree, ownGitDir } from '../git/own.ts';
import { readFileAt } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { relink } from '../git/worktrees.ts';
import { getMeta } from '../store/meta.ts';
import { openStore, type Store } from '../store/open.ts';
import { listSlots, saveSlot } from '../store/slots.ts';
import { branchRef } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { shellQuoted } from '../task/shell.ts';
import { isRepositorySlot, worktreesRoot } from '../worktree/layout.ts';
import { foldersOf, type Host, storeFile } from './project.ts';

/**
 * A copy is no move: runners and worktrees of its store are those of the first.
 * @param before the common directory that the store knows
 * @throws Problem `repository-copied`
 */
export async function refuseCopy(
  host: Host,
  repository: Repository,
  store: Store,
  before: string,
): Promise<void> {
  if (before === repository.commonDir || !(await exists(before))) return;
  if (!(await isSameProject(host, before, store))) return;
  const own = foldersOf(repository).base;
  throw new Problem(
    'user',
    'repository-copied',
    `this repository is a copy of the one at ${before}, which is still there: its tasks, runners and worktrees are that one's`,
    `To begin anew here: rm -r ${shellQuoted(own)}, then steroids init. If the other one is the copy: delete ${shellQuoted(path.join(before, 'steroids'))} there.`,
  );
}

async function isSameProject(host: Host, commonDir: string, store: Store): Promise<boolean> {
  const file = storeFile(foldersOf({ commonDir }));
  const other = await openStore({ ...host, file }).catch(() => undefined);
  if (other === undefined) return false;
  try {
    return (await getMeta(other.db, 'project')) === (await getMeta(store.db, 'project'));
  } finally {
    await other.close();
  }
}

/** Links the worktrees of the slots with the repository's new place, wherever they stand now. @returns how many */
export async function relinkSlots(repository: Repository, store: Store, main: string): Promise<number> {
  const { git } = repository;
  // Also what a person has made: this is what git's manual advises after a move.
  await git.run(['worktree', 'repair']);
  const root = worktreesRoot(repository.home, await configuredRoot(repository, main));
  const own = openOwnWorktree(git, ownGitDir(repository.commonDir));
  let linked = 0;
  for (const slot of await listSlots(store.db)) {
    const moved = path.join(root, slot.name);
    const folder = (await exists(slot.path)) ? slot.path : moved;
    if (!(await exists(folder))) continue;
    await relink(isRepositorySlot(slot.name) ? git : own, folder);
    if (folder !== slot.path) await store.write((trx) => saveSlot(store, trx, { ...slot, path: folder }));
    linked++;
  }
  return linked;
}

async function configuredRoot(repository: Repository, main: string): Promise<string | undefined> {
  const text = await readFileAt(repository.git, branchRef(main), CONFIG_FILE);
  try {
    return text === undefined ? undefined : parseConfig(text, CONFIG_FILE).config.worktrees.root;
  } catch {
    return undefined; // said by whatever reads the configuration next
  }
}
