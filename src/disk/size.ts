import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './files.ts';

/** How many files and folders may still be looked at, shared by all that is measured together. */
export interface Budget {
  left: number;
}

/**
 * Bytes of a file, or of all files in a folder; links are not followed. 0 when it is not there. Once the budget is used up
 * the rest is left out: a person who waits wants to know what is big, not how big to the byte. It blocks: 9,354 files took
 * 0.35 to 0.87 s (on a busy machine), and half as long again when each look went by way of another thread.
 */
export function sizeOf(target: string, budget: Budget): number {
  if (budget.left <= 0) return 0;
  budget.left--;
  try {
    const stats = lstatSync(target);
    if (!stats.isDirectory()) return stats.size;
    let bytes = 0;
    for (const name of readdirSync(target)) bytes += sizeOf(path.join(target, name), budget);
    return bytes;
  } catch (error) {
    // Gone meanwhile, closed to us, or deeper than a path can say: none is ours to complain about here.
    if (isMissing(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENAMETOOLONG')) return 0;
    throw error;
  }
}
