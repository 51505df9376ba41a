// The texts of Go: go.mod and go.work, line by line as Go itself reads them, and the imports of a source file.

import { Problem } from '../../task/problem.ts';

export interface Directive {
  readonly verb: string;
  readonly words: readonly string[];
  /** Of a `require`: it is only there because something else needs it. */
  readonly indirect: boolean;
  readonly line: number;
}

const VERBS = new Set([
  'module',
  'go',
  'toolchain',
  'godebug',
  'require',
  'exclude',
  'replace',
  'retract',
  'tool',
  'ignore',
  'use',
]);

/** @throws Problem `invalid-manifest`, with `path:line:column`, for a directive that Go does not know, or a block without an end */
export function parseDirectives(text: string, path: string): Directive[] {
  const directives: Directive[] = [];
  let block: { readonly verb: string; readonly line: number } | undefined;
  for (const [index, whole] of text.split('\n').entries()) {
    const line = index + 1;
    const [code = '', comment = ''] = splitComment(whole);
    const words = wordsOf(code);
    const [first] = words;
    if (first === undefined) continue;
    if (block !== undefined && first === ')') {
      block = undefined;
      continue;
    }
    const verb = block?.verb ?? first;
    if (!VERBS.has(verb)) throw wrong(path, line, `${verb} is no directive of Go's modules`);
    const rest = block === undefined ? words.slice(1) : words;
    if (block === undefined && rest[0] === '(') {
      if (rest[1] !== ')') block = { verb, line };
      continue;
    }
    directives.push({ verb, words: rest, indirect: /^\s*indirect\b/.test(comment), line });
  }
  if (block !== undefined) throw wrong(path, block.line, `the block of ${block.verb} has no end`);
  return directives;
}

function splitComment(line: string): [string, string] {
  const at = line.search(/(?:^|\s)\/\//);
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at).trim().slice(2)];
}

function wordsOf(code: string): string[] {
  return [...code.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`|[()]|[^\s()"`]+/g)].map(
    (match) => match[1] ?? match[2] ?? match[0],
  );
}

function wrong(path: string, line: number, sentence: string): Problem {
  return new Problem('config', 'invalid-manifest', `${path}:${line}:1: ${sentence}`, `Correct ${path}.`);
}

export interface GoSource {
  readonly imports: readonly string[];
  readonly isMain: boolean;
  /** It listens for requests: what else it may be called, it is a server. */
  readonly serves: boolean;
}

// Comments and strings are tokens too, so that what is written in them is not taken for code.
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|\b(?:package|import|func|var|const|type)\b|[()]/g;

/** What the head of a Go file says. Imports stand before everything else, so that reading ends at the first declaration. */
export function readGoSource(text: string): GoSource {
  const imports: string[] = [];
  let name = '';
  let state: 'head' | 'import' | 'block' = 'head';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === 'package') name = /^package\s+(\w+)/.exec(text.slice(index, index + 200))?.[1] ?? '';
    else if (token === 'import') state = 'import';
    else if (token === '(' && state === 'import') state = 'block';
    else if (token === ')') state = 'head';
    else if (/^["`]/.test(token) && state !== 'head') {
      imports.push(token.slice(1, -1));
      if (state === 'import') state = 'head';
    } else if (/^(?:func|var|const|type)$/.test(token)) break;
  }
  return {
    imports,
    isMain: name === 'main',
    serves: /\bListenAndServe(?:TLS)?\(|\bnet\.Listen\(/.test(text),
  };
}
