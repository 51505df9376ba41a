// What a git leaves behind that was killed together with the steroids that ran it: lock files, and worktrees half made.

import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileIfThere, removeEmptyFolder, removeOwn } from '../disk/files.ts';
import { endGroup } from '../process/group.ts';
import { isAlive } from '../process/identity.ts';
import { endStartedBy } from '../process/marked.ts';
import { headFromFile } from './files.ts';
import { forget, journalOf, listNotes, type Note } from './journal.ts';
import type { Repository } from './repository.ts';
import { gitDirOf } from './worktrees.ts';

/** Long enough for a git that is still there to be through with a lock. Milliseconds. */
const SETTLED_MS = 1_000;

/** How many commands were under way when their steroids process died. */
export function countLeftBehind(repository: Repository): number {
  const notes = [...listNotes(journalOf(repository.commonDir)).values()];
  return notes.filter((dead) => isAlive(dead.owner) === 'dead').length;
}

/**
 * Ends commands whose steroids process has died, and takes away what they left.
 * @returns a sentence for each thing that was taken away
 */
export async function clearLeftBehind(repository: Repository): Promise<string[]> {
  const journal = journalOf(repository.commonDir);
  const told: string[] = [];
  for (const [name, dead] of listNotes(journal)) {
    if (isAlive(dead.owner) !== 'dead') continue;
    if (dead.child && isAlive(dead.child) === 'alive') await endGroup(dead.child.pid);
    await endStartedBy(dead.owner);
    const gitDir = await gitDirOf(repository.git.at(dead.dir)).catch(() => undefined);
    // Our own git directory is a repository with refs and worktrees of its own.
    const common = gitDir === dead.dir ? dead.dir : repository.commonDir;
    for (const file of await locksOf(repository, dead, gitDir, common))
      if (await releaseLock(file, dead.since)) told.push(`took away ${file}, which a killed git had left`);
    if (dead.making !== null && (await removeHalfMade(common, dead.making)))
      told.push(`took away the worktree ${dead.making}, which a killed git had half made`);
    forget(journal, name);
  }
  return told;
}

/** Where only we work, and coders who have ended, every lock of a worktree is such a one; elsewhere those of its refs are. */
async function locksOf(
  repository: Repository,
  dead: Note,
  gitDir: string | undefined,
  common: string,
): Promise<string[]> {
  const users = [repository.home, repository.topLevel, repository.commonDir].includes(dead.dir);
  const head = users ? undefined : await headFromFile(repository.git.at(dead.dir));
  const refs = [...dead.refs, ...(head && 'ref' in head ? [head.ref] : [])];
  // Git locks the HEAD that names a branch together with the branch.
  const inGitDir = users ? ['HEAD'] : ['HEAD', 'index'];
  return [
    ...refs.map((ref) => path.join(common, `${ref}.lock`)),
    ...(dead.index ? [`${path.resolve(dead.dir, dead.index)}.lock`] : []),
    ...(refs.length > 0 ? [path.join(common, 'packed-refs.lock')] : []),
    ...(gitDir === undefined ? [] : inGitDir.map((name) => path.join(gitDir, `${name}.lock`))),
  ];
}

/** Only one that was made since that time and does not change any more. */
async function releaseLock(file: string, since: number): Promise<boolean> {
  const before = await lstat(file).catch(() => undefined);
  if (!before || before.mtimeMs < since - SETTLED_MS) return false;
  const rest = before.mtimeMs + SETTLED_MS - Date.now();
  if (rest > 0) await sleep(rest);
  const after = await lstat(file).catch(() => undefined);
  if (after?.ino !== before.ino || after.mtimeMs !== before.mtimeMs) return false;
  await removeOwn(file);
  return true;
}

/**
 * A worktree that git had not finished adding. Nobody has worked in it, and its HEAD may name no commit, on which then
 * even `git rev-list --all` fails.
 */
async function removeHalfMade(common: string, folder: string): Promise<boolean> {
  const records = path.join(common, 'worktrees');
  const halfMade: string[] = [];
  for (const name of await readdir(records).catch(() => [])) {
    const record = path.join(records, name);
    const linked = (await readFileIfThere(path.join(record, 'gitdir')))?.trim();
    // Git writes `gitdir` first and takes `locked` away last; whoever locks a worktree by hand gives another reason.
    const finished = linked !== undefined && !(await isInitializing(record));
    if (finished || (linked !== undefined && linked !== path.join(folder, '.git'))) continue;
    if (linked === undefined && name !== path.basename(folder)) continue;
    halfMade.push(record);
  }
  // The record goes last: killed in between, this finds it once more.
  if (halfMade.length > 0) await removeOwn(folder);
  for (const record of halfMade) await removeOwn(record);
  // Empty, and in the way of the next one.
  if (halfMade.length === 0) await removeEmptyFolder(folder);
  return halfMade.length > 0;
}

async function isInitializing(record: string): Promise<boolean> {
  return (await readFileIfThere(path.join(record, 'locked')))?.startsWith('initializing') ?? false;
}
