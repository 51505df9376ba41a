// What branches do to the exports of their modules, read from git: the bases, the changed modules, their texts.

import type { ChangedFile, ChangesOf, Span } from '../git/changedFiles.ts';
import type { Git } from '../git/client.ts';
import { readObject } from '../git/objects.ts';
import { readFileAt } from '../git/refs.ts';
import type { TreeEntry } from '../git/tree.ts';
import type { Sha } from '../task/ids.ts';
import type { Remembered } from './remembered.ts';
import { isModule } from './semantic/module.ts';
import type { Surface } from './semantic/semantic.ts';
import { type ChangedModule, type Module, type ModuleText, readText, surfaceOf } from './semantic/surface.ts';

/** Modules of one branch that are read, and bytes of one of them: more is no branch of one task. */
const MOST_MODULES = 500;
const LARGEST = 500_000;

const keyOf = ({ from, to }: Span) => `${from} ${to}`;

/** @returns in the order of the spans */
export async function readSurfaces(
  git: Git,
  changes: ChangesOf,
  remembered: Remembered<Surface>,
  spans: readonly Span[],
): Promise<Surface[]> {
  const found = new Map<string, Surface>();
  const fresh: Span[] = [];
  for (const span of new Map(spans.map((span) => [keyOf(span), span])).values()) {
    const known = remembered.get(keyOf(span));
    if (known) found.set(keyOf(span), known);
    else fresh.push(span);
  }
  const packages = new Packages(git);
  const texts = new Texts(git);
  for (const [index, files] of (await changes(fresh)).entries()) {
    const span = fresh[index] as Span;
    const surface = await packages.named(span.from, surfaceOf(await texts.changed(files)));
    found.set(keyOf(span), surface);
    remembered.set(keyOf(span), surface);
  }
  return spans.map((span) => found.get(keyOf(span)) as Surface);
}

const wanted = (entry: TreeEntry | undefined) => entry?.mode.startsWith('100') && isModule(entry.path);

/** Texts, each read once: main's changes are the same for all branches. */
class Texts {
  readonly #git: Git;
  readonly #known = new Map<Sha, Promise<ModuleText | undefined>>();

  constructor(git: Git) {
    this.#git = git;
  }

  async changed(files: readonly ChangedFile[]): Promise<ChangedModule[]> {
    const modules = files.filter((file) => wanted(file.before) || wanted(file.after)).slice(0, MOST_MODULES);
    return await Promise.all(
      modules.map(async ({ before, after }) => ({
        before: await this.#module(before),
        after: await this.#module(after),
      })),
    );
  }

  async #module(entry: TreeEntry | undefined): Promise<Module | undefined> {
    if (entry === undefined || !wanted(entry)) return undefined;
    const known = this.#known.get(entry.blob) ?? this.#read(entry.blob);
    this.#known.set(entry.blob, known);
    const text = await known;
    return text && { file: entry.path, ...text };
  }

  async #read(blob: Sha): Promise<ModuleText | undefined> {
    const object = await readObject(this.#git, blob);
    if (object?.type !== 'blob' || object.body.length > LARGEST) return undefined;
    return readText(object.body.toString('utf8'));
  }
}

/** By which package's name others import a file. */
class Packages {
  readonly #git: Git;
  readonly #names = new Map<string, Promise<string | undefined>>();

  constructor(git: Git) {
    this.#git = git;
  }

  async named(commit: Sha, surface: Surface): Promise<Surface> {
    const changed = await Promise.all(
      surface.changed.map(async (one) => {
        const owner = await this.#ownerOf(commit, one.file);
        return owner ? { ...one, package: owner } : one;
      }),
    );
    return { ...surface, changed };
  }

  async #ownerOf(commit: Sha, file: string) {
    let folder = file;
    do {
      folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
      const name = await this.#nameOf(commit, folder);
      if (name !== undefined) return { name, folder };
    } while (folder !== '');
    return undefined;
  }

  #nameOf(commit: Sha, folder: string): Promise<string | undefined> {
    const key = `${commit}:${folder}`;
    const known = this.#names.get(key) ?? this.#read(commit, folder);
    this.#names.set(key, known);
    return known;
  }

  async #read(commit: Sha, folder: string): Promise<string | undefined> {
    if (folder.includes('\n')) return undefined; // git is asked by lines
    const text = await readFileAt(
      this.#git,
      commit,
      folder === '' ? 'package.json' : `${folder}/package.json`,
    );
    try {
      const { name } = JSON.parse(text ?? '{}');
      return typeof name === 'string' && name !== '' ? name : undefined;
    } catch {
      return undefined; // not a manifest that anybody could use
    }
  }
}
