// Terraform: a folder with `.tf` files is a root or a module, and a part. A module that only the folder around it uses is a piece of it.

import type { Found } from '../component.ts';
import { folderOf, upwards } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { isBorrowed, isInside, resolveFrom } from './folders.ts';
import { readManifests, type Warn } from './reading.ts';
import { type ModuleSource, readTerraform, readTerraformJson } from './terraformFiles.ts';
import { type Pair, usesOf } from './uses.ts';

interface Folder {
  /** The file that stands for it. */
  readonly manifest: string;
  /** Folders that it takes modules from. */
  readonly uses: Set<string>;
}

/** A folder by its main file; its uses are other such folders of the repository. */
export async function discoverTerraform(tree: Tree, warn: Warn): Promise<readonly Found[]> {
  const own = tree.files.filter((file) => /\.(?:tf|tofu)(?:\.json)?$/.test(file) && !isBorrowed(file));
  if (own.length === 0) return [];
  const folders = new Map<string, Folder>();
  for (const file of own) {
    const known = folders.get(folderOf(file));
    if (known === undefined || /\/?main\.(?:tf|tofu)$/.test(file))
      folders.set(folderOf(file), { manifest: file, uses: new Set() });
  }
  const read = (text: string, path: string): ModuleSource[] =>
    path.endsWith('.json') ? readTerraformJson(text, path) : readTerraform(text);
  for (const { path, data } of await readManifests(tree, own, warn, read))
    for (const { source, line } of data) {
      const target = resolveFrom(folderOf(path), source);
      if (target !== undefined && folders.has(target)) folders.get(folderOf(path))?.uses.add(target);
      else warn({ path, sentence: missing(path, source, line) });
    }
  return partsOf(folders);
}

function missing(path: string, source: string, line: number | undefined): string {
  const place = line === undefined ? path : `${path}:${line}`;
  return `${place}: the module ${source} is no folder with .tf files in this repository: correct the path.`;
}

function partsOf(folders: ReadonlyMap<string, Folder>): Found[] {
  const holders = holdersOf(folders);
  const partOf = (folder: string): string => {
    let at = folder;
    for (let holder = holders.get(at); holder !== undefined; holder = holders.get(at)) at = holder;
    return at;
  };
  const pairs = new Map<string, Pair[]>();
  for (const [folder, { uses }] of folders) {
    const part = partOf(folder);
    const known = pairs.get(part) ?? [];
    pairs.set(part, known);
    for (const used of uses) known.push([partOf(used), 'manifest']);
  }
  return [...pairs].map(([path, uses]) => ({
    path,
    ecosystem: 'terraform',
    manifest: folders.get(path)?.manifest ?? path,
    names: [],
    title: undefined,
    kind: 'infrastructure',
    framework: 'Terraform',
    uses: usesOf(path, uses),
  }));
}

/** Of each module that is only used from within a folder around it: that folder. It is always further up, so that there are no circles. */
function holdersOf(folders: ReadonlyMap<string, Folder>): Map<string, string> {
  const users = new Map<string, string[]>();
  for (const [folder, { uses }] of folders)
    for (const used of uses) users.set(used, [...(users.get(used) ?? []), folder]);
  const holders = new Map<string, string>();
  for (const [module, by] of users) {
    const above = [...upwards(folderOf(module))].filter((folder) => folder !== module && folders.has(folder));
    const holder = above.find((folder) => by.every((user) => isInside(folder, user)));
    if (holder !== undefined) holders.set(module, holder);
  }
  return holders;
}
