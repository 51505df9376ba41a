import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { mergeBase } from './refs.ts';

/**
 * Where branches left main, by one git for all of them.
 * @returns of each head; undefined where it has no commit in common with main
 */
export async function basesOf(
  own: Git,
  main: Sha,
  heads: readonly Sha[],
): Promise<ReadonlyMap<Sha, Sha | undefined>> {
  if (heads.length === 0) return new Map();
  const input = [`^${main}`, ...heads, ''].join('\n');
  const text = await own.read(['rev-list', '--parents', '--stdin'], { input });
  const parents = new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as Sha[])
      .map(([commit, ...rest]) => [commit as Sha, rest]),
  );
  const bases = new Map<Sha, Sha | undefined>();
  for (const head of heads) bases.set(head, lineBelow(parents, head) ?? (await mergeBase(own, main, head)));
  return bases;
}

/** What a branch without merges stands on. */
function lineBelow(parents: ReadonlyMap<Sha, readonly Sha[]>, head: Sha): Sha | undefined {
  let at: Sha | undefined = head;
  while (at !== undefined) {
    const above: readonly Sha[] | undefined = parents.get(at);
    if (above === undefined) return at;
    at = above.length === 1 ? above[0] : undefined;
  }
  return undefined;
}
