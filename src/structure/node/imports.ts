// What a file of JavaScript or TypeScript imports, also in the scripts of Vue, Svelte and Astro. The only import of
// es-module-lexer.

import { init, parse } from 'es-module-lexer';
import { scanImports } from './scan.ts';

export const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;

const SCRIPT = /<script\b[^>]*>([\s\S]*?)<\/script/gi;
const FRONTMATTER = /^\uFEFF?\s*---\r?\n([\s\S]*?)\r?\n---/;

/** Before the first file. */
export const lexerReady = init;

/** @returns specifiers as they are written, each maybe more than once */
export function importsOf(path: string, text: string): readonly string[] {
  if (/\.(vue|svelte|astro)$/.test(path)) return scriptsOf(text).flatMap(importsOfScript);
  return importsOfScript(text);
}

function scriptsOf(text: string): readonly string[] {
  const scripts = [...text.matchAll(SCRIPT)].map((match) => match[1] ?? '');
  return [FRONTMATTER.exec(text)?.[1] ?? '', ...scripts];
}

function importsOfScript(text: string): readonly string[] {
  const requires = text.includes('require');
  if (!requires && !text.includes('import') && !text.includes('from')) return [];
  const lexed = lex(text);
  if (lexed === undefined) return scanImports(text);
  return requires ? [...lexed, ...scanImports(text)] : lexed;
}

/** @returns undefined where it is not understood */
function lex(text: string): readonly string[] | undefined {
  try {
    return parse(text)[0].flatMap((one) => one.specifier ?? []);
  } catch {
    return undefined;
  }
}
