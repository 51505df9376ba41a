// What a commit's tree holds, without a checkout of it.

import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { readBlob } from './refs.ts';

export interface TreeFile {
  readonly path: string;
  readonly link: boolean;
  readonly blob: Sha;
  readonly bytes: number;
}

/**
 * Files of a tree, in the order of their paths.
 * @param paths files, and folders with a slash at the end for what is right in them; those that are not there are left out
 */
export async function listTree(git: Git, commit: Sha, paths: readonly string[]): Promise<TreeFile[]> {
  const args = ['--literal-pathspecs', 'ls-tree', '-z', '-l', '--full-tree', commit, '--'];
  const text = await git.read([...args, ...paths]);
  return text
    .split('\0')
    .map((record) => /^(\d+) blob ([0-9a-f]+) +(\d+)\t([\s\S]*)$/.exec(record))
    .filter((found) => found !== null)
    .map(([, mode, blob = '', bytes, path = '']) => ({
      path,
      link: mode === '120000',
      blob: toSha(blob),
      bytes: Number(bytes),
    }));
}

/** All files of a commit, links and submodules left out, sorted by code unit. */
export async function listFiles(git: Git, commit: string): Promise<string[]> {
  const text = await git.read(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit]);
  return text
    .split('\0')
    .filter((record) => record.startsWith('100'))
    .map((record) => record.slice(record.indexOf('\t') + 1));
}

/** Where a link leads, as it says. */
export async function linkTarget(git: Git, file: TreeFile): Promise<string> {
  return (await readBlob(git, file.blob)) ?? '';
}
