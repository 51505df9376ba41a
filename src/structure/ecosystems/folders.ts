// Folders as discovery calls them: relative to the repository, `/`-separated, empty for the root.

import path from 'node:path';

export function folderOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end === -1 ? '' : file.slice(0, end);
}

export function baseOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

export function joinFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

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

/** The folder, its parent, and so on up to the root. */
export function* upwards(folder: string): Generator<string> {
  for (let at = folder; at !== ''; at = folderOf(at)) yield at;
  yield '';
}

/** All folders that hold a file, and those around them. */
export function allFolders(files: readonly string[]): Set<string> {
  const folders = new Set<string>(['']);
  for (const file of files)
    for (const folder of upwards(folderOf(file))) {
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
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
