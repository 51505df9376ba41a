// Folders as discovery calls them: relative to the repository, `/`-separated, empty for the root.

import path from 'node:path';
import { folderOf, upwards } from '../paths.ts';

/**
 * Where a relative path of a manifest leads.
 *
 * @returns a folder or file of the repository, or undefined when it leads out of it
 */
export function resolveFrom(folder: string, relative: string): string | undefined {
  if (path.posix.isAbsolute(relative) || /^[a-z]:[\\/]/i.test(relative)) return undefined;
  const joined = path.posix.join(folder, relative.replaceAll('\\', '/'));
  if (joined === '..' || joined.startsWith('../')) return undefined;
  const clean = joined.endsWith('/') ? joined.slice(0, -1) : joined;
  return clean === '.' ? '' : clean;
}

export function isInside(folder: string, file: string): boolean {
  return folder === '' || file === folder || file.startsWith(`${folder}/`);
}

/** The deepest of `folders` that a file lies in. */
export function owningFolder(folders: { has(folder: string): boolean }, file: string): string | undefined {
  for (const folder of upwards(folderOf(file))) if (folders.has(folder)) return folder;
  return undefined;
}

// What was copied in or stands there to be tested with has manifests too, and is nobody's component.
const BORROWED = new Set([
  '__fixtures__',
  '__pycache__',
  'archetype-resources',
  'bower_components',
  'fixtures',
  'node_modules',
  'site-packages',
  'target',
  'test-fixtures',
  'testdata',
  'third_party',
  'thirdparty',
  'vendor',
  'venv',
]);

/** Whether a file lies in a hidden folder, or in one of things that are not this repository's own parts. */
export function isBorrowed(file: string): boolean {
  const folders = folderOf(file);
  return folders !== '' && folders.split('/').some((part) => part.startsWith('.') || BORROWED.has(part));
}
