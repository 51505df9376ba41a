// What a task says, read as words and names only: whatever it asks for is data here.

import { countWords } from './routeRank.ts';
import { wordsOf } from './routeWords.ts';

/** How much of a specification is read, in characters. */
export const SPEC_CHARS = 32_768;
const TITLE_CHARS = 1_000;
const LONGEST_PIECE = 300;
const NAMES = 200;
const SYMBOLS = 12;

/** A word of the title counts as much as so many of the specification. */
const TITLE_WEIGHT = 3;

export interface TaskText {
  readonly title: string;
  readonly spec: string;
}

export interface ReadText {
  /** Title and specification, as far as they are read. */
  readonly text: string;
  readonly words: ReadonlyMap<string, number>;
  /** What may be a file or a folder: `apps/api/src/auth.ts`, `auth.ts`, `apps/api/`. */
  readonly names: readonly string[];
  /** What may be a name in code: `basketTotal`, `MAX_SIZE`, whatever stands in backticks. */
  readonly symbols: readonly string[];
  /** Not all of the specification was read. */
  readonly cut: boolean;
}

export function readText(task: TaskText): ReadText {
  const title = task.title.slice(0, TITLE_CHARS);
  const spec = task.spec.slice(0, SPEC_CHARS);
  const text = `${title}\n${spec}`;
  const words = countWords(wordsOf(title), TITLE_WEIGHT, countWords(wordsOf(spec)));
  // A specification repeats itself: each further time counts less.
  for (const [word, count] of words) words.set(word, Math.sqrt(count));
  // Piece by piece, and never in long ones: searching the whole text for either took minutes for one made for it.
  const pieces = text.split(/\s+/).filter((piece) => piece.length <= LONGEST_PIECE);
  return {
    text,
    words,
    names: first(pieces, NAMES, namesIn),
    symbols: first(pieces, SYMBOLS, symbolsIn),
    cut: task.spec.length > SPEC_CHARS,
  };
}

/** Without the sentence around it: `(see ./a/b.ts).` */
function namesIn(piece: string): string[] {
  return piece.split(/["'`,;:<>{}|]+/).flatMap((part) => {
    const name = part
      .replace(/^[([]+(?![^\])]*[\])]\/?.)/, '')
      .replace(/[.!?]+$/, '')
      .replace(/\)+[.!?]*$/, '')
      .replace(/^(?:\.?\/)+/, '');
    return name.length > 2 && (name.includes('/') || /.\.\p{L}[\p{L}\p{N}]{0,9}$/u.test(name)) ? [name] : [];
  });
}

/** Whatever stands in backticks, and what has a hump, an underscore or brackets: no word of prose. */
function symbolsIn(piece: string): string[] {
  const quoted = [...piece.matchAll(/`([\p{L}_$][\p{L}\p{N}_$]{2,60})(?:\(\))?`/gu)].map(
    ([, name = '']) => name,
  );
  const parts = piece.split(/[^\p{L}\p{N}_$()/]+/u).filter((part) => !part.includes('/'));
  const others = parts.flatMap((part) => {
    const name = part.replace(/[()].*$/, '');
    const isOne =
      part.includes('()') || /\p{Ll}\p{Lu}/u.test(name) || /[\p{L}\p{N}]_[\p{L}\p{N}]/u.test(name);
    return isOne && name.length > 2 && name.length <= 60 && /^[\p{L}_$]/u.test(name) ? [name] : [];
  });
  return [...quoted, ...others];
}

/** The first `most` different ones, in the order of the text. */
function first(pieces: readonly string[], most: number, find: (piece: string) => string[]): string[] {
  const found = new Set<string>();
  for (const piece of pieces) {
    for (const one of find(piece)) if (found.size < most) found.add(one);
    if (found.size === most) break;
  }
  return [...found];
}
