// Cargo: each Cargo.toml with a package is a part. Only a path makes one depend on another: a version alone means the registry's.

import type { Found, Kind } from '../component.ts';
import { isGlob, matcher } from '../globs.ts';
import { folderOf, nameOf, upwards, within } from '../paths.ts';
import { parseToml } from '../toml.ts';
import type { Tree } from '../tree.ts';
import { type Dependency, dependenciesOf, dependencyOf, packageOf, patchesOf } from './cargoFiles.ts';
import { isBorrowed, isInside, resolveFrom } from './folders.ts';
import { type Manifest, placeOf, readManifests, type Warn } from './reading.ts';
import { type Pair, usesOf } from './uses.ts';
import { at, entriesAt, shortTitle, textAt, textsAt } from './values.ts';

type Crates = ReadonlyMap<string, Manifest<unknown>>;

/** A package by its Cargo.toml; its uses are folders of other packages of the repository. */
export async function discoverCargo(tree: Tree, warn: Warn): Promise<readonly Found[]> {
  const all = tree.files.filter((file) => nameOf(file) === 'Cargo.toml');
  if (all.length === 0) return [];
  // A workspace may name a member that lies where packages are otherwise only there to be tested with.
  const read = await readManifests(
    tree,
    all.filter((file) => !isBorrowed(file)),
    warn,
    parseToml,
  );
  const crates = new Map(read.map((manifest) => [folderOf(manifest.path), manifest]));
  for (const [folder, workspace] of [...crates]) {
    if (at(workspace.data, 'workspace') === undefined) continue;
    const named = membersOf(folder, workspace, all, warn);
    const missing = named.filter((path) => !crates.has(folderOf(path)) && isBorrowed(path));
    for (const manifest of await readManifests(tree, missing, warn, parseToml))
      crates.set(folderOf(manifest.path), manifest);
  }
  const files = new Set(tree.files);
  const programs = programsOf(tree.files);
  return [...crates].flatMap(([folder, manifest]) => {
    const own = packageOf(manifest.data);
    if (own === undefined) {
      if (at(manifest.data, 'workspace') === undefined)
        warn({
          path: manifest.path,
          sentence: `${manifest.path} has neither a package with a name nor a workspace: add \`[package]\` with \`name\`.`,
        });
      return [];
    }
    const dependencies = dependenciesOf(manifest.data);
    const found: Found = {
      path: folder,
      ecosystem: 'rust',
      manifest: manifest.path,
      names: [own.name],
      title: shortTitle(textAt(own.table, 'description')),
      ...kindOf(manifest.data, dependencies, programs.has(folder)),
      uses: usesOf(folder, pairsOf(folder, manifest, dependencies, crates, files, warn)),
    };
    return [found];
  });
}

/** The manifests of a workspace's members; what it names and is not there is a warning. */
function membersOf(
  folder: string,
  workspace: Manifest<unknown>,
  all: readonly string[],
  warn: Warn,
): string[] {
  const isExcluded = excluderOf(folder, workspace);
  return textsAt(workspace.data, 'workspace', 'members').flatMap((member) => {
    const place = placeOf(workspace.path, workspace.text, `"${member}"`);
    const wanted = resolveFrom(folder, member);
    if (wanted === undefined) {
      warn({
        path: workspace.path,
        sentence: `${place}: the member "${member}" leads out of the repository: correct it.`,
      });
      return [];
    }
    const matches = isGlob(member) ? matcher([wanted], 'workspace') : (path: string) => path === wanted;
    const found = all.filter(
      (path) => matches(folderOf(path)) && !(isGlob(member) && isExcluded(folderOf(path))),
    );
    if (found.length === 0)
      warn({
        path: workspace.path,
        sentence: `${place}: the member "${member}" matches no folder with a Cargo.toml: correct it, or take it away.`,
      });
    return found;
  });
}

function pairsOf(
  folder: string,
  manifest: Manifest<unknown>,
  dependencies: readonly Dependency[],
  crates: Crates,
  files: ReadonlySet<string>,
  warn: Warn,
): Pair[] {
  const workspace = workspaceOf(folder, manifest, crates);
  const shared = new Map(
    entriesAt(workspace?.data, 'workspace', 'dependencies').map(([key, value]) => [
      key,
      dependencyOf(key, value),
    ]),
  );
  const root = folderOf(workspace?.path ?? manifest.path);
  const patches = new Map(patchesOf((workspace ?? manifest).data).map(({ name, path }) => [name, path]));
  return dependencies.flatMap((dependency): Pair[] => {
    const { key, inherited, isForDevelopment } = dependency;
    const meant = inherited ? shared.get(key) : dependency;
    if (meant === undefined) {
      const place = placeOf(manifest.path, manifest.text, key);
      const sentence = `${place}: ${key} is taken from a workspace that does not name it: add it to \`[workspace.dependencies]\`, or say here which.`;
      warn({ path: manifest.path, sentence });
      return [];
    }
    const patch = patches.get(meant.name);
    const path = meant.path ?? patch;
    if (path === undefined) return [];
    const from = inherited || meant.path === undefined ? root : folder;
    const target = resolveFrom(from, path);
    if (target !== undefined && crates.has(target)) return [[target, 'manifest', isForDevelopment]];
    // A package that is there and could not be read has a warning of its own.
    if (target !== undefined && files.has(within(target, 'Cargo.toml'))) return [];
    const place = placeOf(manifest.path, manifest.text, path);
    warn({
      path: manifest.path,
      sentence: `${place}: ${key} is to be in ${path}, where no Cargo.toml of this repository is: correct the path.`,
    });
    return [];
  });
}

/** The workspace that a package is a member of: the one it names, or the nearest above it that does not exclude it. */
function workspaceOf(
  folder: string,
  manifest: Manifest<unknown>,
  crates: Crates,
): Manifest<unknown> | undefined {
  const named = textAt(packageOf(manifest.data)?.table, 'workspace');
  if (named !== undefined) return crates.get(resolveFrom(folder, named) ?? '');
  for (const above of upwards(folder)) {
    const workspace = crates.get(above);
    if (at(workspace?.data, 'workspace') === undefined) continue;
    return workspace === undefined || excluderOf(above, workspace)(folder) ? undefined : workspace;
  }
  return undefined;
}

function excluderOf(root: string, workspace: Manifest<unknown>): (folder: string) => boolean {
  const excluded = textsAt(workspace.data, 'workspace', 'exclude').map((name) => resolveFrom(root, name));
  return (folder) => excluded.some((out) => out !== undefined && isInside(out, folder));
}

const FRAMEWORKS: readonly (readonly [string, string, Kind])[] = [
  ['axum', 'Axum', 'backend'],
  ['actix-web', 'Actix', 'backend'],
  ['rocket', 'Rocket', 'backend'],
  ['warp', 'Warp', 'backend'],
  ['poem', 'Poem', 'backend'],
  ['salvo', 'Salvo', 'backend'],
  ['tide', 'Tide', 'backend'],
  ['loco-rs', 'Loco', 'backend'],
  ['tonic', 'Tonic', 'backend'],
  ['leptos', 'Leptos', 'frontend'],
  ['yew', 'Yew', 'frontend'],
  ['dioxus', 'Dioxus', 'frontend'],
  ['tauri', 'Tauri', 'frontend'],
  ['clap', 'Clap', 'cli'],
];

/** A library may depend on a framework to extend it; only what has a program, or is loaded as one, is made with it. */
function kindOf(
  manifest: unknown,
  dependencies: readonly Dependency[],
  hasProgram: boolean,
): { kind: Kind; framework: string | undefined } {
  const names = new Set(dependencies.filter(({ isForTests }) => !isForTests).map(({ name }) => name));
  const [, framework, kind = 'cli'] = FRAMEWORKS.find(([name]) => names.has(name)) ?? [];
  const isLoaded = kind === 'frontend' && textsAt(manifest, 'lib', 'crate-type').includes('cdylib');
  if (hasProgram || at(manifest, 'bin') !== undefined || isLoaded) return { kind, framework };
  return { kind: 'library', framework: undefined };
}

/** Folders with a program where Cargo looks for one. */
function programsOf(files: readonly string[]): Set<string> {
  const programs = files.map((file) => /^(?:(.*)\/)?src\/(?:main|bin\/[^/]+(?:\/main)?)\.rs$/.exec(file));
  return new Set(programs.flatMap((match) => (match ? [match[1] ?? ''] : [])));
}
