// Copies of the store: a day old at most when a session starts, the last three are kept.

import path from 'node:path';
import { changedAt, makeFolder, moveFile, namesIn, removeOwn } from '../disk/files.ts';
import { copyStore, findDamage } from '../store/backup.ts';
import { backupFolder, listBackups } from '../store/damage.ts';
import { type Project, storeFile } from './project.ts';

const EVERY_MS = 24 * 3_600_000;
const KEPT = 3;

/**
 * Copies the store when the newest copy is more than a day old.
 * @returns a sentence when something is wrong with the store: then the copies stay as they are
 */
export async function backUpStore(project: Project): Promise<string | undefined> {
  const file = storeFile(project.folders);
  const [newest] = listBackups(file);
  const now = project.host.now();
  if (newest !== undefined && now - ((await changedAt(newest)) ?? 0) < EVERY_MS) return undefined;
  const [damage] = await findDamage(project.store.db);
  if (damage !== undefined)
    return `the store ${file} is damaged (${damage}), so it was not copied: see steroids doctor`;
  const folder = backupFolder(file);
  await makeFolder(folder);
  const name = `steroids-${new Date(now).toISOString().replaceAll(/[:.]/g, '')}.db`;
  const unfinished = path.join(folder, `${crypto.randomUUID()}.new`);
  await copyStore(project.store, unfinished);
  await moveFile(unfinished, path.join(folder, name));
  for (const old of listBackups(file).slice(KEPT)) await removeOwn(old);
  // Of those who were killed on the way.
  for (const left of (await namesIn(folder)).filter((one) => one.endsWith('.new'))) {
    const made = await changedAt(path.join(folder, left));
    if (made !== undefined && now - made > EVERY_MS) await removeOwn(path.join(folder, left));
  }
  return undefined;
}
