// What an analyst is shown of a repository: the specification's `ProjectAnalysisInput`, bounded. What was left out is said.

import { folderOf, isForeign, nameOf } from './paths.ts';
import type { Tree } from './tree.ts';

export interface ProjectAnalysisInput {
  readonly directoryTree: string;
  readonly packageJsons: readonly { readonly path: string; readonly text: string }[];
  readonly workspaceConfig: readonly { readonly path: string; readonly text: string }[];
  readonly tsConfigs: readonly string[];
  readonly dockerfiles: readonly string[];
  readonly readmes: readonly { readonly path: string; readonly text: string }[];
  /** In words: `120 more folders`. */
  readonly leftOut: readonly string[];
}

interface Bounds {
  /** Characters of all texts of files together. */
  readonly characters: number;
  readonly folders: number;
  readonly files: number;
  /** Characters of one README. */
  readonly readme: number;
}

const BOUNDS: Bounds = { characters: 200_000, folders: 1_500, files: 400, readme: 1_000 };

const WORKSPACES =
  /^(pnpm-workspace\.yaml|lerna\.json|rush\.json|nx\.json|turbo\.json|go\.work|Cargo\.toml|settings\.gradle(\.kts)?)$/;

export async function analysisInput(tree: Tree, bounds: Bounds = BOUNDS): Promise<ProjectAnalysisInput> {
  const files = tree.files.filter((file) => !isForeign(file));
  const leftOut: string[] = [];
  const some = <T>(all: readonly T[], most: number, what: string): readonly T[] => {
    if (all.length > most) leftOut.push(`${all.length - most} more ${what}`);
    return all.slice(0, most);
  };
  const named = (matches: (name: string) => boolean) =>
    byDepth(files.filter((file) => matches(nameOf(file))));
  let room = bounds.characters;
  const texts = async (paths: readonly string[], what: string, most: number) => {
    const read: { path: string; text: string }[] = [];
    for (const path of paths) {
      const text = ((await tree.read(path)) ?? '').slice(0, most);
      if (text.length > room) {
        leftOut.push(`${paths.length - read.length} more ${what}`);
        break;
      }
      room -= text.length;
      read.push({ path, text });
    }
    return read;
  };
  const manifests = some(
    named((name) => name === 'package.json'),
    bounds.files,
    'package.json files',
  );
  return {
    directoryTree: drawn(some(foldersOf(files), bounds.folders, 'folders')),
    workspaceConfig: await texts(
      named((name) => WORKSPACES.test(name)).slice(0, 20),
      'workspace files',
      10_000,
    ),
    packageJsons: await texts(manifests, 'package.json files', 4_000),
    tsConfigs: some(
      named((name) => /^tsconfig.*\.json$/.test(name)),
      bounds.files,
      'TypeScript configurations',
    ),
    dockerfiles: some(
      named((name) => /^(.*\.)?Dockerfile(\..*)?$/.test(name)),
      bounds.files,
      'Docker files',
    ),
    readmes: await texts(
      named((name) => /^readme(\.\w+)?$/i.test(name)),
      'README files',
      bounds.readme,
    ),
    leftOut,
  };
}

/** What is near the top tells most. */
function byDepth(paths: readonly string[]): string[] {
  return paths.toSorted((one, other) => depthOf(one) - depthOf(other) || (one < other ? -1 : 1));
}

const depthOf = (path: string) => path.split('/').length;

/** Every folder with the number of files right in it, those near the top first. */
function foldersOf(files: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + 1);
  return byDepth([...counts.keys()]).map((folder) => [folder, counts.get(folder) ?? 0] as const);
}

function drawn(folders: readonly (readonly [string, number])[]): string {
  return folders
    .map(([folder, count]) => `${folder || '.'} (${count} ${count === 1 ? 'file' : 'files'})`)
    .join('\n');
}
