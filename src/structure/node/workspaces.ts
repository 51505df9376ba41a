// Which folders the workspaces of npm, yarn, bun, pnpm, lerna and Rush count as their members. Nx and Turborepo take those of
// the package manager (nx.ts reads what Nx adds).

import { parsePlainYaml } from '../../config/plainYaml.ts';
import { sentenceOf } from '../../task/problem.ts';
import { isGlob, matcher } from '../globs.ts';
import { isObject, parseCommentedJson, placeOf, textIn, textsIn } from '../json.ts';
import type { NamedFiles } from '../named.ts';
import { folderOf, isForeign, nameOf, resolvePath } from '../paths.ts';
import type { Tree, Warning } from '../tree.ts';
import type { Manifest } from './manifest.ts';

export interface Members {
  readonly included: ReadonlySet<string>;
  /** Named by a negated glob, and by no other. */
  readonly excluded: ReadonlySet<string>;
  /** Folders from which a workspace is declared. */
  readonly roots: ReadonlySet<string>;
}

/** What one file says: globs of folders, relative to its own. */
interface Declaration {
  readonly path: string;
  readonly globs: readonly string[];
}

/** @param manifests of all packages, by folder */
export async function findMembers(
  tree: Tree,
  named: NamedFiles,
  manifests: ReadonlyMap<string, Manifest>,
  warn: (warning: Warning) => void,
): Promise<Members> {
  const declarations = [
    ...[...manifests.values()].flatMap((manifest) => ofManifest(manifest) ?? []),
    ...(await ofFiles(tree, named, manifests, warn)),
  ];
  const included = new Set<string>();
  const excluded = new Set<string>();
  const folders = [...manifests.keys()];
  const matching = (declaration: Declaration, glob: string) =>
    matchingFolders(folderOf(declaration.path), glob, folders, manifests);
  for (const declaration of declarations) {
    const negated = declaration.globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
    const left = new Set(negated.flatMap((glob) => matching(declaration, glob)));
    for (const folder of left) excluded.add(folder);
    for (const glob of declaration.globs.filter((one) => !one.startsWith('!'))) {
      const members = matching(declaration, glob);
      for (const folder of members) if (!left.has(folder)) included.add(folder);
      if (members.length === 0) warn({ path: declaration.path, sentence: emptySentence(glob) });
    }
  }
  for (const folder of included) excluded.delete(folder);
  return { included, excluded, roots: new Set(declarations.map(({ path }) => folderOf(path))) };
}

function emptySentence(glob: string): string {
  return `The workspace "${glob}" matches no folder with a package.json. Correct it or take it out.`;
}

/** A thousand members may be listed one by one, so that only globs are tried against every folder. */
function matchingFolders(
  from: string,
  glob: string,
  folders: readonly string[],
  manifests: ReadonlyMap<string, Manifest>,
): readonly string[] {
  const resolved = resolvePath(from, glob);
  if (resolved === undefined) return [];
  if (!isGlob(resolved)) return manifests.has(resolved) ? [resolved] : [];
  const matches = matcher([resolved], 'workspace');
  // `packages/**` does not mean what was copied into a dist folder; `vendor/*` does mean what it says.
  return folders.filter((folder) => matches(folder) && (isForeign(resolved) || !isForeign(folder)));
}

/** npm, yarn and bun: a list, or an object with one. */
function ofManifest({ path, raw }: Manifest): Declaration | undefined {
  const { workspaces } = raw;
  const globs = Array.isArray(workspaces) ? textsIn(raw, 'workspaces') : textsIn(workspaces, 'packages');
  return globs.length > 0 && !isForeign(path) ? { path, globs } : undefined;
}

async function ofFiles(
  tree: Tree,
  named: NamedFiles,
  manifests: ReadonlyMap<string, Manifest>,
  warn: (warning: Warning) => void,
): Promise<Declaration[]> {
  const declarations: Declaration[] = [];
  for (const path of named.of(...READERS.keys())) {
    const read = READERS.get(nameOf(path));
    const text = read && !isForeign(path) ? await tree.read(path) : undefined;
    if (read === undefined || text === undefined) continue;
    const found = read(path, text, manifests);
    if ('sentence' in found) warn(found);
    else declarations.push(found);
  }
  return declarations;
}

type Reader = (path: string, text: string, manifests: ReadonlyMap<string, Manifest>) => Declaration | Warning;

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['pnpm-workspace.yaml', fromPnpm],
  ['lerna.json', fromLerna],
  ['rush.json', fromRush],
]);

function fromPnpm(path: string, text: string): Declaration | Warning {
  try {
    return { path, globs: textsIn(parsePlainYaml(text, path), 'packages') };
  } catch (error) {
    return { path, sentence: `${sentenceOf(error)}, so its workspaces are not known. Correct it.` };
  }
}

/** Without globs of its own lerna takes the package manager's; without either, `packages/*`. */
function fromLerna(path: string, text: string, manifests: ReadonlyMap<string, Manifest>) {
  return fromJson(path, text, (raw) => {
    const globs = textsIn(raw, 'packages');
    const beside = manifests.get(folderOf(path));
    const others = raw.useWorkspaces === true || raw.npmClient === 'pnpm' || (beside && ofManifest(beside));
    return globs.length > 0 || others ? globs : ['packages/*'];
  });
}

function fromRush(path: string, text: string) {
  return fromJson(path, text, ({ projects }) =>
    (Array.isArray(projects) ? projects : []).flatMap((project) => textIn(project, 'projectFolder') ?? []),
  );
}

function fromJson(
  path: string,
  text: string,
  globs: (raw: Readonly<Record<string, unknown>>) => readonly string[],
): Declaration | Warning {
  try {
    const raw = parseCommentedJson(text);
    return { path, globs: isObject(raw) ? globs(raw) : [] };
  } catch (error) {
    const sentence = `It is no JSON (${placeOf(error, text)}), so its workspaces are not known. Correct it.`;
    return { path, sentence };
  }
}
