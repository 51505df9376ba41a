// The review step: asks a reviewer about one commit, and takes only a whole, readable verdict for an answer.

import { readBytes, removeOwn } from '../disk/files.ts';
import type { Containment } from '../process/containment.ts';
import type { Environment } from '../process/environment.ts';
import { type Command, commandText, describeWorked, MAX_ANSWER, work } from '../process/work.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Sha } from '../task/ids.ts';
import { readAnswer } from './verdict.ts';

export interface Reviewing {
  readonly reviewer: string;
  readonly command: Command;
  /** The head that is judged. */
  readonly commit: Sha;
  readonly dossier: string;
  /** A checkout of main: relative paths in the command are never what the coder wrote. */
  readonly folder: string;
  readonly environment: Environment;
  readonly log: string;
  readonly answerFile: string;
  readonly timeLimit: number;
  readonly signal: AbortSignal;
  readonly containment: Containment;
  readonly started: (pid: number) => Promise<void>;
}

type Reviewed =
  | Extract<TaskEvent, { kind: 'approved' | 'rejected' | 'disputed' | 'unjudged' }>
  | { readonly kind: 'stopped' };

const EVENTS = { approve: 'approved', reject: 'rejected', dispute: 'disputed' } as const;

export async function review(reviewing: Reviewing): Promise<Reviewed> {
  const { reviewer, command, commit } = reviewing;
  const worked = await work(command, {
    cwd: reviewing.folder,
    environment: reviewing.environment,
    input: reviewing.dossier,
    log: reviewing.log,
    output: { file: reviewing.answerFile, limit: MAX_ANSWER },
    timeLimit: reviewing.timeLimit,
    signal: reviewing.signal,
    containment: reviewing.containment,
    started: reviewing.started,
  });
  if (worked.kind === 'stopped') return { kind: 'stopped' };
  // What a reviewer said before it was cut off, or before it failed, is no verdict.
  if (worked.kind !== 'exited' || worked.code !== 0) {
    return {
      kind: 'unjudged',
      reason: `reviewer "${reviewer}" (${commandText(command)}) ${describeWorked(worked)}`,
    };
  }
  const read = readAnswer(await readBytes(reviewing.answerFile));
  await removeOwn(reviewing.answerFile);
  if (read.kind === 'unreadable')
    return { kind: 'unjudged', reason: `reviewer "${reviewer}" gave no verdict: ${read.reason}` };
  const { decision, reason } = read.verdict;
  return { kind: EVENTS[decision], reviewer, commit, reason, opinions: [{ reviewer, ...read.verdict }] };
}
