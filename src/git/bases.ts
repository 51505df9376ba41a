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
  const parents = parentsIn(await own.read(['rev-list', '--parents', '--stdin'], { input }));
  const bases = new Map<Sha, Sha | undefined>();
  for (const head of heads) bases.set(head, lineBelow(parents, head) ?? (await mergeBase(own, main, head)));
  return bases;
}

/** Of what `rev-list --parents` says. */
function parentsIn(text: string): ReadonlyMap<Sha, readonly Sha[]> {
  const lines = text.split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => line.split(' ') as Sha[]).map(([commit, ...rest]) => [commit as Sha, rest]),
  );
}

/**
 * Which of some commits are below which, by one git for all of them.
 * @returns whether everything that the first has the second has too, as `merge-base --is-ancestor` says
 */
export async function ancestryOf(
  own: Git,
  commits: readonly Sha[],
): Promise<(below: Sha, above: Sha) => boolean> {
  const all = [...new Set(commits)];
  if (all.length < 2) return (below, above) => below === above;
  // What all of them have need not be walked.
  const common = (await own.run(['merge-base', '--octopus', ...all])).stdout.trim();
  const input = [...(common === '' ? [] : [`^${common}`]), ...all, ''].join('\n');
  const parents = parentsIn(await own.read(['rev-list', '--parents', '--stdin'], { input }));
  const above = new Map(all.map((commit) => [commit, reached(parents, commit)]));
  return (below, top) => below === top || above.get(top)?.has(below) === true;
}

function reached(parents: ReadonlyMap<Sha, readonly Sha[]>, from: Sha): ReadonlySet<Sha> {
  const seen = new Set([from]);
  for (const commit of seen) for (const parent of parents.get(commit) ?? []) seen.add(parent);
  return seen;
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
