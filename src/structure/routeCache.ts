// The last commits of main with their paths, kept beside the store, so that only what is new is asked of git: in a large
// repository the whole takes half a second. It is a copy: whatever is wrong with it, it is made again.

import { readFileIfThere, writeFileAtomically } from '../disk/files.ts';
import { listCommitPaths } from '../git/changes.ts';
import type { Git } from '../git/client.ts';
import { isAncestor } from '../git/refs.ts';
import type { Sha } from '../task/ids.ts';
import type { Change } from './routeHistory.ts';

/** Older commits are of another time, and each costs room. */
const MOST_COMMITS = 2_000;
/** Fewer new ones are asked again rather than written. */
const WORTH_WRITING = 20;
const FORMAT = 1;

interface Kept {
  readonly format: typeof FORMAT;
  readonly main: Sha;
  /** Oldest first: subject, then paths. */
  readonly changes: readonly (readonly string[])[];
}

/**
 * @param file where the copy is
 * @param timeLimit in milliseconds, for git
 * @returns oldest first
 */
export async function readChanges(git: Git, file: string, main: Sha, timeLimit: number): Promise<Change[]> {
  const kept = await readKept(file);
  const usable = kept && (await isAncestor(git, kept.main, main).catch(() => false));
  const range = usable ? `${kept.main}..${main}` : main;
  const fresh =
    kept?.main === main ? [] : await listCommitPaths(git, range, MOST_COMMITS, timeLimit).then(changesOf);
  const changes = [...(usable ? kept.changes.map(changeOf) : []), ...fresh].slice(-MOST_COMMITS);
  if (!usable || fresh.length >= WORTH_WRITING) await keep(file, main, changes);
  return changes;
}

async function keep(file: string, main: Sha, changes: readonly Change[]): Promise<void> {
  const rows = changes.map(({ subject, paths }) => [subject, ...paths]);
  const kept: Kept = { format: FORMAT, main, changes: rows };
  // A full disk or a folder without leave to write costs time, and no task.
  await writeFileAtomically(file, JSON.stringify(kept)).catch(() => {});
}

const changesOf = (commits: readonly Change[]): Change[] =>
  commits.map(({ subject, paths }) => ({ subject, paths }));

const changeOf = ([subject = '', ...paths]: readonly string[]): Change => ({ subject, paths });

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    const read = JSON.parse((await readFileIfThere(file)) ?? 'null');
    const isRow = (row: unknown) => Array.isArray(row) && row.every((word) => typeof word === 'string');
    const fine = read?.format === FORMAT && /^[0-9a-f]{40,64}$/.test(read.main) && read.changes.every(isRow);
    return fine ? read : undefined;
  } catch {
    return undefined; // written by another version, or damaged
  }
}
