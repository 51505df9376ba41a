// What a module exports, with the text that says its type. Declarations are scanned and not understood: a type that is
// inferred from what a function does is not seen.

import { createHash } from 'node:crypto';
import { assignedAt, wholeAt } from './commonjs.ts';
import { mask } from './mask.ts';
import { closing, ends, normalized, statementEnd, walk } from './statements.ts';

/** Of each exported name what its declaration says of its type; empty where it says nothing. */
export type Exports = ReadonlyMap<string, string>;

const DECLARATION =
  /^(?:declare\s+|abstract\s+|async\s+)*(function\b\s*\*?|class\b|interface\b|type\b|const\s+enum\b|enum\b|namespace\b|module\b|const\b|let\b|var\b)\s*([\w$]+)/;
const ASYNC = /^(?:declare\s+|abstract\s+)*async\b/;
const LIST = /^(?:type\s+)?\{([^}]*)\}/;
/** `export = …` */
const WHOLE = /^=(?![=>])/;
const LONGEST = 2_000;

/** @param source of a module in JavaScript or TypeScript */
export function exportsOf(source: string): Exports {
  if (!/\bexports?\b/.test(source)) return new Map();
  const { code, text } = mask(source);
  const declared = new Map<string, string>();
  const exported = new Map<string, string>();
  const lists: (readonly [name: string, local: string])[] = [];
  forStatements(code, (at) => {
    const exports = /^export\b\s*/.exec(code.slice(at, at + 40));
    const from = at + (exports?.[0].length ?? 0);
    const rest = code.slice(from, from + LONGEST);
    const found = declarationAt(code, text, from);
    if (found) {
      // Overloads are one type.
      const before = declared.get(found.name);
      const signature = before === undefined ? found.signature : `${before}|${found.signature}`;
      declared.set(found.name, signature);
      if (exports) exported.set(found.name, signature);
    } else if (!exports || WHOLE.test(rest)) {
      for (const { name, local, after } of exports ? wholeAt(code, from) : assignedAt(code, at))
        if (local !== null) lists.push([name, local]);
        else exported.set(name, shortened(normalized(valueText(code, text, after))));
    } else {
      const named = LIST.exec(rest);
      const star = /^\*\s*as\s+([\w$]+)/.exec(rest);
      if (named) lists.push(...namesOf(named[1] ?? ''));
      else if (star) exported.set(star[1] ?? '', '');
      else if (/^default\b/.test(rest)) exported.set('default', defaultSignature(code, text, from));
    }
  });
  for (const [name, local] of lists) exported.set(name, declared.get(local) ?? '');
  return exported;
}

const STATEMENT =
  /^(?:exports?|declare|abstract|async|function|class|interface|type|const|enum|let|var|namespace|module)\b/;

/** Tells where each statement at the top begins that may declare or export something. */
function forStatements(code: string, tell: (at: number) => void): void {
  let fresh = true;
  walk(code, 0, (char, at) => {
    if (char === '\n' || char === ';' || char === '}' || char === '{') fresh = true;
    else if (fresh && char >= 'a' && char <= 'z') {
      if (STATEMENT.test(code.slice(at, at + 12))) tell(at);
      fresh = false;
    } else if (fresh && !/\s/.test(char)) fresh = false;
    return false;
  });
}

/** `a, type b as c` */
function namesOf(list: string): [string, string][] {
  return list
    .split(',')
    .map((one) => one.trim().replace(/^type\s+(?=[\w$])/, ''))
    .filter(Boolean)
    .map((one) => {
      const [local = '', name = local] = one.split(/\s+as\s+/);
      return [name, local];
    });
}

/** What is left out still counts. */
function shortened(signature: string): string {
  if (signature.length <= LONGEST) return signature;
  return `${signature.slice(0, LONGEST)}…${createHash('sha256').update(signature).digest('hex').slice(0, 16)}`;
}

interface Declared {
  readonly name: string;
  readonly signature: string;
}

function declarationAt(code: string, text: string, from: number): Declared | undefined {
  const head = code.slice(from, from + 300);
  const found = DECLARATION.exec(head);
  if (found === null) return undefined;
  const [whole, kind = '', name = ''] = found;
  const after = from + whole.length;
  const word = kind.endsWith('enum') ? 'enum' : (/^\w+/.exec(kind)?.[0] ?? '');
  const signature = signatureOf(word, code, text, after);
  return { name, signature: shortened(normalized(`${ASYNC.test(head) ? 'async ' : ''}${signature}`)) };
}

function signatureOf(kind: string, code: string, text: string, after: number): string {
  switch (kind) {
    case 'function':
      return text.slice(after, bodyOf(code, after));
    case 'class':
      return classText(code, text, after);
    case 'interface':
    case 'enum':
      return text.slice(after, closing(code, after));
    case 'type':
      return text.slice(after, statementEnd(code, after));
    case 'const':
    case 'let':
    case 'var':
      return variableText(code, text, after);
    default:
      return '';
  }
}

/** Where the body of a function begins, or where a declaration without one ends. @param after its name */
function bodyOf(code: string, after: number): number {
  const open = walk(code, after, (char) => char === '(', after + LONGEST);
  if (code[open] !== '(') return after;
  const end = closing(code, open);
  let last = ')';
  return walk(code, end, (char, at) => {
    if (char === ';') return true;
    // Behind these a brace opens a type.
    if (char === '{' && !/^(?:[:|&<,=]|=>)$/.test(last)) return true;
    if (
      char === '\n' &&
      last !== ':' &&
      /^(?:export|function|async|const|class)\b/.test(code.slice(at + 1, at + 12))
    )
      return true;
    if (!/\s/.test(char)) last = char === '>' && last === '=' ? '=>' : char;
    return false;
  });
}

/** Its members without their bodies, and without those that nobody outside may use. */
function classText(code: string, text: string, after: number): string {
  const open = walk(code, after, (char) => char === '{', after + LONGEST);
  if (code[open] !== '{') return '';
  const end = closing(code, open);
  const members: string[] = [];
  let from = open + 1;
  const member = (to: number) => {
    const said = text.slice(from, to).trim();
    if (said !== '' && !/^(?:(?:static|readonly|override|async)\s+)*(?:private|protected|#)/.test(said))
      members.push(said);
  };
  for (let at = from; at < end; at++) {
    const char = code[at] as string;
    if (char === '{') {
      member(at);
      at = closing(code, at) - 1;
      from = at + 1;
    } else if (char === '(' || char === '[') at = closing(code, at) - 1;
    else if (char === ';' || char === '}') {
      member(at);
      from = at + 1;
    }
  }
  return `${text.slice(after, open)}{${members.join(';')}}`;
}

/** Its annotation, the head of its function, or what kind of value it is. */
function variableText(code: string, text: string, after: number): string {
  const equals = walk(
    code,
    after,
    (char, at) => ends(code, char, at) || (char === '=' && !'>='.includes(code[at + 1] ?? ' ')),
  );
  const annotation = text.slice(after, equals).trim();
  if (annotation.startsWith(':') || code[equals] !== '=') return annotation;
  const start = equals + 1 + (/^\s*/.exec(code.slice(equals + 1, equals + LONGEST))?.[0].length ?? 0);
  const value = code.slice(start, start + 300);
  if (/^(?:async\s+)?function\b/.test(value)) return text.slice(start, bodyOf(code, start));
  const [head] = /^class\b\s*(?:(?!extends\b)[\w$]+)?/.exec(value) ?? [];
  if (head !== undefined) return classText(code, text, start + head.length);
  if (/^(?:async\s*)?(?:<|\(|[\w$]+\s*=>)/.test(value)) {
    const arrow = walk(
      code,
      start,
      (char, at) => ends(code, char, at) || (char === '=' && code[at + 1] === '>'),
    );
    if (code[arrow] === '=') return text.slice(start, arrow);
  }
  const literal = /^(?:['"`]|-?\d|\[|true\b|false\b|new\s+[\w$.]+)/.exec(value)?.[0] ?? '';
  return KINDS.find(([pattern]) => pattern.test(literal))?.[1] ?? literal;
}

/** What is assigned to an export, or the head of a member that is a function. @param after its name */
function valueText(code: string, text: string, after: number): string {
  return /^\s*\(/.test(code.slice(after, after + 100))
    ? text.slice(after, bodyOf(code, after))
    : variableText(code, text, after);
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^['"`]/, 'a text'],
  [/^-?\d/, 'a number'],
  [/^\[/, 'a list'],
  [/^(true|false)/, 'true or false'],
];

function defaultSignature(code: string, text: string, from: number): string {
  const behind = from + (/^default\s*/.exec(code.slice(from, from + 40))?.[0].length ?? 0);
  const found = /^(?:abstract\s+|async\s+)*(function\s*\*?|class)\b\s*([\w$]*)/.exec(
    code.slice(behind, behind + 300),
  );
  if (found === null) return '';
  const kind = /^\w+/.exec(found[1] ?? '')?.[0] ?? '';
  return shortened(normalized(signatureOf(kind, code, text, behind + found[0].length)));
}
