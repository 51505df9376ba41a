// An analysis of conflicts from its question to its answer: whoever is to be asked says something, or the static analyst
// speaks alone.

import path from 'node:path';
import type { AnalysisQuestion, Analyst, NoOpinion, Opinion } from '../analysis/analyst.ts';
import { type Asked, ask } from '../analysis/cache.ts';
import { type Combined, combine } from '../analysis/combine.ts';
import { staticAnalyst } from '../analysis/static.ts';
import { Problem } from '../task/problem.ts';
import { readAnalysisQuestion, type Wanted } from './analysisQuestion.ts';
import { countAsking } from './countAsking.ts';
import { rememberOpinion } from './opinions.ts';
import type { Project } from './project.ts';

export interface Speech {
  readonly name: string;
  readonly kind: Analyst['kind'];
  readonly said: Opinion | NoOpinion;
  /** It was answered before, and cost nothing this time. */
  readonly kept: boolean;
}

export interface ConflictReport {
  readonly question: AnalysisQuestion;
  readonly combined: Combined;
  /** Of all who were asked, in that order. */
  readonly speeches: readonly Speech[];
  /** What was cut, passed over or not believed, in sentences. */
  readonly notes: readonly string[];
}

export interface Analyzing {
  readonly wanted: Wanted;
  /** Nobody else is asked; the static one speaks in any case when none of them has anything to say. */
  readonly analysts: readonly Analyst[];
  /** Ask and guess again what is known. */
  readonly fresh?: boolean;
  readonly signal: AbortSignal;
  /** Told before anybody is asked. */
  readonly begin?: (question: AnalysisQuestion) => void;
}

/** Where answers are kept. */
export const keptAnswers = (project: Project) => path.join(project.folders.base, 'analysis', 'answers');

/** @throws Problem `main-missing`, `git-failed`; never for what an analyst did */
export async function analyzeConflicts(
  project: Project,
  { wanted, analysts, fresh = false, signal, begin }: Analyzing,
): Promise<ConflictReport> {
  const { question, notes } = await readAnalysisQuestion(project, wanted, fresh);
  begin?.(question);
  const asking = { folder: keptAnswers(project), fresh, signal };
  const uncounted: string[] = [];
  const speak = async (analyst: Analyst): Promise<Speech> => {
    const { elapsed } = project.host;
    const began = elapsed();
    const asked = await ask(analyst, question, asking).catch(failed);
    const { cost } = asked.said;
    const note = await countAsking(project, 'analysis', analyst.name, cost, elapsed() - began);
    if (note !== undefined) uncounted.push(note);
    return { name: analyst.name, kind: analyst.kind, ...asked };
  };
  const speeches = await Promise.all(analysts.map(speak));
  if (!speeches.some(({ said }) => said.kind === 'opinion')) speeches.push(await speak(staticAnalyst));
  const forgotten = await remember(project, question, speeches);
  const voices = speeches.flatMap(({ name, said }) =>
    said.kind === 'opinion' ? [{ name, opinion: said }] : [],
  );
  return {
    question,
    combined: combine(question, voices),
    speeches,
    notes: [
      ...notes,
      ...uncounted,
      ...forgotten,
      ...voices.flatMap(({ name, opinion }) => opinion.notes.map((note) => `${name}: ${note}`)),
    ],
  };
}

/** For scheduling and `analysis report`. @returns what could not be kept, in sentences: the answer is there all the same */
async function remember(
  project: Project,
  { tasks }: AnalysisQuestion,
  speeches: readonly Speech[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const { name, said, kept } of speeches) {
    if (kept || said.kind !== 'opinion') continue;
    try {
      await rememberOpinion(project, name, tasks, said);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      notes.push(`what ${name} says is not remembered: ${error.message}`);
    }
  }
  return notes;
}

/** An analyst that throws is broken, and stops nothing either. */
function failed(error: unknown): Asked {
  const reason = error instanceof Error ? error.message : String(error);
  return { said: { kind: 'none', reason, cost: null }, kept: false };
}
