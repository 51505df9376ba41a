// A folder in which somebody has closed files and folders to us, whose we are all the same.

import { chmodSync, lstatSync, readdirSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';
import { changingNow } from '../failpoint/changing.ts';

const READ_WRITE = 0o600;
const ENTER = 0o700;

/**
 * Has us read and write everything in it. Pipes and sockets go: they hold nothing, and whoever reads one waits for ever.
 * Links are followed nowhere.
 */
export function openUp(place: string): void {
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (!stats || stats.isSymbolicLink()) return;
  if (stats.isDirectory()) {
    allow(place, stats, ENTER);
    for (const name of readdirSync(place)) openUp(path.join(place, name));
  } else if (stats.isFile()) allow(place, stats, READ_WRITE);
  else changingNow('disk remove', () => rmSync(place));
}

function allow(place: string, { mode }: Stats, wanted: number): void {
  if ((mode & wanted) !== wanted) changingNow('disk chmod', () => chmodSync(place, (mode & 0o777) | wanted));
}
