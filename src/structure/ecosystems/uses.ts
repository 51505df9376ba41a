// What a part uses of the repository: always said by folder here, since each ecosystem knows by itself what a name means in it.

import type { Source, Use } from '../component.ts';

/** Folder used, where that is said, and whether it is only for development. */
export type Pair = readonly [folder: string, source: Source, development?: boolean];

/** Each folder and source once, in order; what a part uses of itself is no use. */
export function usesOf(self: string, pairs: Iterable<Pair>): Use[] {
  const sources = new Map<string, Map<Source, boolean>>();
  for (const [folder, source, development = false] of pairs) {
    if (folder === self) continue;
    const known = sources.get(folder) ?? new Map<Source, boolean>();
    sources.set(folder, known.set(source, development && known.get(source) !== false));
  }
  return [...sources]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([path, said]) =>
      [...said].map(([source, development]): Use => {
        return { of: { path }, source, ...(development ? { development } : {}) };
      }),
    );
}
