// Where brackets and statements end, in text whose strings and comments are blanked.

const OPENING = '([{';
const CLOSING = ')]}';

/** What a statement at the top begins with: a line that begins with it ends the statement before it. */
const BEGINS =
  /^(?:exports?|import|const|let|var|function|async|class|interface|type|enum|declare|abstract|namespace|module|if|for|while|switch|try|return|throw|@)\b|^@/;

/** @returns where the bracket that opens at `from` is closed: behind it; the end of the text where it never is */
export function closing(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    const char = code[at] as string;
    if (OPENING.includes(char)) depth++;
    else if (CLOSING.includes(char) && --depth === 0) return at + 1;
  }
  return code.length;
}

/**
 * The places of a text that are in no bracket.
 * @param visit told each char there and where it is; true ends it
 * @returns where it ended
 */
export function walk(
  code: string,
  from: number,
  visit: (char: string, at: number) => boolean,
  to = code.length,
): number {
  for (let at = from; at < to; at++) {
    const char = code[at] as string;
    if (visit(char, at)) return at;
    if (OPENING.includes(char)) at = closing(code, at) - 1;
  }
  return to;
}

/** Where a statement ends that begins at `from`: at its semicolon, or at the line on which the next one begins. */
export function statementEnd(code: string, from: number): number {
  return walk(code, from, (char, at) => ends(code, char, at));
}

/** Whether a statement at the top ends here. */
export function ends(code: string, char: string, at: number): boolean {
  if (char === ';' || char === '}') return true;
  return char === '\n' && BEGINS.test(code.slice(at + 1, at + 20));
}

/** On one line, without the spaces that a formatter may choose. */
export function normalized(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ?([^\w$ '"`]) ?/g, '$1')
    .replace(/[,;](?=[)\]}>]|$)/g, '')
    .trim();
}
