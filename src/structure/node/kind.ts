// What a package is, from its manifest and from where it lies.

import type { Kind } from '../component.ts';
import { isObject, objectIn, textIn } from '../json.ts';
import { nameOf } from '../paths.ts';
import { dependenciesOfExecutors, type Framework, frameworkOf } from './frameworks.ts';
import { type Manifest, ownDependencies, peerDependencies, runtimeDependencies } from './manifest.ts';
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

const LIBRARIES = /^(packages?|libs?|libraries|shared|common|modules|plugins)$/i;
const APPLICATIONS = /^(apps?|applications|services?|sites?|websites?|clients?|servers?|functions|workers)$/i;

/** What the nearest folder around it that says so holds, else its own name: `packages/server` is a library. */
function placeOf(folder: string): 'library' | 'application' | undefined {
  const [own = '', ...around] = folder.split('/').toReversed();
  const word = [...around, own].find((one) => LIBRARIES.test(one) || APPLICATIONS.test(one));
  if (word === undefined) return undefined;
  return LIBRARIES.test(word) ? 'library' : 'application';
}

/** Folders that say it by their own name. */
const NAMED: readonly (readonly [RegExp, Kind])[] = [
  [/(^|-)(e2e|tests?)$/i, 'other'],
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

function frameworkFor({ manifest, project, imported, folder }: About): Framework | undefined {
  const declared = manifest ? declaredIn(manifest, folder) : imported;
  // A project's own target says more than the manifest that it shares with others.
  const executed = frameworkOf(new Set(dependenciesOfExecutors(project?.executors ?? [])));
  return executed ?? frameworkOf(new Set(declared));
}

/** Applications may have all in `devDependencies`; libraries have there what they are tried with. */
function declaredIn(manifest: Manifest, folder: string): Iterable<string> {
  const isTried = placeOf(folder) === 'library' && hasEntry(manifest);
  const own = isTried ? runtimeDependencies(manifest) : ownDependencies(manifest);
  return [...own, ...peerDependencies(manifest)];
}

/** Written with a framework, for those who write with it. */
function isLibrary(about: About, { dependency, makes }: Framework): boolean {
  const { manifest, project, folder } = about;
  if (project) return !project.application;
  if (manifest && peerDependencies(manifest).has(dependency)) return true;
  if (makes === 'whole' || isStarted(about) || placeOf(folder) === 'application') return false;
  return placeOf(folder) === 'library' || hasEntry(manifest);
}

function plainKind(about: About): Kind {
  const { folder, manifest, project, hasPage } = about;
  const named = NAMED.find(([name]) => name.test(nameOf(folder)))?.[1];
  if (project && !project.application) return 'library';
  const inLibraries = placeOf(folder) === 'library';
  const isProgram = textIn(manifest?.raw, 'bin') ?? isObject(manifest?.raw.bin);
  // Many a library brings a small program along.
  if (isProgram && (named === 'cli' || !(inLibraries && hasEntry(manifest)))) return 'cli';
  if (inLibraries) {
    return hasEntry(manifest) ? 'library' : (named ?? 'library');
  }
  if (named !== undefined) return named;
  if (hasPage) return 'frontend';
  if (project?.application || (placeOf(folder) === 'application' && isStarted(about))) return 'backend';
  if (hasEntry(manifest)) return 'library';
  const runs = isStarted(about) && manifest && runtimeDependencies(manifest).size > 0;
  return runs ? 'backend' : 'other';
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
