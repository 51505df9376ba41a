// A Python project as its manifest says it: pyproject.toml (PEP 621, uv, Poetry), setup.cfg, setup.py, Pipfile, requirements.txt.

import { parseToml } from '../toml.ts';
import { normalName, type Requirement, readIni, readRequirement } from './pythonFiles.ts';
import { asTable, at, entriesAt, listAt, shortTitle, textAt, textsAt } from './values.ts';

/** From where a package of that name is taken, when not from an index. */
export type Origin =
  | { readonly from: 'workspace' }
  | { readonly from: 'path'; readonly path: string }
  | { readonly from: 'elsewhere' };

export interface ProjectFile {
  /** Normalised; undefined for what cannot be installed by a name. */
  readonly name: string | undefined;
  readonly title: string | undefined;
  readonly requirements: readonly Requirement[];
  /** What is only needed to work on it. */
  readonly ofDevelopers: readonly Requirement[];
  readonly origins: ReadonlyMap<string, Origin>;
  readonly workspace:
    | { readonly members: readonly string[]; readonly exclude: readonly string[] }
    | undefined;
  /** Folders that packages are in, beside `src` and the project's own. */
  readonly sourceRoots: readonly string[];
  readonly hasCommands: boolean;
  /** It says that it is a project; other files of tools have the same name. */
  readonly isProject: boolean;
}

const NOTHING: ProjectFile = {
  name: undefined,
  title: undefined,
  requirements: [],
  ofDevelopers: [],
  origins: new Map(),
  workspace: undefined,
  sourceRoots: [],
  hasCommands: false,
  isProject: false,
};

/** @throws Problem `invalid-manifest`, with `path:line:column` */
export function readPyproject(text: string, path: string): ProjectFile {
  const data = parseToml(text, path);
  const project = at(data, 'project');
  const poetry = at(data, 'tool', 'poetry');
  const uv = at(data, 'tool', 'uv');
  const name = textAt(project, 'name') ?? textAt(poetry, 'name');
  const groups = entriesAt(poetry, 'group').map(([, group]) => at(group, 'dependencies'));
  const main = readTable(at(poetry, 'dependencies'));
  const dev = [at(poetry, 'dev-dependencies'), ...groups].map(readTable);
  // What the versions are only known of when it is built stands in the hook that builds it.
  const hook = at(data, 'tool', 'hatch', 'metadata', 'hooks', 'uv-dynamic-versioning');
  const extras = [project, hook].flatMap((table) =>
    entriesAt(table, 'optional-dependencies').map(([, list]) => list),
  );
  const grouped = entriesAt(data, 'dependency-groups').map(([, list]) => list);
  return {
    name: name === undefined ? undefined : normalName(name),
    title: shortTitle(textAt(project, 'description') ?? textAt(poetry, 'description')),
    requirements: [
      ...[project, hook].flatMap((table) => readLines(at(table, 'dependencies'))),
      ...readLines(extras),
      ...main.requirements,
    ],
    ofDevelopers: [
      ...readLines(grouped),
      ...readLines(at(uv, 'dev-dependencies')),
      ...dev.flatMap(({ requirements }) => requirements),
    ],
    origins: new Map([
      ...main.origins,
      ...dev.flatMap(({ origins }) => origins),
      ...entriesAt(uv, 'sources').map(([key, value]): [string, Origin] => [normalName(key), originOf(value)]),
    ]),
    workspace: at(uv, 'workspace') === undefined ? undefined : membersOf(at(uv, 'workspace')),
    sourceRoots: sourceRootsOf(data),
    hasCommands: [at(project, 'scripts'), at(poetry, 'scripts')].some(
      (scripts) => asTable(scripts) !== undefined,
    ),
    isProject: asTable(project) !== undefined || asTable(poetry) !== undefined,
  };
}

function membersOf(workspace: unknown): ProjectFile['workspace'] {
  return { members: textsAt(workspace, 'members'), exclude: textsAt(workspace, 'exclude') };
}

function readLines(list: unknown): Requirement[] {
  return (Array.isArray(list) ? list.flat() : [])
    .filter((line) => typeof line === 'string')
    .flatMap((line) => readRequirement(line) ?? []);
}

/** Poetry's and Pipenv's way: a table from names to versions, or to where they come from. */
function readTable(table: unknown): { requirements: Requirement[]; origins: [string, Origin][] } {
  const entries = entriesAt(table).filter(([key]) => key !== 'python');
  return {
    requirements: entries.map(([key]) => ({ name: normalName(key), path: undefined })),
    origins: entries
      .map(([key, value]): [string, Origin] => [normalName(key), originOf(value)])
      .filter(([, origin]) => origin.from === 'path'),
  };
}

/** One for each platform may be given; the first that leads into the repository counts. */
function originOf(value: unknown): Origin {
  const origins = (Array.isArray(value) ? value : [value]).map((one): Origin => {
    if (at(one, 'workspace') === true) return { from: 'workspace' };
    const path = textAt(one, 'path');
    return path === undefined ? { from: 'elsewhere' } : { from: 'path', path };
  });
  return origins.find(({ from }) => from !== 'elsewhere') ?? { from: 'elsewhere' };
}

function sourceRootsOf(data: unknown): string[] {
  const setuptools = textsAt(data, 'tool', 'setuptools', 'packages', 'find', 'where');
  const poetry = listAt(data, 'tool', 'poetry', 'packages').map((one) => textAt(one, 'from'));
  const hatch = textsAt(data, 'tool', 'hatch', 'build', 'targets', 'wheel', 'packages').map((one) =>
    one.split('/').slice(0, -1).join('/'),
  );
  const uv = textAt(data, 'tool', 'uv', 'build-backend', 'module-root');
  return [...setuptools, ...poetry, ...hatch, uv].filter((root) => root !== undefined);
}

export function readSetupCfg(text: string): ProjectFile {
  const sections = readIni(text);
  const metadata = sections.get('metadata');
  const options = sections.get('options');
  const name = metadata?.get('name');
  const extras = [...(sections.get('options.extras_require')?.values() ?? [])];
  const where = sections.get('options.packages.find')?.get('where');
  return {
    ...NOTHING,
    name: name === undefined ? undefined : normalName(name),
    title: shortTitle(metadata?.get('description')),
    requirements: readLines(
      [options?.get('install_requires') ?? '', ...extras].flatMap((lines) => lines.split('\n')),
    ),
    sourceRoots: where === undefined ? [] : [where],
    hasCommands: sections.get('options.entry_points')?.has('console_scripts') ?? false,
    isProject: name !== undefined,
  };
}

/** It is a program; only what it writes out plainly is known. */
export function readSetupPy(text: string): ProjectFile {
  const name = /\bname\s*=\s*["']([A-Za-z0-9][\w.-]*)["']/.exec(text)?.[1];
  const required = /\binstall_requires\s*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '';
  return {
    ...NOTHING,
    name: name === undefined ? undefined : normalName(name),
    requirements: readLines([...required.matchAll(/["']([^"'\n]+)["']/g)].map((match) => match[1])),
    hasCommands: /console_scripts/.test(text),
    isProject: /\bsetup\s*\(/.test(text),
  };
}

/** @throws Problem `invalid-manifest`, with `path:line:column` */
export function readPipfile(text: string, path: string): ProjectFile {
  const data = parseToml(text, path);
  const main = readTable(at(data, 'packages'));
  const dev = readTable(at(data, 'dev-packages'));
  return {
    ...NOTHING,
    requirements: main.requirements,
    ofDevelopers: dev.requirements,
    origins: new Map([...main.origins, ...dev.origins]),
    isProject: true,
  };
}

export function readRequirementsTxt(text: string): ProjectFile {
  return { ...NOTHING, requirements: readLines(text.split('\n')), isProject: true };
}
