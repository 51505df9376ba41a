// What git tracks in a checkout, as far as it is there.

import path from 'node:path';
import { exists } from '../disk/files.ts';
import type { Git } from './client.ts';
import { splitNames } from './names.ts';

export interface Tracked {
  /** Plain files, sorted by code unit. */
  readonly files: readonly string[];
  readonly links: readonly string[];
  readonly submodules: readonly string[];
  /** How many are left out of a sparse checkout. */
  readonly absent: number;
}

/** `H 100644 <blob> 0<tab>path`; the letter is S where the checkout is told to do without. */
const RECORD = /^(\S) (\d+) [0-9a-f]+ \d\t([\s\S]+)$/;

/** @param git bound to the root of a checkout. Files that were deleted since are left out. */
export async function listTracked(git: Git): Promise<Tracked> {
  const [listed, deleted] = await Promise.all([
    git.read(['ls-files', '-z', '-t', '--stage']),
    git.read(['ls-files', '-z', '--deleted']),
  ]);
  // Git also says so of what it may not look at.
  const gone = new Set<string>();
  for (const file of splitNames(deleted)) if (!(await isThere(git, file))) gone.add(file);
  const files = new Set<string>();
  const links = new Set<string>();
  const submodules = new Set<string>();
  let absent = 0;
  for (const record of splitNames(listed)) {
    const [, tag, mode, file = ''] = RECORD.exec(record) ?? [];
    if (gone.has(file)) continue;
    if (tag === 'S' && !(await isThere(git, file))) absent++;
    else if (mode === '120000') links.add(file);
    else if (mode === '160000') submodules.add(file);
    else if (mode?.startsWith('100')) files.add(file);
  }
  return { files: [...files].sort(), links: [...links], submodules: [...submodules], absent };
}

async function isThere(git: Git, file: string): Promise<boolean> {
  // What may not be looked at is there, and is told of when it is read.
  return await exists(path.join(git.dir, file)).catch(() => true);
}

/** Whether a sparse checkout does without a file. @param git bound to the root of a checkout */
export async function isLeftOut(git: Git, file: string): Promise<boolean> {
  return (await git.read(['ls-files', '-t', '--', `:(top,literal)${file}`])).startsWith('S ');
}

/** Files of these names that git does not track, nor ignore; what was installed is left out. @param git bound to the root of a checkout */
export async function listUntracked(git: Git, names: readonly string[]): Promise<string[]> {
  const specs = [...names.map((name) => `:(top,glob)**/${name}`), ':(top,exclude,glob)**/node_modules/**'];
  return splitNames(await git.read(['ls-files', '-z', '--others', '--exclude-standard', '--', ...specs]));
}
