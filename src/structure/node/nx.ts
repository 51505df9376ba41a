// What Nx and Angular say beside package.json: `project.json` of each project, or one `angular.json` or `workspace.json` for all.

import type { Use } from '../component.ts';
import {
  isObject,
  type JsonObject,
  objectIn,
  parseCommentedJson,
  placeOf,
  textIn,
  textsIn,
} from '../json.ts';
import type { NamedFiles } from '../named.ts';
import { folderOf, isForeign, nameOf, resolvePath } from '../paths.ts';
import type { Tree, Warning } from '../tree.ts';

export interface Project {
  readonly folder: string;
  /** The file that says so. */
  readonly manifest: string;
  readonly name: string;
  readonly application: boolean;
  /** What builds and serves it: `@nx/next:build`. */
  readonly executors: readonly string[];
  readonly uses: readonly Use[];
}

export async function findProjects(
  tree: Tree,
  named: NamedFiles,
  warn: (warning: Warning) => void,
): Promise<Project[]> {
  const nx = new Set(named.of('nx.json').map(folderOf));
  const projects: Project[] = [];
  for (const path of named.of('project.json', 'angular.json', 'workspace.json')) {
    const name = nameOf(path);
    const one = name === 'project.json' && isBelow(path, nx);
    const all = name === 'angular.json' || (name === 'workspace.json' && isBelow(path, nx));
    if ((!one && !all) || isForeign(path)) continue;
    const raw = await readJson(tree, path, warn);
    if (raw === undefined) continue;
    if (one)
      projects.push(projectOf(folderOf(path), path, textIn(raw, 'name') ?? nameOf(folderOf(path)), raw));
    else projects.push(...projectsIn(path, raw));
  }
  return projects;
}

/** Others have files of that name too. */
function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    if (folders.has(folder)) return true;
    if (folder === '') return false;
  }
}

/** Each is a folder (then its `project.json` says the rest) or everything about it. */
function projectsIn(path: string, raw: JsonObject): Project[] {
  return Object.entries(objectIn(raw, 'projects')).flatMap(([name, about]) => {
    const root = typeof about === 'string' ? about : textIn(about, 'root');
    const folder = resolvePath(folderOf(path), root ?? '');
    if (folder === undefined) return [];
    return [projectOf(folder, path, name, isObject(about) ? about : {})];
  });
}

function projectOf(folder: string, manifest: string, name: string, raw: JsonObject): Project {
  const targets = { ...objectIn(raw, 'architect'), ...objectIn(raw, 'targets') };
  return {
    folder,
    manifest,
    name,
    application: textIn(raw, 'projectType') === 'application',
    executors: Object.values(targets).flatMap(
      (target) => textIn(target, 'executor') ?? textIn(target, 'builder') ?? [],
    ),
    uses: implicitUses(raw),
  };
}

/** `!name` takes back what Nx found in the code; `*` says nothing about the code. */
export function implicitUses(raw: unknown): readonly Use[] {
  const names = textsIn(raw, 'implicitDependencies').filter((name) => !/[!*]/.test(name));
  return names.map((name) => ({ of: { name }, source: 'manifest' }));
}

async function readJson(
  tree: Tree,
  path: string,
  warn: (warning: Warning) => void,
): Promise<JsonObject | undefined> {
  const text = await tree.read(path);
  if (text === undefined) return undefined;
  try {
    const raw = parseCommentedJson(text);
    return isObject(raw) ? raw : {};
  } catch (error) {
    warn({
      path,
      sentence: `It is no JSON (${placeOf(error, text)}), so its projects are not known. Correct it.`,
    });
    return undefined;
  }
}
