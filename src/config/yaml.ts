// YAML checked against a schema, with line and column for whatever is wrong.

import {
  type Alias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { Problem, sentenceOf } from '../task/problem.ts';
import { suggestion } from './near.ts';
import { settingsAt } from './settings.ts';

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
    if (unknown === undefined) throw at(offset, `${key}: ${messageOf(issue)}`);
    const meant = suggestion(unknown, settingsAt(schema, path));
    throw at(offset, `${key} has no setting "${unknown}"${meant === undefined ? '' : `. ${meant}`}`);
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
  const message =
    issue?.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue?.message;
  return message?.replace(
    /^Invalid input: expected (\w+), received (\w+)$/,
    (_, expected: string, received: string) => `needs ${kindOf(expected)}, and has ${kindOf(received)}`,
  );
}

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'settings',
  record: 'names with settings',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  undefined: 'none',
  null: 'nothing',
};

const kindOf = (type: string) => KINDS[type] ?? type;

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

/** A text that is changed without losing what a person wrote into it: comments, order, quotes and blank lines stay. */
export interface EditedYaml {
  /** Puts an item at the end of a list, which is made where it is missing. `blank`: with an empty line before it, as the others have. */
  add(path: Path, item: unknown, form?: Form & { readonly blank?: boolean }): void;
  /** A value in place of the one that is there, whose comments stay. */
  set(path: Path, value: unknown, form?: Form): void;
  /** A new key at the end of the top. */
  put(key: string, value: unknown, form?: Form & { readonly comment?: string }): void;
  /** Makes a list of texts hold these: what is in it already stays where it is. */
  list(path: Path, texts: readonly string[], form?: Form): void;
  remove(path: Path): void;
  /** What it says now. */
  data(): unknown;
  text(): string;
}

/** How new values are written, by the key that they stand under. */
export interface Form {
  /** Lists in one line: `[a, b]`. */
  readonly inLine?: readonly string[];
  /** Texts in double quotes. */
  readonly quoted?: readonly string[];
}

/** @param text YAML without mistakes: `parseYaml` has read it */
export function editYaml(text: string): EditedYaml {
  const document = parseDocument(text);
  if (document.contents === null) document.contents = document.createNode({}) as never;
  const build = (key: unknown, value: unknown, form: Form): Node => {
    const node = document.createNode({ [String(key)]: value });
    visit(node, {
      Pair(_, { key: at, value: inner }) {
        const name = isScalar(at) ? String(at.value) : '';
        if (isSeq(inner) && form.inLine?.includes(name)) inner.flow = true;
        if (isScalar(inner) && form.quoted?.includes(name)) inner.type = Scalar.QUOTE_DOUBLE;
      },
    });
    return node.get(String(key), true) as Node;
  };
  const edited: EditedYaml = {
    add(path, item, form = {}) {
      const list = document.getIn(path, true);
      const node = build('', item, form);
      if (isSeq(list)) {
        if (form.blank && list.items.length > 0) node.spaceBefore = true;
        // `[]` is how an empty list is written, and no wish to have all in one line.
        if (list.items.length === 0) list.flow = false;
        list.items.push(node);
      } else edited.set(path, [node]);
    },
    set(path, value, form = {}) {
      const before = document.getIn(path, true);
      const node = build(path.at(-1), value, form);
      if (isScalar(before) && isScalar(node)) before.value = node.value;
      else document.setIn(path, node);
    },
    put(key, value, form = {}) {
      if (!isMap(document.contents)) throw new TypeError('the text is no map');
      const name = document.createNode(key);
      name.spaceBefore = true;
      if (form.comment !== undefined) name.commentBefore = ` ${form.comment}`;
      document.contents.items.push(document.createPair(name, build(key, value, form)) as never);
    },
    list(path, texts, form = {}) {
      const list = document.getIn(path, true);
      if (!isSeq(list)) return edited.set(path, texts, form);
      const has = (item: unknown) => (isScalar(item) ? String(item.value) : undefined);
      list.items = list.items.filter((item) => texts.includes(has(item) ?? ''));
      const there = new Set(list.items.map(has));
      for (const one of texts) if (!there.has(one)) list.items.push(document.createNode(one));
    },
    remove(path) {
      document.deleteIn(path);
    },
    data: () => document.toJS(),
    text: () => written(document, text),
  };
  return edited;
}

/** As the text was indented before. */
function written(document: ReturnType<typeof parseDocument>, before: string): string {
  const indent = /^( +)\S/m.exec(before)?.[1]?.length ?? 2;
  const text = document.toString({
    lineWidth: 0,
    indent: Math.min(indent, 8),
    indentSeq: !/^( *)[^\s#-][^\n]*:[^\S\n]*(?:#[^\n]*)?\r?\n\1- /m.test(before),
    flowCollectionPadding: /\[ \S/.test(before),
  });
  return before.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
