// Who is asked about conflicts besides the static analyst: `analysis.analysts` and `analysis.commands`.

import type { Problem } from '../task/problem.ts';
import { suggestion } from './near.ts';
import { REVIEWING } from './programs.ts';
import type { AnalystConfig, Config } from './schema.ts';
import type { Path } from './yaml.ts';

/** Names that mean something without being configured. */
const MEANT = ['static', 'model'];

/** Of an agent that is named as it is. */
const TIME_LIMIT_MS = 5 * 60_000;

export type NamedAnalyst =
  | { readonly kind: 'model' }
  | { readonly kind: 'command'; readonly config: AnalystConfig }
  /** The sentence goes on after the name. */
  | { readonly kind: 'unknown'; readonly sentence: string; readonly hint: string };

/** Whoever is called so: the model, one of `commands`, or an agent that is known by name. */
export function namedAnalyst({ analysis }: Pick<Config, 'analysis'>, name: string): NamedAnalyst {
  if (name === 'model') return { kind: 'model' };
  const config = Object.hasOwn(analysis.commands, name) ? analysis.commands[name] : undefined;
  if (config) return { kind: 'command', config };
  const agent = REVIEWING.find((one) => one === name);
  if (agent) return { kind: 'command', config: { agent, timeLimit: TIME_LIMIT_MS } };
  if (name === 'static')
    return { kind: 'unknown', sentence: 'is always asked: leave it out', hint: 'Name only the others.' };
  const known = [...MEANT, ...Object.keys(analysis.commands), ...REVIEWING];
  const sentence = 'is neither "model", nor among analysis.commands, nor an agent that is known by name';
  return { kind: 'unknown', sentence, hint: suggestion(name, known) ?? '' };
}

/** @throws Problem for a name that nobody has, or that has a meaning already */
export function checkAnalysts(config: Config, wrong: (path: Path, sentence: string) => Problem): void {
  const { analysts, commands } = config.analysis;
  const taken = Object.keys(commands).find((name) => MEANT.includes(name));
  if (taken !== undefined)
    throw wrong(
      ['analysis', 'commands', taken],
      `"${taken}" is no name for a command: it has a meaning already`,
    );
  analysts.forEach((name, index) => {
    const path = ['analysis', 'analysts', index];
    if (analysts.indexOf(name) < index) throw wrong(path, `analyst "${name}" is named twice`);
    const named = namedAnalyst(config, name);
    if (named.kind === 'unknown')
      throw wrong(path, `analyst "${name}" ${named.sentence}. ${named.hint}`.trim());
  });
}
