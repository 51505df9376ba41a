// `--analyst model`: who is asked, and what a person sees of it.

import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../../config/parse.ts';
import { readFileIfThere } from '../../disk/files.ts';
import { type Analyzed, askAnalyst } from '../../orchestrator/analyst.ts';
import type { Discovered, Place } from '../../orchestrator/structure.ts';
import { allOf, NO_TOKENS, sumOfTokens } from '../../task/tokens.ts';
import { openModel } from '../askModel.ts';
import type { Context } from '../command.ts';

export const ANALYSTS = ['none', 'model'] as const;

/**
 * Asks the model of `analysis` in the checkout's configuration.
 * @returns what it changes, or why it had no say; both were told
 */
export async function consultModel(context: Context, place: Place, found: Discovered): Promise<Analyzed> {
  const configured = await settings(place);
  const { model: name, key } = configured;
  if (!context.host.environment[key]) return skipped(context, `${key} is not set`);
  context.narrate(`Asking ${name}...`);
  const model = openModel(context, configured);
  let tokens = NO_TOKENS;
  const analyzed = await askAnalyst(found, async (question) => {
    const answered = await model(question);
    tokens = sumOfTokens(tokens, answered.cost?.tokens ?? NO_TOKENS);
    return answered;
  });
  context.narrate(`${name} took ${allOf(tokens)} tokens.`);
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
