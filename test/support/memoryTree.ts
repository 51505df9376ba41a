import type { Tree } from '../../src/structure/tree.ts';

export type Files = Readonly<Record<string, string | object>>;

/** A repository in memory: texts as they are, everything else as JSON. Counts what is read. */
export function memoryTree(files: Files): Tree & { readonly reads: ReadonlyMap<string, number> } {
  const reads = new Map<string, number>();
  return {
    files: Object.keys(files).sort(),
    reads,
    async read(path) {
      reads.set(path, (reads.get(path) ?? 0) + 1);
      const contents = files[path];
      return contents === undefined || typeof contents === 'string' ? contents : JSON.stringify(contents);
    },
  };
}
