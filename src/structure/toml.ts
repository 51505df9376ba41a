// TOML, with line and column for what is wrong.

import { parse, TomlError } from 'smol-toml';
import { Problem } from '../task/problem.ts';

/** Tables and lists within each other; a manifest needs five or six. */
const DEEPEST = 100;

/** @throws Problem `invalid-manifest`, with `path:line:column` */
export function parseToml(text: string, path: string): unknown {
  try {
    return parse(text, { maxDepth: DEEPEST });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence = ''] = error.message.split('\n');
    throw new Problem(
      'config',
      'invalid-manifest',
      `${path}:${error.line}:${error.column}: ${sentence.replace(/^Invalid TOML document: /, 'not TOML: ')}`,
      `Correct ${path}.`,
    );
  }
}
