// Asks one reviewer about one commit, and takes only a whole, readable verdict for an answer.

import { readBytes, readEnd, removeOwn } from '../disk/files.ts';
import type { Containment } from '../process/containment.ts';
import type { Environment } from '../process/environment.ts';
import { redactor } from '../process/redact.ts';
import { type Command, describeWorked, MAX_ANSWER, work } from '../process/work.ts';
import type { Opinion } from '../task/opinion.ts';
import { readAnswer } from './verdict.ts';

export interface Asking {
  readonly reviewer: string;
  readonly command: Command;
  /** How its command is called in a sentence. */
  readonly commandText: string;
  /** What it reads on standard input. @param wrong what was wrong with its last answer, if it gave one */
  readonly input: (wrong: string | null) => string;
  /** A checkout of main: relative paths in the command are never what the coder wrote. */
  readonly folder: string;
  readonly environment: Environment;
  readonly log: string;
  /** Where its answers go; each has a file of its own, which begins with this. */
  readonly answers: string;
  /** Milliseconds, each time it is asked. */
  readonly timeLimit: number;
  readonly containment: Containment;
  readonly started: (pid: number) => Promise<void>;
  /** Told whenever it has ended, whether by itself, and before its log is read. */
  readonly ended?: (whole: boolean) => Promise<void>;
}

/** A reviewer that is not even started, and why. */
export interface Refusal {
  readonly reviewer: string;
  readonly refused: string;
}

export type Asked =
  | { readonly kind: 'opinion'; readonly opinion: Opinion }
  /** No vote, neither for nor against. */
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** How often a reviewer whose answer could not be read is asked again at once. */
const REPEATS = 2;

export async function ask(asking: Asking | Refusal, signal: AbortSignal): Promise<Asked> {
  if ('refused' in asking)
    return { kind: 'none', reason: `reviewer "${asking.reviewer}" was not asked: ${asking.refused}` };
  let wrong: string | null = null;
  for (let time = 1; time <= 1 + REPEATS; time++) {
    const answered = await askOnce(asking, signal, wrong, `${asking.answers}-${time}.json`);
    if (answered.kind !== 'unreadable') return answered;
    wrong = answered.reason;
  }
  const reason = `reviewer "${asking.reviewer}" gave no verdict, asked ${1 + REPEATS} times: ${wrong}`;
  return { kind: 'none', reason };
}

type Answered = Asked | { readonly kind: 'unreadable'; readonly reason: string };

async function askOnce(
  asking: Asking,
  signal: AbortSignal,
  wrong: string | null,
  answerFile: string,
): Promise<Answered> {
  const { reviewer } = asking;
  const worked = await work(asking.command, {
    cwd: asking.folder,
    environment: asking.environment,
    input: asking.input(wrong),
    log: asking.log,
    output: { file: answerFile, limit: MAX_ANSWER },
    timeLimit: asking.timeLimit,
    signal,
    containment: asking.containment,
    started: asking.started,
  });
  await asking.ended?.(worked.kind === 'exited');
  // What a reviewer said before it was cut off, or before it failed, is no verdict, and asking again at once would not help.
  if (worked.kind !== 'exited' || worked.code !== 0) {
    await removeOwn(answerFile);
    if (worked.kind === 'stopped') return { kind: 'stopped' };
    const said = worked.kind === 'exited' ? redactor(asking.environment)(await lastWords(asking.log)) : '';
    return {
      kind: 'none',
      reason: `reviewer "${reviewer}" (${asking.commandText}) ${describeWorked(worked)}${said}`,
    };
  }
  const read = readAnswer(await readBytes(answerFile));
  // An answer that could not be read is left for a person to look at.
  if (read.kind === 'unreadable') return read;
  await removeOwn(answerFile);
  return { kind: 'opinion', opinion: { reviewer, ...read.verdict } };
}

const LAST_WORDS = 300;

/** The last line that it wrote to standard error, for people. */
async function lastWords(log: string): Promise<string> {
  const lines = (await readEnd(log, 2_000)).replace(/[^\P{Cc}\n]/gu, ' ').split('\n');
  const last = lines.findLast((line) => line.trim() !== '')?.trim() ?? '';
  return last === '' ? '' : `: ${last.slice(0, LAST_WORDS)}`;
}
