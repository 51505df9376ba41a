// What a part uses of the repository: always said by folder here, since each ecosystem knows by itself what a name means in it.

import type { Source, Use } from '../component.ts';

/** Folder used, and where that is said. */
export type Pair = readonly [folder: string, source: Source];

/** Each folder and source once, in order; what a part uses of itself is no use. */
export function usesOf(self: string, pairs: Iterable<Pair>): Use[] {
  const sources = new Map<string, Set<Source>>();
  for (const [folder, source] of pairs) {
    if (folder === self) continue;
    const known = sources.get(folder) ?? new Set();
    sources.set(folder, known.add(source));
  }
  return [...sources.keys()]
    .sort()
    .flatMap((path) => [...(sources.get(path) ?? [])].map((source): Use => ({ of: { path }, source })));
}
