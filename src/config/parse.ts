import type { Limits } from '../task/attempt.ts';
import type { Problem } from '../task/problem.ts';
import { checkAnalysts } from './analysts.ts';
import { AGENT_NAMES, WITHOUT_TOOLS } from './programs.ts';
import { checkReviewers } from './reviewers.ts';
import { checkScheduling } from './scheduling.ts';
import { type CoderConfig, type Config, configSchema } from './schema.ts';
import { type Path, parseYaml } from './yaml.ts';
import { checkZones } from './zones.ts';

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
  checkNames(data, raw, wrong);
  checkZones(data, raw, wrong);
  return { config: data, given: new Set(leaves(raw).map(dotted)) };
}

function checkNames(config: Config, raw: unknown, wrong: (path: Path, sentence: string) => Problem): void {
  const coders = Object.keys(config.coders);
  if (config.coder !== undefined && !coders.includes(config.coder)) {
    throw wrong(
      ['coder'],
      `coder "${config.coder}" is not among coders (${coders.join(', ') || 'there are none'})`,
    );
  }
  for (const [name, coder] of Object.entries(config.coders)) {
    checkCoder(name, coder, wrong);
    const unknown = coder.fallback?.find((other) => !coders.includes(other));
    if (unknown !== undefined)
      throw wrong(
        ['coders', name, 'fallback'],
        `coder "${unknown}" is not among coders (${coders.join(', ')})`,
      );
  }
  checkReviewers(config, raw, wrong);
  checkAnalysts(config, wrong);
  checkScheduling(config, wrong);
}

function checkCoder(
  name: string,
  coder: CoderConfig,
  wrong: (path: Path, sentence: string) => Problem,
): void {
  const path = ['coders', name];
  if (coder.agent === 'acp' && coder.command === undefined)
    throw wrong(
      path,
      `coder "${name}" speaks the Agent Client Protocol, and needs the command that starts it, like [gemini, --acp]`,
    );
  if (coder.agent === 'acp') return;
  if (coder.command !== undefined && coder.agent !== undefined)
    throw wrong([...path, 'agent'], `coder "${name}" has a command and an agent; it can be only one of them`);
  if (coder.command === undefined && coder.agent === undefined)
    throw wrong(path, `coder "${name}" needs a command, or an agent (${AGENT_NAMES.join(', ')})`);
  if (coder.mcp === true && coder.agent !== undefined && WITHOUT_TOOLS.includes(coder.agent))
    throw wrong(
      [...path, 'mcp'],
      `coder "${name}" is ${coder.agent}, which takes no MCP server: it says something back by the file that STEROIDS_ANSWER names`,
    );
  if (coder.agent !== undefined) return;
  if (coder.model !== undefined)
    throw wrong([...path, 'model'], `coder "${name}" is a command, and a model is for agents`);
  if (coder.mcp !== undefined)
    throw wrong([...path, 'mcp'], `coder "${name}" is a command, and mcp is for agents`);
  if (coder.args !== undefined)
    throw wrong([...path, 'args'], `coder "${name}" is a command, and args are for agents: put them into it`);
}

/** Paths of the values in it; they are joined only at the end, because names may hold dots. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** One number for each way in which an attempt can fail; `limits.attempts` where nothing else is said. */
export function limitsOf(config: Config): Limits {
  const { rejections, conflicts, verifications, unchanged, failures, reviews, replays } = config.limits;
  const { attempts: given } = config.limits;
  const attempts = typeof given === 'number' ? given : given.each;
  return {
    rejected: rejections ?? attempts,
    conflicted: conflicts ?? attempts,
    unresolved: conflicts ?? attempts,
    broken: verifications ?? attempts,
    unchanged: unchanged ?? attempts,
    failed: failures ?? attempts,
    unjudged: reviews ?? attempts,
    altered: replays ?? attempts,
  };
}

/** What may be spent: on one task, by all in a day of UTC, by all ever. */
export interface Amounts {
  readonly task?: number | undefined;
  readonly day?: number | undefined;
  readonly total?: number | undefined;
}

export interface Budgets {
  /** US dollars. */
  readonly cost: Amounts;
  /** Milliseconds. */
  readonly time: Amounts;
  /** Codings of one task; undefined: as many as its other bounds allow. */
  readonly codings: number | undefined;
}

export function budgetsOf({ limits }: Config): Budgets {
  const amounts = (given: number | Amounts | undefined): Amounts =>
    typeof given === 'object' ? given : { task: given };
  const codings = typeof limits.attempts === 'object' ? limits.attempts.total : undefined;
  return { cost: amounts(limits.cost), time: amounts(limits.time), codings };
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
    source: isGiven(parsed, path) ? 'file' : 'default',
  }));
}

/** Zones are shown as a list, and may be given as a map. */
function isGiven({ given }: ParsedConfig, path: readonly string[]): boolean {
  const key = dotted(path);
  // A bare command stands for one with a time limit.
  if (given.has(key) || (path[1] === 'commands' && given.has(dotted(path.slice(0, -1))))) return true;
  return key === 'runners.zones' && [...given].some((one) => one.startsWith(`${key}.`));
}

function dotted(path: readonly string[]): string {
  return path.join('.');
}
