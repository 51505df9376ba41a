// A model's view of the structure, on top of the one that is read from the files.

import {
  ANALYSIS_SCHEMA,
  ANALYST,
  type Analysis,
  analysisQuestion,
  type Refined,
  readAnalysis,
  refine,
} from '../structure/analysis.ts';
import { analysisInput } from '../structure/analysisInput.ts';
import type { Found } from '../structure/component.ts';
import { structureOf } from '../structure/discover.ts';
import type { Discovered } from './structure.ts';

export interface AnalystQuestion {
  readonly system: string;
  readonly text: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Asks whoever the analyst is. */
export type AskAnalyst = (
  question: AnalystQuestion,
) => Promise<
  { readonly kind: 'answered'; readonly text: string } | { readonly kind: 'failed'; readonly reason: string }
>;

export type Analyzed =
  | ({ readonly kind: 'refined' } & Refined)
  /** Nothing is lost without it: why it had no say. */
  | { readonly kind: 'skipped'; readonly reason: string };

/** How often it is asked again when its answer cannot be read. */
const REPEATS = 2;

export async function askAnalyst({ tree, structure, parts }: Discovered, ask: AskAnalyst): Promise<Analyzed> {
  const text = analysisQuestion(await analysisInput(tree));
  const read = await askRepeatedly(text, ask);
  if (read.kind === 'skipped') return read;
  const again = async (also: readonly Found[]) =>
    structureOf(tree, { ...parts, found: [...parts.found, ...also] });
  return { kind: 'refined', ...(await refine(tree, structure, read.analysis, again)) };
}

async function askRepeatedly(
  text: string,
  ask: AskAnalyst,
): Promise<
  { readonly kind: 'analysis'; readonly analysis: Analysis } | Extract<Analyzed, { kind: 'skipped' }>
> {
  let wrong = '';
  for (let time = 1; time <= 1 + REPEATS; time++) {
    const again = wrong === '' ? '' : `\n\nAn earlier answer could not be read: ${wrong}. Answer in JSON.`;
    const answered = await ask({ system: ANALYST, text: text + again, schema: ANALYSIS_SCHEMA });
    if (answered.kind === 'failed') return { kind: 'skipped', reason: answered.reason };
    const read = readAnalysis(answered.text);
    if (read.kind === 'analysis') return read;
    wrong = read.reason;
  }
  return { kind: 'skipped', reason: `its answer could not be read, asked ${1 + REPEATS} times: ${wrong}` };
}
