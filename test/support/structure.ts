// A discovered structure, written by hand: the specification's example.

import type { Component, Ecosystem, Edge, Kind, Structure } from '../../src/structure/component.ts';

export interface Part {
  readonly title?: string;
  readonly key?: string;
  readonly kind?: Kind;
  readonly framework?: string;
  readonly ecosystems?: readonly Ecosystem[];
  /** Keys of what it uses. */
  readonly uses?: readonly string[];
}

/** Components by their folders. What two or more of them use is shared. */
export function structureOf(parts: Readonly<Record<string, Part>>): Structure {
  const keyed = Object.entries(parts).map(([path, part]) => ({
    path,
    part,
    key: part.key ?? path.slice(path.lastIndexOf('/') + 1),
  }));
  const edges = keyed.flatMap(({ key, part }): Edge[] =>
    (part.uses ?? []).map((to) => ({ from: key, to, sources: ['manifest'] })),
  );
  const components = keyed.map(
    ({ path, part, key }): Component => ({
      key,
      title: part.title ?? key.charAt(0).toUpperCase() + key.slice(1),
      path,
      // Of the root only its own folders, as discovery says it.
      paths: [path === '' ? 'scripts/**' : `${path}/**`],
      ecosystems: part.ecosystems ?? ['node'],
      manifests: [path === '' ? 'package.json' : `${path}/package.json`],
      names: [`@acme/${key}`],
      kind: part.kind ?? 'library',
      framework: part.framework,
      shared: edges.filter((edge) => edge.to === key).length > 1,
    }),
  );
  return { components, edges, warnings: [] };
}

/** Two files in each folder, sorted as discovery gives them. */
export function filesOf(structure: Structure, more: readonly string[] = []): string[] {
  const own = structure.components.flatMap(({ path, manifests }) => [
    ...manifests,
    path === '' ? 'scripts/run.js' : `${path}/src/index.ts`,
  ]);
  return [...new Set([...own, ...more])].sort();
}

export const EXAMPLE: Readonly<Record<string, Part>> = {
  'apps/admin': {
    title: 'Admin Dashboard',
    kind: 'frontend',
    framework: 'React',
    uses: ['shared-types', 'ui-components', 'utils'],
  },
  'apps/api': { title: 'API', kind: 'backend', framework: 'Express', uses: ['shared-types', 'utils'] },
  'apps/mobile': {
    title: 'Mobile App',
    kind: 'mobile',
    framework: 'React Native',
    uses: ['shared-types', 'ui-components'],
  },
  'apps/web': {
    title: 'Landing Page',
    kind: 'frontend',
    framework: 'Next.js',
    uses: ['shared-types', 'ui-components'],
  },
  'infrastructure/terraform': { title: 'Infrastructure', kind: 'infrastructure' },
  'packages/shared-types': { title: 'TypeScript types' },
  'packages/ui-components': { title: 'Component library' },
  'packages/utils': { title: 'Utility functions' },
};
