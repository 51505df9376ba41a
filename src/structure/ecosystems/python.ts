// Python: a folder with a manifest is a part. What it uses is what it requires (by uv's and Poetry's sources, by path, or by the name
// of a project that is here) and what its files import.

import type { Found, Kind } from '../component.ts';
import { matcher } from '../globs.ts';
import { folderOf, nameOf, upwards, within } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { isBorrowed, isInside, owningFolder, resolveFrom } from './folders.ts';
import { type Requirement, readPythonImports, servesIn, withoutQuoted } from './pythonFiles.ts';
import { isBeside, ownerOf, ownersOf, packagesOf, sourceRootsOf } from './pythonModules.ts';
import {
  type Origin,
  type ProjectFile,
  readPipfile,
  readPyproject,
  readRequirementsTxt,
  readSetupCfg,
  readSetupPy,
} from './pythonProjects.ts';
import { type Manifest, placeOf, readManifests, readTexts, type Warn } from './reading.ts';
import { type Pair, usesOf } from './uses.ts';

interface Project extends Manifest<ProjectFile> {
  readonly folder: string;
  /** Its own Python files. */
  readonly sources: string[];
  packages: readonly string[];
  serves: boolean;
  readonly pairs: Pair[];
}

type Projects = ReadonlyMap<string, Project>;

/** A project by its manifest; its uses are folders of other projects of the repository. */
export async function discoverPython(tree: Tree, warn: Warn): Promise<readonly Found[]> {
  const own = tree.files.filter(
    (file) => (file.endsWith('.py') || NAMES.has(nameOf(file))) && !isBorrowed(file),
  );
  const projects = await readProjects(tree, own, warn);
  if (projects.size === 0) return [];
  // A setup.py is a manifest, which has been read, and no code of the project's.
  for (const file of own)
    if (file.endsWith('.py') && nameOf(file) !== 'setup.py')
      projects.get(owningFolder(projects, file) ?? '')?.sources.push(file);
  for (const project of projects.values()) project.packages = packagesIn(project);
  const byName = new Map(
    [...projects.values()].flatMap((one) => (one.data.name ? [[one.data.name, one.folder]] : [])),
  );
  const workspaces = workspacesOf(projects, warn);
  for (const project of projects.values())
    project.pairs.push(
      ...requiredBy(project, projects, byName, workspaces.get(project.folder), tree.files, warn),
    );
  await readSources(tree, projects, warn);
  return [...projects.values()].filter(isPart).map((project) => ({
    path: project.folder,
    ecosystem: 'python',
    manifest: project.path,
    names: project.data.name === undefined ? [] : [project.data.name],
    title: project.data.title,
    ...kindOf(project),
    uses: usesOf(project.folder, project.pairs),
  }));
}

/** The root of a workspace often has nothing of its own. */
function isPart({ data, packages, sources }: Project): boolean {
  return data.isProject && (data.workspace === undefined || packages.length > 0 || sources.length > 0);
}

type Reader = (text: string, path: string) => ProjectFile;

/** Of several in a folder the first that says it is a project. */
const READERS: readonly (readonly [string, Reader])[] = [
  ['pyproject.toml', readPyproject],
  ['setup.cfg', readSetupCfg],
  ['setup.py', readSetupPy],
  ['Pipfile', readPipfile],
  ['requirements.in', readRequirementsTxt],
  ['requirements.txt', readRequirementsTxt],
];

const NAMES = new Set(READERS.map(([name]) => name));

async function readProjects(tree: Tree, own: readonly string[], warn: Warn): Promise<Map<string, Project>> {
  const projects = new Map<string, Project>();
  const withCode = new Set(own.filter((file) => file.endsWith('.py')).map(folderOf));
  for (const [name, read] of READERS) {
    const isBare = name === 'Pipfile' || name.startsWith('requirements.');
    const paths = own.filter((file) => {
      if (nameOf(file) !== name || projects.has(folderOf(file))) return false;
      return !isBare || isProgram(folderOf(file), withCode, projects);
    });
    for (const manifest of await readManifests(tree, paths, warn, read)) {
      const folder = folderOf(manifest.path);
      if (!manifest.data.isProject && manifest.data.workspace === undefined) continue;
      if (name === 'pyproject.toml' && manifest.data.isProject && isNameless(manifest))
        warn({
          path: manifest.path,
          sentence: `${manifest.path} has a \`[project]\` without a name: add one.`,
        });
      projects.set(folder, { ...manifest, folder, sources: [], packages: [], serves: false, pairs: [] });
    }
  }
  return projects;
}

/** A list of requirements alone makes a project where code stands beside it, and it is not that of a project's tests or documents. */
function isProgram(folder: string, withCode: ReadonlySet<string>, projects: Projects): boolean {
  if (!withCode.has(folder) || isBeside(folder)) return false;
  return ![...upwards(folder)].some((above) => above !== '' && projects.has(above));
}

function isNameless({ data, text }: Manifest<ProjectFile>): boolean {
  return data.name === undefined && /^\[project\]/m.test(text);
}

function packagesIn({ folder, data, sources }: Project): string[] {
  const inner = sources.map((file) => (folder === '' ? file : file.slice(folder.length + 1)));
  return data.name === undefined ? [] : packagesOf(inner, sourceRootsOf(data.sourceRoots), data.name);
}

/** Each member's workspace; a glob that matches nothing is a warning. */
function workspacesOf(projects: Projects, warn: Warn): Map<string, Project> {
  const workspaces = new Map<string, Project>();
  for (const root of projects.values()) {
    if (root.data.workspace === undefined) continue;
    workspaces.set(root.folder, root);
    const excluded = root.data.workspace.exclude.map((glob) => within(root.folder, glob));
    const isExcluded = matcher(excluded, 'workspace');
    for (const glob of root.data.workspace.members) {
      const target = resolveFrom(root.folder, glob);
      const matches = matcher(target === undefined ? [] : [target], 'workspace');
      const members = [...projects.keys()].filter((folder) => matches(folder) && !isExcluded(folder));
      for (const folder of members) workspaces.set(folder, root);
      if (members.length > 0) continue;
      const place = placeOf(root.path, root.text, `"${glob}"`);
      const sentence = `${place}: the member "${glob}" matches no folder with a pyproject.toml: correct it, or take it away.`;
      warn({ path: root.path, sentence });
    }
  }
  return workspaces;
}

function requiredBy(
  project: Project,
  projects: Projects,
  byName: ReadonlyMap<string, string>,
  workspace: Project | undefined,
  files: readonly string[],
  warn: Warn,
): Pair[] {
  const { requirements, ofDevelopers } = project.data;
  return [...requirements, ...ofDevelopers].flatMap((requirement, index): Pair[] => {
    const development = index >= requirements.length;
    const { said, from } = originOf(requirement, project, workspace);
    const name = requirement.name ?? '';
    if (said?.from === 'elsewhere') return [];
    if (said?.from !== 'path') {
      const folder = byName.get(name);
      if (folder !== undefined) return [[folder, 'manifest', development]];
      if (said === undefined) return [];
    }
    const target = said.from === 'path' ? resolveFrom(from.folder, said.path) : undefined;
    if (target !== undefined && projects.has(target)) return [[target, 'manifest', development]];
    // A built package, or a project whose manifest has a warning of its own.
    if (target !== undefined && files.some((file) => isInside(target, file))) return [];
    const what =
      said.from === 'path' ? `is to be in ${said.path}, which is` : 'is to be of the workspace, and is';
    const needle = said.from === 'path' ? said.path : name;
    const sentence = `${placeOf(from.path, from.text, needle)}: ${name || said.from} ${what} not in this repository: correct it, or take it away.`;
    warn({ path: from.path, sentence });
    return [];
  });
}

/** Where a requirement is taken from, and which manifest says so. A workspace's sources count for its members. */
function originOf(
  { name, path }: Requirement,
  project: Project,
  workspace: Project | undefined,
): { said: Origin | undefined; from: Project } {
  if (path !== undefined) return { said: { from: 'path', path }, from: project };
  const own = project.data.origins.get(name ?? '');
  if (own !== undefined || workspace === undefined) return { said: own, from: project };
  return { said: workspace.data.origins.get(name ?? ''), from: workspace };
}

/** What a file imports that makes a server. */
const SERVERS = /^(?:fastapi|flask|starlette|litestar|sanic|quart|grpc)(?:\.|$)/;

async function readSources(tree: Tree, projects: Projects, warn: Warn): Promise<void> {
  const owners = ownersOf(projects.values());
  for (const project of projects.values()) {
    const folders = new Set<string>();
    await readTexts(tree, project.sources, warn, (path, text) => {
      const said = readPythonImports(text);
      const isOfTests = isBeside(folderOf(path).slice(project.folder.length));
      if (!project.serves && !isOfTests && said.some((name) => SERVERS.test(name)))
        project.serves = servesIn(text);
      // What stands in strings and comments is only told from code where it would matter: that takes most of the time.
      let imports: ReadonlySet<string> | undefined;
      for (const name of said) {
        const folder = ownerOf(name, owners);
        if (folder === undefined || folder === project.folder || folders.has(folder)) continue;
        imports ??= new Set(readPythonImports(withoutQuoted(text)));
        if (imports.has(name)) folders.add(folder);
      }
    });
    for (const folder of folders) project.pairs.push([folder, 'import']);
  }
}

const FRAMEWORKS: readonly (readonly [string, string, Kind])[] = [
  ['django', 'Django', 'backend'],
  ['djangorestframework', 'Django', 'backend'],
  ['fastapi', 'FastAPI', 'backend'],
  ['litestar', 'Litestar', 'backend'],
  ['flask', 'Flask', 'backend'],
  ['quart', 'Quart', 'backend'],
  ['sanic', 'Sanic', 'backend'],
  ['starlette', 'Starlette', 'backend'],
  ['grpcio', 'gRPC', 'backend'],
  ['grpcio-health-checking', 'gRPC', 'backend'],
  ['typer', 'Typer', 'cli'],
  ['click', 'Click', 'cli'],
];

/** A library may require a framework to extend it; only what serves, or has commands, is made with one. */
function kindOf(project: Project): { kind: Kind; framework: string | undefined } {
  const names = new Set(project.data.requirements.map(({ name }) => name));
  const find = (kind: Kind) => FRAMEWORKS.find(([name, , one]) => one === kind && names.has(name))?.[1];
  const serves =
    project.serves || project.sources.some((file) => /(?:^|\/)(?:manage|wsgi|asgi)\.py$/.test(file));
  if (serves) return { kind: 'backend', framework: find('backend') };
  if (project.data.hasCommands) return { kind: 'cli', framework: find('cli') };
  return { kind: project.data.name === undefined ? 'other' : 'library', framework: undefined };
}
