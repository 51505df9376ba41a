// What a Cargo.toml says that matters here: its package, its workspace, and by which paths it depends on others.

import { at, entriesAt, type Table, textAt } from './values.ts';

const SECTIONS = [
  'dependencies',
  'dev-dependencies',
  'build-dependencies',
  'dev_dependencies',
  'build_dependencies',
];

export interface Dependency {
  /** The package's own name, also where it is renamed. */
  readonly name: string;
  /** The key it stands at. */
  readonly key: string;
  readonly path: string | undefined;
  /** `workspace = true` */
  readonly inherited: boolean;
  /** Only for building, or for tests. */
  readonly isForTests: boolean;
  /** Only for tests and examples: Cargo allows circles of these. */
  readonly isForDevelopment: boolean;
}

/** Of all sections, those for certain targets included. */
export function dependenciesOf(manifest: unknown): Dependency[] {
  const tables = [manifest, ...entriesAt(manifest, 'target').map(([, table]) => table)];
  return tables.flatMap((table) =>
    SECTIONS.flatMap((section) =>
      entriesAt(table, section).map(([key, value]) => dependencyOf(key, value, section)),
    ),
  );
}

export function dependencyOf(key: string, value: unknown, section = 'dependencies'): Dependency {
  return {
    name: textAt(value, 'package') ?? key,
    key,
    path: textAt(value, 'path'),
    inherited: at(value, 'workspace') === true,
    isForTests: section !== 'dependencies',
    isForDevelopment: section.startsWith('dev'),
  };
}

/** `[patch.…]` and `[replace]`: which packages are taken from a folder instead of a registry. */
export function patchesOf(manifest: unknown): Dependency[] {
  const registries = entriesAt(manifest, 'patch').map(([, table]) => table);
  const patched = registries.flatMap((table) =>
    entriesAt(table).map(([key, value]) => dependencyOf(key, value)),
  );
  const replaced = entriesAt(manifest, 'replace').map(([key, value]) =>
    dependencyOf(key.replace(/^.*#/, '').replace(/[:@].*$/, ''), value),
  );
  return [...patched, ...replaced].filter(({ path }) => path !== undefined);
}

export function packageOf(manifest: unknown): { readonly name: string; readonly table: Table } | undefined {
  const table = at(manifest, 'package') ?? at(manifest, 'project');
  const name = textAt(table, 'name');
  return name === undefined ? undefined : { name, table: table as Table };
}
