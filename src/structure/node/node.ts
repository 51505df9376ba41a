// The packages of JavaScript and TypeScript: workspaces of npm, yarn, pnpm, bun, lerna and Rush, projects of Nx and Angular,
// and folders that have a package.json of their own.

import type { Discoverer, Found } from '../component.ts';
import { objectIn, textIn } from '../json.ts';
import { type NamedFiles, nameFiles } from '../named.ts';
import { folderOf, within } from '../paths.ts';
import { asTitle, titleOfReadme } from '../title.ts';
import type { Tree } from '../tree.ts';
import { kindOf } from './kind.ts';
import { brokenSentence, type Manifest, readManifest } from './manifest.ts';
import { findProjects, implicitUses, type Project } from './nx.ts';
import { packageFolders } from './packages.ts';
import { readConfigs } from './tsconfig.ts';
import { type Packages, type Usage, usesOfCode, usesOfManifest } from './uses.ts';
import { findMembers } from './workspaces.ts';

/** Nothing of it is run, no package manager is asked, and nothing has to be installed. */
export const discoverNode: Discoverer = async (tree, warn) => {
  const named = nameFiles(tree);
  const manifests = await readManifests(tree, named);
  const members = await findMembers(tree, named, manifests, warn);
  const projects = await findProjects(tree, named, warn);
  const folders = packageFolders(tree, manifests, members, projects);
  const packages: Packages = {
    folders,
    byName: foldersByName(folders, manifests),
    undescribed: new Set(folders.filter((folder) => !manifests.has(folder))),
  };
  const configs = await readConfigs(tree, named, packages.byName, warn);
  const usages = await usesOfCode(tree, packages, configs);
  const byFolder = Map.groupBy(projects, (project) => project.folder);
  const files = new Set(tree.files);
  const readmes = readmesOf(named);
  const found: Found[] = [];
  for (const folder of folders) {
    const manifest = manifests.get(folder);
    if (manifest?.broken !== undefined) warn({ path: manifest.path, sentence: brokenSentence(manifest) });
    const readme = await readIfNamed(tree, readmes.get(folder));
    const parts = { folder, manifest, projects: byFolder.get(folder) ?? [], readme, files, packages };
    found.push(...describe(parts, usages.get(folder)));
  }
  return found;
};

async function readManifests(tree: Tree, named: NamedFiles): Promise<ReadonlyMap<string, Manifest>> {
  const paths = named.of('package.json').filter((path) => !/(^|\/)node_modules\//.test(path));
  const read = await Promise.all(paths.map((path) => readManifest(tree, path)));
  return new Map(read.flatMap((manifest) => (manifest ? [[manifest.folder, manifest] as const] : [])));
}

/** Where two have one name, the first folder is meant. */
function foldersByName(
  folders: readonly string[],
  manifests: ReadonlyMap<string, Manifest>,
): ReadonlyMap<string, string> {
  const byName = new Map<string, string>();
  for (const folder of folders) {
    const name = manifests.get(folder)?.name;
    if (name !== undefined && !byName.has(name)) byName.set(name, folder);
  }
  return byName;
}

function readmesOf(named: NamedFiles): ReadonlyMap<string, string> {
  const readmes = named.like(/^readme(\.md|\.markdown|\.mdx)?$/i);
  return new Map(readmes.map((path) => [folderOf(path), path]));
}

interface Parts {
  readonly folder: string;
  readonly manifest: Manifest | undefined;
  readonly projects: readonly Project[];
  readonly readme: string | undefined;
  readonly files: ReadonlySet<string>;
  readonly packages: Packages;
}

/** One for each file that says it is a package; they are put together as those of different ecosystems are. */
function describe(parts: Parts, usage: Usage | undefined): readonly Found[] {
  const { folder, manifest, projects, readme, files, packages } = parts;
  const hasPage = ['index.html', 'public/index.html', 'src/index.html'].some((page) =>
    files.has(within(folder, page)),
  );
  const imported = usage?.imported ?? new Set<string>();
  const common = {
    path: folder,
    ecosystem: 'node' as const,
    ...kindOf({ folder, manifest, project: projects[0], hasPage, imported }),
    title:
      folder === ''
        ? undefined
        : (titleOfReadme(readme ?? '') ?? asTitle(textIn(manifest?.raw, 'description'))),
  };
  const ofManifest: Found[] = manifest
    ? [
        {
          ...common,
          manifest: manifest.path,
          names: manifest.name === undefined ? [] : [manifest.name],
          uses: [...usesOfManifest(manifest, packages), ...implicitUses(objectIn(manifest.raw, 'nx'))],
        },
      ]
    : [];
  const ofProjects = projects.map((project): Found => {
    return { ...common, manifest: project.manifest, names: [project.name], uses: project.uses };
  });
  const [first, ...others] = [...ofManifest, ...ofProjects];
  return first ? [{ ...first, uses: [...first.uses, ...(usage?.uses ?? [])] }, ...others] : [];
}

async function readIfNamed(tree: Tree, path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : await tree.read(path);
}
