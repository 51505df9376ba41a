// Cycles in a graph of dependencies.

export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * One cycle, as short as one through its first member can be, of each knot of nodes that all reach each other.
 * @param graph from each node to those it depends on
 */
export function cyclesOf(graph: Graph): readonly (readonly string[])[] {
  return knotsOf(graph).map((knot) => shortest(graph, knot));
}

/**
 * Strongly connected components of more than one node. R. Tarjan, "Depth-first search and linear graph algorithms" (1972), with
 * a stack of its own, since a chain of packages may be deeper than the engine's.
 */
function knotsOf(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const knots: string[][] = [];
  const enter = (node: string) => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, targets: graph.get(node) ?? [], next: 0 };
  };
  const lower = (node: string, to: number) => lowest.set(node, Math.min(lowest.get(node) ?? to, to));
  for (const start of graph.keys()) {
    if (order.has(start)) continue;
    const path = [enter(start)];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const target = at.targets[at.next++];
      if (target === undefined) {
        path.pop();
        const before = path.at(-1);
        if (before) lower(before.node, lowest.get(at.node) as number);
        if (lowest.get(at.node) !== order.get(at.node)) continue;
        const knot = open.splice(open.lastIndexOf(at.node));
        for (const node of knot) isOpen.delete(node);
        if (knot.length > 1) knots.push(knot);
      } else if (!order.has(target)) path.push(enter(target));
      else if (isOpen.has(target)) lower(at.node, order.get(target) as number);
    }
  }
  return knots;
}

/** Breadth first from the knot's first node by name, until an edge leads back to it. */
function shortest(graph: Graph, knot: readonly string[]): readonly string[] {
  const inKnot = new Set(knot);
  const [start = ''] = [...knot].sort();
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const target of graph.get(node) ?? []) {
      if (target === start) return pathTo(node, start, cameFrom);
      if (!inKnot.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  return [...knot];
}

function pathTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [end];
  for (let node = end; node !== start; ) {
    node = cameFrom.get(node) ?? start;
    path.push(node);
  }
  return path.reverse();
}
