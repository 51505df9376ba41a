// The analyst that is a program: any coder's command line in print mode, or an agent. It works where and as reviewers do.

import type { AnalysisQuestion, Analyst, NoOpinion, Opinion } from '../analysis/analyst.ts';
import { findConflictAnalysis } from '../analysis/answer.ts';
import { believe, type Existing } from '../analysis/believe.ts';
import type { ConflictAnalysis } from '../analysis/conflictAnalysis.ts';
import { identityOf } from '../analysis/model.ts';
import { askAgain, type Wording, writePrompt } from '../analysis/prompt.ts';
import { readSaid, transcriptOf } from '../coder/agents/read.ts';
import { type AgentUsed, together, usedBy } from '../coder/used.ts';
import type { AnalystConfig } from '../config/schema.ts';
import { inquire, type Read } from '../review/ask.ts';
import { sentenceOf } from '../task/problem.ts';
import { atDesk } from './atDesk.ts';
import { whyNotAsked } from './countAsking.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import { type Desk, kindOf, speakerOf } from './reviewerKinds.ts';

export interface CommandSettings {
  readonly name: string;
  readonly config: AnalystConfig;
  readonly wording: Wording;
  readonly existing: (question: AnalysisQuestion) => Existing;
}

export function commandAnalyst(project: Project, gate: Gate, settings: CommandSettings): Analyst {
  const { name, config, wording } = settings;
  const { timeLimit: _, ...program } = config;
  return {
    name,
    kind: 'command',
    identity: identityOf(JSON.stringify(program), wording),
    ask: async (question, signal) => {
      const reason = await whyNotAsked(project, gate.config, config);
      if (reason !== undefined) return { kind: 'none', reason, cost: null };
      return await atDesk(project, gate, 'analyst', (desk) => askAt(desk, settings, question, signal)).catch(
        (error: unknown): NoOpinion => ({ kind: 'none', reason: sentenceOf(error), cost: null }),
      );
    },
  };
}

async function askAt(
  desk: Desk,
  { name, config, wording, existing }: CommandSettings,
  question: AnalysisQuestion,
  signal: AbortSignal,
): Promise<Opinion | NoOpinion> {
  const prompt = writePrompt(question, wording);
  const kind = await kindOf(desk, config, {
    dossier: prompt.text,
    again: (wrong) => askAgain(prompt.text, wrong),
    parts: async () => undefined,
    variables: {},
  });
  if ('refused' in kind) return { kind: 'none', reason: kind.refused, cost: null };
  let used: AgentUsed | undefined;
  let whole = true;
  const inquiry = {
    ...kind,
    folder: desk.worktree.dir,
    environment: { ...kind.environment, TMPDIR: desk.temp, STEROIDS_ANALYST: name },
    log: desk.log,
    timeLimit: config.timeLimit,
    started: async () => {},
    // Each time that it is asked it begins its events anew.
    ended: async (byItself: boolean) => {
      const more = await usedAt(desk, config);
      used = used ? together(used, more) : more;
      whole &&= byItself;
    },
  };
  const wanted = { who: 'its program', what: 'analysis', read: analysisIn };
  const asked = await inquire(inquiry, wanted, signal);
  const cost = used ? { tokens: used.tokens, money: used.cost, whole } : null;
  if (asked.kind === 'stopped') return { kind: 'none', reason: 'it was stopped', cost };
  if (asked.kind === 'none') return { kind: 'none', reason: asked.reason, cost };
  const believed = await believe(asked.answer, prompt.asked, existing(question));
  const notes = [...prompt.notes, ...believed.notes];
  return { kind: 'opinion', analysis: believed.analysis, notes, cost };
}

function analysisIn(output: Uint8Array): Read<ConflictAnalysis> {
  const read = findConflictAnalysis(output);
  return read.kind === 'analysis' ? { kind: 'answered', answer: read.analysis } : read;
}

/** A command tells of nothing. */
async function usedAt(desk: Desk, config: AnalystConfig): Promise<AgentUsed> {
  const speaker = speakerOf(config);
  return usedBy(speaker ? await readSaid(speaker, transcriptOf(desk.log)) : []);
}
