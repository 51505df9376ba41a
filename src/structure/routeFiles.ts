// Which files a task is likely to change. Several kinds of evidence, each between 0 and 1, joined as independent reasons
// are: the chance that none of them holds is the product of the chances that each does not.

import type { History } from './routeHistory.ts';
import { countWords, Ranking } from './routeRank.ts';
import type { ReadText } from './routeText.ts';
import { wordsOf } from './routeWords.ts';

/** Where a name of the text occurs in the code. */
export interface Mention {
  readonly path: string;
  readonly symbol: string;
  /** It is declared there: a function, a class, a type. */
  readonly declares: boolean;
}

/**
 * `named`: the text names the file or a folder around it; `symbol`: a name in the text stands in it; `words`: its path has
 * words of the text; `history`: earlier commits with words of the text changed it; `together`: it was changed together
 * with a likely file; `often`: it is changed all the time; `model`: a model chose it, and nothing else speaks for it.
 */
export type Why = 'named' | 'symbol' | 'words' | 'history' | 'together' | 'often' | 'model';

export interface LikelyFile {
  readonly path: string;
  /** What spoke for it most. */
  readonly why: Why;
  /** 0 to 1, and roughly the chance that it is changed. */
  readonly score: number;
}

/** Found on one repository (docs/routing.md says which), and the same for all. */
const WEIGHT = {
  named: 0.98,
  folder: 0.25,
  declares: 0.6,
  mentions: 0.3,
  words: 0.45,
  history: 0.7,
  together: 0.6,
  often: 0.1,
};

/** So many of the best are asked: what changed together with you? */
const SEEDS = 10;
const MOST_FILES = 10;

/** Files of main, prepared once for many tasks. */
export class FileIndex {
  readonly paths: readonly string[];
  readonly known: ReadonlySet<string>;
  readonly ranking = new Ranking();
  /** By the last part of their paths. */
  readonly #files = new Map<string, string[]>();
  readonly #folders = new Map<string, string[]>();

  constructor(paths: readonly string[]) {
    this.paths = paths;
    this.known = new Set(paths);
    const folders = new Map<string, readonly string[]>();
    for (const path of paths) {
      const slash = path.lastIndexOf('/');
      const folder = path.slice(0, Math.max(slash, 0));
      const name = path.slice(slash + 1);
      const above = folders.get(folder) ?? wordsOf(folder);
      folders.set(folder, above);
      // A file's own name says more than the folders above it.
      this.ranking.add(countWords(wordsOf(name), NAME_WEIGHT, countWords(above)));
      push(this.#files, name, path);
    }
    for (const folder of withParents(folders.keys())) push(this.#folders, lastOf(folder), folder);
  }

  /** Files whose paths are `name`, or end in it. */
  called(name: string): readonly string[] {
    return (this.#files.get(lastOf(name)) ?? []).filter((path) => endsIn(path, name));
  }

  /** Files anywhere below the folders whose paths are `name`, or end in it. */
  below(name: string): readonly string[] {
    const folders = (this.#folders.get(lastOf(name)) ?? []).filter((folder) => endsIn(folder, name));
    return folders
      .slice(0, MOST_FOLDERS)
      .flatMap((folder) => this.paths.filter((path) => path.startsWith(`${folder}/`)));
  }
}

const NAME_WEIGHT = 2;
/** Of one name, and of all names of a text: each is looked for among all files. */
const MOST_FOLDERS = 5;
const MOST_FOLDER_NAMES = 10;

const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

const endsIn = (path: string, name: string) => path === name || path.endsWith(`/${name}`);

function push(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function withParents(folders: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const folder of folders) {
    for (let at = folder; at !== '' && !all.has(at); at = at.slice(0, Math.max(at.lastIndexOf('/'), 0)))
      all.add(at);
  }
  return all;
}

export interface Evidence {
  readonly files: FileIndex;
  readonly history: History;
  readonly mentions: readonly Mention[];
}

/** @returns the likeliest first, at most `most`, all of them files of main */
export function likelyFiles(
  text: ReadText,
  { files, history, mentions }: Evidence,
  most: number = MOST_FILES,
): LikelyFile[] {
  const found = new Found(files.known);
  byName(text.names, files, found);
  bySymbol(mentions, found);
  byWords(text.words, files, found);
  const { scores, coverage } = history.similar(text.words);
  found.addScaled(scores, WEIGHT.history * coverage, 'history');
  for (const seed of found.best(SEEDS)) {
    for (const [path, chance] of history.together(seed.path))
      found.add(path, seed.score * chance * WEIGHT.together, 'together');
  }
  // Being changed often is no reason of its own: without any other, nothing is known.
  if (found.size === 0) return [];
  found.addScaled(history.activity(), WEIGHT.often, 'often');
  return found.best(most);
}

class Found {
  readonly #known: ReadonlySet<string>;
  readonly #files = new Map<string, { not: number; why: Why; most: number }>();

  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  get size(): number {
    return this.#files.size;
  }

  /** @param chance 0 to 1 */
  add(path: string, chance: number, why: Why): void {
    if (chance <= 0 || !this.#known.has(path)) return;
    const file = this.#files.get(path) ?? { not: 1, why, most: 0 };
    file.not *= 1 - Math.min(1, chance);
    if (chance > file.most) Object.assign(file, { why, most: chance });
    this.#files.set(path, file);
  }

  /** @param weight what the best of them gets */
  addScaled(scores: ReadonlyMap<string, number>, weight: number, why: Why): void {
    let most = 0;
    for (const [path, score] of scores) if (score > most && this.#known.has(path)) most = score;
    if (most > 0) for (const [path, score] of scores) this.add(path, (weight * score) / most, why);
  }

  best(count: number): LikelyFile[] {
    return [...this.#files]
      .map(([path, { not, why }]) => ({ path, why, score: 1 - not }))
      .toSorted((one, other) => other.score - one.score || (one.path < other.path ? -1 : 1))
      .slice(0, count);
  }
}

function byName(names: readonly string[], files: FileIndex, found: Found): void {
  let folders = 0;
  for (const name of names) {
    const same = files.called(name);
    for (const path of same) found.add(path, WEIGHT.named / same.length, 'named');
    if (same.length > 0 || !name.includes('/') || folders++ >= MOST_FOLDER_NAMES) continue;
    for (const path of files.below(name.replace(/\/+$/, ''))) found.add(path, WEIGHT.folder, 'named');
  }
}

function bySymbol(mentions: readonly Mention[], found: Found): void {
  for (const [, same] of Map.groupBy(mentions, (mention) => mention.symbol)) {
    const [declaring, using] = [same.filter((one) => one.declares), same.filter((one) => !one.declares)];
    // A name that stands in many files means none of them in particular.
    for (const { path } of declaring)
      found.add(path, WEIGHT.declares / Math.sqrt(declaring.length), 'symbol');
    for (const { path } of using) found.add(path, WEIGHT.mentions / Math.sqrt(using.length), 'symbol');
  }
}

const MOST_BY_WORDS = 500;

function byWords(words: ReadonlyMap<string, number>, { paths, ranking }: FileIndex, found: Found): void {
  // In a large repository a word may be in thousands of paths, and each of them would have to be sorted in the end.
  const ranked = [...ranking.rank(words)].sort(([, one], [, other]) => other - one).slice(0, MOST_BY_WORDS);
  const most = ranked[0]?.[1] ?? 0;
  if (most === 0) return;
  const scores = new Map(ranked.map(([document, score]) => [paths[document] ?? '', score]));
  // Squared: one word of many that a path has as well is a coincidence more often than not.
  const coverage = Math.min(1, most / ranking.ideal(words)) ** 2;
  found.addScaled(scores, WEIGHT.words * coverage, 'words');
}
