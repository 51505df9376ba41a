// Reads what a discoverer asks for: bounded, a few files at a time, and what is wrong with one is a warning.

import { Problem, sentenceOf } from '../../task/problem.ts';
import type { Tree, Warning } from '../tree.ts';

export type Warn = (warning: Warning) => void;

/** Characters. A source file, and a manifest, beyond it was written by a machine. */
const LONGEST = 2_000_000;
const LONGEST_MANIFEST = 500_000;

/** Files that are open at once. */
const AT_ONCE = 64;

/** The text of a file; undefined, with a warning, when it is too long to be looked through. */
async function readText(tree: Tree, path: string, warn: Warn, longest: number): Promise<string | undefined> {
  const text = await tree.read(path);
  if (text === undefined || text.length <= longest) return text?.startsWith('\uFEFF') ? text.slice(1) : text;
  const sentence = `${path} has more than ${longest / 1_000_000} million characters and was not read: what it uses is to be said in structure.yaml.`;
  warn({ path, sentence });
  return undefined;
}

/** Reads files, not all at once, and answers in their order, without those that could not be read. */
export async function readTexts<T>(
  tree: Tree,
  paths: readonly string[],
  warn: Warn,
  use: (path: string, text: string) => T,
  longest = LONGEST,
): Promise<T[]> {
  const answers: T[] = [];
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const batch = paths.slice(start, start + AT_ONCE);
    const texts = await Promise.all(batch.map((path) => readText(tree, path, warn, longest)));
    for (const [index, path] of batch.entries()) {
      const text = texts[index];
      if (text !== undefined) answers.push(use(path, text));
    }
  }
  return answers;
}

export interface Manifest<T> {
  readonly path: string;
  readonly text: string;
  readonly data: T;
}

/**
 * Reads and parses manifests. One that cannot be parsed is a warning with its place, and the others are still there.
 *
 * @param parse throws a Problem that names `path:line:column`
 */
export async function readManifests<T>(
  tree: Tree,
  paths: readonly string[],
  warn: Warn,
  parse: (text: string, path: string) => T,
): Promise<Manifest<T>[]> {
  const read = (path: string, text: string) => {
    try {
      return { path, text, data: parse(text, path) };
    } catch (error) {
      const isTooDeep = /Maximum call stack/.test(sentenceOf(error));
      if (!(error instanceof Problem || isTooDeep)) throw error;
      const place = isTooDeep ? `${path} is nested too deeply to be read` : sentenceOf(error);
      warn({ path, sentence: `${place}. What it says is left out until it is corrected.` });
      return undefined;
    }
  };
  const manifests = await readTexts(tree, paths, warn, read, LONGEST_MANIFEST);
  return manifests.filter((manifest) => manifest !== undefined);
}

/** `path:line`, of the first line that has `needle`; only the path where it stands in no line as it is. */
export function placeOf(path: string, text: string, needle: string): string {
  const at = text.indexOf(needle);
  return at === -1 ? path : `${path}:${text.slice(0, at).split('\n').length}`;
}
