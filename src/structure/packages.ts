// The packages of some zones: folders with a manifest, and how to build and test them where the manifest says.

import type { Zone } from '../task/zone.ts';
import type { ZoneMap } from './zones.ts';

export interface Package {
  /** Its folder, relative to the repository; `.` for the root. */
  readonly folder: string;
  /** Which of `build` and `test` are scripts of its package.json. */
  readonly scripts: readonly string[];
}

/** File names of which each makes a folder a package. */
export const MANIFESTS: readonly string[] = [
  'package.json',
  'go.mod',
  'Cargo.toml',
  'pyproject.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
];

const TOLD = ['build', 'test'];

/** Beyond these nobody reads on. */
const MOST = 50;

/**
 * @param files of the repository
 * @param read the text of one of them
 */
export async function packagesIn(
  files: readonly string[],
  read: (path: string) => Promise<string | undefined>,
  map: ZoneMap,
  zones: readonly Zone[],
): Promise<Package[]> {
  const manifests = files.filter(
    (file) => MANIFESTS.includes(nameOf(file)) && zones.includes(map.owner(file)),
  );
  const folders = [...new Set(manifests.map(folderOf))].sort().slice(0, MOST);
  return await Promise.all(
    folders.map(async (folder) => {
      const manifest = folder === '.' ? 'package.json' : `${folder}/package.json`;
      return { folder, scripts: manifests.includes(manifest) ? scriptsOf(await read(manifest)) : [] };
    }),
  );
}

const nameOf = (file: string) => file.slice(file.lastIndexOf('/') + 1);
const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.');

/** A manifest that cannot be read has no scripts: it is not ours to judge it here. */
function scriptsOf(text: string | undefined): string[] {
  try {
    const { scripts } = JSON.parse(text ?? '') as { scripts?: unknown };
    return TOLD.filter(
      (name) => typeof (scripts as Record<string, unknown> | undefined)?.[name] === 'string',
    );
  } catch {
    return [];
  }
}
