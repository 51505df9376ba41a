// What a task says, read as words and names only: whatever it asks for is data here.

import { countWords } from './routeRank.ts';
import { wordsOf } from './routeWords.ts';

/** How much of a specification is read, in characters. */
export const SPEC_CHARS = 32_768;
const TITLE_CHARS = 1_000;
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
  return {
    text,
    words,
    names: unique(
      text.matchAll(
        /[\p{L}\p{N}_@.[\]()+~-]*(?:\/[\p{L}\p{N}_@.[\]()+~-]*)+|[\p{L}\p{N}_@-][\p{L}\p{N}_@.-]*\.\p{L}[\p{L}\p{N}]{0,9}/gu,
      ),
      NAMES,
    )
      .map(trimmed)
      .filter((name) => name.length > 2),
    symbols: [...new Set([...inBackticks(text), ...inWords(text)])].slice(0, SYMBOLS),
    cut: task.spec.length > SPEC_CHARS,
  };
}

/** Without the sentence around it. */
function trimmed(name: string): string {
  return name.replace(/^\.?\/+|^[([]+(?=[^)\]]*$)|^\.\//g, '').replace(/[.,;:]+$|[)\]](?<![([].*)$/g, '');
}

function inBackticks(text: string): string[] {
  return unique(text.matchAll(/(?<=`)[\p{L}_$][\p{L}\p{N}_$]{2,60}(?=(?:\(\))?`)/gu), SYMBOLS);
}

/** With a hump, an underscore or brackets: no word of prose. */
function inWords(text: string): string[] {
  const names = text.matchAll(
    /(?<![\p{L}\p{N}_$/])(?:[\p{L}_$][\p{L}\p{N}$]*(?:_[\p{L}\p{N}$]+)+|\p{L}[\p{L}\p{N}]*\p{Ll}\p{Lu}[\p{L}\p{N}]*|[\p{L}_$][\p{L}\p{N}_$]*(?=\(\)))(?![\p{L}\p{N}_$/])/gu,
  );
  return unique(names, SYMBOLS);
}

function unique(matches: Iterable<RegExpMatchArray>, most: number): string[] {
  const found = new Set<string>();
  for (const [text] of matches) {
    found.add(text);
    if (found.size === most) break;
  }
  return [...found];
}
