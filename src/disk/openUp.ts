// What stands in a folder that is ours, and that somebody has closed to us or put there for nobody to read.

import { chmodSync, type Dirent, lstatSync, readdirSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';
import { changingNow } from '../failpoint/changing.ts';
import { isClosed, isMissing } from './files.ts';

const READ_WRITE = 0o600;
const ENTER = 0o700;

/** Has us read and write everything in it. Links are followed nowhere. */
export function openUp(place: string): void {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (!stats || stats.isSymbolicLink()) return;
  if (stats.isFile()) allow(place, stats, READ_WRITE);
  if (!stats.isDirectory()) return;
  allow(place, stats, ENTER);
  for (const { name } of entriesOf(place)) openUp(path.join(place, name));
}

function allow(place: string, { mode }: Stats, wanted: number): void {
  if ((mode & wanted) !== wanted) changingNow('disk chmod', () => chmodSync(place, (mode & 0o777) | wanted));
}

/**
 * Has everything in a folder be such that git can look at it: without pipes and sockets, and open to us.
 * @param except names of folders that are not looked into
 */
export function makeReadable(folder: string, except: readonly string[]): void {
  try {
    removePipes(folder, except);
  } catch (error) {
    if (!isClosed(error)) throw error;
    openUp(folder);
    removePipes(folder, except);
  }
}

/**
 * Takes pipes and sockets away: they hold nothing, git says nothing of them, and whoever reads one waits for ever. It
 * blocks: 22,550 entries took 33 to 92 ms.
 * @param except names of folders that are not looked into
 * @throws where a folder is closed to us
 */
export function removePipes(folder: string, except: readonly string[]): void {
  for (const entry of entriesOf(folder)) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!except.includes(entry.name)) removePipes(place, except);
    } else if (entry.isFIFO() || entry.isSocket()) changingNow('disk remove', () => rmSync(place));
  }
}

/** None where it nests deeper than a path can say, or is gone. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error, 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
