// What each reviewer is given: its command, what it reads, and a log, answers and temporary files of its own.

import path from 'node:path';
import type { ReviewerConfig } from '../config/schema.ts';
import { makeFolder } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { withoutSecrets } from '../process/environment.ts';
import { commandText } from '../process/work.ts';
import type { Asking, Refusal } from '../review/ask.ts';
import { askAgain } from '../review/dossier.ts';
import { BOUNDS, divide } from '../review/parts.ts';
import type { Attempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import type { Used } from '../store/usage.ts';
import type { Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { containmentFor, unsandboxed } from './containment.ts';
import { composeDossier, gatherDossier } from './dossier.ts';
import type { Gate } from './gate.ts';
import { slotEnvironment } from './openSlot.ts';
import type { Project } from './project.ts';
import type { ActiveRunner } from './runner.ts';
import { rememberingStep } from './slotHolders.ts';

export interface UnderReview {
  readonly task: Task;
  readonly attempt: Attempt;
  readonly step: Claimed;
  readonly head: Sha;
  readonly base: Sha;
  /** Where is written down what each reviewer used, by name. */
  readonly used: Map<string, Used>;
}

/** What differs between a command and a model. */
type Kind = Pick<Asking, 'command' | 'commandText' | 'input' | 'containment' | 'environment'>;

/** @param worktree a checkout of main */
export async function prepareAskings(
  runner: ActiveRunner,
  gate: Gate,
  about: UnderReview,
  names: readonly string[],
  worktree: Git,
): Promise<(Asking | Refusal)[]> {
  const { project } = runner.session;
  const { task, attempt, step } = about;
  const folder = path.join(project.folders.logs, `task-${task.id}`);
  await makeFolder(folder);
  const logOf = (name: string) => path.join(folder, `${attempt.number}-review-${step.stepId}-${name}.log`);
  // The step shows one log: that of the reviewer who is named first.
  const started = rememberingStep(project, step.stepId, runner.reviewSlot, logOf(names[0] ?? ''));
  return await Promise.all(
    names.map(async (name): Promise<Asking | Refusal> => {
      const config = gate.config.reviewers[name];
      if (!config) throw new TypeError(`reviewer "${name}" is not in the configuration`);
      const kind = config.anthropic
        ? await asModel(runner, gate, about, config.anthropic)
        : await asCommand(runner, gate, about, config.command ?? '', worktree);
      if ('refused' in kind) return { reviewer: name, refused: kind.refused };
      const temp = path.join(runner.temp, `review-${name}`);
      await makeFolder(temp);
      const meter = meterOf(project, about.used, name);
      return {
        ...kind,
        reviewer: name,
        folder: worktree.dir,
        environment: { ...kind.environment, TMPDIR: temp, STEROIDS_REVIEWER: name },
        log: logOf(name),
        answers: path.join(folder, `${attempt.number}-verdict-${step.stepId}-${name}`),
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
function meterOf(project: Project, used: Map<string, Used>, who: string) {
  const { elapsed } = project.host;
  let begun = elapsed();
  return {
    begin: () => {
      begun = elapsed();
    },
    end: async (whole: boolean) => {
      const before = used.get(who);
      const ms = (before?.ms ?? 0) + elapsed() - begun;
      used.set(who, { who, tokens: null, cost: null, ms, whole: whole && before?.whole !== false });
    },
  };
}

async function asCommand(
  runner: ActiveRunner,
  gate: Gate,
  about: UnderReview,
  command: Asking['command'],
  worktree: Git,
): Promise<Kind> {
  const { project } = runner.session;
  const { task, attempt, head, base } = about;
  const dossier = await composeDossier(project, task, attempt, head, gate.main);
  return {
    command,
    commandText: commandText(command),
    input: (wrong) => (wrong === null ? dossier : askAgain(dossier, wrong)),
    containment: await containmentFor(project, gate, { worktree, temp: runner.temp }),
    environment: {
      ...slotEnvironment(runner, gate.config),
      STEROIDS_TASK_ID: task.id,
      STEROIDS_TASK_TITLE: task.title,
      STEROIDS_SECTION: task.section?.name ?? '',
      STEROIDS_ATTEMPT: String(attempt.number),
      STEROIDS_RUNNER_ID: runner.id,
      STEROIDS_BASE_COMMIT: base,
      STEROIDS_HEAD_COMMIT: head,
    },
  };
}

/** A program of ours asks: it runs nothing that others wrote, and has the network whatever the sandbox says. */
async function asModel(
  runner: ActiveRunner,
  gate: Gate,
  { task, attempt, head }: UnderReview,
  model: NonNullable<ReviewerConfig['anthropic']>,
): Promise<Kind | { readonly refused: string }> {
  const { project } = runner.session;
  const { host } = project;
  const key = host.environment[model.key];
  if (!key) return { refused: `the variable ${model.key}, which holds its key, is not set` };
  const longest = BOUNDS.part * BOUNDS.parts;
  const parts = divide(await gatherDossier(project, task, attempt, head, gate.main, longest));
  if (!parts)
    return { refused: `the diff has more than the ${longest} characters that a model is asked about` };
  const options = ['--model', model.model, '--max-tokens', String(model.maxTokens), '--key', model.key];
  const again = (wrong: string) => parts.map((part) => ({ ...part, text: askAgain(part.text, wrong) }));
  return {
    command: [...host.self, 'judge', ...options],
    commandText: `anthropic, ${model.model}`,
    input: (wrong) => JSON.stringify(wrong === null ? parts : again(wrong)),
    containment: await unsandboxed(project, gate),
    environment: { ...withoutSecrets(slotEnvironment(runner, gate.config), []), [model.key]: key },
  };
}
