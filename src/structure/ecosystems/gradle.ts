// Gradle: each project of a settings file is a part, and so is each folder with a build file below it, since includes are often computed.

import type { Found } from '../component.ts';
import { allFolders, folderOf, nameOf, within } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { isBorrowed, isInside, owningFolder, resolveFrom } from './folders.ts';
import { accessorOf, type BuildFile, readBuildFile, readSettings, type Settings } from './gradleFiles.ts';
import { jvmKindOf, programsOf } from './jvmKinds.ts';
import { type Manifest, readManifests, type Warn } from './reading.ts';
import { type Pair, usesOf } from './uses.ts';
import { shortTitle } from './values.ts';

interface Build {
  /** Folder of the settings. */
  readonly root: string;
  readonly manifest: string;
  readonly settings: Settings;
}

interface Project {
  readonly folder: string;
  /** Gradle path within its build. */
  readonly path: string;
  readonly build: Build;
  /** Its own build file; a project without one is configured by its root. */
  readonly file: Manifest<BuildFile> | undefined;
}

const SCRIPT = /(?:^|\/)(?:settings|build)\.gradle(?:\.kts)?$/;
const SETTINGS = /^settings\.gradle(?:\.kts)?$/;
const BUILD = /^build\.gradle(?:\.kts)?$/;

/** A project by its build file; its uses are folders of other projects of the repository. */
export async function discoverGradle(tree: Tree, warn: Warn): Promise<readonly Found[]> {
  const own = tree.files.filter(
    (file) =>
      SCRIPT.test(file) &&
      !isBorrowed(file) &&
      !/(?:^|\/)(?:buildSrc|src\/(?:test|main|it|integrationTest))\//.test(file),
  );
  if (own.length === 0) return [];
  const settings = own.filter((file) => SETTINGS.test(nameOf(file)));
  const builds = (await readManifests(tree, settings, warn, readSettings)).map(
    ({ path, data }): Build => ({ root: folderOf(path), manifest: path, settings: data }),
  );
  const ofPlugins = builds.flatMap(({ root, settings }) =>
    settings.ofPlugins.map((name) => resolveFrom(root, name)),
  );
  const isOfPlugins = (file: string) =>
    ofPlugins.some((folder) => folder !== undefined && isInside(folder, file));
  const files = own.filter((file) => BUILD.test(nameOf(file)) && !isOfPlugins(file));
  const read = await readManifests(tree, files, warn, readBuildFile);
  const byFolder = new Map(read.map((file) => [folderOf(file.path), file]));
  const folders = allFolders(tree.files);
  const projects = projectsOf(
    builds.filter(({ root }) => !isOfPlugins(within(root, 'x'))),
    byFolder,
    folders,
    warn,
  );
  const programs = programsOf(tree.files, new Set(projects.keys()));
  const pairs = pairsOf(projects);
  const groups = groupsOf(projects);
  const around = allFolders([...projects.keys()].filter((folder) => folder !== ''));
  return [...projects.values()]
    .filter((project) => isPart(project, around, folders))
    .map((project) => {
      const { folder, build, file } = project;
      const signs = file?.data.signs ?? [];
      const group = groups.get(folder);
      const name =
        project.path === ':' ? nameOf(folder) : project.path.slice(project.path.lastIndexOf(':') + 1);
      return {
        path: folder,
        ecosystem: 'jvm',
        manifest: file?.path ?? build.manifest,
        names: group === undefined || name === '' ? [] : [`${group}:${name}`],
        title: shortTitle(file?.data.description),
        ...jvmKindOf(signs, programs.has(folder), otherwiseOf(file?.text ?? '')),
        uses: usesOf(folder, pairs.get(folder) ?? []),
      };
    });
}

/** By the plugins that are part of Gradle. */
function otherwiseOf(text: string): 'backend' | 'cli' | 'library' {
  const plugin = (name: string) =>
    new RegExp(`(?:plugin|id)\\b[\\s:(=]*["']${name}["']|^\\s*${name}\\s*$`, 'm').test(text);
  if (plugin('war')) return 'backend';
  return plugin('application') ? 'cli' : 'library';
}

function projectsOf(
  builds: readonly Build[],
  files: ReadonlyMap<string, Manifest<BuildFile>>,
  folders: ReadonlySet<string>,
  warn: Warn,
): Map<string, Project> {
  const projects = new Map<string, Project>();
  const roots = new Map(builds.map((build) => [build.root, build]));
  for (const build of builds) {
    projects.set(build.root, { folder: build.root, path: ':', build, file: files.get(build.root) });
    for (const { path, line } of build.settings.includes) {
      const folder = folderOfPath(path, build);
      if (folder !== undefined && folders.has(folder)) {
        const name = build.settings.renamed.get(path) ?? path;
        projects.set(folder, { folder, path: name, build, file: files.get(folder) });
        continue;
      }
      const where = build.settings.folders.get(path) ?? path.slice(1).replaceAll(':', '/');
      const sentence = `${build.manifest}:${line}: ${path} is included, and ${where} has no files in this repository: correct it, or take it away.`;
      warn({ path: build.manifest, sentence });
    }
  }
  for (const [folder, file] of files) {
    const root = owningFolder(roots, file.path);
    const build = root === undefined ? undefined : roots.get(root);
    if (projects.has(folder)) continue;
    const alone = { root: folder, manifest: file.path, settings: readSettings('') };
    const path =
      build === undefined
        ? ':'
        : `:${folder.slice(build.root === '' ? 0 : build.root.length + 1).replaceAll('/', ':')}`;
    projects.set(folder, { folder, path, build: build ?? alone, file });
  }
  return projects;
}

/** By its own folder where the settings say one, or its parent's. */
function folderOfPath(path: string, { root, settings }: Build): string | undefined {
  const said = settings.folders.get(path);
  if (said !== undefined) return resolveFrom(root, said);
  const above = path.slice(0, path.lastIndexOf(':'));
  const parent = above === '' ? root : folderOfPath(above, { root, settings } as Build);
  return parent === undefined ? undefined : within(parent, path.slice(above.length + 1));
}

/** A root, or a project around others, counts when it has sources; Gradle makes projects of folders that only hold others. */
function isPart(
  { folder, file }: Project,
  around: ReadonlySet<string>,
  folders: ReadonlySet<string>,
): boolean {
  if (!around.has(folder)) return file !== undefined || folder !== '';
  return folders.has(within(folder, 'src'));
}

/** `group` as written in the project's own file, or in that of a project around it. */
function groupsOf(projects: ReadonlyMap<string, Project>): Map<string, string> {
  const own = new Map(
    [...projects.values()].flatMap(({ folder, file }) =>
      file?.data.group ? [[folder, file.data.group]] : [],
    ),
  );
  const around = [...projects.keys()].flatMap((folder): [string, string][] => {
    const owner = own.has(folder) ? folder : owningFolder(own, folder);
    return owner === undefined ? [] : [[folder, own.get(owner) ?? '']];
  });
  return new Map(around);
}

function pairsOf(projects: ReadonlyMap<string, Project>): Map<string, Pair[]> {
  const byPath = new Map([...projects.values()].map((one) => [`${one.build.root} ${one.path}`, one.folder]));
  const byAccessor = new Map(
    [...projects.values()].map((one) => [`${one.build.root} ${accessorOf(one.path)}`, one.folder]),
  );
  const pairs = new Map<string, Pair[]>();
  for (const { folder, build, file } of projects.values())
    for (const { of, by, forTests } of file?.data.uses ?? []) {
      const user = by === undefined ? folder : byPath.get(`${build.root} ${by}`);
      const used = of.startsWith(':')
        ? byPath.get(`${build.root} ${of}`)
        : accessed(of, build.root, byAccessor);
      if (user === undefined || used === undefined) continue;
      const known = pairs.get(user) ?? [];
      pairs.set(user, known);
      known.push([used, 'manifest', forTests]);
    }
  return pairs;
}

/** Of `projects.core.dependencyProject` the part that is a project. */
function accessed(
  accessor: string,
  root: string,
  byAccessor: ReadonlyMap<string, string>,
): string | undefined {
  for (let at = accessor; at.includes('.'); at = at.slice(0, at.lastIndexOf('.'))) {
    const folder = byAccessor.get(`${root} ${at}`);
    if (folder !== undefined) return folder;
  }
  return undefined;
}
