// Pairs that cannot conflict, so that git need not merge them: their branches touch different files, in a way that no rename
// and no folder in a file's place could bring together. And conflicts in which main has no part.

import type { ChangedFile, ChangesOf } from '../git/changedFiles.ts';
import type { Sha } from '../task/ids.ts';
import type { Line, Pairing } from './pairs.ts';

interface Touched {
  readonly paths: ReadonlySet<string>;
  /** Above them. */
  readonly folders: ReadonlySet<string>;
  /** Names of new files, without their folders. */
  readonly added: ReadonlySet<string>;
  readonly removes: boolean;
}

/** What the changed files alone say of pairs. */
export interface Look {
  /** Whether it is certain that a pair does not conflict; false where it is not. */
  apart(pairing: Pairing): boolean;
  /**
   * Whether it is certain that a conflict in these files is the two branches' own, though they left main at different places:
   * main left those alone between. False where it is not.
   */
  isTheirs(pairing: Pairing, files: readonly string[]): boolean;
}

export const NO_LOOK: Look = { apart: () => false, isTheirs: () => false };

export async function lookAt(changes: ChangesOf, pairs: readonly Pairing[]): Promise<Look> {
  const lines = [...new Map(pairs.flat().map((line) => [keyOf(line), line])).values()];
  const bases = [...new Set(lines.map(({ base }) => base))];
  // Whatever main changed between any two of them it changed between two that follow here, in whatever order they stand.
  const steps = bases.slice(1).map((to, index) => ({ from: bases[index] as Sha, to }));
  const own = lines.map(({ base, head }) => ({ from: base, to: head }));
  const found = (await changes([...own, ...steps])).map((files) => touchedBy(files));
  const of = new Map(lines.map((line, index) => [keyOf(line), found[index] as Touched]));
  const mains = together(found.slice(lines.length));
  return {
    apart([one, other]) {
      const [first, second] = [of.get(keyOf(one)), of.get(keyOf(other))];
      if (first === undefined || second === undefined || !areApart(first, second)) return false;
      return one.base === other.base || (areApart(first, mains) && areApart(second, mains));
    },
    isTheirs([one, other], files) {
      const [first, second] = [of.get(keyOf(one)), of.get(keyOf(other))];
      // What one of them renamed stands elsewhere under another name; what it added goes along with a folder that main renamed.
      if (first === undefined || second === undefined || mayRename(first) || mayRename(second)) return false;
      const names = new Set(files.map(nameOf));
      if (mayRename(mains) && (meet(names, first.added) || meet(names, second.added))) return false;
      return areApart({ ...NOTHING, paths: new Set(files), folders: foldersOf(files) }, mains);
    },
  };
}

const NOTHING: Touched = { paths: new Set(), folders: new Set(), added: new Set(), removes: false };

const mayRename = ({ added, removes }: Touched) => added.size > 0 && removes;

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

const keyOf = ({ base, head }: Line) => `${base} ${head}`;

function touchedBy(files: readonly ChangedFile[]): Touched {
  const paths = new Set<string>();
  const added = new Set<string>();
  let removes = false;
  for (const { before, after } of files) {
    if (after && before?.path !== after.path) added.add(nameOf(after.path));
    removes ||= before !== undefined && before.path !== after?.path;
    for (const entry of [before, after]) if (entry) paths.add(entry.path);
  }
  return { paths, folders: foldersOf(paths), added, removes };
}

function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  return folders;
}

function together(all: readonly Touched[]): Touched {
  return {
    paths: new Set(all.flatMap(({ paths }) => [...paths])),
    folders: new Set(all.flatMap(({ folders }) => [...folders])),
    added: new Set(all.flatMap(({ added }) => [...added])),
    removes: all.some(({ removes }) => removes),
  };
}

function areApart(one: Touched, other: Touched): boolean {
  // Who removes and adds may have renamed a folder, to which git brings what others add.
  if ((mayRename(one) && other.added.size > 0) || (mayRename(other) && one.added.size > 0)) return false;
  return !meet(one.paths, other.paths) && !meet(one.paths, other.folders) && !meet(other.paths, one.folders);
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  const [fewer, more] = some.size < others.size ? [some, others] : [others, some];
  for (const one of fewer) if (more.has(one)) return true;
  return false;
}
