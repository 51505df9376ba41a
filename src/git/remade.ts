// A lockfile that the queue made anew is a commit of its own: marked, and not of any coder.

import { type Sha, shortSha } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { oneLine } from '../task/quote.ts';
import type { Git } from './client.ts';
import { type CommitObject, readCommits, subjectOf, writeCommit } from './commits.ts';
import { readObject } from './objects.ts';
import { type TreeEntry, withFiles } from './tree.ts';

const AUTHOR = 'steroids <steroids@localhost>';
const TRAILER = 'Steroids-Lockfile: regenerated for';

/**
 * @param onto what the lockfiles were made from
 * @param id of the task, or of the queue entry without one
 * @returns the same commit for the same files; `onto` where these are what it has
 */
export async function commitRemade(
  own: Git,
  onto: Sha,
  files: readonly TreeEntry[],
  id: string,
): Promise<Sha> {
  const [below] = await readCommits(own, [onto]);
  if (!below) throw new TypeError('a commit that was just written cannot be read');
  const tree = await withFiles(own, below.tree, files);
  if (tree === below.tree) return onto;
  const [seconds = '0'] = / (\d+) [+-]\d+$/.exec(below.committer)?.slice(1) ?? [];
  const signature = `${AUTHOR} ${seconds} +0000`;
  const names = listed(
    files.map(({ path }) => path),
    5,
  );
  const why = `What landed meanwhile changed it too: it was made anew from there, without running scripts,\nfor the manifests of ${shortSha(onto)}.`;
  const message = `Make ${names} anew\n\n${why}\n\n${TRAILER} ${id}\n`;
  return await writeCommit(own, {
    tree,
    parents: [onto],
    author: signature,
    committer: signature,
    others: [],
    message: Buffer.from(message).toString('latin1'),
  });
}

export interface Remade {
  /** The last of the commits that were replayed. */
  readonly below: Sha;
  /** For people: "package-lock.json made anew". */
  readonly said: string;
}

/** @returns undefined when a commit is none of these, or is not there any more */
export async function readRemade(git: Git, commit: Sha): Promise<Remade | undefined> {
  if ((await readObject(git, commit))?.type !== 'commit') return undefined;
  const [made] = await readCommits(git, [commit]);
  if (!made || !isRemade(made)) return undefined;
  const names = Buffer.from(subjectOf(made.message), 'latin1')
    .toString('utf8')
    .replace(/^Make (.*) anew$/, '$1');
  return { below: made.parents[0] as Sha, said: `${oneLine(names)} made anew` };
}

function isRemade({ author, committer, parents, message }: CommitObject): boolean {
  const ours = [author, committer].every((person) => person.startsWith(`${AUTHOR} `));
  return ours && parents.length === 1 && message.trimEnd().split('\n').at(-1)?.startsWith(TRAILER) === true;
}

/** Whether `commit` was made on `below`, and changes nothing but some of these files. */
export async function isRemadeOf(
  git: Git,
  commit: Sha,
  below: Sha,
  files: readonly string[],
): Promise<boolean> {
  if ((await readRemade(git, commit))?.below !== below) return false;
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', below, commit, '--'];
  return (await git.read(args))
    .split('\0')
    .filter(Boolean)
    .every((file) => files.includes(file));
}
