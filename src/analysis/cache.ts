// Answers that were given already: the same analyst is not asked the same question twice.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { modifiedAt, namesIn, removeOwn } from '../disk/files.ts';
import { keep, readKept } from '../disk/kept.ts';
import type { AnalysisQuestion, Analyst, NoOpinion, Opinion } from './analyst.ts';
import { readConflictAnalysis } from './conflictAnalysis.ts';

export interface Asked {
  readonly said: Opinion | NoOpinion;
  /** It was answered before, and cost nothing this time. */
  readonly kept: boolean;
}

export interface Asking {
  /** Where answers are kept, of ours alone. */
  readonly folder: string;
  /** Ask again what was answered already. */
  readonly fresh: boolean;
  readonly signal: AbortSignal;
}

const FORMAT = 1;
/** Answers that are kept. */
const MOST = 100;

/** What an analyst says; nothing that it could not say is kept. */
export async function ask(
  analyst: Analyst,
  question: AnalysisQuestion,
  { folder, fresh, signal }: Asking,
): Promise<Asked> {
  const file = path.join(folder, `${digestOf(analyst, question)}.json`);
  const known = fresh ? undefined : await readKept(file, isKept);
  if (known) return { said: { ...known.opinion, cost: null }, kept: true };
  const said = await analyst.ask(question, signal);
  if (said.kind === 'opinion') {
    await keep(file, { format: FORMAT, opinion: said });
    await trim(folder);
  }
  return { said, kept: false };
}

/** Tasks, structure and main are the question; whatever else changes an answer is the analyst's identity. */
function digestOf({ name, kind, identity }: Analyst, question: AnalysisQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, kind, name, identity, question]))
    .digest('hex')
    .slice(0, 40);
}

async function trim(folder: string): Promise<void> {
  const names = (await namesIn(folder)).filter((name) => /^[0-9a-f]{40}\.json$/.test(name));
  if (names.length <= MOST) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: await modifiedAt(file) };
    }),
  );
  const oldest = files.toSorted((one, other) => one.at - other.at).slice(0, files.length - MOST);
  await Promise.all(oldest.map(({ file }) => removeOwn(file).catch(() => {})));
}

interface Kept {
  readonly format: typeof FORMAT;
  readonly opinion: Opinion;
}

function isKept(data: unknown): data is Kept {
  const kept = data as Kept | null;
  return (
    kept?.format === FORMAT &&
    kept.opinion.kind === 'opinion' &&
    kept.opinion.notes.every((note) => typeof note === 'string') &&
    readConflictAnalysis(JSON.stringify(kept.opinion.analysis)).kind === 'analysis'
  );
}
