import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './files.ts';

/** Files and folders that are looked at. */
const MOST = 50_000;

/** Whether anything in a folder was written since then (epoch milliseconds). Neither git's nor installed files are looked at. */
export function changedSince(folder: string, time: number): boolean {
  let left = MOST;
  const look = (place: string): boolean => {
    if (left-- <= 0) return false;
    try {
      const stats = lstatSync(place);
      if (stats.mtimeMs > time) return true;
      if (!stats.isDirectory()) return false;
      return readdirSync(place).some(
        (name) => name !== 'node_modules' && name !== '.git' && look(path.join(place, name)),
      );
    } catch (error) {
      if (isMissing(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return false;
      throw error;
    }
  };
  return look(folder);
}
