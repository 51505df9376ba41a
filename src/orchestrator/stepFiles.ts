// What the programs of a step write: each its log and, when it is an agent, the events of its own file.

import path from 'node:path';
import { transcriptOf } from '../coder/agents/read.ts';
import type { CoderConfig, ReviewerConfig } from '../config/schema.ts';
import { exists } from '../disk/files.ts';
import { getAttempt } from '../store/attempts.ts';
import { listOpenSteps, type Step } from '../store/steps.ts';
import { readGate } from './gate.ts';
import { reviewLog } from './prepareAskings.ts';
import type { Project } from './project.ts';
import { type Speaker, speakerOf } from './reviewerKinds.ts';

export interface StepFiles {
  readonly from: 'coder' | 'reviewer';
  /** Its name in the configuration. */
  readonly who: string;
  readonly log: string;
  readonly transcript: { readonly file: string; readonly agent: Speaker } | null;
}

/** Of what a runner is at now: one for its coder, or for each reviewer that was started; none when it is at nothing. */
export async function stepFiles(project: Project, runnerId: string): Promise<StepFiles[]> {
  const [step] = await listOpenSteps(project.store.db, { runnerId });
  return step ? await filesOfStep(project, step) : [];
}

export async function filesOfStep(project: Project, step: Step): Promise<StepFiles[]> {
  if (!step.log) return [];
  const config = (await readGate(project).catch(() => undefined))?.config;
  if (step.kind === 'code') {
    const coder = (await getAttempt(project.store.db, step.taskId, step.attempt))?.coder ?? '';
    return [filesOf('coder', coder, step.log, config?.coders[coder])];
  }
  const folder = path.dirname(step.log);
  const found: StepFiles[] = [];
  for (const [name, reviewer] of Object.entries(config?.reviewers ?? {})) {
    const log = reviewLog(folder, step.attempt, step.id, name);
    if (await exists(log)) found.push(filesOf('reviewer', name, log, reviewer));
  }
  return found;
}

function filesOf(
  from: StepFiles['from'],
  who: string,
  log: string,
  program: CoderConfig | ReviewerConfig | undefined,
): StepFiles {
  const agent = program && speakerOf(program);
  return { from, who, log, transcript: agent ? { file: transcriptOf(log), agent } : null };
}
