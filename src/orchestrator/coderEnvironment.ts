import path from 'node:path';
import { identityVariables } from '../git/worktrees.ts';
import { hookEnvironment } from '../hooks/install.ts';
import type { Opened } from '../worktree/slot.ts';
import { type CoderZone, zoneEnvironment } from './coderZone.ts';
import type { Work } from './coding.ts';
import { slotEnvironment } from './openSlot.ts';

/** Where a coder may say something back. Its runner's folder for temporary files is writable for it in every sandbox. */
export const answerFile = ({ runner, task, attempt }: Work) =>
  path.join(runner.temp, `answer-${task.id}-${attempt.number}.json`);

/**
 * What a coder finds in its environment.
 * @param spool where its hook tells of its commits
 * @param author `Name <email>` for its commits; undefined for what git has here
 */
export function coderEnvironment(
  work: Work,
  opened: Opened,
  spool: string,
  author: string | undefined,
  zone: CoderZone,
): Record<string, string> {
  const { runner, task, attempt } = work;
  return {
    ...slotEnvironment(runner, work.gate.config),
    ...hookEnvironment(runner.session.hooks, spool),
    ...(author === undefined ? {} : identityVariables(author)),
    STEROIDS_TASK_ID: task.id,
    STEROIDS_TASK_TITLE: task.title,
    STEROIDS_SECTION: task.section?.name ?? '',
    ...zoneEnvironment(zone),
    STEROIDS_ATTEMPT: String(attempt.number),
    STEROIDS_RUNNER_ID: runner.id,
    STEROIDS_RUNNER: String(runner.number),
    STEROIDS_BASE_COMMIT: opened.head,
    STEROIDS_WORKTREE: opened.git.dir,
    STEROIDS_ANSWER: answerFile(work),
  };
}
