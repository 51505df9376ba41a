// What stands in a worktree and is not committed, as a commit that nobody keeps. Its index is only read: whoever works there
// may be in the middle of a `git add`.

import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { copyWithTime } from '../disk/files.ts';
import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { readCommits, writeCommit } from './commits.ts';
import { placeOf, readable, splitNames } from './names.ts';
import type { Quarantine } from './quarantine.ts';
import { gitDirOf } from './worktrees.ts';

export interface Dirty {
  readonly commit: Sha;
  /** How many files are not as HEAD has them. */
  readonly files: number;
  /** Too large to be looked at, or repositories of their own. */
  readonly leftOut: readonly string[];
}

/** A file of more bytes is no source, and all of them have to be read. */
const LARGEST = 10_000_000;
/** A folder that somebody forgot to ignore. */
const MOST = 20_000;

/** Nobody made it: the same contents give the same commit. */
const NOBODY = 'steroids <steroids@localhost> 0 +0000';

/**
 * @param worktree where it stands, opened with the settings that are to be in force there
 * @returns undefined where nothing differs from HEAD
 */
export async function readDirty(
  worktree: Git,
  { git, environment, folder }: Quarantine,
): Promise<Dirty | undefined> {
  const names = await changedNames(worktree);
  if (names.length === 0) return undefined;
  const { small, leftOut } = await apart(worktree.dir, names);
  const index = path.join(folder, `index-${crypto.randomUUID()}`);
  // With its time, by which git tells what was changed in the very moment in which the index was written.
  await copyWithTime(path.join(await gitDirOf(worktree), 'index'), index);
  const using = { with: { ...environment, GIT_INDEX_FILE: index } };
  const update = [
    '-c',
    'core.looseCompression=0',
    'update-index',
    '--add',
    '--remove',
    '--replace',
    '-z',
    '--stdin',
  ];
  await worktree.read(update, { ...using, input: small.map((name) => `${name}\0`).join(''), binary: true });
  const tree = toSha(await worktree.read(['write-tree'], using));
  const head = toSha(await worktree.read(['rev-parse', 'HEAD']));
  const [at] = await readCommits(git, [head]);
  if (at?.tree === tree) return undefined;
  const nobody = { author: NOBODY, committer: NOBODY, others: [], message: 'Not committed\n' };
  const commit = await writeCommit(git, { tree, parents: [head], ...nobody });
  return { commit, files: names.length, leftOut: leftOut.map(readable) };
}

async function changedNames(worktree: Git): Promise<string[]> {
  const how = ['--untracked-files=all', '--no-renames', '--ignore-submodules=dirty'];
  const status = ['--no-optional-locks', 'status', '--porcelain', '-z', ...how];
  return splitNames(await worktree.read(status, { binary: true })).map((record) => record.slice(3));
}

async function apart(worktree: string, names: readonly string[]) {
  const small: string[] = [];
  const leftOut: string[] = names.slice(MOST);
  for (const name of names.slice(0, MOST)) {
    // What is gone is a change too.
    const stats = await lstat(placeOf(worktree, name)).catch(() => undefined);
    const nested = name.endsWith('/');
    if (nested || (stats?.size ?? 0) > LARGEST) leftOut.push(name);
    else small.push(name);
  }
  return { small, leftOut };
}
