// What the repository asks of everybody who changes it, read from a commit of main: what stands on a coder's disk is the
// coder's.

import path from 'node:path';
import type { Agent } from '../coder/agents/agent.ts';
import type { Convention } from '../coder/brief.ts';
import { readBlob } from '../git/refs.ts';
import { linkTarget, listTree, type TreeFile } from '../git/tree.ts';
import type { Sha } from '../task/ids.ts';
import type { Project } from './project.ts';

const FOR_AGENTS = ['AGENTS.md', 'CLAUDE.md'];
const FOR_PEOPLE = /^CONTRIBUTING(\.\w+)?$/i;

/** Folders that are looked at, and files that are told. */
const MOST_FOLDERS = 30;
const MOST_FILES = 10;

/** Bytes; what is longer is no text for anybody to read: only its name is told. */
const LONGEST = 1_000_000;

/**
 * @param commit of main, where the task begins
 * @param paths globs that the task is about: what stands above them counts too
 * @param agent who reads some of it without being told; null for a command
 */
export async function readConventions(
  project: Project,
  commit: Sha,
  paths: readonly string[],
  agent: Agent | null,
): Promise<Convention[]> {
  const own = await project.own();
  const folders = foldersOf(paths);
  const wanted = folders.flatMap((folder) => FOR_AGENTS.map((name) => path.posix.join(folder, name)));
  const listed = [
    ...(await listTree(own, commit, [])),
    ...(await listTree(own, commit, ['.github/', 'docs/', ...wanted])),
  ];
  const there = new Map<string, TreeFile>();
  for (const file of listed) {
    const name = path.posix.basename(file.path);
    if (wanted.includes(file.path) || (isForPeople(file.path) && FOR_PEOPLE.test(name)))
      there.set(file.path, file);
  }
  const known = new Set<string>();
  for (const folder of folders) {
    const itself = agent?.reads.find((name) => there.has(path.posix.join(folder, name)));
    if (itself !== undefined) known.add(path.posix.join(folder, itself));
  }
  for (const file of there.values()) {
    if (!file.link || !known.has(file.path)) continue;
    known.add(path.posix.join(path.posix.dirname(file.path), await linkTarget(own, file)));
  }
  const told = [...there.values()].filter((file) => !file.link && !known.has(file.path));
  // The same text under two names is told once.
  const once = told.filter((file, index) => told.findIndex((other) => other.blob === file.blob) === index);
  const texts = once.slice(0, MOST_FILES).map(async (file): Promise<Convention> => {
    const tooLong = `It has ${file.bytes} bytes, too many to be told here: look into the file itself.`;
    const text = file.bytes > LONGEST ? tooLong : ((await readBlob(own, file.blob)) ?? '').trim();
    return { file: file.path, text };
  });
  return await Promise.all(texts);
}

const isForPeople = (file: string) => ['.', '.github', 'docs'].includes(path.posix.dirname(file));

/** The top, and the folders above the globs, from the top down. */
function foldersOf(globs: readonly string[]): string[] {
  const folders = new Set(['']);
  for (const glob of globs) {
    const parts = glob.split('/').filter((part) => part !== '' && part !== '.');
    const firm = parts.findIndex((part) => /[*?[\\]/.test(part) || part === '..');
    const names = firm < 0 ? parts : parts.slice(0, firm);
    for (let length = 1; length <= names.length && folders.size < MOST_FOLDERS; length++)
      folders.add(names.slice(0, length).join('/'));
  }
  return [...folders];
}
