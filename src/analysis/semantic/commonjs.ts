// The same of modules that `require` and assign to `exports`: which exports of others they use, and what they export.

import { closing, statementEnd, walk } from './statements.ts';

/** `const a = `, `const { a, b: c } = `, `import a = `, then `require(` and the quote that the specifier follows. */
export const REQUIRE =
  /(?:\b(?:const|let|var|import)\s{1,99}(?:([\w$]+)|\{([^{}]{0,9999})\})\s{0,99}=\s{0,99})?(?<![\w$.])require\s{0,99}\(\s{0,99}(['"])/g;

/** What is asked of it at once: `.name` behind the specifier. */
export const MEMBER = /^['"]\s{0,99}\)\s{0,99}\.\s{0,99}([\w$]+)/;

/** The whole of it is called at once. */
export const CALLED = /^['"]\s{0,99}\)\s{0,99}\(/;

/** `a, b: c, d = 1`: by which name of the other module each is known here. What takes the rest has no name. */
export function destructured(list: string): { readonly name: string; readonly local: string }[] {
  return list
    .split(',')
    .map((one) => one.replace(/=.*/s, '').trim())
    .filter((one) => /^[\w$]/.test(one))
    .map((one) => {
      const [name = '', local = name] = one.split(/\s*:\s*/);
      return { name, local };
    });
}

const ASSIGNED = /^(?:module\s*\.\s*)?exports\s*(?:\.\s*([\w$]+)\s*)?(?==(?![=>]))/;

export interface Assigned {
  readonly name: string;
  /** What it is called in the module; null where its value stands there itself. */
  readonly local: string | null;
  /** Behind its name. */
  readonly after: number;
}

/**
 * `exports.a = …`, `module.exports = { a, b: c, … }`, and what is the whole of the module, which `import` knows as its default.
 * @param at where a statement begins
 */
export function assignedAt(code: string, at: number): Assigned[] {
  const found = ASSIGNED.exec(code.slice(at, at + 300));
  if (found === null) return [];
  const [whole, name] = found;
  return name === undefined ? wholeAt(code, at + whole.length) : [valueAt(code, name, at + whole.length)];
}

/** What is assigned to all of `module.exports`, or by `export =`. @param equals where its `=` is */
export function wholeAt(code: string, equals: number): Assigned[] {
  for (let after = equals; ; ) {
    const open = after + (/^=\s*/.exec(code.slice(after, after + 300))?.[0].length ?? 0);
    if (code[open] === '{') return membersOf(code, open);
    // `exports = module.exports = …`
    const again = ASSIGNED.exec(code.slice(open, open + 300));
    if (again === null) return [valueAt(code, 'default', after)];
    after = open + again[0].length;
  }
}

function valueAt(code: string, name: string, after: number): Assigned {
  const value = code.slice(after + 1, Math.min(statementEnd(code, after), after + 300)).trim();
  return { name, local: isName(value) ? value : null, after };
}

function membersOf(code: string, open: number): Assigned[] {
  const end = closing(code, open) - 1;
  const members: Assigned[] = [];
  for (let from = open + 1; from < end; ) {
    const to = walk(code, from, (char) => char === ',', end);
    const [whole, name] = /^\s*(?:async\s+)?([\w$]+)/.exec(code.slice(from, Math.min(to, from + 300))) ?? [];
    if (whole !== undefined && name !== undefined) {
      const after = from + whole.length;
      const value = code.slice(after, Math.min(to, after + 300)).trim();
      const other = value.replace(/^:\s*/, '');
      const local = value === '' ? name : value.startsWith(':') && isName(other) ? other : null;
      members.push({ name, local, after });
    }
    from = to + 1;
  }
  return members;
}

const isName = (text: string) => /^[A-Za-z_$][\w$]*$/.test(text);
