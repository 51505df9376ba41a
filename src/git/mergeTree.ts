// One merge without a checkout, as git makes it.

import { type Sha, toSha } from '../task/ids.ts';
import { type Git, GitFailure } from './client.ts';

export type Merged =
  | { readonly kind: 'clean'; readonly tree: Sha }
  /** The tree holds the files with markers. */
  | { readonly kind: 'conflicted'; readonly tree: Sha; readonly conflicts: ReadonlyMap<string, Sides> };

/** A file that conflicts, as it was before (1), is here (2) and is there (3). A side that does not have it is missing. */
export type Sides = ReadonlyMap<number, { readonly mode: string; readonly blob: Sha }>;

/**
 * @param attributes file of the attributes in force
 * @param base what `commit` is merged into, with one merge base: what the change is counted from
 */
export async function mergeTree(
  own: Git,
  attributes: string | undefined,
  base: Sha,
  commit: Sha,
): Promise<Merged> {
  const given = attributes === undefined ? [] : ['-c', `core.attributesFile=${attributes}`];
  const args = [...given, 'merge-tree', '--write-tree', '--no-messages', '-z', base, commit];
  const answer = await own.run(args);
  const [tree = '', ...stages] = answer.stdout.split('\0').filter(Boolean);
  if (answer.code === 0) return { kind: 'clean', tree: toSha(tree) };
  if (answer.code === 1) return { kind: 'conflicted', tree: toSha(tree), conflicts: sidesOf(stages) };
  throw new GitFailure(args, answer);
}

export function sidesOf(stages: readonly string[]): ReadonlyMap<string, Sides> {
  const conflicts = new Map<string, Map<number, { mode: string; blob: Sha }>>();
  for (const stage of stages) {
    const [, mode = '', blob = '', number, file = ''] = /^(\d+) (\w+) ([1-3])\t([\s\S]*)$/.exec(stage) ?? [];
    const sides = conflicts.get(file) ?? new Map();
    conflicts.set(file, sides.set(Number(number), { mode, blob: toSha(blob) }));
  }
  return conflicts;
}
