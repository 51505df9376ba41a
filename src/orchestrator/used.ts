// What a step used whose runner did not live to say so.

import { readSaid } from '../coder/agents/read.ts';
import { usedBy } from '../coder/used.ts';
import { changedAt } from '../disk/files.ts';
import { getAttempt } from '../store/attempts.ts';
import type { Step } from '../store/steps.ts';
import type { Used } from '../store/usage.ts';
import type { Project } from './project.ts';
import { filesOf } from './stepFiles.ts';

/** As far as its files tell: nobody knows when its coder ended but by what it wrote last. */
export async function usedByKilled(project: Project, step: Step): Promise<readonly Used[]> {
  const files = await filesOf(project, step);
  // Nobody was started.
  if (files === undefined) return [];
  const attempt = await getAttempt(project.store.db, step.taskId, step.attempt);
  const { log, transcript } = files;
  const said = transcript ? await readSaid(transcript.agent, transcript.file) : [];
  const written = await Promise.all([log, ...(transcript ? [transcript.file] : [])].map(changedAt));
  const ms = Math.max(step.startedAt, ...written.map((at) => at ?? 0)) - step.startedAt;
  const who = step.kind === 'code' ? (attempt?.coder ?? '') : 'reviewers';
  return [{ who, ...usedBy(said), ms, whole: false }];
}
