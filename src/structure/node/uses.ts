// What packages use of each other: by their manifests, by tsconfig.json, and by what is really imported.

import type { Source, Use } from '../component.ts';
import { firstFolderOf, folderOf, isForeign, nearestOf, resolvePath } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { CODE, importsOf, lexerReady } from './imports.ts';
import { dependenciesOf, developmentDependencies, type Manifest } from './manifest.ts';
import { packageOf } from './specifier.ts';
import { type Config, configFor } from './tsconfig.ts';

/** What is known of one package's code. */
export interface Usage {
  /** Each folder of another package once for each way it is said. */
  readonly uses: readonly Use[];
  /** What an undescribed one imports by name, of this repository or not. */
  readonly imported: ReadonlySet<string>;
}

export interface Packages {
  /** Sorted. */
  readonly folders: readonly string[];
  /** By the names under which they are imported. */
  readonly byName: ReadonlyMap<string, string>;
  /** Those without a manifest of their own: their imports tell what they are made with. */
  readonly undescribed: ReadonlySet<string>;
}

/** Read together: a checkout answers at once, a git that is asked for each of them does not. */
const BATCH = 256;

const GENERATED = /\.min\.[cm]?js$|(^|\/)\.?pnp\.[cm]?js$|\.bundle\.[cm]?js$/;

export async function usesOfCode(
  tree: Tree,
  packages: Packages,
  configs: ReadonlyMap<string, Config>,
): Promise<ReadonlyMap<string, Usage>> {
  await lexerReady();
  const owner = nearestOf(new Map(packages.folders.map((folder) => [folder, folder])));
  const around = new Set(packages.folders.map((folder) => owner(folderOf(folder))));
  const collectorOf = (folder: string) =>
    new Collector(folder, {
      packages,
      owner,
      config: configFor(folder, configs),
      around: around.has(folder),
    });
  const collectors = new Map(packages.folders.map((folder) => [folder, collectorOf(folder)]));
  for (const config of configs.values()) collectors.get(owner(config.path) ?? '')?.addConfig(config);
  const files = tree.files.filter((path) => CODE.test(path) && !isForeign(path) && !GENERATED.test(path));
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH);
    const texts = await Promise.all(batch.map((path) => tree.read(path)));
    for (const [index, path] of batch.entries()) {
      const text = texts[index];
      const collector = collectors.get(owner(folderOf(path)) ?? '');
      if (text !== undefined) collector?.addImports(path, text);
    }
  }
  return new Map([...collectors].map(([folder, collector]) => [folder, collector.usage()]));
}

interface Surroundings {
  readonly packages: Packages;
  /** Which package a path is in. */
  readonly owner: (path: string) => string | undefined;
  readonly config: Config | undefined;
  /** Other packages are in its folder. */
  readonly around: boolean;
}

/** Gathers what one package uses. */
class Collector {
  readonly #folder: string;
  readonly #in: Surroundings;
  readonly #uses = new Map<string, Use>();
  readonly #imported = new Set<string>();

  constructor(folder: string, surroundings: Surroundings) {
    this.#folder = folder;
    this.#in = surroundings;
  }

  /** The root's own is often there only to name all the others. */
  addConfig(config: Config): void {
    if (this.#folder === '') return;
    for (const reference of config.references) this.#add(reference, 'project-reference');
    for (const { targets } of config.own ? config.aliases.all : [])
      for (const target of targets) this.#add(target.replace(/\/?\*.*/, ''), 'path-alias');
  }

  addImports(file: string, text: string): void {
    const namesCount = this.#in.packages.undescribed.has(this.#folder);
    const matters = (specifier: string) =>
      this.#leadsTo(file, specifier) !== undefined || (namesCount && packageOf(specifier) !== undefined);
    for (const specifier of importsOf(file, text, matters)) {
      const name = namesCount ? packageOf(specifier) : undefined;
      if (name !== undefined) this.#imported.add(name);
      const target = this.#leadsTo(file, specifier);
      if (target?.aliased) this.#add(target.path, 'path-alias');
      if (target) this.#add(target.path, 'import');
    }
  }

  /** @returns undefined where it stays within the package, or leaves the repository */
  #leadsTo(
    file: string,
    specifier: string,
  ): { readonly path: string; readonly aliased: boolean } | undefined {
    const { owner, config, packages, around } = this.#in;
    if (specifier.startsWith('./') && !around) return undefined;
    if (specifier.startsWith('.')) return this.#outside(resolvePath(folderOf(file), specifier), false);
    const aliased = config?.aliases.resolve(specifier)?.find((path) => owner(path) !== undefined);
    if (aliased !== undefined) return this.#outside(aliased, true);
    const name = packageOf(specifier);
    return name === undefined ? undefined : this.#outside(packages.byName.get(name), false);
  }

  #outside(path: string | undefined, aliased: boolean) {
    const folder = path === undefined ? undefined : this.#in.owner(path);
    return path === undefined || folder === undefined || folder === this.#folder
      ? undefined
      : { path, aliased };
  }

  #add(path: string, source: Source): void {
    const folder = this.#in.owner(path);
    if (folder === undefined || folder === this.#folder) return;
    // Of the root only some folders are its own, so that it matters which of them is meant.
    const place = folder === '' ? firstFolderOf(path) : folder;
    const key = `${source} ${place}`;
    if (!this.#uses.has(key)) this.#uses.set(key, { of: { path: place }, source });
  }

  usage(): Usage {
    return { uses: [...this.#uses.values()], imported: this.#imported };
  }
}

/** By a path (`file:../ui`), by another name (`npm:@acme/ui@1`), or by its own. */
export function usesOfManifest(manifest: Manifest, { byName }: Packages): readonly Use[] {
  const forDevelopment = developmentDependencies(manifest);
  return [...dependenciesOf(manifest)].flatMap(([name, asked]): Use[] => {
    const path = /^(?:file|link|portal|workspace):(\.{1,2}(?:\/.*)?)$/.exec(asked)?.[1];
    const other = /^(?:npm|workspace):(@?[^@]+)@/.exec(asked)?.[1];
    const place = path === undefined ? byName.get(other ?? name) : resolvePath(manifest.folder, path);
    return place === undefined
      ? []
      : [{ of: { path: place }, source: 'manifest', development: forDevelopment.has(name) }];
  });
}
