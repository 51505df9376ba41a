// Maven: each pom.xml that builds something is a part. One that only lists modules is nobody's, so that a change to it concerns all.

import type { Found } from '../component.ts';
import { nameOf as fileNameOf, folderOf, within } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { isBorrowed, resolveFrom } from './folders.ts';
import { jvmKindOf, programsOf } from './jvmKinds.ts';
import {
  type Dependency,
  lineageOf,
  nameOf,
  ownNameOf,
  type Pom,
  type Poms,
  parentOf,
  readPom,
  testScopeIn,
} from './mavenFiles.ts';
import { type Manifest, placeOf, readManifests, type Warn } from './reading.ts';
import { type Pair, usesOf } from './uses.ts';

/** A module by its pom.xml; its uses are folders of other modules of the repository. */
export async function discoverMaven(tree: Tree, warn: Warn): Promise<readonly Found[]> {
  const paths = tree.files.filter(
    (file) => fileNameOf(file) === 'pom.xml' && !isBorrowed(file) && !isTestData(file),
  );
  if (paths.length === 0) return [];
  const poms = new Map((await readManifests(tree, paths, warn, readPom)).map((pom) => [pom.path, pom]));
  warnOfModules(poms, new Set(tree.files), warn);
  const named = [...poms.values()].flatMap((pom) => {
    const name = ownNameOf(pom, lineageOf(pom, poms));
    if (name === undefined)
      warn({
        path: pom.path,
        sentence: `${pom.path} has no artifactId, or a groupId that is not known here: give both, so that others can be seen to depend on it.`,
      });
    return [{ pom, name }];
  });
  const parts = named.filter(({ pom }) => !isAggregator(pom.data));
  const byName = new Map(parts.flatMap(({ pom, name }) => (name ? [[name, folderOf(pom.path)]] : [])));
  const programs = programsOf(tree.files, new Set(parts.map(({ pom }) => folderOf(pom.path))));
  return parts.map(({ pom, name }) => {
    const folder = folderOf(pom.path);
    const { packaging, dependencies, plugins } = pom.data;
    const isForTests = testScopeIn(lineageOf(pom, poms));
    const needed = dependencies.filter((one) => !isForTests(one));
    const signs = [...needed, ...plugins].map(({ group, artifact }) => `${group}:${artifact}`);
    return {
      path: folder,
      ecosystem: 'jvm',
      manifest: pom.path,
      names: name === undefined ? [] : [name],
      title: pom.data.title,
      ...jvmKindOf(signs, programs.has(folder), packaging === 'war' ? 'backend' : 'library'),
      uses: usesOf(folder, pairsOf(pom, poms, byName, isForTests)),
    };
  });
}

function isTestData(file: string): boolean {
  return /(?:^|\/)src\/(?:test|it|main)\//.test(file);
}

function isAggregator({ packaging, modules }: Pom): boolean {
  return packaging === 'pom' && modules.length > 0;
}

function warnOfModules(poms: Poms, files: ReadonlySet<string>, warn: Warn): void {
  for (const { path, text, data } of poms.values())
    for (const module of data.modules) {
      const target = resolveFrom(folderOf(path), module);
      if (target !== undefined && (files.has(target) || files.has(within(target, 'pom.xml')))) continue;
      const place = placeOf(path, text, `>${module}<`);
      const sentence = `${place}: the module ${module} has no pom.xml in this repository: correct it, or take it away.`;
      warn({ path, sentence });
    }
}

function pairsOf(
  pom: Manifest<Pom>,
  poms: Poms,
  byName: ReadonlyMap<string, string>,
  isForTests: (dependency: Dependency) => boolean,
): Pair[] {
  const lineage = lineageOf(pom, poms);
  const { dependencies, plugins } = pom.data;
  const used = [
    ...dependencies.map((one) => ({ name: nameOf(one, lineage), development: isForTests(one) })),
    ...plugins.map((one) => ({ name: nameOf(one, lineage), development: false })),
  ];
  const modules = used.flatMap(({ name, development }): Pair[] => {
    const folder = byName.get(name ?? '');
    return folder === undefined ? [] : [[folder, 'manifest', development]];
  });
  const parent = parentOf(pom, poms);
  const parents = parent === undefined || isAggregator(parent.data) ? [] : [folderOf(parent.path)];
  return [...modules, ...parents.map((folder): Pair => [folder, 'manifest'])];
}
