// What the program of a step writes: its log and, when it is an agent, the events of its own file.

import type { Agent } from '../coder/agents/agent.ts';
import { transcriptOf } from '../coder/agents/read.ts';
import { agentOf } from '../coder/launch.ts';
import { getAttempt } from '../store/attempts.ts';
import { listOpenSteps, type Step } from '../store/steps.ts';
import { readGate } from './gate.ts';
import type { Project } from './project.ts';

export interface StepFiles {
  readonly log: string;
  readonly transcript: { readonly file: string; readonly agent: Agent } | null;
}

/** Of what a runner is at now; undefined when it is at nothing. */
export async function stepFiles(project: Project, runnerId: string): Promise<StepFiles | undefined> {
  const [step] = await listOpenSteps(project.store.db, { runnerId });
  return step && (await filesOf(project, step));
}

/** Undefined when nobody was started in it. */
export async function filesOf(project: Project, step: Step): Promise<StepFiles | undefined> {
  if (!step.log) return undefined;
  const { log } = step;
  if (step.kind !== 'code') return { log, transcript: null };
  const attempt = await getAttempt(project.store.db, step.taskId, step.attempt);
  const gate = await readGate(project).catch(() => undefined);
  const coder = attempt && gate?.config.coders[attempt.coder];
  const agent = (coder && agentOf(coder)) ?? null;
  return { log, transcript: agent && { file: transcriptOf(log), agent } };
}
