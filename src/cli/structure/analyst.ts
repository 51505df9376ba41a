// `--analyst model`: who is asked, and what a person sees of it.

import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../../config/parse.ts';
import { readFileIfThere } from '../../disk/files.ts';
import { askModel, type ModelTokens } from '../../model/anthropic.ts';
import { allOf } from '../../model/cost.ts';
import { type Analyzed, askAnalyst } from '../../orchestrator/analyst.ts';
import type { Discovered, Place } from '../../orchestrator/structure.ts';
import type { Context } from '../command.ts';

export const ANALYSTS = ['none', 'model'] as const;

/**
 * Asks the model of `analysis` in the checkout's configuration.
 * @returns what it changes, or why it had no say; both were told
 */
export async function consultModel(context: Context, place: Place, found: Discovered): Promise<Analyzed> {
  const { model: name, maxTokens, key: keyVariable } = await settings(place);
  const key = context.host.environment[keyVariable] ?? '';
  if (key === '') return skipped(context, `${keyVariable} is not set`);
  context.narrate(`Asking ${name}...`);
  let tokens = 0;
  const count = (more: ModelTokens) => {
    tokens += allOf(more);
  };
  const analyzed = await askAnalyst(found, (question) =>
    askModel({ name, maxTokens, key, keyVariable }, question, count),
  );
  context.narrate(`${name} took ${tokens} tokens.`);
  if (analyzed.kind === 'skipped') return skipped(context, analyzed.reason);
  for (const line of analyzed.refused) context.narrate(`${name}, refused: ${line}`);
  context.narrate(
    analyzed.changes.length === 0
      ? `${name} would change nothing.`
      : [`${name} would change:`, ...analyzed.changes.map((line) => `  ${line}`)].join('\n'),
  );
  return analyzed;
}

function skipped(context: Context, reason: string): Analyzed {
  context.narrate(`The model had no say, and the structure is as the files say: ${reason}`);
  return { kind: 'skipped', reason };
}

async function settings(place: Place) {
  const file = path.join(path.dirname(place.file), path.basename(CONFIG_FILE));
  return parseConfig((await readFileIfThere(file)) ?? 'version: 1\n', CONFIG_FILE).config.analysis;
}
