// Files of a tree by their names, so that looking for one of many kinds of manifest does not go over all files each time.

import { nameOf } from './paths.ts';
import type { Tree } from './tree.ts';

export interface NamedFiles {
  /** Paths of the files of that name, in any folder. */
  of(...names: readonly string[]): readonly string[];
  /** The same, of names that a pattern fits. */
  like(pattern: RegExp): readonly string[];
}

export function nameFiles(tree: Tree): NamedFiles {
  const byName = Map.groupBy(tree.files, nameOf);
  const of = (...names: readonly string[]) => names.flatMap((name) => byName.get(name) ?? []).sort();
  return { of, like: (pattern) => of(...[...byName.keys()].filter((name) => pattern.test(name))) };
}
