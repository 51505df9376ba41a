// Objects, read and written by two gits that keep running.

import path from 'node:path';
import { createFile, removeOwn } from '../disk/files.ts';
import type { Take } from '../process/converse.ts';
import { type Sha, toSha } from '../task/ids.ts';
import { type Git, GitFailure } from './client.ts';

export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly body: Buffer;
}

const READ = ['cat-file', '--batch-command'];

/**
 * @param name any name without a line break: `<commit>`, `<commit>:<path>`
 * @returns undefined when there is no such object
 */
export async function readObject(git: Git, name: string): Promise<GitObject | undefined> {
  if (name.includes('\n')) throw new TypeError(`a line break in the name of an object: ${name}`);
  return await asking(git, READ, `contents ${name}\n`, (read) => {
    const end = read.indexOf(10);
    if (end < 0) return undefined;
    const header = read.toString('utf8', 0, end);
    const [, type, size] = /^[0-9a-f]{40,64} (commit|tree|blob|tag) (\d+)$/.exec(header) ?? [];
    if (type === undefined) return { answer: undefined, length: end + 1 };
    const last = end + 1 + Number(size);
    if (read.length < last + 1) return undefined;
    // A copy: what was read is a part of what comes after it.
    const body = Buffer.from(read.subarray(end + 1, last));
    return { answer: { type: type as GitObject['type'], body }, length: last + 1 };
  });
}

/** @returns the commit's name; the same contents give the same name */
export async function writeCommitObject(git: Git, body: Buffer): Promise<Sha> {
  const file = path.join(git.dir, `commit-${crypto.randomUUID()}`);
  await createFile(file, body);
  try {
    const args = ['hash-object', '-t', 'commit', '-w', '--no-filters', '--stdin-paths'];
    return await asking(git, args, `${file}\n`, (read) => {
      const end = read.indexOf(10);
      return end < 0 ? undefined : { answer: toSha(read.toString('utf8', 0, end)), length: end + 1 };
    });
  } finally {
    await removeOwn(file);
  }
}

async function asking<T>(git: Git, args: readonly string[], request: string, take: Take<T>): Promise<T> {
  try {
    return await git.converse(args).ask(request, take);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    throw new GitFailure(args, { code: undefined, stdout: '', stderr: '', failure });
  }
}
