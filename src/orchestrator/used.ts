// What a step used whose runner did not live to say so.

import { readSaid } from '../coder/agents/read.ts';
import { usedBy } from '../coder/used.ts';
import { changedAt } from '../disk/files.ts';
import type { Step } from '../store/steps.ts';
import type { Used } from '../store/usage.ts';
import type { Project } from './project.ts';
import { filesOfStep } from './stepFiles.ts';

/** As far as its files tell: nobody knows when whoever worked in it ended but by what they wrote last. */
export async function usedByKilled(project: Project, step: Step): Promise<readonly Used[]> {
  return await Promise.all(
    (await filesOfStep(project, step)).map(async ({ who, log, transcript }) => {
      const said = transcript ? await readSaid(transcript.agent, transcript.file) : [];
      const written = await Promise.all([log, ...(transcript ? [transcript.file] : [])].map(changedAt));
      const ms = Math.max(step.startedAt, ...written.map((at) => at ?? 0)) - step.startedAt;
      return { who, ...usedBy(said), ms, whole: false };
    }),
  );
}
