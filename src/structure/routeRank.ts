// Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) over small documents: the words of a
// path, or of a commit's subject. A word counts the more the fewer documents have it, and less each further time.

const SATURATION = 1.2;
const LENGTH = 0.5; // deep paths are no longer texts, so length counts less than the usual 0.75

/** A word of the text is also met by its beginning in the documents: `authentication` by `auth`. */
const PREFIX = 4;
const PREFIX_WEIGHT = 0.5;

export class Ranking {
  readonly #postings = new Map<string, { readonly document: number; readonly weight: number }[]>();
  readonly #known = new Map<string, readonly Gain[]>();
  readonly #lengths: number[] = [];
  #total = 0;

  /** @param words with how much each counts, 1 for one occurrence. Documents are numbered from 0, in the order of adding. */
  add(words: ReadonlyMap<string, number>): void {
    const document = this.#lengths.length;
    if (this.#known.size > 0) this.#known.clear();
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
    // An array and a list of what stands in it: adding to a map once for each word took most of the time.
    const scores = new Float64Array(this.#lengths.length);
    const found: number[] = [];
    const score = (word: string, factor: number) => {
      for (const { document, gain } of this.#gains(word)) {
        if (scores[document] === 0) found.push(document);
        scores[document] = (scores[document] ?? 0) + factor * gain;
      }
    };
    for (const [word, weight] of query) {
      score(word, weight);
      for (let length = PREFIX; length < word.length; length++)
        score(word.slice(0, length), weight * PREFIX_WEIGHT);
    }
    return new Map(found.map((document) => [document, scores[document] ?? 0]));
  }

  /** What a document would score that has each of these words once: those that no document has are nobody's fault. */
  ideal(query: ReadonlyMap<string, number>): number {
    let sum = 0;
    for (const [word, weight] of query) {
      const postings = this.#postings.get(word);
      if (postings && !this.#isCommon(postings.length)) sum += weight * this.#rarity(postings.length);
    }
    return sum;
  }

  #rarity(documents: number): number {
    return Math.log(1 + (this.#lengths.length - documents + 0.5) / (documents + 0.5));
  }

  /** `src` of sixty thousand paths tells nothing, and looking at each of them takes long. */
  #isCommon(documents: number): boolean {
    return documents > MANY && documents > this.#lengths.length * COMMON;
  }

  /** What each document with a word scores for it, the same for every query until a document is added. */
  #gains(word: string): readonly Gain[] {
    const known = this.#known.get(word);
    if (known) return known;
    const postings = this.#postings.get(word);
    if (!postings || this.#isCommon(postings.length)) return [];
    const rarity = this.#rarity(postings.length);
    const average = this.#total / this.#lengths.length;
    const gains = postings.map(({ document, weight }) => {
      const length = this.#lengths[document] ?? average;
      const damped = SATURATION * (1 - LENGTH + (LENGTH * length) / average);
      return { document, gain: (rarity * weight * (SATURATION + 1)) / (weight + damped) };
    });
    this.#known.set(word, gains);
    return gains;
  }
}

interface Gain {
  readonly document: number;
  readonly gain: number;
}

/** Of more documents than so many, a word that a quarter of them have is passed over. */
const MANY = 2_000;
const COMMON = 0.25;

/** How often each word occurs, times `weight`. @param into adds to this */
export function countWords(
  words: readonly string[],
  weight = 1,
  into: Map<string, number> = new Map(),
): Map<string, number> {
  for (const word of words) into.set(word, (into.get(word) ?? 0) + weight);
  return into;
}
