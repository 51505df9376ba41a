// Small files that say what is being done just now. Written around nearly every change of a repository, at once and without
// flushing: what they are for is a process that was killed, and a system that lost power has none of its processes left.

import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMissing } from './files.ts';

/** Makes the folder, but not the one around it: where that is missing, nobody takes notes. */
export function writeNote(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  try {
    writeFileSync(file, text);
  } catch (error) {
    if (!isMissing(error, 'ENOENT')) throw error;
    if (!existsSync(path.dirname(folder))) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
}

/** Nothing happens when there is no such note. */
export function removeNote(folder: string, name: string): void {
  try {
    unlinkSync(path.join(folder, name));
  } catch (error) {
    if (!isMissing(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
}

/** @returns each note's name and text; one that is half written is the end of its writer, and empty or cut off */
export function readNotes(folder: string): { readonly name: string; readonly text: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (isMissing(error, 'ENOENT')) return [];
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
