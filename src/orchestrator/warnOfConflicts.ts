// `analysis.onPickup: warn`: a task is begun beside others, and whoever reads along hears what they may conflict in.

import type { AnalyzedTask } from '../analysis/analyst.ts';
import { type ConflictEdge, fileEdges } from '../analysis/graph.ts';
import { called } from '../analysis/meeting.ts';
import type { Claimed } from '../store/claim.ts';
import { insertPrediction } from '../store/opinions.ts';
import { listOpenSteps } from '../store/steps.ts';
import { listTasks } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { sentenceOf } from '../task/problem.ts';
import { printable } from '../task/quote.ts';
import { SHOWN_UNDER_WAY } from '../task/status.ts';
import { readAnalysisQuestion } from './analysisQuestion.ts';
import type { Gate } from './gate.ts';
import { askedTask } from './opinions.ts';
import type { Project } from './project.ts';
import type { ActiveRunner } from './seat.ts';

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
    await rememberWarnings(project, taskId, question.tasks, met);
  } catch (error) {
    notice(`nobody knows what ${taskId} may conflict with: ${sentenceOf(error)}`);
  }
}

/** Who is judged by the warnings, in `analysis report`. */
const WARNER = 'analysis.onPickup';

/** Pair by pair: what the others have against each other was not looked at. */
async function rememberWarnings(
  { store }: Project,
  taskId: TaskId,
  tasks: readonly AnalyzedTask[],
  met: readonly ConflictEdge[],
): Promise<void> {
  const mine = tasks.filter(({ id }) => id === taskId);
  const named = met.map(({ taskA, taskB }) => [taskA, taskB] as const);
  await store.write(async (trx) => {
    for (const other of tasks.filter(({ id }) => id !== taskId))
      await insertPrediction(store, trx, {
        analyst: WARNER,
        tasks: [...mine, other].map(askedTask),
        named: named.filter((pair) => pair.includes(other.id)),
      });
  });
}
