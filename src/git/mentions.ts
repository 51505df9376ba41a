import type { Git } from './client.ts';

/** One that stands in more files than this says nothing about any of them. */
const MANY_FILES = 60;
const MAX_OUTPUT = 2_000_000;

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
    '--fixed-strings',
    '--max-count=40',
    ...symbols.flatMap((symbol) => ['-e', symbol]),
    commit,
    '--',
  ];
  const answer = await git.run(args, { timeLimit, maxOutput: MAX_OUTPUT }).catch(() => undefined);
  const found = new Map<string, Found>();
  for (const line of answer?.stdout.split('\n') ?? []) {
    const end = line.indexOf('\0');
    const path = line.slice(commit.length + 1, end);
    const text = line.slice(end + 1, end + 1 + 500);
    for (const symbol of symbols) {
      const at = text.indexOf(symbol);
      if (end < 0 || at < 0) continue;
      const declares = DECLARES.test(text.slice(0, at));
      const key = `${symbol}\0${path}`;
      if (declares || !found.has(key)) found.set(key, { path, symbol, declares });
    }
  }
  return symbols.flatMap((symbol) => {
    const of = [...found.values()].filter((one) => one.symbol === symbol);
    return of.length > MANY_FILES ? of.filter((one) => one.declares).slice(0, MANY_FILES) : of;
  });
}
