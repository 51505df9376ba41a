// Small files that say what is being done just now. Written around nearly every change of a repository, at once and without
// flushing: what they are for is a process that was killed, and a system that lost power has none of its processes left.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Makes the folder, but not the one around it: where that is missing, nobody takes notes. */
export function writeNote(folder: string, name: string, text: string): void {
  if (!existsSync(path.dirname(folder))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

export function removeNote(folder: string, name: string): void {
  rmSync(path.join(folder, name), { force: true });
}

/** @returns each note's name and text; one that is half written is the end of its writer, and empty or cut off */
export function readNotes(folder: string): { readonly name: string; readonly text: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names.map((name) => ({ name, text: readFileIfLeft(path.join(folder, name)) }));
}

function readFileIfLeft(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // its writer has just ended
  }
}
