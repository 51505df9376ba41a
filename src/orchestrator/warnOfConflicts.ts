// `analysis.onPickup: warn`: a task is begun beside others, and whoever reads along hears what they may conflict in.

import { fileEdges } from '../analysis/graph.ts';
import { called } from '../analysis/meeting.ts';
import type { Claimed } from '../store/claim.ts';
import { listOpenSteps } from '../store/steps.ts';
import { listTasks } from '../store/tasks.ts';
import { listed } from '../task/list.ts';
import { sentenceOf } from '../task/problem.ts';
import { printable } from '../task/quote.ts';
import { SHOWN_UNDER_WAY } from '../task/status.ts';
import { readAnalysisQuestion } from './analysisQuestion.ts';
import type { Gate } from './gate.ts';
import type { ActiveRunner } from './runner.ts';

const SHOWN = 3;

/**
 * By what the static analyst knows, outside of the claim: nobody waits for it, no model is asked, and nothing is thrown.
 * (`hold` is scheduling's: what is held back is not claimed.)
 */
export async function warnOfConflicts(
  { session }: Pick<ActiveRunner, 'session'>,
  gate: Pick<Gate, 'config'>,
  { taskId, stepId, kind }: Claimed,
): Promise<void> {
  if (gate.config.analysis.onPickup !== 'warn' || kind !== 'code') return;
  const { project, report } = session;
  const notice = (sentence: string) => report({ kind: 'noticed', sentence: printable(sentence) });
  try {
    const all = await listTasks(project.store.db, { statuses: SHOWN_UNDER_WAY });
    const later = new Set(
      (await listOpenSteps(project.store.db)).filter(({ id }) => id >= stepId).map((step) => step.taskId),
    );
    // Whoever was begun since hears of it for both.
    const others = all.map(({ id }) => id).filter((id) => id !== taskId && !later.has(id));
    if (others.length === 0) return;
    const { question } = await readAnalysisQuestion(project, { tasks: [taskId, ...others] });
    const tasks = new Map(question.tasks.map((task) => [task.id, task]));
    const mine = tasks.get(taskId);
    for (const { taskA, taskB, files, risk, reason } of fileEdges(question)) {
      const other = tasks.get(taskA === taskId ? taskB : taskA);
      if (!mine || !other || risk === 'low' || ![taskA, taskB].includes(taskId)) continue;
      notice(
        `${called(mine)} begins while ${called(other)} is under way, and they may conflict in ${listed(files, SHOWN)}: ${reason} (risk: ${risk})`,
      );
    }
  } catch (error) {
    notice(`nobody knows what ${taskId} may conflict with: ${sentenceOf(error)}`);
  }
}
