// YAML checked against a schema, with line and column for whatever is wrong.

import { type Alias, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { Problem, sentenceOf } from '../task/problem.ts';

export type Path = readonly (string | number)[];

export interface ParsedYaml<T> {
  readonly data: T;
  /** What stands in the text, as it is. */
  readonly raw: unknown;
  /** The Problem for something at `path` that the schema cannot see. */
  wrong(path: Path, sentence: string): Problem;
}

/**
 * @param place how to call the file in a sentence
 * @param code of the Problem: `invalid-config` for one
 * @throws Problem with `place:line:column`
 */
export function parseYaml<T>(text: string, place: string, code: string, schema: z.ZodType<T>): ParsedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, sentence: string) => {
    const { line, col } = lines.linePos(offset);
    return new Problem('config', code, `${place}:${line}:${col}: ${sentence}`, `Correct ${place}.`);
  };
  const [broken] = document.errors;
  if (broken) throw at(broken.pos[0], broken.message);
  const raw = readOut(document, at) ?? {};
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part));
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const offset = offsetOf(document, unknown === undefined ? path : [...path, unknown]);
    const key = path.length > 0 ? path.join('.') : 'the top';
    throw at(
      offset,
      unknown === undefined ? `${key}: ${messageOf(issue)}` : `${key} has no setting "${unknown}"`,
    );
  }
  return { data: parsed.data, raw, wrong: (path, sentence) => at(offsetOf(document, path), sentence) };
}

/** Aliases are only followed here: one of an anchor that is not there is a mistake in the text like any other. */
function readOut(
  document: ReturnType<typeof parseDocument>,
  at: (offset: number, sentence: string) => Problem,
): unknown {
  try {
    return document.toJS();
  } catch (error) {
    let first: Alias | undefined;
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document)) return undefined;
        first = alias;
        return visit.BREAK;
      },
    });
    throw at(first?.range?.[0] ?? 0, sentenceOf(error));
  }
}

/** What is wrong with a name stands one level deeper. */
function messageOf(issue: z.core.$ZodIssue | undefined): string | undefined {
  return issue?.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue?.message;
}

/** Where in the text a path is; the nearest parent that exists, if it does not. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
      return node.range[0];
  }
  return 0;
}
