// What earlier commits say about files: which were changed for a text like this one, which together, which lately.

import { countWords, Ranking } from './routeRank.ts';
import { wordsOf } from './routeWords.ts';

/** A commit, as far as routing is concerned. */
export interface Change {
  readonly subject: string;
  /** What it changed, relative to the repository; what it deleted too. */
  readonly paths: readonly string[];
}

/** A commit that changes more than this is a release, a move or a reformatting: it says nothing about any one file. */
const MANY_PATHS = 40;

/** After so many further commits, one counts half. */
const HALF_LIFE = 400;

/** How many commits like the text are asked, and how many of a file's last commits. */
const SIMILAR = 60;
const TOGETHER = 60;

/** What happened together once is not certain: each file counts as changed so many times more, alone. */
const DOUBT = 2;

/** Grows commit by commit, oldest first; never looks at what has not been added yet. */
export class History {
  readonly #changes: Change[] = [];
  readonly #ranking = new Ranking();
  readonly #ofFile = new Map<string, number[]>();
  #activity: ReadonlyMap<string, number> | undefined;

  add({ subject, paths }: Change): void {
    if (paths.length === 0 || paths.length > MANY_PATHS) return;
    this.#activity = undefined;
    const number = this.#changes.push({ subject, paths }) - 1;
    this.#ranking.add(countWords(wordsOf(subject)));
    for (const path of paths) {
      const numbers = this.#ofFile.get(path);
      if (numbers) numbers.push(number);
      else this.#ofFile.set(path, [number]);
    }
  }

  /**
   * Files that commits with words of the text changed: each commit shares its likeness out among its files.
   * @returns of each file a score, and how much of the text the best commit has, 0 to 1
   */
  similar(query: ReadonlyMap<string, number>): {
    readonly scores: ReadonlyMap<string, number>;
    readonly coverage: number;
  } {
    const ranked = [...this.#ranking.rank(query)]
      .map(([number, score]) => [number, score * (1 + this.#recency(number))] as const)
      .toSorted(([one, score], [other, otherScore]) => otherScore - score || other - one)
      .slice(0, SIMILAR);
    const scores = new Map<string, number>();
    for (const [number, score] of ranked) {
      const { paths } = this.#changes[number] as Change;
      // Squared: many commits that are half alike must not outvote the one that is meant.
      const share = score ** 2 / Math.sqrt(paths.length);
      for (const path of paths) scores.set(path, (scores.get(path) ?? 0) + share);
    }
    const best = (ranked[0]?.[1] ?? 0) / 2;
    return { scores, coverage: best === 0 ? 0 : Math.min(1, best / this.#ranking.ideal(query)) };
  }

  /** @returns of the files that were changed together with this one, how likely each is, 0 to 1 */
  together(path: string): Map<string, number> {
    const scores = new Map<string, number>();
    let all = DOUBT;
    for (const number of (this.#ofFile.get(path) ?? []).slice(-TOGETHER)) {
      const { paths } = this.#changes[number] as Change;
      const recency = this.#recency(number);
      all += recency;
      // Two files of a commit of two belong together more than two of thirty.
      const weight = recency / Math.log2(paths.length);
      for (const other of paths) if (other !== path) scores.set(other, (scores.get(other) ?? 0) + weight);
    }
    for (const [other, score] of scores) scores.set(other, score / all);
    return scores;
  }

  /** How often each file was changed, what is long ago counting less; the same for all tasks until a commit is added. */
  activity(): ReadonlyMap<string, number> {
    this.#activity ??= new Map(
      [...this.#ofFile].map(([path, numbers]) => [
        path,
        numbers.reduce((sum, number) => sum + this.#recency(number), 0),
      ]),
    );
    return this.#activity;
  }

  /** How many of the known commits changed it. */
  count(path: string): number {
    return this.#ofFile.get(path)?.length ?? 0;
  }

  #recency(number: number): number {
    return 0.5 ** ((this.#changes.length - 1 - number) / HALF_LIFE);
  }
}

/** @param changes oldest first */
export function historyOf(changes: readonly Change[]): History {
  const history = new History();
  for (const change of changes) history.add(change);
  return history;
}
