// What a commit's tree holds, without a checkout of it.

import path from 'node:path';
import { removeOwn } from '../disk/files.ts';
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
    .map(([, mode, blob = '', bytes, file = '']) => ({
      path: file,
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

export interface TreeEntry {
  readonly path: string;
  /** Of a file: `100644`, or `100755`. */
  readonly mode: string;
  readonly blob: Sha;
}

/** @returns the same tree with other contents in these files */
export async function withFiles(own: Git, tree: Sha, files: readonly TreeEntry[]): Promise<Sha> {
  const index = path.join(own.dir, `index-${crypto.randomUUID()}`);
  const using = { with: { GIT_INDEX_FILE: index } };
  try {
    await own.read(['read-tree', tree], using);
    const input = files.map((file) => `${file.mode} ${file.blob} 0\t${file.path}\0`).join('');
    await own.read(['update-index', '-z', '--index-info'], { ...using, input });
    return toSha(await own.read(['write-tree'], using));
  } finally {
    await removeOwn(index);
  }
}
