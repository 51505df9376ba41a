import { readFile, readlink } from 'node:fs/promises';
import os from 'node:os';
import { listProcesses } from './list.ts';

/**
 * Processes of that name whose working directory is a folder or below it.
 * @returns undefined where the system does not say
 */
export async function processesInside(folder: string, name: string): Promise<number[] | undefined> {
  if (os.platform() !== 'linux') return undefined;
  const pids = listProcesses();
  const inside = await Promise.all(
    pids.map(async (pid) => {
      // Another user's, or one that has ended meanwhile.
      const at = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      if (at !== folder && !at.startsWith(`${folder}/`)) return false;
      return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() === name;
    }),
  );
  return pids.filter((_, index) => inside[index]);
}
