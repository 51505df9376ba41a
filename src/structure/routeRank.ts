// Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over small documents: the words of a
// path, or of a commit's subject. A word counts the more the fewer documents have it, and less each further time.

const SATURATION = 1.2;
const LENGTH = 0.5; // deep paths are no longer texts, so length counts less than the usual 0.75

/** A word of the text is also met by its beginning in the documents: `authentication` by `auth`. */
const PREFIX = 4;
const PREFIX_WEIGHT = 0.5;

export class Ranking {
  readonly #postings = new Map<string, { readonly document: number; readonly weight: number }[]>();
  readonly #lengths: number[] = [];
  #total = 0;

  /** @param words with how much each counts, 1 for one occurrence. Documents are numbered from 0, in the order of adding. */
  add(words: ReadonlyMap<string, number>): void {
    const document = this.#lengths.length;
    let length = 0;
    for (const [word, weight] of words) {
      length += weight;
      const postings = this.#postings.get(word);
      if (postings) postings.push({ document, weight });
      else this.#postings.set(word, [{ document, weight }]);
    }
    this.#lengths.push(length);
    this.#total += length;
  }

  /** @param query words with how much each counts. @returns scores of the documents that have one of them, by their numbers */
  rank(query: ReadonlyMap<string, number>): Map<number, number> {
    const scores = new Map<number, number>();
    for (const [word, weight] of query) {
      this.#score(word, weight, scores);
      for (let length = PREFIX; length < word.length; length++)
        this.#score(word.slice(0, length), weight * PREFIX_WEIGHT, scores);
    }
    return scores;
  }

  /** What a document would score that has each of these words once: those that no document has are nobody's fault. */
  ideal(query: ReadonlyMap<string, number>): number {
    let sum = 0;
    for (const [word, weight] of query) {
      const postings = this.#postings.get(word);
      if (postings) sum += weight * this.#rarity(postings.length);
    }
    return sum;
  }

  #rarity(documents: number): number {
    return Math.log(1 + (this.#lengths.length - documents + 0.5) / (documents + 0.5));
  }

  #score(word: string, factor: number, scores: Map<number, number>): void {
    const postings = this.#postings.get(word);
    if (!postings) return;
    const rarity = this.#rarity(postings.length);
    const average = this.#total / this.#lengths.length;
    for (const { document, weight } of postings) {
      const length = this.#lengths[document] ?? average;
      const damped = SATURATION * (1 - LENGTH + (LENGTH * length) / average);
      const score = (factor * rarity * weight * (SATURATION + 1)) / (weight + damped);
      scores.set(document, (scores.get(document) ?? 0) + score);
    }
  }
}

/** How often each word occurs, times `weight`. @param into adds to this */
export function countWords(
  words: readonly string[],
  weight = 1,
  into: Map<string, number> = new Map(),
): Map<string, number> {
  for (const word of words) into.set(word, (into.get(word) ?? 0) + weight);
  return into;
}
