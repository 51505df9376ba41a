// What discovery says of main where nobody has written a structure.yaml, kept beside the store: a large repository takes
// seconds. It is a copy: whatever is wrong with it, it is made again.

import { readFileIfThere, writeFileAtomically } from '../disk/files.ts';
import { pathsBetween } from '../git/changedPaths.ts';
import type { Git } from '../git/client.ts';
import type { Sha } from '../task/ids.ts';
import { isPart } from './affected.ts';
import { discover } from './discover.ts';
import { DISCOVERERS } from './discoverers.ts';
import { treeOfCommit } from './fromCommit.ts';
import { type Part, partsOf } from './routeAreas.ts';
import type { RoutingPattern } from './routePatterns.ts';
import { routingPatterns } from './routingWords.ts';
import type { Tree } from './tree.ts';

export interface DiscoveredParts {
  readonly parts: readonly Part[];
  /** Each leads to the key of a part. */
  readonly patterns: readonly RoutingPattern[];
}

interface Kept extends DiscoveredParts {
  readonly format: typeof FORMAT;
  readonly main: Sha;
}

const FORMAT = 1;
/** More are looked at by discovering again, rather than name by name. */
const MANY_CHANGES = 2_000;

/** With more files the code is not read: who uses whom is then what manifests say. */
const MOST_CODE = 10_000;

/**
 * Code alone moves no part: what was found holds until something else has changed. An import that was written meanwhile is
 * not seen until then.
 */
const CODE =
  /\.([cm]?[jt]sx?|vue|svelte|astro|s?css|less|html|go|rs|java|kt|scala|c|h|cc|cpp|hpp|cs|rb|php|swift|sql|svg|png|snap)$/;

/** @param file where the copy is */
export async function discoveredParts(git: Git, file: string, main: Sha): Promise<DiscoveredParts> {
  const kept = await readKept(file);
  if (kept && (await stillHolds(git, kept, main))) return kept;
  const whole = await discover(withoutCode(await treeOfCommit(git, main)), DISCOVERERS);
  // The root is whatever no other part is: it says nothing about where a task belongs.
  const structure = { ...whole, components: whole.components.filter(isPart) };
  const patterns = [...routingPatterns(structure.components)].map(([section, match]) => ({ match, section }));
  const found: Kept = { format: FORMAT, main, parts: partsOf(structure), patterns };
  // A full disk or a folder without leave to write costs time, and no task.
  await writeFileAtomically(file, JSON.stringify(found)).catch(() => {});
  return found;
}

function withoutCode(tree: Tree): Tree {
  if (tree.files.length <= MOST_CODE) return tree;
  return { ...tree, read: async (path) => (CODE.test(path) ? undefined : await tree.read(path)) };
}

async function stillHolds(git: Git, kept: Kept, main: Sha): Promise<boolean> {
  if (kept.main === main) return true;
  // The commit may be gone: main was rewritten.
  const changed = await pathsBetween(git, kept.main, main).catch(() => undefined);
  return changed !== undefined && changed.length <= MANY_CHANGES && changed.every((path) => CODE.test(path));
}

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    const read = JSON.parse((await readFileIfThere(file)) ?? 'null');
    return isKept(read) ? read : undefined;
  } catch {
    return undefined; // written by another version, or damaged
  }
}

function isKept(read: Kept): boolean {
  const isText = (value: unknown) => typeof value === 'string';
  const isList = (value: unknown) => Array.isArray(value) && value.every(isText);
  return (
    read?.format === FORMAT &&
    /^[0-9a-f]{40,64}$/.test(read.main) &&
    read.patterns.every(({ match, section }) => isText(match) && isText(section)) &&
    read.parts.every(
      (part) => isText(part.key) && isText(part.title) && isList(part.paths) && isList(part.usedBy),
    )
  );
}
