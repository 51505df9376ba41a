// Many merges without a checkout, by one git: starting it takes longer than the merge. None of them waits for the answer to
// another, so that it does not matter that git 2.39 answers only when it has read all.

import { pooled } from '../process/pool.ts';
import { type Sha, toSha } from '../task/ids.ts';
import { type Git, GitFailure } from './client.ts';
import { type Merged, type Sides, sidesOf } from './mergeTree.ts';
import { readable } from './names.ts';

/** What conflicts, and how git calls it: `content`, `add/add`, `modify/delete`, `rename/rename`, `binary` … */
export type Kinds = ReadonlyMap<string, string>;

export type PairMerged =
  | Extract<Merged, { kind: 'clean' }>
  | (Extract<Merged, { kind: 'conflicted' }> & { readonly kinds: Kinds })
  /** Git could not tell: no common history, an object that is missing. */
  | { readonly kind: 'failed'; readonly reason: string };

export type Pair = readonly [Sha, Sha];

/** Of one process: what a hundred conflicting merges say is held at once. */
const MOST_IN_ONE = 100;

/**
 * @param own writes the objects that merging makes; see quarantine.ts
 * @param attributes file of the attributes in force
 * @param processes that work at once
 * @returns in the order of the pairs
 */
export async function mergePairs(
  own: Git,
  attributes: string | undefined,
  pairs: readonly Pair[],
  processes: number,
): Promise<PairMerged[]> {
  const size = Math.max(1, Math.min(MOST_IN_ONE, Math.ceil(pairs.length / processes)));
  const batches: (readonly Pair[])[] = [];
  for (let at = 0; at < pairs.length; at += size) batches.push(pairs.slice(at, at + size));
  return (await pooled(processes, batches, (batch) => mergeBatch(own, attributes, batch))).flat();
}

/** One pair that cannot be merged ends git, and takes the answers to all others with it: then half of them is asked at a time. */
async function mergeBatch(
  own: Git,
  attributes: string | undefined,
  pairs: readonly Pair[],
): Promise<PairMerged[]> {
  try {
    return await askGit(own, attributes, pairs);
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (pairs.length === 1) return [{ kind: 'failed', reason: error.message }];
    const middle = pairs.length >> 1;
    return [
      ...(await mergeBatch(own, attributes, pairs.slice(0, middle))),
      ...(await mergeBatch(own, attributes, pairs.slice(middle))),
    ];
  }
}

async function askGit(own: Git, attributes: string | undefined, pairs: readonly Pair[]) {
  const given = attributes === undefined ? [] : ['-c', `core.attributesFile=${attributes}`];
  // Compressing what is thrown away took a third of the time.
  const args = [...given, '-c', 'core.looseCompression=0', 'merge-tree', '--write-tree', '--stdin'];
  const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('');
  // Names of files are bytes.
  const answer = await own.run(args, { input, binary: true });
  const merged = answer.code === 0 ? [...parse(answer.stdout.split('\0'))] : [];
  if (merged.length !== pairs.length) throw new GitFailure(args, answer);
  return merged;
}

/** Of each: 1 or 0, the tree, the stages of what conflicts, an empty word; and where it conflicts, messages and an empty word. */
function* parse(words: readonly string[]): Generator<PairMerged> {
  let at = 0;
  while (at + 2 < words.length) {
    const [clean, tree = ''] = words.slice(at, at + 2);
    const end = words.indexOf('', at + 2);
    if (clean === '1') {
      yield { kind: 'clean', tree: toSha(tree) };
      at = end + 1;
      continue;
    }
    const stages = words.slice(at + 2, end);
    const kinds = new Map<string, string>();
    for (at = end + 1; words[at] !== '' && at < words.length; ) at = readMessage(words, at, kinds);
    at++;
    yield { kind: 'conflicted', tree: toSha(tree), conflicts: readableSides(stages), kinds };
  }
}

/** A number of paths, these, git's name for what it says, and the sentence. @returns where the next one begins */
function readMessage(words: readonly string[], at: number, kinds: Map<string, string>): number {
  const type = at + 1 + Number(words[at]);
  const said = words[type] ?? '';
  const kind = /^CONFLICT \((.+)\)$/.exec(said)?.[1];
  // The sentence tells more: both `content` and `add/add` are named "contents".
  const told = /^CONFLICT \(([^)]+)\)/.exec(words[type + 1] ?? '')?.[1] ?? kind;
  if (kind !== undefined && told !== undefined)
    for (const path of words.slice(at + 1, type)) {
      const file = readable(path);
      if (kinds.get(file) !== 'binary') kinds.set(file, told);
    }
  return type + 2;
}

function readableSides(stages: readonly string[]): ReadonlyMap<string, Sides> {
  return sidesOf(stages.map(readable));
}
