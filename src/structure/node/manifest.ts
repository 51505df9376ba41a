// package.json, read with distrust: it is written by hand, and any field may be missing or something else.

import { isObject, type JsonObject, objectIn, parseJson, placeOf, textIn } from '../json.ts';
import { folderOf } from '../paths.ts';
import type { Tree } from '../tree.ts';

export interface Manifest {
  readonly path: string;
  readonly folder: string;
  readonly name: string | undefined;
  readonly raw: JsonObject;
  /** Why it says nothing, for people; the folder is still a package. */
  readonly broken: string | undefined;
}

/** @returns undefined where the file is gone or cannot be read */
export async function readManifest(tree: Tree, path: string): Promise<Manifest | undefined> {
  const text = await tree.read(path);
  if (text === undefined) return undefined;
  const place = { path, folder: folderOf(path) };
  try {
    const raw = parseJson(text);
    if (isObject(raw)) return { ...place, name: textIn(raw, 'name'), raw, broken: undefined };
    return { ...place, name: undefined, raw: {}, broken: 'it holds no object' };
  } catch (error) {
    return { ...place, name: undefined, raw: {}, broken: placeOf(error, text) };
  }
}

export function brokenSentence({ broken }: Manifest): string {
  return `It is no JSON (${broken}), so the package's name and dependencies are not known. Correct it.`;
}

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Every dependency's name with what is asked of it: `^1.0.0`, `workspace:*`, `file:../ui`. */
export function dependenciesOf({ raw }: Manifest): ReadonlyMap<string, string> {
  return new Map(
    FIELDS.flatMap((field) => Object.entries(objectIn(raw, field))).map(([name, asked]) => [
      name,
      typeof asked === 'string' ? asked : '',
    ]),
  );
}

/** What is named in `devDependencies` and nowhere else. */
export function developmentDependencies({ raw }: Manifest): ReadonlySet<string> {
  const others = FIELDS.filter((field) => field !== 'devDependencies');
  const needed = new Set(others.flatMap((field) => Object.keys(objectIn(raw, field))));
  return new Set(Object.keys(objectIn(raw, 'devDependencies')).filter((name) => !needed.has(name)));
}

/** What stands beside it when it is built or run, and not what its users must bring. */
export function ownDependencies({ raw }: Manifest): ReadonlySet<string> {
  return new Set(FIELDS.slice(0, 3).flatMap((field) => Object.keys(objectIn(raw, field))));
}

/** What it needs to run. */
export function runtimeDependencies({ raw }: Manifest): ReadonlySet<string> {
  return new Set([
    ...Object.keys(objectIn(raw, 'dependencies')),
    ...Object.keys(objectIn(raw, 'optionalDependencies')),
  ]);
}

export function peerDependencies({ raw }: Manifest): ReadonlySet<string> {
  return new Set(Object.keys(objectIn(raw, 'peerDependencies')));
}
