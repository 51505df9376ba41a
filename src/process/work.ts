// Processes that work: coders, reviewers, set-up and verification. Each has a process group (and, where there is one, a
// process namespace), a time limit and a log file that it writes itself, so that what it said survives us.

import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { changing } from '../failpoint/changing.ts';
import { type Containment, contain } from './containment.ts';
import type { Environment } from './environment.ts';
import { endGroup } from './group.ts';
import { type Report, readReport } from './init.ts';

/** A string runs in a shell, a list without one. */
export type Command = string | readonly string[];

export interface Working {
  readonly cwd: string;
  readonly environment: Environment;
  /** What it reads on standard input. */
  readonly input?: string;
  /** Appended to. Receives standard error too, and standard output unless `output` is given. */
  readonly log: string;
  /** Receives standard output instead of the log; begun anew. */
  readonly output?: { readonly file: string; readonly limit: number };
  /** Milliseconds. */
  readonly timeLimit: number;
  /** Bytes that it may add to its log; `MAX_LOG` unless given. */
  readonly logLimit?: number;
  /** Asked once a second, with the id of its first process. @returns why it is to be ended */
  readonly watch?: (pid: number) => Promise<Cut | undefined>;
  readonly containment: Containment;
  /** Aborting it ends all of it. */
  readonly signal: AbortSignal;
  /** Told the process id as soon as there is one; awaited before anything else. */
  readonly started?: (pid: number) => Promise<void>;
}

/** Why whoever watched it ended it. */
export interface Cut {
  readonly why: 'silent' | 'repeats' | 'budget';
  /** To go on after its name: "said nothing for 600 s". */
  readonly reason: string;
}

export type Worked =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timedOut'; readonly limit: number }
  /** It wrote more bytes than it may. */
  | { readonly kind: 'flooded'; readonly limit: number }
  | ({ readonly kind: 'cut' } & Cut)
  | { readonly kind: 'stopped' }
  | { readonly kind: 'notStarted'; readonly reason: string };

/** Bytes that a command may write into its log: nobody reads as much, and a loop that prints fills the disk. */
export const MAX_LOG = 100_000_000;

/** Bytes of an answer: a verdict, which is read whole. */
export const MAX_ANSWER = 1_000_000;

const LOOK_EVERY_MS = 1_000;

/** Runs a command to its end, and ends whatever it left behind: all of it, or what is still in its process group. */
export async function work(command: Command, working: Working): Promise<Worked> {
  if (working.signal.aborted) return { kind: 'stopped' };
  const log = openSync(working.log, 'a');
  const output = working.output === undefined ? log : openSync(working.output.file, 'w');
  try {
    return await changing('process work', () => supervise(command, working, log, output));
  } finally {
    closeSync(log);
    if (output !== log) closeSync(output);
  }
}

async function supervise(command: Command, working: Working, log: number, output: number): Promise<Worked> {
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const contained = contain(words, working.environment, working.containment);
  const [file = '', ...args] = contained.command;
  // Before it begins: what it writes at once counts too.
  const flooded = watchSize([
    { file: log, limit: working.logLimit ?? MAX_LOG },
    ...(working.output === undefined ? [] : [{ file: output, limit: working.output.limit }]),
  ]);
  const child = execa(file, args, {
    cwd: working.cwd,
    env: contained.environment,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdio: [
      working.input === undefined ? 'ignore' : 'pipe',
      // Open files are passed on as they are; execa's types know only the numbers 0 to 2.
      output as 1,
      log as 2,
      ...(contained.reports ? ['pipe' as const] : []),
    ],
  });
  const report = contained.reports ? listenTo(child.stdio[3] as Readable, words[0] ?? '') : undefined;
  const pid = child.pid;
  if (pid === undefined) {
    const failed = await child;
    return { kind: 'notStarted', reason: failed.originalMessage ?? failed.shortMessage ?? 'unknown' };
  }
  let why: Worked | undefined;
  const stop = (reason: Worked) => {
    why ??= reason;
    void endGroup(pid);
  };
  let watching = false;
  const look = async () => {
    if (watching || !working.watch) return;
    watching = true;
    // What cannot be looked at now is looked at again; the time limit holds in any case.
    const cut = await working.watch(pid).catch(() => undefined);
    watching = false;
    if (cut) stop({ kind: 'cut', ...cut });
  };
  const looking = setInterval(() => {
    const flood = flooded();
    if (flood) stop(flood);
    void look();
  }, LOOK_EVERY_MS);
  const timer = setTimeout(stop, working.timeLimit, { kind: 'timedOut', limit: working.timeLimit });
  const abort = () => stop({ kind: 'stopped' });
  working.signal.addEventListener('abort', abort);
  try {
    await working.started?.(pid);
    if (child.stdin) {
      // A program may end without having read what it was given.
      child.stdin.on('error', () => {});
      child.stdin.end(working.input);
    }
    const result = await child;
    await endGroup(pid);
    // Also what was written since the last look: whether it is too much does not depend on when we look.
    why ??= flooded();
    if (why) return why;
    if (report) return report() ?? unreported(result);
    if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode };
    return killedBy(result.signal);
  } finally {
    clearTimeout(timer);
    clearInterval(looking);
    working.signal.removeEventListener('abort', abort);
  }
}

/** @returns a look at how much was written into open files: one call to the system for each, a few microseconds */
function watchSize(
  watched: readonly { readonly file: number; readonly limit: number }[],
): () => Worked | undefined {
  const before = watched.map(({ file }) => fstatSync(file).size);
  return () => {
    const over = watched.find(
      ({ file, limit }, index) => fstatSync(file).size - (before[index] ?? 0) > limit,
    );
    return over && { kind: 'flooded', limit: over.limit };
  };
}

/** @returns what the first process of the namespace has said so far */
function listenTo(stream: Readable, program: string): () => Report | undefined {
  let said = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return () => readReport(said, program);
}

/** The namespace was ended from outside, or it could not be made. */
function unreported(result: { readonly exitCode?: number; readonly signal?: string }): Worked {
  if (result.exitCode === undefined) return killedBy(result.signal);
  return {
    kind: 'notStarted',
    reason: `its process namespace could not be made: exit code ${result.exitCode}, see the log`,
  };
}

function killedBy(signal: string | undefined): Worked {
  return { kind: 'killed', signal: signal ?? 'unknown signal' };
}

export function commandText(command: Command): string {
  return typeof command === 'string' ? command : command.join(' ');
}

/** Why a command did not end well, in words: "exited with 1", "passed its time limit of 30 s". */
export function describeWorked(worked: Worked): string {
  switch (worked.kind) {
    case 'exited':
      return `exited with ${worked.code}${meaningOf(worked.code)}`;
    case 'killed':
      return `was ended by ${worked.signal}`;
    case 'timedOut':
      return `passed its time limit of ${worked.limit / 1000} s`;
    case 'flooded':
      return `wrote more than ${megabytes(worked.limit)} of output, and was ended`;
    case 'cut':
      return worked.reason;
    case 'stopped':
      return 'was stopped';
    case 'notStarted':
      return `could not be started (${worked.reason})`;
  }
}

const megabytes = (bytes: number) => (bytes < 1_000_000 ? `${bytes / 1_000} kB` : `${bytes / 1_000_000} MB`);

/** What shells and npm mean by a code. It is for people: any program may use it for something else. */
function meaningOf(code: number): string {
  switch (code) {
    case 126:
      return ' (a program could not be executed)';
    case 127:
      return ' (a program was not found)';
    case 134:
      return ' (a program aborted, maybe out of memory)';
    case 137:
      return ' (a program was killed, maybe out of memory)';
    default:
      return '';
  }
}
