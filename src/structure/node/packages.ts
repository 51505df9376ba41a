// Which folders are packages: the members of workspaces, the projects of Nx, and folders with a manifest of their own.

import { objectIn, textIn } from '../json.ts';
import { folderOf, isForeign } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { CODE } from './imports.ts';
import type { Manifest } from './manifest.ts';
import type { Project } from './nx.ts';
import type { Members } from './workspaces.ts';

/** Folders whose manifests belong to what is tried or shown with them. A workspace may still name them. */
const SHOWN =
  /(^|\/)(tests?|__tests__|specs?|fixtures?|__fixtures__|testdata|test-data|__mocks__|examples?|samples?|templates?|boilerplates?|playgrounds?|benchmarks?)(\/|$)/i;

/** Where a root that is a package itself keeps its code, beside those of others. */
const SOURCES = /^(src|lib|app|pages|server|client|source)\//;

const OTHER_MANIFESTS = /\/(go\.mod|Cargo\.toml|pyproject\.toml|pom\.xml|build\.gradle(\.kts)?)$/;

/** @returns sorted */
export function packageFolders(
  tree: Tree,
  manifests: ReadonlyMap<string, Manifest>,
  members: Members,
  projects: readonly Project[],
): readonly string[] {
  const chosen = new Set([...members.included, ...projects.map((project) => project.folder)]);
  for (const [folder, manifest] of [...manifests].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (folder === '' || members.excluded.has(folder) || isForeign(folder) || SHOWN.test(folder)) continue;
    if (isOwnPackage(manifest, isInside(folder, chosen))) chosen.add(folder);
  }
  for (const folder of [...members.roots, ''])
    if (!members.included.has(folder) && !isPackageAround(folder, tree, chosen)) chosen.delete(folder);
    else if (manifests.has(folder)) chosen.add(folder);
  return [...chosen].sort();
}

/** @param up folder at which looking for one around it ends */
function isInside(path: string, chosen: ReadonlySet<string>, up = ''): boolean {
  for (let above = folderOf(path); above !== up && above !== ''; above = folderOf(above))
    if (chosen.has(above)) return true;
  return false;
}

/** A manifest may only say how the files beside it are read (`"type": "module"`), or name an entry of the package around it. */
function isOwnPackage({ raw, name, broken }: Manifest, inside: boolean): boolean {
  const works = ['dependencies', 'devDependencies', 'peerDependencies', 'scripts'].some(
    (field) => Object.keys(objectIn(raw, field)).length > 0,
  );
  if (inside) return works;
  return works || name !== undefined || textIn(raw, 'version') !== undefined || broken !== undefined;
}

/** What holds others together is a package itself only when it has code of its own. */
function isPackageAround(folder: string, tree: Tree, chosen: ReadonlySet<string>): boolean {
  const start = folder === '' ? '' : `${folder}/`;
  const isAlone = ![...chosen].some((one) => one !== folder && one.startsWith(start));
  const others = folder === '' && tree.files.some((file) => OTHER_MANIFESTS.test(file));
  if (isAlone && !others) return true;
  const own = tree.files.filter((file) => file.startsWith(start) && SOURCES.test(file.slice(start.length)));
  return own.some((file) => CODE.test(file) && !isInside(file, chosen, folder));
}
