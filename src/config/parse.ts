import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Limits } from '../task/attempt.ts';
import { Problem } from '../task/problem.ts';
import { type Config, configSchema } from './schema.ts';

export const CONFIG_FILE = '.steroids/config.yaml';

export interface ParsedConfig {
  readonly config: Config;
  /** Dotted paths that the file itself gives; everything else is a default. */
  readonly given: ReadonlySet<string>;
}

/**
 * @param text YAML
 * @param place how to call the file in a sentence
 * @throws Problem `invalid-config` with line and column
 */
export function parseConfig(text: string, place: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const wrong = (offset: number, sentence: string) => {
    const { line, col } = lines.linePos(offset);
    return new Problem(
      'config',
      'invalid-config',
      `${place}:${line}:${col}: ${sentence}`,
      `Correct ${place}.`,
    );
  };
  const [broken] = document.errors;
  if (broken) throw wrong(broken.pos[0], broken.message);
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part));
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const offset = offsetOf(document, unknown === undefined ? path : [...path, unknown]);
    const key = path.length > 0 ? path.join('.') : 'the configuration';
    const sentence =
      unknown === undefined ? `${key}: ${issue?.message}` : `${key} has no setting "${unknown}"`;
    throw wrong(offset, sentence);
  }
  checkNames(parsed.data, (path, sentence) => wrong(offsetOf(document, path), sentence));
  return { config: parsed.data, given: new Set(leaves(document.toJS() ?? {})) };
}

type Path = readonly (string | number)[];

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

function checkNames(config: Config, wrong: (path: Path, sentence: string) => Problem): void {
  const coders = Object.keys(config.coders);
  if (config.coder !== undefined && !coders.includes(config.coder)) {
    throw wrong(
      ['coder'],
      `coder "${config.coder}" is not among coders (${coders.join(', ') || 'there are none'})`,
    );
  }
  const reviewers = ['none', 'human', ...Object.keys(config.reviewers)];
  if (!reviewers.includes(config.reviewer)) {
    throw wrong(['reviewer'], `reviewer "${config.reviewer}" is not one of ${reviewers.join(', ')}`);
  }
}

function leaves(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return path === '' ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

/** One number for each way in which an attempt can fail; `limits.attempts` where nothing else is said. */
export function limitsOf(config: Config): Limits {
  const { attempts, rejections, conflicts, verifications, unchanged, failures, reviews } = config.limits;
  return {
    rejected: rejections ?? attempts,
    conflicted: conflicts ?? attempts,
    unresolved: conflicts ?? attempts,
    broken: verifications ?? attempts,
    unchanged: unchanged ?? attempts,
    failed: failures ?? attempts,
    unjudged: reviews ?? attempts,
  };
}

/** The coder that a task without a choice of its own gets. */
export function defaultCoder(config: Config): string | undefined {
  const names = Object.keys(config.coders);
  return config.coder ?? (names.includes('default') ? 'default' : names.length === 1 ? names[0] : undefined);
}

export interface ShownValue {
  readonly key: string;
  readonly value: unknown;
  readonly source: 'default' | 'file';
}

/** Every value that is in force, by dotted path, and whether the file or a default gave it. */
export function showValues(parsed: ParsedConfig): ShownValue[] {
  return leaves(parsed.config).map((key) => ({
    key,
    value: key
      .split('.')
      .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], parsed.config),
    source: [...parsed.given].some((path) => path === key || path.startsWith(`${key}.`)) ? 'file' : 'default',
  }));
}
