// What each reviewer of a task is given: what it reads, and a log, answers and temporary files of its own.

import path from 'node:path';
import type { Said } from '../coder/agents/agent.ts';
import { readSaid, transcriptOf } from '../coder/agents/read.ts';
import { together, usedBy } from '../coder/used.ts';
import { makeFolder } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import type { Asking, Refusal } from '../review/ask.ts';
import type { Attempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import { listHolds } from '../store/holds.ts';
import type { Used } from '../store/usage.ts';
import type { Task } from '../task/task.ts';
import type { Gate } from './gate.ts';
import { heldReviewer } from './holds.ts';
import { slotEnvironment } from './openSlot.ts';
import type { Project } from './project.ts';
import { kindOf, type Matter, speakerOf } from './reviewerKinds.ts';
import type { ActiveRunner } from './seat.ts';
import { rememberingStep } from './slotHolders.ts';

export interface UnderReview {
  readonly task: Task;
  readonly attempt: Attempt;
  readonly step: Claimed;
  /** Where is written down what each reviewer used, by name. */
  readonly used: Map<string, Used>;
}

/** The log of a reviewer, beside which the events of an agent stand. */
export const reviewLog = (folder: string, attempt: number, step: number, name: string) =>
  path.join(folder, `${attempt}-review-${step}-${name}.log`);

/** @param worktree a checkout of main */
export async function prepareAskings(
  runner: ActiveRunner,
  gate: Gate,
  { task, attempt, step, used }: UnderReview,
  matterFor: (name: string) => Matter,
  names: readonly string[],
  worktree: Git,
): Promise<(Asking | Refusal)[]> {
  const { project } = runner.session;
  const folder = path.join(project.folders.logs, `task-${task.id}`);
  await makeFolder(folder);
  const logOf = (name: string) => reviewLog(folder, attempt.number, step.stepId, name);
  const holds = await listHolds(project.store.db);
  // The step names one log: that of the reviewer who is named first.
  const started = rememberingStep(project, step.stepId, runner.reviewSlot, logOf(names[0] ?? ''));
  return await Promise.all(
    names.map(async (name): Promise<Asking | Refusal> => {
      const config = gate.config.reviewers[name];
      if (!config) throw new TypeError(`reviewer "${name}" is not in the configuration`);
      const hold = heldReviewer(config, holds, project.host.now());
      if (hold) return { reviewer: name, refused: hold.reason, heldBy: hold.name };
      const temp = path.join(runner.temp, `review-${name}`);
      await makeFolder(temp);
      const environment = slotEnvironment(runner, gate.config);
      const answers = path.join(folder, `${attempt.number}-verdict-${step.stepId}-${name}`);
      const log = logOf(name);
      const desk = { project, gate, worktree, temp, sharedTemp: runner.temp, environment, log, answers };
      const kind = await kindOf(desk, config, matterFor(name));
      if ('refused' in kind) return { reviewer: name, refused: kind.refused };
      const speaker = speakerOf(config);
      const meter = meterOf(project, used, name, async () =>
        speaker ? await readSaid(speaker, transcriptOf(log)) : [],
      );
      return {
        ...kind,
        reviewer: name,
        folder: worktree.dir,
        environment: { ...kind.environment, TMPDIR: temp, STEROIDS_REVIEWER: name },
        log,
        timeLimit: config.timeLimit,
        started: async (pid) => {
          meter.begin();
          await started(pid);
        },
        ended: meter.end,
      };
    }),
  );
}

/** Adds up all times that a reviewer is asked about one commit. */
function meterOf(project: Project, used: Map<string, Used>, who: string, said: () => Promise<Said[]>) {
  const { elapsed } = project.host;
  let begun = elapsed();
  return {
    begin: () => {
      begun = elapsed();
    },
    end: async (whole: boolean) => {
      const ms = elapsed() - begun;
      const told = usedBy(await said());
      const before = used.get(who);
      const all = before ? together(before, told) : told;
      used.set(who, { who, ...all, ms: (before?.ms ?? 0) + ms, whole: whole && before?.whole !== false });
    },
  };
}

/** What commands and agents are told of a task in their environment. */
export function taskVariables(
  runner: ActiveRunner,
  { task, attempt }: Pick<UnderReview, 'task' | 'attempt'>,
) {
  return {
    STEROIDS_TASK_ID: task.id,
    STEROIDS_TASK_TITLE: task.title,
    STEROIDS_SECTION: task.section?.name ?? '',
    STEROIDS_ATTEMPT: String(attempt.number),
    STEROIDS_RUNNER_ID: runner.id,
  };
}
