// What tsconfig.json says about other packages: references to their projects, and aliases for paths.

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
import { folderOf, isForeign, resolvePath, within } from '../paths.ts';
import type { Tree, Warning } from '../tree.ts';
import { type Aliases, makeAliases, NO_ALIASES } from './aliases.ts';
import { packageOf } from './specifier.ts';

export interface Config {
  readonly path: string;
  /** Folders or files of other projects. */
  readonly references: readonly string[];
  /** Its own, or those of what it extends. */
  readonly aliases: Aliases;
  /** Whether they are written in this very file. */
  readonly own: boolean;
}

const NAME = /^(ts|js)config(\.[\w.-]+)?\.json$/;

/** @param folders of packages by their names, for configurations that are extended by these */
export async function readConfigs(
  tree: Tree,
  named: NamedFiles,
  folders: ReadonlyMap<string, string>,
  warn: (warning: Warning) => void,
): Promise<ReadonlyMap<string, Config>> {
  const raws = new Map<string, JsonObject>();
  for (const path of named.like(NAME)) {
    if (isForeign(path)) continue;
    const raw = await readRaw(tree, path, warn);
    if (raw !== undefined) raws.set(path, raw);
  }
  const made = new Map<string, Aliases>();
  return new Map([...raws.keys()].map((path) => [path, configOf(path, raws, folders, made)]));
}

/**
 * The configuration that an editor takes for the files of a folder.
 * @returns undefined where there is none up to the root
 */
export function configFor(folder: string, configs: ReadonlyMap<string, Config>): Config | undefined {
  for (const name of ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json']) {
    const found = configs.get(within(folder, name));
    if (found) return found;
  }
  return folder === '' ? undefined : configFor(folderOf(folder), configs);
}

async function readRaw(
  tree: Tree,
  path: string,
  warn: (warning: Warning) => void,
): Promise<JsonObject | undefined> {
  const text = await tree.read(path);
  if (text === undefined || text.trim() === '') return undefined;
  try {
    const raw = parseCommentedJson(text);
    return isObject(raw) ? raw : undefined;
  } catch (error) {
    const place = placeOf(error, text);
    warn({
      path,
      sentence: `It is no JSON (${place}), so its references and paths are not known. Correct it.`,
    });
    return undefined;
  }
}

function configOf(
  path: string,
  raws: ReadonlyMap<string, JsonObject>,
  folders: ReadonlyMap<string, string>,
  made: Map<string, Aliases>,
): Config {
  const raw = raws.get(path);
  const references = Array.isArray(raw?.references) ? raw.references : [];
  const inherited = [...extendedBy(path, raws, folders)];
  const holder = inherited.find((one) => isObject(objectIn(raws.get(one), 'compilerOptions').paths));
  return {
    path,
    references: references.flatMap((one) => resolvePath(folderOf(path), textIn(one, 'path') ?? '') ?? []),
    aliases:
      holder === undefined ? NO_ALIASES : aliasesOf(holder, baseOf(holder, inherited, raws), raws, made),
    own: holder === path,
  };
}

/** A thousand configurations may extend one that has a thousand paths: these are made once. */
function aliasesOf(
  holder: string,
  base: string,
  raws: ReadonlyMap<string, JsonObject>,
  made: Map<string, Aliases>,
): Aliases {
  const key = `${holder}\0${base}`;
  const known = made.get(key);
  if (known) return known;
  const paths = objectIn(objectIn(raws.get(holder), 'compilerOptions'), 'paths');
  const aliases = makeAliases(
    Object.keys(paths).map((pattern) => ({
      pattern,
      targets: textsIn(paths, pattern).flatMap((target) => resolvePath(base, target) ?? []),
    })),
  );
  made.set(key, aliases);
  return aliases;
}

/** The file itself, then those it extends, the nearest first; each once, since they may go round in a circle. */
function extendedBy(
  path: string,
  raws: ReadonlyMap<string, JsonObject>,
  folders: ReadonlyMap<string, string>,
  seen = new Set<string>(),
): ReadonlySet<string> {
  const raw = raws.get(path);
  if (raw === undefined || seen.has(path)) return seen;
  seen.add(path);
  const names = Array.isArray(raw.extends) ? textsIn(raw, 'extends') : [textIn(raw, 'extends') ?? ''];
  for (const name of names.toReversed()) {
    const found = candidates(path, name, folders).find((one) => raws.has(one));
    if (found !== undefined) extendedBy(found, raws, folders, seen);
  }
  return seen;
}

function candidates(path: string, name: string, folders: ReadonlyMap<string, string>): readonly string[] {
  if (name === '') return [];
  const base = name.startsWith('.') ? resolvePath(folderOf(path), name) : inPackage(name, folders);
  return base === undefined ? [] : [base, `${base}.json`, within(base, 'tsconfig.json')];
}

/** `@acme/tsconfig/base.json` in the folder of `@acme/tsconfig` */
function inPackage(name: string, folders: ReadonlyMap<string, string>): string | undefined {
  const owner = packageOf(name);
  const folder = owner === undefined ? undefined : folders.get(owner);
  return owner === undefined || folder === undefined
    ? undefined
    : resolvePath(folder, name.slice(owner.length + 1));
}

/** Paths are relative to `baseUrl`, which may be inherited too, else to the file that holds them. */
function baseOf(holder: string, inherited: readonly string[], raws: ReadonlyMap<string, JsonObject>): string {
  for (const one of inherited) {
    const base = textIn(objectIn(raws.get(one), 'compilerOptions'), 'baseUrl');
    if (base !== undefined) return resolvePath(folderOf(one), base) ?? '';
  }
  return folderOf(holder);
}
