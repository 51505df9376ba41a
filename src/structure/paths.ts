// Paths of a repository, as text: `/`-separated, relative to it, empty for its root.

/** Folders whose content somebody else wrote, or a tool. */
const FOREIGN =
  /(^|\/)(node_modules|bower_components|jspm_packages|vendor|vendored|third_party|dist|coverage|__generated__|\.[^/]+)(\/|$)/;

/** Whether it is in such a folder, or in one that begins with a dot. */
export function isForeign(path: string): boolean {
  return FOREIGN.test(path);
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** `apps/web/src` → `apps` */
export function firstFolderOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function within(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/**
 * Follows a relative path as a file system would.
 * @returns undefined where it leads out of the repository, or is absolute
 */
export function resolvePath(folder: string, relative: string): string | undefined {
  if (relative.startsWith('/')) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
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

/** Finds the nearest folder that holds a path, or is it. @param folders each folder with what is answered for it */
export function nearestOf<T>(folders: ReadonlyMap<string, T>): (path: string) => T | undefined {
  const answers = new Map<string, T | undefined>(folders);
  const nearest = (path: string): T | undefined => {
    if (answers.has(path)) return answers.get(path);
    const answer = path === '' ? undefined : nearest(folderOf(path));
    answers.set(path, answer);
    return answer;
  };
  return nearest;
}
