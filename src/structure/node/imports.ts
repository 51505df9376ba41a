// What a file of JavaScript or TypeScript imports, also in the scripts of Vue, Svelte and Astro. The only import of
// es-module-lexer.

import { init, parse } from 'es-module-lexer';
import { scanImports } from './scan.ts';

export const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;

const SCRIPT = /<script\b[^>]{0,500}>/gi;
const SCRIPT_END = '</script';
const FRONTMATTER = /^\uFEFF?\s*---\r?\n([\s\S]*?)\r?\n---/;

/**
 * Whatever looks like an import, also in comments and strings: it takes a quarter of the time that reading the language does,
 * and most files have nothing in them that leads to another package.
 */
const LIKE =
  /\b(?:from|import|require)\b(?:\.resolve)?\s{0,99}\(?\s{0,99}(?:\/\*[^*]{0,200}\*\/\s{0,99}|\/\/[^\n]{0,200}\n\s{0,99}){0,4}(['"`])([^'"`\n]{1,300})\1/g;

/** Before the first file. */
export const lexerReady = init;

/**
 * @param matters whether it is worth knowing that a specifier is really imported
 * @returns specifiers as they are written, each maybe more than once; none where nothing looks as if it mattered
 */
export function importsOf(
  path: string,
  text: string,
  matters: (specifier: string) => boolean,
): readonly string[] {
  if (!mayImport(text, matters)) return [];
  if (/\.(vue|svelte|astro)$/.test(path)) return scriptsOf(text).flatMap(importsOfScript);
  return importsOfScript(text);
}

function mayImport(text: string, matters: (specifier: string) => boolean): boolean {
  LIKE.lastIndex = 0;
  for (let like = LIKE.exec(text); like !== null; like = LIKE.exec(text))
    if (matters(like[2] as string)) return true;
  return false;
}

function scriptsOf(text: string): readonly string[] {
  const scripts = [FRONTMATTER.exec(text)?.[1] ?? ''];
  SCRIPT.lastIndex = 0;
  while (SCRIPT.test(text)) {
    const end = text.indexOf(SCRIPT_END, SCRIPT.lastIndex);
    if (end < 0) break;
    scripts.push(text.slice(SCRIPT.lastIndex, end));
    SCRIPT.lastIndex = end;
  }
  return scripts;
}

function importsOfScript(text: string): readonly string[] {
  const lexed = lex(text);
  if (lexed === undefined) return scanImports(text);
  return text.includes('require') ? [...lexed, ...scanImports(text)] : lexed;
}

/** @returns undefined where it is not understood */
function lex(text: string): readonly string[] | undefined {
  try {
    return parse(text)[0].flatMap((one) => one.specifier ?? []);
  } catch {
    return undefined;
  }
}
