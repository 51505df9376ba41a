// The words of discovery: what a repository is made of, and what depends on what.

import type { Tree, Warning } from './tree.ts';

export const KINDS = [
  'backend',
  'frontend',
  'mobile',
  'cli',
  'library',
  'infrastructure',
  'documentation',
  'other',
] as const;
export type Kind = (typeof KINDS)[number];

export type Ecosystem = 'node' | 'go' | 'rust' | 'python' | 'jvm' | 'terraform' | 'docker' | 'none';

/** A part of the repository with a manifest of its own, as one ecosystem sees it, before all are put together. */
export interface Found {
  /** Its folder, relative to the repository; empty for the root. */
  readonly path: string;
  readonly ecosystem: Ecosystem;
  /** The file that says so. */
  readonly manifest: string;
  /** Under which names others depend on it: a package name, a module path, `group:artifact`. */
  readonly names: readonly string[];
  /** From its manifest or README, for its title. */
  readonly title: string | undefined;
  readonly kind: Kind;
  /** For people: `Express`, `Next.js`. */
  readonly framework: string | undefined;
  /** What it uses of the repository, by a name of `names` or by a folder; what is neither is somebody else's package. */
  readonly uses: readonly Use[];
}

/** `service`: needed when it runs, as a container that is started before it. */
export type Source = 'manifest' | 'project-reference' | 'path-alias' | 'import' | 'service';

export interface Use {
  readonly of: { readonly name: string } | { readonly path: string };
  readonly source: Source;
  /** A manifest names it only among what is needed to work on it: `devDependencies`. */
  readonly development?: boolean;
}

/** Discovers the parts of one ecosystem. Deterministic, offline, and it reads each file at most once. */
export type Discoverer = (tree: Tree, warn: (warning: Warning) => void) => Promise<readonly Found[]>;

export interface Component {
  /** Unique, from its folder or package name: `shared-types`. */
  readonly key: string;
  /** `Shared Types` */
  readonly title: string;
  readonly path: string;
  /** Globs, relative to the repository: `packages/shared-types/**`. */
  readonly paths: readonly string[];
  readonly ecosystems: readonly Ecosystem[];
  readonly manifests: readonly string[];
  readonly names: readonly string[];
  readonly kind: Kind;
  readonly framework: string | undefined;
  /** Two or more components are made of it. */
  readonly shared: boolean;
}

export interface Edge {
  /** Keys of components. */
  readonly from: string;
  readonly to: string;
  /** Where it is said. An import alone is one that no manifest declares. */
  readonly sources: readonly Source[];
  /** Its manifests name it only for development, and it is built without it: tests may import it. */
  readonly development?: true;
}

export interface Structure {
  /** By path. */
  readonly components: readonly Component[];
  readonly edges: readonly Edge[];
  readonly warnings: readonly Warning[];
}
