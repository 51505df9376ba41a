// Processes that answer: short ones, whose output is read. Only this folder imports execa.

import { execa } from 'execa';
import type { Environment } from './environment.ts';

export interface Answer {
  /** Undefined when the process was not started or was ended by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no exit code. */
  readonly failure: string | undefined;
}

export interface Asking {
  readonly cwd: string;
  readonly environment: Environment;
  readonly input?: string | Uint8Array;
  /** Milliseconds. */
  readonly timeLimit?: number;
  /** Output is kept as it is, one char a byte. */
  readonly binary?: boolean;
  /** Characters of standard output that are kept at most. */
  readonly maxOutput?: number;
}

/** Runs a program to its end. Its exit code is a value; nothing is thrown for it. */
export async function ask(file: string, args: readonly string[], asking: Asking): Promise<Answer> {
  const result = await execa(file, args, {
    cwd: asking.cwd,
    env: asking.environment,
    extendEnv: false,
    // A terminal's Ctrl-C goes to its whole process group. What is being asked ends by itself, and soon.
    detached: true,
    reject: false,
    stripFinalNewline: false,
    encoding: asking.binary ? 'latin1' : 'utf8',
    maxBuffer: asking.maxOutput ?? 512 * 1024 * 1024,
    ...(asking.input === undefined ? { stdin: 'ignore' as const } : { input: asking.input }),
    ...(asking.timeLimit === undefined ? {} : { timeout: asking.timeLimit }),
  });
  const failed = result.exitCode === undefined;
  return {
    code: result.exitCode,
    stdout: result.stdout,
    stderr: result.stderr,
    failure: failed ? (result.shortMessage ?? 'the process did not end by itself') : undefined,
  };
}
