// Which packages a Python project offers to import, by where its files stand. Nothing is run to find out.

import { folderOf } from '../paths.ts';

/** Beside a project's packages, and not imported by others. */
const BESIDE = new Set([
  'benchmark',
  'benchmarks',
  'build',
  'ci',
  'dist',
  'doc',
  'docs',
  'e2e',
  'example',
  'examples',
  'notebooks',
  'scripts',
  'test',
  'testing',
  'tests',
]);

/** Whether a folder is one of tests, documents, examples and the like. */
export function isBeside(folder: string): boolean {
  return folder.split('/').some((part) => BESIDE.has(part));
}

/**
 * @param files the project's own `.py` files, relative to it
 * @param roots folders that packages may be in, relative to it
 * @param name of the project, normalised: a lone file of that name is a module, others beside the packages are scripts
 * @returns dotted names of the packages that hold code, without those within them. What stands in a folder that several
 *   projects have (`google`) is told by the first folder below that has files.
 */
export function packagesOf(files: readonly string[], roots: readonly string[], name: string): string[] {
  const sorted = [...roots].sort((one, other) => other.length - one.length);
  const known = new Set<string>();
  for (const file of files) {
    const root = sorted.find((root) => root === '' || file.startsWith(`${root}/`)) ?? '';
    const inner = root === '' ? file : file.slice(root.length + 1);
    const folder = folderOf(inner);
    const parts = folder === '' ? [moduleOf(inner)] : folder.split('/');
    if (folder === '' && root === '' && parts[0] !== name.replaceAll('-', '_')) continue;
    if (BESIDE.has(parts[0] ?? '') || !parts.every((part) => /^[A-Za-z_]\w*$/.test(part))) continue;
    known.add(parts.join('.'));
  }
  return [...known].filter((dotted) => !beginnings(dotted).some((above) => known.has(above)));
}

const moduleOf = (file: string) => file.replace(/\.py$/, '');

function beginnings(dotted: string): string[] {
  const parts = dotted.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** Dotted names, each with the folder of the project that has it; a name that several have tells nothing. */
export function ownersOf(
  projects: Iterable<{ readonly folder: string; readonly packages: readonly string[] }>,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const { folder, packages } of projects)
    for (const dotted of packages) {
      if (owners.has(dotted)) ambiguous.add(dotted);
      owners.set(dotted, folder);
    }
  for (const dotted of ambiguous) owners.delete(dotted);
  return owners;
}

/** The owner of the longest beginning of a dotted name that has one. */
export function ownerOf(
  dotted: string,
  owners: { get(dotted: string): string | undefined },
): string | undefined {
  for (let at = dotted; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const owner = owners.get(at);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** Folders of a project that packages may be in. */
export function sourceRootsOf(configured: readonly string[]): string[] {
  const roots = configured.map((root) => root.replace(/^\.?\/|\/$/g, '')).filter((root) => root !== '.');
  return [...new Set([...roots, 'src', ''])];
}
