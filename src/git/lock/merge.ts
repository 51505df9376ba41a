// Three-way merge of a lockfile, entry by entry. A version that stands deep below stands nowhere else, so that main's file alone
// would lose it.

import path from 'node:path';
import { mergeBun } from './bun.ts';
import { mergeNpm } from './npm.ts';
import { mergePnpm } from './pnpm.ts';
import type { MergedLock } from './rule.ts';
import { mergeYarn } from './yarn.ts';

/**
 * @param file path of a lockfile, whose name says who wrote it
 * @param base what both began with; undefined where both added the file
 * @param ours main's
 * @returns what its tool is to make a lockfile from; undefined where it is not to be read, or the formats differ
 */
export function mergeLock(
  file: string,
  base: string | undefined,
  ours: string,
  theirs: string,
): MergedLock | undefined {
  switch (path.posix.basename(file)) {
    case 'pnpm-lock.yaml':
      return mergePnpm(base, ours, theirs);
    case 'bun.lock':
      return mergeBun(base, ours, theirs);
    case 'yarn.lock':
      return mergeYarn(base, ours, theirs);
    default:
      return mergeNpm(base, ours, theirs);
  }
}
