// What a package is, from its manifest and from where it lies.

import type { Kind } from '../component.ts';
import { isObject, objectIn, textIn } from '../json.ts';
import { nameOf } from '../paths.ts';
import { dependenciesOfExecutors, type Framework, frameworkOf } from './frameworks.ts';
import { type Manifest, ownDependencies, peerDependencies } from './manifest.ts';
import type { Project } from './nx.ts';

export interface About {
  readonly folder: string;
  readonly manifest: Manifest | undefined;
  readonly project: Project | undefined;
  /** Has a page that a browser opens. */
  readonly hasPage: boolean;
  /** Packages that its code imports, for those whose manifest is not their own (Nx). */
  readonly imported: ReadonlySet<string>;
}

const LIBRARIES = /(^|\/)(packages?|libs?|libraries|shared|common|modules|plugins|crates)(\/|$)/i;
const APPLICATIONS =
  /(^|\/)(apps?|applications|services?|sites?|websites?|clients?|servers?|functions|workers)(\/|$)/i;

/** Folders that say it by their own name. */
const NAMED: readonly (readonly [RegExp, Kind])[] = [
  [/^(docs?|documentation|manual|handbook)$/i, 'documentation'],
  [/^(infra|infrastructure|deploy(ment)?|terraform|cdk|iac)$/i, 'infrastructure'],
  [/^(cli|command-line)$/i, 'cli'],
  [/(^|-)(api|backend|server|worker)$/i, 'backend'],
  [/(^|-)(mobile|ios|android)$/i, 'mobile'],
  [/(^|-)(web|frontend|website|site)$/i, 'frontend'],
];

export function kindOf(about: About): { readonly kind: Kind; readonly framework: string | undefined } {
  const framework = frameworkFor(about);
  if (framework !== undefined) {
    const kind = isLibrary(about, framework) ? 'library' : framework.kind;
    return { kind, framework: framework.name };
  }
  return { kind: plainKind(about), framework: undefined };
}

function frameworkFor({ manifest, project, imported }: About): Framework | undefined {
  const declared = manifest ? [...ownDependencies(manifest), ...peerDependencies(manifest)] : imported;
  // A project's own target says more than the manifest that it shares with others.
  const executed = frameworkOf(new Set(dependenciesOfExecutors(project?.executors ?? [])));
  return executed ?? frameworkOf(new Set(declared));
}

/** Written with a framework, for those who write with it. */
function isLibrary(about: About, { dependency, makes }: Framework): boolean {
  const { manifest, project, folder } = about;
  if (project) return !project.application;
  if (manifest && peerDependencies(manifest).has(dependency)) return true;
  if (makes === 'whole' || isStarted(about) || APPLICATIONS.test(folder)) return false;
  return LIBRARIES.test(folder) || hasEntry(manifest);
}

function plainKind(about: About): Kind {
  const { folder, manifest, project, hasPage } = about;
  const named = NAMED.find(([name]) => name.test(nameOf(folder)))?.[1];
  if (project && !project.application) return 'library';
  if (textIn(manifest?.raw, 'bin') ?? isObject(manifest?.raw.bin)) return 'cli';
  if (LIBRARIES.test(folder) && !APPLICATIONS.test(folder)) {
    return hasEntry(manifest) ? 'library' : (named ?? 'library');
  }
  if (named !== undefined) return named;
  if (hasPage) return 'frontend';
  if (project?.application || (APPLICATIONS.test(folder) && isStarted(about))) return 'backend';
  if (hasEntry(manifest)) return 'library';
  return isStarted(about) ? 'backend' : 'other';
}

function isStarted({ manifest, hasPage }: About): boolean {
  const scripts = objectIn(manifest?.raw, 'scripts');
  return hasPage || ['start', 'serve', 'preview'].some((name) => Object.hasOwn(scripts, name));
}

/** What others import. */
function hasEntry(manifest: Manifest | undefined): boolean {
  return ['exports', 'main', 'module', 'types', 'typings'].some(
    (field) => manifest?.raw[field] !== undefined,
  );
}
