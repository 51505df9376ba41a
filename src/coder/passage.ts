// Passages of a brief that others wrote: how the room is shared out among them, and how each is told.

import type { BriefPart } from '../config/briefTemplate.ts';
import { fenced, LONGEST_FENCE, plain } from '../task/quote.ts';

export interface Passage {
  readonly part: BriefPart;
  /** Unique among them; names the file in which the whole stands. */
  readonly name: string;
  readonly heading: string;
  readonly text: string;
  /** Of the fence. */
  readonly language: string;
  /** Parts of the room that are its own where not everything fits; what it does not need is for the others. */
  readonly share: number;
  /** Its end says more than its beginning. */
  readonly ending?: boolean;
}

export interface Excerpt {
  readonly passage: Passage;
  readonly text: string;
  /** Characters of the passage that are not in it. */
  readonly left: number;
}

/** @param room characters for all of them together */
export function shareOut(passages: readonly Passage[], room: number): Excerpt[] {
  const shares = passages.reduce((sum, { share }) => sum + share, 0);
  const given = passages.map(({ text, share }) =>
    Math.min(text.length, Math.floor((room * share) / Math.max(1, shares))),
  );
  let rest = room - given.reduce((sum, length) => sum + length, 0);
  return passages.map((passage, index) => {
    const more = Math.min(rest, passage.text.length - (given[index] ?? 0));
    rest -= more;
    return excerpt(passage, (given[index] ?? 0) + more);
  });
}

function excerpt(passage: Passage, length: number): Excerpt {
  const { text, ending } = passage;
  if (length >= text.length) return { passage, text, left: 0 };
  const kept = ending ? text.slice(text.length - length) : text.slice(0, length);
  // Half a character is none.
  const whole = kept.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/, '');
  return { passage, text: whole, left: text.length - whole.length };
}

/** @param placeOf where the whole of one can be read */
export function tell({ passage, text, left }: Excerpt, placeOf: (name: string) => string): string {
  const heading = `## ${passage.heading}`;
  const body = fenced(plain(text), passage.language);
  if (left === 0) return `${heading}\n\n${body}`;
  const where = passage.ending ? 'first' : 'last';
  return `${heading}\n\n${body}\n\n[The ${where} ${left} characters are left out. All of it: ${placeOf(passage.name)}]`;
}

/** What a passage needs besides its text. */
export function lengthOf(
  passage: Passage,
  { placeOf }: { readonly placeOf: (name: string) => string },
): number {
  return tell({ passage, text: '', left: passage.text.length }, placeOf).length + 2 * LONGEST_FENCE;
}
