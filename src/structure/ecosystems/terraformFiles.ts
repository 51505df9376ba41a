// Terraform's files as far as modules go: which folders a folder takes modules from.

import { Problem, sentenceOf } from '../../task/problem.ts';
import { blocksOf, lineCounter } from './blocks.ts';
import { entriesAt, listAt, textAt } from './values.ts';

export interface ModuleSource {
  /** `./x` or `../x`: anything else comes from a registry or from another repository. */
  readonly source: string;
  readonly line: number | undefined;
}

// Strings first: `#` and `//` in one begin no comment.
const COMMENT = /("(?:[^"\\\n]|\\.)*")|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** Where a module's source is looked for, in characters: it stands at its beginning. */
const HEAD = 10_000;

export function readTerraform(text: string): ModuleSource[] {
  const code = withoutHeredocs(text).replace(
    COMMENT,
    (whole, string) => string ?? whole.replace(/[^\n]/g, ' '),
  );
  const lineAt = lineCounter(code);
  return blocksOf(code, /^[ \t]*module[ \t]+"([^"\n]+)"\s*\{/gm).flatMap(({ start, inner }) => {
    const source = /(?:^|[\n{])([ \t]*source[ \t]*=[ \t]*)"([^"\n]*)"/.exec(inner.slice(0, HEAD));
    if (source === null) return [];
    return localOf(source[2] ?? '', lineAt(start + source.index + source[0].length));
  });
}

/** With empty lines for what stands in them, so that lines stay. */
function withoutHeredocs(text: string): string {
  const lines = text.split('\n');
  const lastOf = new Map(lines.map((line, index) => [line.trim(), index]));
  for (let index = 0; index < lines.length; index++) {
    const word = /<<[-~]?(\w+)\s*$/.exec(lines[index] ?? '')?.[1];
    // Without an end it is none.
    if (word === undefined || (lastOf.get(word) ?? 0) <= index) continue;
    for (index++; lines[index]?.trim() !== word; index++) lines[index] = '';
  }
  return lines.join('\n');
}

/** @throws Problem `invalid-manifest` */
export function readTerraformJson(text: string, path: string): ModuleSource[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Problem(
      'config',
      'invalid-manifest',
      `${path}: not JSON: ${sentenceOf(error)}`,
      `Correct ${path}.`,
    );
  }
  const modules = listAt(data, 'module').flatMap((one) => entriesAt(one).flatMap(([, value]) => value));
  return modules.flatMap((one) => localOf(textAt(one, 'source') ?? '', undefined));
}

/** What stands after `//` is a folder within what is fetched, which for a local path is only a folder further down. */
function localOf(source: string, line: number | undefined): ModuleSource[] {
  return /^\.{1,2}(?:\/|$)/.test(source) ? [{ source: source.replace('//', '/'), line }] : [];
}
