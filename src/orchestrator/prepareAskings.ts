// What each reviewer is given: its command, the dossier, and a log, answers and temporary files of its own.

import path from 'node:path';
import { makeFolder } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { commandText } from '../process/work.ts';
import type { Asking } from '../review/ask.ts';
import { askAgain } from '../review/dossier.ts';
import type { Attempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import type { Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { containmentFor } from './containment.ts';
import { composeDossier } from './dossier.ts';
import type { Gate } from './gate.ts';
import { slotEnvironment } from './openSlot.ts';
import type { ActiveRunner } from './runner.ts';
import { rememberingStep } from './slotHolders.ts';

export interface UnderReview {
  readonly task: Task;
  readonly attempt: Attempt;
  readonly step: Claimed;
  readonly head: Sha;
  readonly base: Sha;
}

/** @param worktree a checkout of main */
export async function prepareAskings(
  runner: ActiveRunner,
  gate: Gate,
  about: UnderReview,
  names: readonly string[],
  worktree: Git,
): Promise<Asking[]> {
  const { project } = runner.session;
  const { task, attempt, step } = about;
  const folder = path.join(project.folders.logs, `task-${task.id}`);
  await makeFolder(folder);
  const logOf = (name: string) => path.join(folder, `${attempt.number}-review-${step.stepId}-${name}.log`);
  // The step shows one log: that of the reviewer who is named first.
  const started = rememberingStep(project, step.stepId, runner.reviewSlot, logOf(names[0] ?? ''));
  const dossier = await composeDossier(project, task, attempt, about.head, gate.main);
  const containment = await containmentFor(project, gate, { worktree, temp: runner.temp });
  const environment = environmentOf(runner, about);
  return await Promise.all(
    names.map(async (name) => {
      const reviewer = gate.config.reviewers[name];
      if (!reviewer) throw new TypeError(`reviewer "${name}" is not in the configuration`);
      const temp = path.join(runner.temp, `review-${name}`);
      await makeFolder(temp);
      return {
        reviewer: name,
        command: reviewer.command,
        commandText: commandText(reviewer.command),
        input: (wrong) => (wrong === null ? dossier : askAgain(dossier, wrong)),
        folder: worktree.dir,
        environment: { ...environment, TMPDIR: temp, STEROIDS_REVIEWER: name },
        log: logOf(name),
        answers: path.join(folder, `${attempt.number}-verdict-${step.stepId}-${name}`),
        timeLimit: reviewer.timeLimit,
        containment,
        started,
      } satisfies Asking;
    }),
  );
}

function environmentOf(runner: ActiveRunner, { task, attempt, head, base }: UnderReview) {
  return {
    ...slotEnvironment(runner),
    STEROIDS_TASK_ID: task.id,
    STEROIDS_TASK_TITLE: task.title,
    STEROIDS_SECTION: task.section?.name ?? '',
    STEROIDS_ATTEMPT: String(attempt.number),
    STEROIDS_RUNNER_ID: runner.id,
    STEROIDS_BASE_COMMIT: base,
    STEROIDS_HEAD_COMMIT: head,
  };
}
