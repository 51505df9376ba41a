// `analysis.onPickup: warn`: a task is begun beside others, and whoever reads along hears what they may conflict in.

import { type ConflictEdge, fileEdges } from '../analysis/graph.ts';
import { called } from '../analysis/meeting.ts';
import type { Claimed } from '../store/claim.ts';
import { insertOpinion } from '../store/opinions.ts';
import { WARNER } from '../store/schedule.ts';
import { listOpenSteps } from '../store/steps.ts';
import { listTasks } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { sentenceOf } from '../task/problem.ts';
import { printable } from '../task/quote.ts';
import type { Status } from '../task/status.ts';
import { readAnalysisQuestion } from './analysisQuestion.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import type { ActiveRunner } from './seat.ts';

const UNDER_WAY: readonly Status[] = ['in_progress', 'review', 'queued', 'verifying'];
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
    const all = await listTasks(project.store.db, { statuses: UNDER_WAY });
    const later = new Set(
      (await listOpenSteps(project.store.db)).filter(({ id }) => id >= stepId).map((step) => step.taskId),
    );
    // Whoever was begun since hears of it for both.
    const others = all.map(({ id }) => id).filter((id) => id !== taskId && !later.has(id));
    if (others.length === 0) return;
    const { question } = await readAnalysisQuestion(project, { tasks: [taskId, ...others] });
    const tasks = new Map(question.tasks.map((task) => [task.id, task]));
    const mine = tasks.get(taskId);
    const met = fileEdges(question).filter(
      ({ taskA, taskB, risk }) => risk !== 'low' && [taskA, taskB].includes(taskId),
    );
    for (const { taskA, taskB, files, risk, reason } of met) {
      const other = tasks.get(taskA === taskId ? taskB : taskA);
      if (!mine || !other) continue;
      notice(
        `${called(mine)} begins while ${called(other)} is under way, and they may conflict in ${listed(files, SHOWN)}: ${reason} (risk: ${risk})`,
      );
    }
    await rememberWarnings(project, taskId, others, met);
  } catch (error) {
    notice(`nobody knows what ${taskId} may conflict with: ${sentenceOf(error)}`);
  }
}

/** Pair by pair: what the others have against each other was not looked at. */
async function rememberWarnings(
  { store }: Project,
  mine: TaskId,
  others: readonly TaskId[],
  met: readonly ConflictEdge[],
): Promise<void> {
  await store.write(async (trx) => {
    for (const other of others) {
      const tasks = [mine, other] as const;
      const edge = met.find(({ taskA, taskB }) => [taskA, taskB].includes(other));
      const conflicts = edge ? [{ tasks, risk: edge.risk, paths: edge.files }] : [];
      await insertOpinion(store, trx, { analyst: WARNER, tasks, conflicts });
    }
  });
}
