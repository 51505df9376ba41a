// Go: each go.mod is a part. What it uses is what it requires (by `replace` and go.work, as Go resolves it) and what its files import.

import type { Found, Kind } from '../component.ts';
import { folderOf, nameOf } from '../paths.ts';
import type { Tree } from '../tree.ts';
import { isBorrowed, owningFolder, resolveFrom } from './folders.ts';
import { type Directive, parseDirectives, readGoSource } from './goFiles.ts';
import { readManifests, readTexts, type Warn } from './reading.ts';
import { type Pair, usesOf } from './uses.ts';

interface Module {
  readonly folder: string;
  readonly manifest: string;
  readonly name: string;
  readonly directives: readonly Directive[];
  readonly pairs: Pair[];
  isMain: boolean;
  serves: boolean;
}

/** A module by its go.mod; its uses are folders of other modules of the repository. */
export async function discoverGo(tree: Tree, warn: Warn): Promise<readonly Found[]> {
  const own = tree.files.filter((file) => /\.go$|(?:^|\/)go\.(?:mod|work)$/.test(file) && !isBorrowed(file));
  const modules = await readModules(tree, own, warn);
  if (modules.size === 0) return [];
  const byName = new Map([...modules.values()].map((module) => [module.name, module.folder]));
  const shared = await readWorkspaces(tree, own, modules, warn);
  for (const module of modules.values()) {
    const replaced = new Map([
      ...(shared.get(module.folder) ?? []),
      ...replacementsOf(module, modules, warn),
    ]);
    for (const { verb, words, indirect } of module.directives) {
      if (verb !== 'require' || indirect) continue;
      const folder = targetOf(words[0] ?? '', replaced, byName);
      if (folder !== undefined) module.pairs.push([folder, 'manifest']);
    }
  }
  await readSources(tree, own, modules, byName, warn);
  return [...modules.values()].map((module) => ({
    path: module.folder,
    ecosystem: 'go',
    manifest: module.manifest,
    names: [module.name],
    title: undefined,
    ...kindOf(module),
    uses: usesOf(module.folder, module.pairs),
  }));
}

async function readModules(tree: Tree, own: readonly string[], warn: Warn): Promise<Map<string, Module>> {
  const paths = own.filter((file) => nameOf(file) === 'go.mod' && !isIgnoredByGo(file));
  const modules = new Map<string, Module>();
  for (const { path, data } of await readManifests(tree, paths, warn, parseDirectives)) {
    const name = data.find(({ verb }) => verb === 'module')?.words[0];
    if (name === undefined) {
      warn({ path, sentence: `${path} names no module: begin it with a line "module …".` });
      continue;
    }
    const folder = folderOf(path);
    modules.set(folder, {
      folder,
      manifest: path,
      name,
      directives: data,
      pairs: [],
      isMain: false,
      serves: false,
    });
  }
  return modules;
}

/** Folders that the go command passes over. */
function isIgnoredByGo(file: string): boolean {
  return file.split('/').some((part) => part.startsWith('_'));
}

type Replacement = { readonly folder: string } | { readonly name: string };

/** Each module's replacements by the go.work that uses it. */
async function readWorkspaces(
  tree: Tree,
  own: readonly string[],
  modules: ReadonlyMap<string, Module>,
  warn: Warn,
): Promise<Map<string, [string, Replacement][]>> {
  const paths = own.filter((file) => nameOf(file) === 'go.work');
  const shared = new Map<string, [string, Replacement][]>();
  for (const { path, data } of await readManifests(tree, paths, warn, parseDirectives)) {
    const replacements = replacementsOf(
      { folder: folderOf(path), manifest: path, directives: data },
      modules,
      warn,
    );
    for (const { verb, words, line } of data) {
      if (verb !== 'use') continue;
      const folder = resolveFrom(folderOf(path), words[0] ?? '');
      if (folder !== undefined && modules.has(folder)) shared.set(folder, replacements);
      else if (folder === undefined || !own.includes(`${folder}/go.mod`))
        warn({
          path,
          sentence: `${path}:${line}: ${words[0]} has no go.mod: take the line away, or make the module.`,
        });
    }
  }
  return shared;
}

/** Of `replace`: from a module's name to a folder, or to another module's name. */
function replacementsOf(
  from: Pick<Module, 'folder' | 'manifest' | 'directives'>,
  modules: ReadonlyMap<string, Module>,
  warn: Warn,
): [string, Replacement][] {
  return from.directives.flatMap(({ verb, words, line }): [string, Replacement][] => {
    const arrow = words.indexOf('=>');
    const [name] = words;
    const target = words[arrow + 1];
    if (verb !== 'replace' || arrow < 1 || name === undefined || target === undefined) return [];
    if (!/^\.{1,2}(?:\/|$)/.test(target)) return [[name, { name: target }]];
    const folder = resolveFrom(from.folder, target);
    if (folder !== undefined && modules.has(folder)) return [[name, { folder }]];
    const sentence = `${from.manifest}:${line}: ${name} is replaced by ${target}, which is no module of this repository: correct the path, or take the line away.`;
    warn({ path: from.manifest, sentence });
    return [];
  });
}

function targetOf(
  name: string,
  replaced: ReadonlyMap<string, Replacement>,
  byName: ReadonlyMap<string, string>,
): string | undefined {
  const replacement = replaced.get(name);
  if (replacement === undefined) return byName.get(name);
  return 'folder' in replacement ? replacement.folder : byName.get(replacement.name);
}

async function readSources(
  tree: Tree,
  own: readonly string[],
  modules: ReadonlyMap<string, Module>,
  byName: ReadonlyMap<string, string>,
  warn: Warn,
): Promise<void> {
  const sources = own.filter((file) => file.endsWith('.go') && !isIgnoredByGo(file));
  await readTexts(tree, sources, warn, (path, text) => {
    const module = modules.get(owningFolder(modules, path) ?? '');
    if (module === undefined) return;
    const { imports, isMain, serves } = readGoSource(text);
    const isTest = path.endsWith('_test.go');
    module.isMain ||= isMain && !isTest;
    module.serves ||= serves && !isTest;
    for (const imported of imports) {
      const folder = moduleOf(imported, byName);
      if (folder !== undefined) module.pairs.push([folder, 'import']);
    }
  });
}

/** The module that an imported package belongs to: the one with the longest name that it begins with. */
function moduleOf(imported: string, byName: ReadonlyMap<string, string>): string | undefined {
  for (let at = imported; at !== ''; at = folderOf(at)) {
    const folder = byName.get(at);
    if (folder !== undefined) return folder;
  }
  return undefined;
}

const SERVERS: readonly (readonly [RegExp, string])[] = [
  [/^github\.com\/gin-gonic\/gin$/, 'Gin'],
  [/^github\.com\/labstack\/echo(?:\/v\d+)?$/, 'Echo'],
  [/^github\.com\/gofiber\/fiber(?:\/v\d+)?$/, 'Fiber'],
  [/^github\.com\/go-chi\/chi(?:\/v\d+)?$/, 'Chi'],
  [/^github\.com\/gorilla\/mux$/, 'Gorilla'],
  [/^github\.com\/beego\/beego(?:\/v\d+)?$/, 'Beego'],
  [/^github\.com\/cloudwego\/hertz$/, 'Hertz'],
  [/^google\.golang\.org\/grpc$/, 'gRPC'],
];

const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/^github\.com\/spf13\/cobra$/, 'Cobra'],
  [/^github\.com\/urfave\/cli(?:\/v\d+)?$/, 'urfave/cli'],
];

/** A library may require a framework to serve it; only what has a program is made with one. */
function kindOf({ isMain, serves, directives }: Module): { kind: Kind; framework: string | undefined } {
  if (!isMain) return { kind: 'library', framework: undefined };
  const required = directives
    .filter(({ verb, indirect }) => verb === 'require' && !indirect)
    .map(({ words }) => words[0] ?? '');
  const find = (known: typeof SERVERS) =>
    known.find(([name]) => required.some((required) => name.test(required)))?.[1];
  const command = find(COMMANDS);
  const server = find(SERVERS);
  // gRPC is called by clients as well, and a server is often started by a command of Cobra's.
  if (server !== undefined && (server !== 'gRPC' || serves)) return { kind: 'backend', framework: server };
  if (serves) return { kind: 'backend', framework: undefined };
  return { kind: 'cli', framework: command };
}
