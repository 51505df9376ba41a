// The files of a checkout, as they lie on disk now: those that git tracks, read from there.

import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { endOfLink, readTextFile, type TextFile } from '../disk/text.ts';
import type { Git } from '../git/client.ts';
import { listTracked } from '../git/tracked.ts';
import { listed } from '../task/list.ts';
import type { Discoverer, Structure } from './component.ts';
import { discover } from './discover.ts';
import type { Tree, Warning } from './tree.ts';

/** Reading blocks, so that timers (a lease's for one) get their turn after this many files. */
const TURN = 200;

/**
 * @param git bound to the root of a checkout
 * @param discoverers in the order of preference
 */
export async function discoverFolder(git: Git, discoverers: readonly Discoverer[]): Promise<Structure> {
  const warnings: Warning[] = [];
  const tree = await treeOfFolder(git, (warning) => warnings.push(warning));
  const structure = await discover(tree, discoverers);
  return { ...structure, warnings: [...warnings, ...structure.warnings] };
}

/**
 * @param git bound to the root of a checkout
 * @param warn told of links that lead in a circle and of submodules, at once, and of files that cannot be read, when that is tried
 */
export async function treeOfFolder(git: Git, warn: (warning: Warning) => void): Promise<Tree> {
  const { files, links, submodules, absent } = await listTracked(git);
  for (const link of links) {
    const sentence = loopSentence(git.dir, link);
    if (sentence !== undefined) warn({ path: link, sentence });
  }
  if (submodules.length > 0) warn({ path: '', minor: true, sentence: submodulesSentence(submodules) });
  if (absent > 0) warn({ path: '', sentence: absentSentence(absent) });
  const told = new Set<string>();
  let reads = 0;
  return {
    files,
    async read(file) {
      if (++reads % TURN === 0) await setImmediate();
      const found = readTextFile(`${git.dir}${path.sep}${file}`);
      if (found.kind === 'text') return found.text;
      const warning = warningFor(git.dir, file, found);
      if (warning !== undefined && !told.has(warning.path)) warn(warning);
      if (warning !== undefined) told.add(warning.path);
      return undefined;
    },
  };
}

/** What is gone since git listed it is no part any more. A folder that cannot be entered is told of once for all its files. */
function warningFor(root: string, file: string, found: TextFile): Warning | undefined {
  if (found.kind === 'large')
    return { path: file, sentence: 'It is larger than 4 MiB, so it was not read. Nothing has to be done.' };
  if (found.kind !== 'refused') return undefined;
  const place = path.relative(root, found.at);
  return {
    path: place,
    sentence: `It cannot be read (${found.code}), so what it says is left out. Give the user who runs this leave to read it.`,
  };
}

function loopSentence(root: string, link: string): string | undefined {
  const place = path.join(root, link);
  const end = endOfLink(place);
  if (end === undefined) return undefined;
  const leadsBack = end === 'circle' || place.startsWith(end + path.sep);
  return leadsBack ? 'This link leads round in a circle. Links are not followed; take it out.' : undefined;
}

/** So many are named. */
const NAMED = 8;

function submodulesSentence(paths: readonly string[]): string {
  const which =
    paths.length === 1
      ? 'This submodule belongs to another repository and is'
      : 'These submodules belong to other repositories and are';
  return `${which} not looked into: ${listed(paths, NAMED)}.`;
}

function absentSentence(count: number): string {
  return `${count} ${count === 1 ? 'file is' : 'files are'} not checked out here (sparse checkout) and left out. Look at a full checkout to see all.`;
}
