// What packages use of each other: by their manifests, by tsconfig.json, and by what is really imported.

import type { Source, Use } from '../component.ts';
import { firstFolderOf, folderOf, isForeign, nearestOf, resolvePath } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { CODE, importsOf, lexerReady } from './imports.ts';
import { dependenciesOf, type Manifest } from './manifest.ts';
import { packageOf } from './specifier.ts';
import { type Config, configFor } from './tsconfig.ts';

/** What is known of one package's code. */
export interface Usage {
  /** Each folder of another package once for each way it is said. */
  readonly uses: readonly Use[];
  /** Whatever is imported by name, of this repository or not. */
  readonly imported: ReadonlySet<string>;
}

export interface Packages {
  /** Sorted. */
  readonly folders: readonly string[];
  /** By the names under which they are imported. */
  readonly byName: ReadonlyMap<string, string>;
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
  const collectors = new Map(
    packages.folders.map((folder) => [
      folder,
      new Collector(folder, packages, owner, configFor(folder, configs)),
    ]),
  );
  for (const config of configs.values()) collectors.get(owner(config.path) ?? '')?.addConfig(config);
  const files = tree.files.filter((path) => CODE.test(path) && !isForeign(path) && !GENERATED.test(path));
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = files.slice(at, at + BATCH);
    const texts = await Promise.all(batch.map((path) => tree.read(path)));
    for (const [index, path] of batch.entries()) {
      const text = texts[index];
      const collector = collectors.get(owner(path) ?? '');
      if (text !== undefined && collector) collector.addImports(path, importsOf(path, text));
    }
  }
  return new Map([...collectors].map(([folder, collector]) => [folder, collector.usage()]));
}

class Collector {
  readonly #folder: string;
  readonly #packages: Packages;
  readonly #owner: (path: string) => string | undefined;
  readonly #config: Config | undefined;
  readonly #uses = new Map<string, Use>();
  readonly #imported = new Set<string>();

  constructor(
    folder: string,
    packages: Packages,
    owner: (path: string) => string | undefined,
    config: Config | undefined,
  ) {
    this.#folder = folder;
    this.#packages = packages;
    this.#owner = owner;
    this.#config = config;
  }

  /** The root's own is often there only to name all the others. */
  addConfig(config: Config): void {
    if (this.#folder === '') return;
    for (const reference of config.references) this.#add(reference, 'project-reference');
    for (const { targets } of config.own ? config.aliases.all : [])
      for (const target of targets) this.#add(target.replace(/\/?\*.*/, ''), 'path-alias');
  }

  addImports(file: string, specifiers: readonly string[]): void {
    for (const specifier of specifiers) this.#addImport(file, specifier);
  }

  #addImport(file: string, specifier: string): void {
    if (specifier.startsWith('.')) {
      const path = resolvePath(folderOf(file), specifier);
      if (path !== undefined) this.#add(path, 'import');
      return;
    }
    const aliased = this.#config?.aliases.resolve(specifier)?.find((path) => this.#owner(path) !== undefined);
    if (aliased !== undefined) {
      this.#add(aliased, 'path-alias');
      this.#add(aliased, 'import');
      return;
    }
    const name = packageOf(specifier);
    if (name === undefined) return;
    this.#imported.add(name);
    const folder = this.#packages.byName.get(name);
    if (folder !== undefined) this.#add(folder, 'import');
  }

  #add(path: string, source: Source): void {
    const folder = this.#owner(path);
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
  return [...dependenciesOf(manifest)].flatMap(([name, asked]): Use[] => {
    const path = /^(?:file|link|portal|workspace):(\.{1,2}(?:\/.*)?)$/.exec(asked)?.[1];
    const other = /^(?:npm|workspace):(@?[^@]+)@/.exec(asked)?.[1];
    const place = path === undefined ? byName.get(other ?? name) : resolvePath(manifest.folder, path);
    return place === undefined ? [] : [{ of: { path: place }, source: 'manifest' }];
  });
}
