// What a module uses of others: which exports it imports or hands on, and how often it names them. es-module-lexer tells
// neither the names nor types.

import { CALLED, destructured, MEMBER, REQUIRE } from './commonjs.ts';
import { mask } from './mask.ts';

export interface ImportedName {
  /** As it is written. */
  readonly specifier: string;
  /** The name that the other module exports it by. */
  readonly name: string;
}

export interface Use extends ImportedName {
  /** How often it is named; 0 for what is only imported. */
  readonly times: number;
}

/** By what is used. */
export type Uses = ReadonlyMap<string, Use>;

/** `import` or `export`, the names, `from`, and the quote that the specifier follows. */
const FROM =
  /\b(import|export)\s{0,99}(?:type\b\s{0,99})?((?:[\w$]+\s{0,99}(?:,\s{0,99})?)?(?:\{[^{}]{0,9999}\}|\*\s{0,99}(?:as\s{1,99}[\w$]+)?)?)\s{0,99}\bfrom\s{0,99}(['"])/g;

/** @param source of a module in JavaScript or TypeScript */
export function usesOf(source: string): Uses {
  const uses = new Map<string, Use>();
  if (!/\bfrom\b|\brequire\b/.test(source)) return uses;
  const { code, text } = mask(source);
  const imports = [...code.matchAll(FROM)];
  const required = [...code.matchAll(REQUIRE)];
  const rest = without(
    code,
    [...imports, ...required].sort((one, other) => one.index - other.index),
  );
  const words = countWords(rest);
  const members = countMembers(rest);
  const add = (specifier: string, name: string, times: number) => {
    const key = `${name} ${specifier}`;
    uses.set(key, { specifier, name, times: (uses.get(key)?.times ?? 0) + times });
  };
  const addMembers = (specifier: string, local: string) => {
    for (const [member, times] of members.get(local) ?? []) add(specifier, member, times);
  };
  for (const found of imports) {
    const { specifier } = specifierOf(text, found);
    for (const { name, local } of namesIn(found[2] ?? '')) {
      if (name === '*') addMembers(specifier, local);
      else add(specifier, name, found[1] === 'export' ? 1 : (words.get(local) ?? 0));
    }
  }
  for (const found of required) {
    const { specifier, end } = specifierOf(text, found);
    const [, local, list = ''] = found;
    const behind = code.slice(end, end + 300);
    const member = MEMBER.exec(behind)?.[1];
    if (member !== undefined) add(specifier, member, 1);
    else if (CALLED.test(behind)) add(specifier, 'default', 1);
    else if (local !== undefined) {
      addMembers(specifier, local);
      const asked = [...(members.get(local)?.values() ?? [])].reduce((sum, times) => sum + times, 0);
      const whole = (words.get(local) ?? 0) - asked;
      if (whole > 0) add(specifier, 'default', whole);
    }
    for (const one of destructured(list)) add(specifier, one.name, words.get(one.local) ?? 0);
  }
  return uses;
}

function specifierOf(text: string, found: RegExpExecArray) {
  const begin = found.index + found[0].length;
  const end = text.indexOf(found[3] as string, begin);
  return { specifier: text.slice(begin, end), end };
}

/** `a, { b as c, type D }`, `* as e`: by which name of the other module each is known here. */
function namesIn(clause: string): { readonly name: string; readonly local: string }[] {
  const [, first, list, star] =
    /^(?:([\w$]+)\s*,?\s*)?(?:\{([^}]*)\}|\*\s*as\s+([\w$]+))?/.exec(clause.trim()) ?? [];
  return [
    ...(first === undefined ? [] : [{ name: 'default', local: first }]),
    ...(star === undefined ? [] : [{ name: '*', local: star }]),
    ...(list ?? '')
      .split(',')
      .map((one) => one.trim().replace(/^type\s+(?=[\w$])/, ''))
      .filter(Boolean)
      .map((one) => {
        const [name = '', local = name] = one.split(/\s+as\s+/);
        return { name, local };
      }),
  ];
}

function without(code: string, found: readonly RegExpExecArray[]): string {
  let from = 0;
  const parts = found.map(({ index, 0: whole }) => {
    const part = code.slice(from, index);
    from = index + whole.length;
    return part;
  });
  return [...parts, code.slice(from)].join(' ');
}

/** Names, but not those of members: `a` and `...b` of `a.c(...b)`. */
function countWords(code: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, dots = '', word = ''] of code.matchAll(/(\.*)([A-Za-z_$][\w$]*)/g))
    if (dots.length !== 1) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Of each name the members that are asked of it. */
function countMembers(code: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const counts = new Map<string, Map<string, number>>();
  for (const [, word = '', member = ''] of code.matchAll(
    /(?<![\w$.])([A-Za-z_$][\w$]*)\??\.([A-Za-z_$][\w$]*)/g,
  )) {
    const of = counts.get(word) ?? new Map<string, number>();
    counts.set(word, of.set(member, (of.get(member) ?? 0) + 1));
  }
  return counts;
}
