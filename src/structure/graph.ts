// Who uses whom, as structure.yaml says it: from what entries depend on and from the users of shared packages.

import { type Isolation, keyOf, type StructureFile } from './structureFile.ts';

export interface Graph {
  readonly nodes: readonly {
    readonly name: string;
    readonly paths: readonly string[];
    readonly shared: boolean;
    readonly isolation: Isolation;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** Edges to names that are not declared are left out: reading the file has warned of them. */
export function graphOf({ components, shared }: StructureFile): Graph {
  const nodes = [
    ...components.map(({ name, paths, isolation }) => ({ name, paths, shared: false, isolation })),
    ...shared.map(({ name, paths, isolation }) => ({ name, paths, shared: true, isolation })),
  ];
  const names = new Map(nodes.map(({ name }) => [keyOf(name), name]));
  const edges = new Map<string, { from: string; to: string }>();
  const add = (one: string, other: string) => {
    const from = names.get(keyOf(one));
    const to = names.get(keyOf(other));
    if (from !== undefined && to !== undefined) edges.set(`${from}\n${to}`, { from, to });
  };
  for (const { name, dependencies } of [...components, ...shared])
    for (const other of dependencies ?? []) add(name, other);
  for (const { name, usedBy } of shared) for (const other of usedBy) add(other, name);
  return { nodes, edges: [...edges.values()] };
}
