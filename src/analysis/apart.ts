// Pairs that cannot conflict, so that git need not merge them: their branches touch different files, in a way that no rename
// and no folder in a file's place could bring together.

import type { ChangedFile, ChangesOf } from '../git/changedFiles.ts';
import type { Sha } from '../task/ids.ts';
import type { Line, Pairing } from './pairs.ts';

interface Touched {
  readonly paths: ReadonlySet<string>;
  /** Above them. */
  readonly folders: ReadonlySet<string>;
  readonly adds: boolean;
  readonly removes: boolean;
}

/** @returns tells of a pair whether it is certain; false where it is not */
export async function readApart(
  changes: ChangesOf,
  pairs: readonly Pairing[],
): Promise<(pairing: Pairing) => boolean> {
  const lines = [...new Map(pairs.flat().map((line) => [keyOf(line), line])).values()];
  const bases = [...new Set(lines.map(({ base }) => base))];
  // Whatever main changed between any two of them it changed between two that follow here, in whatever order they stand.
  const steps = bases.slice(1).map((to, index) => ({ from: bases[index] as Sha, to }));
  const own = lines.map(({ base, head }) => ({ from: base, to: head }));
  const found = (await changes([...own, ...steps])).map((files) => touchedBy(files));
  const of = new Map(lines.map((line, index) => [keyOf(line), found[index] as Touched]));
  const mains = together(found.slice(lines.length));
  return ([one, other]) => {
    const [first, second] = [of.get(keyOf(one)), of.get(keyOf(other))];
    if (first === undefined || second === undefined || !areApart(first, second)) return false;
    return one.base === other.base || (areApart(first, mains) && areApart(second, mains));
  };
}

const keyOf = ({ base, head }: Line) => `${base} ${head}`;

function touchedBy(files: readonly ChangedFile[]): Touched {
  const paths = new Set<string>();
  const folders = new Set<string>();
  let [adds, removes] = [false, false];
  for (const { before, after } of files) {
    adds ||= after !== undefined && before?.path !== after.path;
    removes ||= before !== undefined && before.path !== after?.path;
    for (const { path } of [before, after].filter((entry) => entry !== undefined)) {
      paths.add(path);
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
        folders.add(path.slice(0, end));
    }
  }
  return { paths, folders, adds, removes };
}

function together(all: readonly Touched[]): Touched {
  return {
    paths: new Set(all.flatMap(({ paths }) => [...paths])),
    folders: new Set(all.flatMap(({ folders }) => [...folders])),
    adds: all.some(({ adds }) => adds),
    removes: all.some(({ removes }) => removes),
  };
}

function areApart(one: Touched, other: Touched): boolean {
  // Who removes and adds may have renamed a folder, to which git brings what others add.
  if ((one.adds && one.removes && other.adds) || (other.adds && other.removes && one.adds)) return false;
  return !meet(one.paths, other.paths) && !meet(one.paths, other.folders) && !meet(other.paths, one.folders);
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  const [fewer, more] = some.size < others.size ? [some, others] : [others, some];
  for (const one of fewer) if (more.has(one)) return true;
  return false;
}
