// Finds what a file imports, without understanding its language: for what es-module-lexer cannot read (the text between JSX
// tags has apostrophes) and does not look for (`require`). Linear in the text, whatever stands in it.

/** Where something begins that is not code, or that may be a part of an import. */
const NEXT = /['"`/{}()=;]|\b(?:import|export|from|require)\b/g;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,1000}\//y;

/** Comments between an import and its text are short. */
const LONGEST_GAP = 500;

/**
 * The texts after `from`, `import`, `import(` and `require(`; those in comments, strings and templates are left out. A quote
 * that is not closed on its line, and a comment or template that is not closed at all, is taken to be text.
 */
export function scanImports(text: string): readonly string[] {
  return new Scan(text).run();
}

class Scan {
  readonly #text: string;
  readonly #found: string[] = [];
  #at = 0;
  /** The last word that may be followed by a specifier, with where it ends. */
  #word: { readonly name: string; readonly end: number } | undefined;
  /** Of each template that code stands in: how many braces are open in that code. */
  readonly #templates: number[] = [];
  #unclosedTemplate = false;
  #unclosedComment = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): readonly string[] {
    for (;;) {
      NEXT.lastIndex = this.#at;
      const next = NEXT.exec(this.#text);
      if (next === null) return this.#found;
      this.#at = next.index + next[0].length;
      this.#take(next[0], next.index);
    }
  }

  #take(token: string, start: number): void {
    if (token === "'" || token === '"') this.#takeString(start, token);
    else if (token === '`') this.#takeTemplate(start);
    else if (token === '/') this.#takeSlash(start);
    else if (token === '{') this.#openBrace();
    else if (token === '}') this.#closeBrace();
    else if (token === '(') this.#takeCall(start);
    else if (token === '=' || token === ';') this.#word = undefined;
    else if (!this.#isMember(start)) this.#word = this.#wordAt(token, start);
  }

  /** `from` says something only after `import` or `export`. */
  #wordAt(name: string, start: number) {
    if (name === 'from' && !/^(import|export|from)$/.test(this.#word?.name ?? '')) return undefined;
    return { name, end: start + name.length };
  }

  /** `x.require`, but not `...require`. */
  #isMember(start: number): boolean {
    return this.#text[start - 1] === '.' && this.#text[start - 2] !== '.';
  }

  #takeString(start: number, quote: string): void {
    const end = this.#endOfString(start + 1, quote);
    if (end === undefined) return;
    const direct = this.#word && this.#word.name !== 'export' && this.#isGap(this.#word.end, start);
    if (direct) this.#found.push(this.#text.slice(start + 1, end));
    // A name may be a text too (`import { 'a b' as c }`); the clause goes on then.
    if (direct || this.#word?.name === 'from') this.#word = undefined;
    this.#at = end + 1;
  }

  #endOfString(from: number, quote: string): number | undefined {
    for (let at = from; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === quote) return at;
      if (char === '\n') return undefined;
      if (char === '\\') at++;
    }
    return undefined;
  }

  /** Of a call only its first argument matters, which follows at once. */
  #takeCall(start: number): void {
    const { name, end } = this.#word ?? { name: '', end: start };
    const calls =
      (name === 'import' || name === 'require') &&
      /^(\.resolve)?\s*$/.test(this.#text.slice(end, Math.min(start, end + 40)));
    this.#word = calls ? { name: 'call', end: start + 1 } : undefined;
  }

  /** Whether there is only space, or comments, between. */
  #isGap(from: number, to: number): boolean {
    if (to - from > LONGEST_GAP) return false;
    const between = this.#text.slice(from, to).trim();
    return between === '' || between.replace(/\/\*.*?\*\/|\/\/.*/g, '').trim() === '';
  }

  #openBrace(): void {
    const top = this.#templates.length - 1;
    if (top >= 0) this.#templates[top] = (this.#templates[top] ?? 0) + 1;
  }

  #closeBrace(): void {
    const open = this.#templates.pop();
    if (open === undefined) return;
    if (open > 0) this.#templates.push(open - 1);
    else this.#readTemplate(this.#at);
  }

  #takeTemplate(start: number): void {
    const direct = this.#word?.name === 'call' && this.#isGap(this.#word.end, start);
    this.#word = undefined;
    if (this.#unclosedTemplate) return;
    this.#readTemplate(start + 1);
    const inside = this.#text.slice(start + 1, this.#at - 1);
    if (direct && this.#at > start + 1 && !inside.includes('$')) this.#found.push(inside);
  }

  /** Goes on behind its end, or behind the `${` where code begins. */
  #readTemplate(from: number): void {
    for (let at = from; at < this.#text.length; at++) {
      const char = this.#text[at];
      if (char === '\\') at++;
      else if (char === '`') {
        this.#at = at + 1;
        return;
      } else if (char === '$' && this.#text[at + 1] === '{') {
        this.#templates.push(0);
        this.#at = at + 2;
        return;
      }
    }
    this.#unclosedTemplate = true;
  }

  #takeSlash(start: number): void {
    const next = this.#text[start + 1];
    if (next === '/') {
      const end = this.#text.indexOf('\n', start);
      this.#at = end < 0 ? this.#text.length : end;
    } else if (next === '*' && !this.#unclosedComment) {
      const end = this.#text.indexOf('*/', start + 2);
      this.#unclosedComment = end < 0;
      if (end >= 0) this.#at = end + 2;
    } else if (next !== '>' && this.#mayBeginRegex(start)) {
      REGEX.lastIndex = start;
      if (REGEX.test(this.#text)) this.#at = REGEX.lastIndex;
    }
  }

  /** After a value it divides, and after `<` it closes a tag. */
  #mayBeginRegex(start: number): boolean {
    let before = start - 1;
    while (before >= 0 && /\s/.test(this.#text[before] as string)) before--;
    if (before < 0 || /[(,=:[!&|?{;+\-*%~^]/.test(this.#text[before] as string)) return true;
    return /\b(return|typeof|case|in|of|do|else|void|delete)$/.test(
      this.#text.slice(Math.max(0, before - 9), before + 1),
    );
  }
}
