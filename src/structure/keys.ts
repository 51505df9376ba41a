// Keys of components: the folder's name, and as many of the folders around it as it takes to tell one from another.

import { nameOf } from './paths.ts';

/** What a key that stands in texts and on command lines is made of: `Shared Types!` → `shared-types` */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** No path has more folders than this that matter; what is still alike then gets a number. */
const DEEPEST = 32;

/**
 * @param root the key of the root, where it is one of the folders
 * @returns a key for each folder; the order of the folders does not matter
 */
export function keysOf(folders: readonly string[], root: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  let open = [...folders].sort();
  for (let depth = 1; open.length > 0 && depth <= DEEPEST; depth++) {
    const alike = Map.groupBy(open, (folder) => keyAt(folder, depth, root));
    for (const [key, those] of alike) {
      const folder = taken.has(key) ? undefined : highest(those);
      if (folder === undefined) continue;
      keys.set(folder, key);
      taken.add(key);
    }
    open = open.filter((folder) => !keys.has(folder));
  }
  for (const folder of open) keys.set(folder, numbered(keyAt(folder, DEEPEST, root), taken));
  return keys;
}

/** `packages/client` rather than `examples/chat/client`; undefined where several are as high. */
function highest(folders: readonly string[]): string | undefined {
  const depths = folders.map((folder) => folder.split('/').length);
  const least = Math.min(...depths);
  const those = folders.filter((_, index) => depths[index] === least);
  return those.length === 1 ? those[0] : undefined;
}

/** For folders that differ only in what a key leaves out: `a_b`, `a-b`. */
function numbered(key: string, taken: Set<string>): string {
  let free = key;
  for (let number = 2; taken.has(free); number++) free = `${key}-${number}`;
  taken.add(free);
  return free;
}

/** Names that many folders have, and that say nothing without the one around them. */
const PLAIN = new Set(['src', 'source', 'code', 'package', 'main']);

function keyAt(folder: string, depth: number, root: string): string {
  if (folder === '') return slugOf(root) || 'root';
  const parts = folder.split('/');
  const needed = PLAIN.has(nameOf(folder).toLowerCase()) ? depth + 1 : depth;
  return parts.slice(-needed).map(slugOf).filter(Boolean).join('-') || 'part';
}
