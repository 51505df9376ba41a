// Free space: what fails on a full disk says nothing about who wrote it.

import { statfs } from 'node:fs/promises';

/** Of one file system. */
export interface Space {
  /** For us; what is reserved for root does not count. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly freeFiles: number;
  /** 0 where the file system does not count them. */
  readonly totalFiles: number;
}

/**
 * Below this a failing command may have failed for want of space, although it (or what it cleared away at its end) has
 * left some. A small file system is full at 2 % of its size, which is 64 MiB of 3.2 GiB.
 */
const LOW_WATER_BYTES = 64 * 1024 * 1024;
const LOW_WATER_SHARE = 0.02;
const LOW_WATER_FILES = 64;

/** Why such a file system counts as full, or undefined. One that does not say how large it is never does. */
export function whyFull(space: Space): string | undefined {
  const { freeBytes, totalBytes, freeFiles, totalFiles } = space;
  const mark = Math.min(LOW_WATER_BYTES, totalBytes * LOW_WATER_SHARE);
  if (totalBytes > 0 && freeBytes < mark)
    return `${mebibytes(freeBytes)} of ${mebibytes(totalBytes)} are free`;
  if (totalFiles > LOW_WATER_FILES && freeFiles < LOW_WATER_FILES)
    return `it has room for ${freeFiles} more files`;
  return undefined;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** Undefined where nobody can tell: the folder is gone, or its file system has no such numbers. */
async function readSpace(folder: string): Promise<Space | undefined> {
  const stats = await statfs(folder).catch(() => undefined);
  return (
    stats && {
      freeBytes: stats.bavail * stats.bsize,
      totalBytes: stats.blocks * stats.bsize,
      freeFiles: stats.ffree,
      totalFiles: stats.files,
    }
  );
}

/** A sentence about the first of the folders whose disk is full: "the disk of /tmp is full: 0.2 MiB of 8.0 MiB are free". */
export async function findFullDisk(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const space = await readSpace(folder);
    const why = space && whyFull(space);
    if (why !== undefined) return `the disk of ${folder} is full: ${why}`;
  }
  return undefined;
}

/** Whether something was thrown because there was no room for it. */
export function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code));
}
