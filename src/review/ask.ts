// Asks one reviewer about one commit, and takes only a whole, readable verdict for an answer.

import { readBytes, readEnd, removeOwn } from '../disk/files.ts';
import type { Containment } from '../process/containment.ts';
import type { Environment } from '../process/environment.ts';
import { redactor } from '../process/redact.ts';
import { type Command, describeWorked, MAX_ANSWER, type Worked, work } from '../process/work.ts';
import type { Limit } from '../task/limit.ts';
import type { Opinion } from '../task/opinion.ts';
import { readAnswer, type Verdict } from './verdict.ts';

export interface Asking extends Inquiry {
  readonly reviewer: string;
}

/** A program that is asked something. */
export interface Inquiry {
  readonly command: Command;
  /** How its command is called in a sentence. */
  readonly commandText: string;
  /** What it reads on standard input. @param wrong what was wrong with its last answer, if it gave one */
  readonly input: (wrong: string | null) => string;
  /** A checkout of main: relative paths in the command are never what the coder wrote. */
  readonly folder: string;
  readonly environment: Environment;
  readonly log: string;
  /** Where what it prints goes: its answers, or the events of an agent, which are kept. */
  readonly output: Output;
  /** What it said, once it has ended. */
  readonly hear: (worked: Worked, output: string) => Promise<Heard>;
  /** Milliseconds, each time it is asked. */
  readonly timeLimit: number;
  readonly containment: Containment;
  readonly started: (pid: number) => Promise<void>;
  /** Told whenever it has ended, whether by itself, and before its log is read. */
  readonly ended?: (whole: boolean) => Promise<void>;
}

export type Output =
  /** Each answer has a file of its own, which begins with this. */
  | { readonly kind: 'answers'; readonly prefix: string }
  /** @param limit bytes */
  | { readonly kind: 'events'; readonly file: string; readonly limit: number };

export type Heard =
  | { readonly kind: 'answer'; readonly output: Uint8Array }
  /** What it said before it was cut off, or failed, is no verdict. `reason` goes on after its name. */
  | { readonly kind: 'failed'; readonly reason: string; readonly limit?: Limit };

/** A reviewer that is not even started, and why. */
export interface Refusal {
  readonly reviewer: string;
  readonly refused: string;
  /** The hold that keeps it from being started, where one does. */
  readonly heldBy?: string;
}

export type Asked =
  | { readonly kind: 'opinion'; readonly opinion: Opinion }
  /** No vote, neither for nor against. */
  | {
      readonly kind: 'none';
      readonly reason: string;
      /** What its provider refused with just now. */
      readonly limit?: Limit;
      readonly heldBy?: string;
    }
  | { readonly kind: 'stopped' };

export async function ask(asking: Asking | Refusal, signal: AbortSignal): Promise<Asked> {
  const who = `reviewer "${asking.reviewer}"`;
  if ('refused' in asking) {
    const { heldBy } = asking;
    const reason = `${who} was not asked: ${asking.refused}`;
    return { kind: 'none', reason, ...(heldBy === undefined ? {} : { heldBy }) };
  }
  const answered = await inquire(asking, { who, what: 'verdict', read: verdictIn }, signal);
  if (answered.kind !== 'answered') return answered;
  return { kind: 'opinion', opinion: { reviewer: asking.reviewer, ...answered.answer } };
}

function verdictIn(output: Uint8Array): Read<Verdict> {
  const read = readAnswer(output);
  return read.kind === 'verdict' ? { kind: 'answered', answer: read.verdict } : read;
}

/** What is taken for an answer. */
export interface Wanted<T> {
  /** For sentences: `reviewer "strict"`. */
  readonly who: string;
  /** For sentences: `verdict`. */
  readonly what: string;
  readonly read: (output: Uint8Array) => Read<T>;
}

export type Read<T> = Answered<T> | { readonly kind: 'unreadable'; readonly reason: string };

interface Answered<T> {
  readonly kind: 'answered';
  readonly answer: T;
}

type Unanswered = Exclude<Asked, { kind: 'opinion' }>;

/** How often whoever gave an answer that could not be read is asked again at once. */
const REPEATS = 2;

export async function inquire<T>(
  inquiry: Inquiry,
  wanted: Wanted<T>,
  signal: AbortSignal,
): Promise<Answered<T> | Unanswered> {
  let wrong: string | null = null;
  for (let time = 1; time <= 1 + REPEATS; time++) {
    const answered: Read<T> | Unanswered = await askOnce(inquiry, wanted, signal, wrong, time);
    if (answered.kind !== 'unreadable') return answered;
    wrong = answered.reason;
  }
  const reason = `${wanted.who} gave no ${wanted.what}, asked ${1 + REPEATS} times: ${wrong}`;
  return { kind: 'none', reason };
}

async function askOnce<T>(
  asking: Inquiry,
  { who, read }: Wanted<T>,
  signal: AbortSignal,
  wrong: string | null,
  time: number,
): Promise<Read<T> | Unanswered> {
  const { output } = asking;
  const kept = output.kind === 'events';
  const file = kept ? output.file : `${output.prefix}-${time}.json`;
  const worked = await work(asking.command, {
    cwd: asking.folder,
    environment: asking.environment,
    input: asking.input(wrong),
    log: asking.log,
    output: { file, limit: kept ? output.limit : MAX_ANSWER },
    timeLimit: asking.timeLimit,
    signal,
    containment: asking.containment,
    started: asking.started,
  });
  await asking.ended?.(worked.kind === 'exited');
  const heard = worked.kind === 'stopped' ? undefined : await asking.hear(worked, file);
  // An answer that could not be read is left for a person to look at.
  const answer = heard?.kind === 'answer' ? read(heard.output) : undefined;
  if (answer?.kind === 'unreadable') return answer;
  if (!kept) await removeOwn(file);
  if (answer) return answer;
  if (heard?.kind !== 'failed') return { kind: 'stopped' };
  // Asking again at once would not help.
  const why = redactor(asking.environment)(heard.reason);
  const reason = `${who} (${asking.commandText}) ${why}`;
  return { kind: 'none', reason, ...(heard.limit ? { limit: heard.limit } : {}) };
}

/** A command has given its answer when it exits with 0: all that it printed. */
export async function hearCommand(worked: Worked, output: string, log: string): Promise<Heard> {
  if (worked.kind === 'exited' && worked.code === 0)
    return { kind: 'answer', output: await readBytes(output) };
  const said = worked.kind === 'exited' ? await lastWords(log) : '';
  return { kind: 'failed', reason: `${describeWorked(worked)}${said}` };
}

const LAST_WORDS = 300;

/** The last line that it wrote to standard error, for people. */
async function lastWords(log: string): Promise<string> {
  const lines = (await readEnd(log, 2_000)).replace(/[^\P{Cc}\n]/gu, ' ').split('\n');
  const last = lines.findLast((line) => line.trim() !== '')?.trim() ?? '';
  return last === '' ? '' : `: ${last.slice(0, LAST_WORDS)}`;
}
