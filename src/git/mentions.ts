import type { Git } from './client.ts';

/** One that stands in more files than this says nothing about any of them. */
const MANY_FILES = 60;
/** Characters of git's answer for ten names, and for how many tens of them more. */
const MAX_OUTPUT = 2_000_000;
const MOST_OUTPUTS = 15;

/** What declares a name, in the languages that are common; what it misses counts as a use. */
const DECLARES =
  /\b(?:class|const|def|defn|enum|fn|fun|func|function|impl|interface|let|macro_rules!|mod|module|object|package|proc|protocol|record|static|struct|trait|type|union|val|var)\s+(?:\([^)]*\)\s*)?(?:async\s+|mut\s+)?$/;

export interface Found {
  readonly path: string;
  readonly symbol: string;
  readonly declares: boolean;
}

/**
 * Files of a commit in which one of these names stands as a word of its own.
 * @param timeLimit in milliseconds; what takes longer found nothing
 */
export async function findSymbols(
  git: Git,
  commit: string,
  symbols: readonly string[],
  timeLimit: number,
): Promise<Found[]> {
  if (symbols.length === 0) return [];
  const args = [
    'grep',
    '-I',
    '-z',
    '--no-line-number',
    '--no-column',
    '--no-color',
    '--full-name',
    '--no-recurse-submodules',
    '--no-textconv',
    '--word-regexp',
    '--extended-regexp',
    '--max-count=40',
    '-e',
    // One expression for all: as many fixed strings are looked for one after the other, 500 of them for fifty times as long.
    `(${symbols.map(escaped).join('|')})`,
    commit,
    '--',
  ];
  const maxOutput = MAX_OUTPUT * Math.max(1, Math.min(MOST_OUTPUTS, symbols.length / 10));
  const answer = await git.run(args, { timeLimit, maxOutput }).catch(() => undefined);
  const inLine = finderOf(symbols);
  const found = new Map<string, Found>();
  for (const line of answer?.stdout.split('\n') ?? []) {
    const end = line.indexOf('\0');
    if (end < 0) continue;
    const path = line.slice(commit.length + 1, end);
    const text = line.slice(end + 1, end + 1 + 500);
    for (const { symbol, at } of inLine(text)) {
      const declares = DECLARES.test(text.slice(0, at));
      const key = `${symbol}\0${path}`;
      if (declares || !found.has(key)) found.set(key, { path, symbol, declares });
    }
  }
  const bySymbol = Map.groupBy(found.values(), ({ symbol }) => symbol);
  return [...new Set(symbols)].flatMap((symbol) => {
    const of = bySymbol.get(symbol) ?? [];
    return of.length > MANY_FILES ? of.filter((one) => one.declares).slice(0, MANY_FILES) : of;
  });
}

/** For POSIX's extended expressions. */
const escaped = (text: string) =>
  text.replace(/[.[\]{}()*+?$|]/g, (char) => `[${char}]`).replace(/[\^\\]/g, '\\$&');

interface Place {
  readonly symbol: string;
  readonly at: number;
}

/** Word by word, so that many names take no longer than one. */
function finderOf(symbols: readonly string[]): (text: string) => Place[] {
  const words = new Set(symbols.filter((symbol) => /^[\p{L}\p{N}_$]+$/u.test(symbol)));
  const others = symbols.filter((symbol) => !words.has(symbol));
  return (text) => [
    ...[...text.matchAll(/[\p{L}\p{N}_$]+/gu)].flatMap(({ 0: symbol, index: at }) =>
      words.has(symbol) ? [{ symbol, at }] : [],
    ),
    ...others.flatMap((symbol) => (text.includes(symbol) ? [{ symbol, at: text.indexOf(symbol) }] : [])),
  ];
}
