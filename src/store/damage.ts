// What the disk does to the store, as a person should read it.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '../task/problem.ts';
import { shellQuoted } from '../task/shell.ts';

/** Where copies of the store are kept, beside it. */
export function backupFolder(file: string): string {
  return path.join(path.dirname(file), 'backups');
}

const BACKUP = /^steroids-.*\.db$/;

/** Whole paths of the copies, the newest first: their names are their times. */
export function listBackups(file: string): string[] {
  const folder = backupFolder(file);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => BACKUP.test(name));
  return names
    .sort()
    .reverse()
    .map((name) => path.join(folder, name));
}

/** The problem behind an error of SQLite's that the disk is the cause of; undefined for any other error. */
export function storageProblem(error: unknown, file: string): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said = error instanceof Error ? error.message : '';
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    const sentence = `the store ${file} is damaged: it cannot be read as a database (${said})`;
    return new Problem('environment', 'corrupt-database', sentence, restoring(file));
  }
  if (code.startsWith('SQLITE_READONLY')) {
    const sentence = `the store ${file} cannot be written (${said}), and nothing was changed`;
    const hint = `Make it and its folder ${path.dirname(file)} writable for you, also for SQLite's files beside it.`;
    return new Problem('environment', 'store-read-only', sentence, hint);
  }
  if (code.startsWith('SQLITE_CANTOPEN') && existsSync(file)) {
    const sentence = `the store ${file} is there and cannot be opened (${said})`;
    const hint = `Make it and its folder ${path.dirname(file)} readable and writable for you.`;
    return new Problem('environment', 'store-unreadable', sentence, hint);
  }
  // On a full disk SQLite says one or the other, by what it was about to write.
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
    const sentence = `the store ${file} cannot be written or read: its disk is full, or does not answer (${code})`;
    const hint = 'Make room there, then do the same again: what was written before is kept.';
    return new Problem('environment', 'store-disk', sentence, hint);
  }
  return undefined;
}

/** Why a store could not be opened. */
export function openingProblem(error: unknown, file: string): unknown {
  const problem = storageProblem(error, file);
  if (problem) return problem;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const noFolder = error instanceof TypeError && /directory does not exist/.test(error.message);
  if (code === 'SQLITE_CANTOPEN' || noFolder) return lostProblem(file) ?? noStore(`${file} is missing`);
  return error;
}

export const noStore = (why: string) =>
  new Problem('user', 'no-store', `there is no steroids project here (${why})`, 'steroids init');

/** A store without content where copies are has lost it: to begin anew there would deny all tasks. */
export function lostProblem(file: string): Problem | undefined {
  if (listBackups(file).length === 0) return undefined;
  const how = existsSync(file) ? 'has nothing in it' : 'is missing';
  const sentence = `the store ${file} ${how}, and copies of it are there`;
  return new Problem('environment', 'store-lost', sentence, restoring(file));
}

/** How to go on from the newest copy, as lines for a shell. */
export function restoring(file: string): string {
  const folder = unusedFolder(path.join(path.dirname(file), 'damaged'));
  const aside = `mkdir -p ${shellQuoted(folder)} && mv ${shellQuoted(file)}* ${shellQuoted(folder)}`;
  const [newest] = listBackups(file);
  if (newest === undefined)
    return `There is no copy yet. Stop all runners, put it aside and begin anew; branches and what has landed stay in git:\n    ${aside}\n    steroids init && steroids recover`;
  const copy = `cp ${shellQuoted(newest)} ${shellQuoted(file)}`;
  const git = 'git knows what has landed since';
  // A write-ahead log that outlived its file would be taken for the copy's.
  if (![file, `${file}-wal`, `${file}-shm`].some((name) => existsSync(name)))
    return `Stop all runners, and go on from the newest copy; ${git}:\n    ${copy}\n    steroids recover`;
  return `Stop all runners, put it aside, and go on from the newest copy; ${git}:\n    ${aside}\n    ${copy}\n    steroids recover`;
}

function unusedFolder(folder: string): string {
  if (!existsSync(folder)) return folder;
  let number = 2;
  while (existsSync(`${folder}-${number}`)) number++;
  return `${folder}-${number}`;
}
