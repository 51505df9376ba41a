// Puts together what several ecosystems found in one folder, and says which paths are a component's own.

import type { Component, Ecosystem, Found } from './component.ts';
import { keysOf } from './keys.ts';
import { firstFolderOf, folderOf, isForeign } from './paths.ts';
import { titleOf } from './title.ts';
import type { Tree } from './tree.ts';

/** A component before it is known who uses it. */
export interface Part extends Omit<Component, 'shared'> {
  readonly found: readonly Found[];
}

/** Says how things are run and not what is in the repository: at its root, beside components, it is none itself. */
const AROUND: ReadonlySet<Ecosystem> = new Set(['docker', 'none']);

/** Ecosystems whose code may stand beside the root's manifest, without a folder of its own. */
const AT_THE_TOP: Partial<Record<Ecosystem, string>> = { go: '.go', python: '.py' };

/** @param found in the order of preference: of two titles or kinds the first counts. @returns by path */
export function partsOf(tree: Tree, found: readonly Found[]): readonly Part[] {
  const byFolder = Map.groupBy(found, (one) => one.path);
  const atRoot = byFolder.get('');
  if (byFolder.size > 1 && atRoot?.every((one) => AROUND.has(one.ecosystem))) byFolder.delete('');
  const below = [...byFolder.keys()].filter((folder) => folder !== '');
  const ofRoot = atRoot && byFolder.has('') ? rootPaths(tree, atRoot, below) : [];
  // A root of which nothing is its own only holds the others together.
  if (ofRoot.length === 0) byFolder.delete('');
  const keys = keysOf([...byFolder.keys()], atRoot?.[0]?.names[0]?.replace(/^@[^/]+\//, '') ?? '');
  const parts = [...byFolder].map(([folder, those]) =>
    partOf(folder, keys.get(folder) as string, folder === '' ? ofRoot : [`${escaped(folder)}/**`], those),
  );
  return withOwnTitles(parts).toSorted((one, other) => compare(one.path, other.path));
}

function partOf(folder: string, key: string, paths: readonly string[], found: readonly Found[]): Part {
  const known = found.find((one) => one.kind !== 'other') ?? found[0];
  const framework = known?.framework ?? found.find((one) => one.framework !== undefined)?.framework;
  return {
    key,
    title: found.find((one) => one.title !== undefined)?.title ?? titleOf(key),
    path: folder,
    paths,
    ecosystems: [...new Set(found.map((one) => one.ecosystem))],
    manifests: [...new Set(found.map((one) => one.manifest))],
    names: [...new Set(found.flatMap((one) => one.names))],
    kind: known?.kind ?? 'other',
    framework,
    found,
  };
}

/** Its folders that hold no other component. The files at the top (lockfiles, settings) are everybody's. */
function rootPaths(tree: Tree, found: readonly Found[], below: readonly string[]): string[] {
  if (below.length === 0) return ['**'];
  const others = new Set(below.map(firstFolderOf));
  const own = new Set(tree.files.filter((file) => file.includes('/')).map(firstFolderOf));
  const folders = [...own].filter((folder) => !others.has(folder) && !isForeign(folder));
  const code = found.flatMap((one) => AT_THE_TOP[one.ecosystem] ?? []);
  const top = code.filter((end) => tree.files.some((file) => file.endsWith(end) && folderOf(file) === ''));
  return [...folders.map((folder) => `${escaped(folder)}/**`), ...new Set(top.map((end) => `*${end}`))];
}

/** Folders may have names that mean something in a glob: `app/(shop)/[id]`. */
function escaped(folder: string): string {
  return folder.replace(/[\\*?[\]{}()!+@]/g, '\\$&');
}

/** Sections are called by these, so no two may be alike. */
function withOwnTitles(parts: readonly Part[]): readonly Part[] {
  const renamed = alikeRenamed(parts, (part) => titleOf(part.key));
  return alikeRenamed(renamed, (part) => `${part.title} (${part.path === '' ? 'root' : part.path})`);
}

function alikeRenamed(parts: readonly Part[], rename: (part: Part) => string): readonly Part[] {
  const alike = Map.groupBy(parts, (part) => part.title.toLowerCase());
  return parts.map((part) =>
    alike.get(part.title.toLowerCase())?.length === 1 ? part : { ...part, title: rename(part) },
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
