// The structure as the specification's JSON has it: what `--json` prints and what a model is asked for.

import type { Component, Kind, Structure } from './component.ts';

export interface StructureDocument {
  readonly components: readonly ComponentEntry[];
  readonly sharedPackages: readonly SharedEntry[];
  /** From the key of each component and shared package to the keys of those it depends on. */
  readonly dependencyGraph: Readonly<Record<string, readonly string[]>>;
  readonly suggestedSections: readonly SectionEntry[];
}

export interface ComponentEntry {
  /** Its title: `Admin Dashboard`. */
  readonly name: string;
  readonly path: string;
  readonly type: Kind;
  /** `react-native`; null where none is known. */
  readonly framework: string | null;
  /** Keys. */
  readonly dependencies: readonly string[];
  /** Beside others; what several depend on is not in this list. */
  readonly canRunParallel: boolean;
}

export interface SharedEntry {
  /** Its key: `shared-types`. */
  readonly name: string;
  readonly path: string;
  /** Keys of those that depend on it. */
  readonly usedBy: readonly string[];
  readonly exclusive: boolean;
}

export interface SectionEntry {
  readonly name: string;
  readonly paths: readonly string[];
  readonly isolation: 'parallel' | 'exclusive';
}

/** Components in the order of their paths. */
export function documentOf({ components, edges }: Structure): StructureDocument {
  const uses = Map.groupBy(edges, (edge) => edge.from);
  const users = Map.groupBy(edges, (edge) => edge.to);
  const dependenciesOf = ({ key }: Component) => (uses.get(key) ?? []).map((edge) => edge.to);
  return {
    components: components
      .filter((component) => !component.shared)
      .map((component) => ({
        name: component.title,
        path: component.path,
        type: component.kind,
        framework:
          component.framework
            ?.toLowerCase()
            .replace(/ \(.*\)$/, '')
            .replaceAll(' ', '-') ?? null,
        dependencies: dependenciesOf(component),
        canRunParallel: true,
      })),
    sharedPackages: components
      .filter((component) => component.shared)
      .map(({ key, path }) => ({
        name: key,
        path,
        usedBy: (users.get(key) ?? []).map((edge) => edge.from),
        exclusive: true,
      })),
    // Keys may be called anything, `__proto__` too.
    dependencyGraph: Object.fromEntries(
      components.map((component) => [component.key, dependenciesOf(component)] as const),
    ),
    suggestedSections: components.map(({ title, paths, shared }) => ({
      name: title,
      paths,
      isolation: shared ? 'exclusive' : 'parallel',
    })),
  };
}
