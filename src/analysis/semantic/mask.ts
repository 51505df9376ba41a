// JavaScript and TypeScript without what is not code: strings, comments, templates and regular expressions are blanked, so
// that words and brackets can be looked for. Everything stays at its place. Linear in the text, whatever stands in it.

export interface Masked {
  /** Quotes stay, what stands between them does not. */
  readonly code: string;
  /** Only comments are blanked. */
  readonly text: string;
}

const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,1000}\/[a-z]*/y;
const NEXT = /['"`/{}]/g;

/** A quote that is not closed on its line, as in the text between JSX tags, is taken to be text. */
export function mask(text: string): Masked {
  const [code, bare] = [new Blanks(text), new Blanks(text)];
  /** Of each template that code stands in: how many braces are open in that code. */
  const templates: number[] = [];
  /** Until where, of each quote, the line has no end of a string. */
  const open = new Map<string, number>();
  let at = 0;
  const readTemplate = (from: number) => {
    const end = endOfTemplate(text, from);
    code.blank(from, end.at);
    at = end.at + end.length;
    if (end.length === 2) templates.push(0);
  };
  for (;;) {
    NEXT.lastIndex = at;
    const next = NEXT.exec(text);
    if (next === null) return { code: code.result(), text: bare.result() };
    const start = next.index;
    at = start + 1;
    switch (next[0]) {
      case '"':
      case "'": {
        if (at < (open.get(next[0]) ?? 0)) break;
        const end = endOfString(text, at, next[0]);
        if (end === undefined) {
          const line = text.indexOf('\n', at);
          open.set(next[0], line < 0 ? text.length : line);
          break;
        }
        code.blank(at, end);
        at = end + 1;
        break;
      }
      case '`':
        readTemplate(at);
        break;
      case '{':
        if (templates.length > 0) templates.push((templates.pop() ?? 0) + 1);
        break;
      case '}': {
        const braces = templates.pop();
        if (braces === 0) readTemplate(at);
        else if (braces !== undefined) templates.push(braces - 1);
        break;
      }
      case '/': {
        const end = endOfComment(text, start);
        if (end !== undefined) {
          code.blank(start, end);
          bare.blank(start, end);
          at = end;
        } else if (text[at] !== '>' && mayBeginRegex(text, start)) {
          REGEX.lastIndex = start;
          if (!REGEX.test(text)) break;
          code.blank(start, REGEX.lastIndex);
          at = REGEX.lastIndex;
        }
      }
    }
  }
}

/** A text of which parts are blanked, from its beginning to its end. */
class Blanks {
  readonly #text: string;
  readonly #parts: string[] = [];
  #until = 0;

  constructor(text: string) {
    this.#text = text;
  }

  blank(from: number, to: number): void {
    this.#parts.push(this.#text.slice(this.#until, from), this.#text.slice(from, to).replace(/[^\n]/g, ' '));
    this.#until = to;
  }

  result(): string {
    return this.#parts.join('') + this.#text.slice(this.#until);
  }
}

function endOfString(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === quote) return at;
    if (char === '\n') return undefined;
    if (char === '\\') at++;
  }
  return undefined;
}

/** At its end (1), or at the `${` where code begins (2). */
function endOfTemplate(text: string, from: number): { readonly at: number; readonly length: number } {
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '`') return { at, length: 1 };
    else if (char === '$' && text[at + 1] === '{') return { at, length: 2 };
  }
  return { at: text.length, length: 0 };
}

function endOfComment(text: string, start: number): number | undefined {
  const next = text[start + 1];
  if (next !== '/' && next !== '*') return undefined;
  const end = next === '/' ? text.indexOf('\n', start) : text.indexOf('*/', start + 2);
  if (end < 0) return text.length;
  return next === '/' ? end : end + 2;
}

/** After a value it divides, and after `<` it closes a tag. */
function mayBeginRegex(text: string, start: number): boolean {
  let before = start - 1;
  while (before >= 0 && /\s/.test(text[before] as string)) before--;
  if (before < 0 || /[(,=:[!&|?{;+\-*%~^}]/.test(text[before] as string)) return true;
  return /\b(return|typeof|case|in|of|do|else|void|delete)$/.test(
    text.slice(Math.max(0, before - 9), before + 1),
  );
}
