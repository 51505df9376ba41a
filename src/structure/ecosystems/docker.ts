// Docker: what is built into an image is a part, also where nothing else says so. A Dockerfile within a folder that has a manifest of its
// own says of that folder that it is run; compose files say what is built from which folder, and what needs what.

import type { Found } from '../component.ts';
import { allFolders, folderOf, nameOf, upwards, within } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { COMPOSE, homeOf, idOf, readCompose, readEnv, servicesOf } from './compose.ts';
import { isBorrowed } from './folders.ts';
import { readManifests, readTexts, type Warn } from './reading.ts';
import { type Pair, usesOf } from './uses.ts';

const DOCKERFILE = /^(?:Dockerfile|Containerfile)(?:\.(?!dockerignore$).+)?$|\.(?:docker|container)file$/i;

/** Files that make a folder a part for some other ecosystem, of those that are known here and of some that are not. */
const MANIFESTS = new Set([
  'package.json',
  'go.mod',
  'Cargo.toml',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'Pipfile',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'Gemfile',
  'composer.json',
  'mix.exs',
  'deno.json',
]);

/** Folders of recipes, beside the code that they run. */
const ABOUT_RUNNING = /(?:^|\/)(?:docker|ci|deploy|deployment|images|infra|infrastructure|ops)(?:\/|$)/;

/** A part by its Dockerfile or by the compose file that names it. Nothing is said of the root: an image of everything is no part of it. */
export async function discoverDocker(tree: Tree, warn: Warn): Promise<readonly Found[]> {
  const dockerfiles = tree.files.filter((file) => DOCKERFILE.test(nameOf(file)) && !isBorrowed(file));
  const composeFiles = tree.files.filter((file) => COMPOSE.test(nameOf(file)) && !isBorrowed(file));
  if (dockerfiles.length + composeFiles.length === 0) return [];
  const withManifest = new Set(tree.files.filter(isManifest).map(folderOf));
  const partOf = (folder: string) =>
    [...upwards(folder)].find((above) => withManifest.has(above) && above !== '') ?? folder;

  const there = allFolders(tree.files);
  const files = new Set(tree.files);
  const isThere = (path: string) => there.has(path) || files.has(path);
  const read = await readManifests(tree, composeFiles, warn, readCompose);
  const beside = new Set(composeFiles.map((file) => within(folderOf(file), '.env')));
  const readEnvs = await readTexts(
    tree,
    tree.files.filter((file) => beside.has(file)),
    warn,
    (path, text) => [folderOf(path), readEnv(text)] as const,
  );
  const variables = new Map(readEnvs);
  const services = read.flatMap((manifest) =>
    servicesOf(manifest, variables.get(folderOf(manifest.path)) ?? new Map(), isThere, warn),
  );

  const manifests = new Map<string, string>();
  const homes = new Map<string, string>();
  const recipes = new Set<string>();
  for (const service of services) {
    const home = homeOf(service);
    // A recipe in another folder, `docker/api.Dockerfile`, makes no part of the folder it lies in.
    if (service.dockerfile !== undefined) recipes.add(service.dockerfile);
    if (!home) continue;
    const part = partOf(home);
    homes.set(idOf(service), part);
    const recipe = service.dockerfile;
    const isOwn = recipe !== undefined && files.has(recipe) && partOf(folderOf(recipe)) === part;
    manifests.set(part, manifests.get(part) ?? (isOwn ? recipe : service.manifest));
  }
  for (const file of dockerfiles) {
    const part = partOf(folderOf(file));
    const isWithin = [...upwards(part)].some((above) => manifests.has(above));
    if (part !== '' && !recipes.has(file) && !isWithin) manifests.set(part, file);
  }

  const pairs = new Map<string, Pair[]>([...manifests.keys()].map((part) => [part, []]));
  for (const service of services) {
    const known = pairs.get(homes.get(idOf(service)) ?? '');
    for (const name of service.dependsOn) {
      const used = homes.get(idOf({ manifest: service.manifest, name }));
      if (used !== undefined) known?.push([used, 'service']);
    }
    for (const folder of service.alsoBuiltFrom) if (folder !== '') known?.push([partOf(folder), 'manifest']);
  }
  return [...manifests].map(([path, manifest]) => ({
    path,
    ecosystem: 'docker',
    manifest,
    names: [],
    title: undefined,
    kind: ABOUT_RUNNING.test(path) ? 'infrastructure' : 'backend',
    framework: undefined,
    uses: usesOf(path, pairs.get(path) ?? []),
  }));
}

/** requirements.txt is one only where code stands beside it, which then is in the Dockerfile's folder anyway. */
function isManifest(file: string): boolean {
  return MANIFESTS.has(nameOf(file)) || /\.(?:cs|fs|vb)proj$/.test(file);
}
