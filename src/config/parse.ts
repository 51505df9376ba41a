import type { Limits } from '../task/attempt.ts';
import type { Problem } from '../task/problem.ts';
import { type Config, configSchema } from './schema.ts';
import { type Path, parseYaml } from './yaml.ts';

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
  const { data, raw, wrong } = parseYaml(text, place, 'invalid-config', configSchema);
  checkNames(data, wrong);
  return { config: data, given: new Set(leaves(raw).map(dotted)) };
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

/** Paths of the values in it; they are joined only at the end, because names may hold dots. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
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
  return leaves(parsed.config).map((path) => ({
    key: dotted(path),
    value: path.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], parsed.config),
    source: parsed.given.has(dotted(path)) ? 'file' : 'default',
  }));
}

function dotted(path: readonly string[]): string {
  return path.join('.');
}
