// Processes that work: coders, reviewers, set-up and verification. Each has a process group (and, where there is one, a
// process namespace), a time limit and a log file that it writes itself, so that what it said survives us.

import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
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
  /** Appended to. Receives standard error too, and standard output unless `answerFile` is given. */
  readonly log: string;
  /** Receives standard output instead of the log. */
  readonly answerFile?: string;
  /** Milliseconds. */
  readonly timeLimit: number;
  readonly containment: Containment;
  /** Aborting it ends all of it. */
  readonly signal: AbortSignal;
  /** Told the process id as soon as there is one; awaited before anything else. */
  readonly started?: (pid: number) => Promise<void>;
}

export type Worked =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timedOut'; readonly limit: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'notStarted'; readonly reason: string };

/** Runs a command to its end, and ends whatever it left behind: all of it, or what is still in its process group. */
export async function work(command: Command, working: Working): Promise<Worked> {
  if (working.signal.aborted) return { kind: 'stopped' };
  const log = openSync(working.log, 'a');
  const answer = working.answerFile === undefined ? log : openSync(working.answerFile, 'w');
  try {
    return await supervise(command, working, log, answer);
  } finally {
    closeSync(log);
    if (answer !== log) closeSync(answer);
  }
}

async function supervise(command: Command, working: Working, log: number, answer: number): Promise<Worked> {
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const contained = contain(words, working.environment, working.containment);
  const [file = '', ...args] = contained.command;
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
      answer as 1,
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
  let why: 'timedOut' | 'stopped' | undefined;
  const stop = (reason: 'timedOut' | 'stopped') => {
    why ??= reason;
    void endGroup(pid);
  };
  const timer = setTimeout(stop, working.timeLimit, 'timedOut');
  const abort = () => stop('stopped');
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
    if (why === 'timedOut') return { kind: 'timedOut', limit: working.timeLimit };
    if (why === 'stopped') return { kind: 'stopped' };
    if (report) return report() ?? unreported(result);
    if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode };
    return killedBy(result.signal);
  } finally {
    clearTimeout(timer);
    working.signal.removeEventListener('abort', abort);
  }
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
      return `exited with ${worked.code}`;
    case 'killed':
      return `was ended by ${worked.signal}`;
    case 'timedOut':
      return `passed its time limit of ${worked.limit / 1000} s`;
    case 'stopped':
      return 'was stopped';
    case 'notStarted':
      return `could not be started (${worked.reason})`;
  }
}
