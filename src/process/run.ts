// Processes that answer: short ones, whose output is read. Not by execa: that makes each a fifth slower (0.5 ms, and 3 ms
// on a busy machine), a start would have to load it, and git is asked again and again. Those that work (work.ts,
// detach.ts) do not mind.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Environment } from './environment.ts';
import { endGroup } from './group.ts';

export interface Answer {
  /** Undefined when the process was not started or did not end by itself. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no exit code, to go on after the program's name: "was ended by SIGKILL". */
  readonly failure: string | undefined;
}

export interface Asking {
  readonly cwd: string;
  readonly environment: Environment;
  readonly input?: string | Uint8Array;
  /** Milliseconds. */
  readonly timeLimit?: number;
  /** Told the process id as soon as there is one. */
  readonly started?: (pid: number) => void;
  /** Output is kept as it is, one char a byte. */
  readonly binary?: boolean;
  /** Characters of standard output, and of standard error, that are kept at most. Who says more is ended. */
  readonly maxOutput?: number;
}

/** A little less than the longest string that V8 can make. */
const MAX_OUTPUT = 500_000_000;

/** Runs a program to its end. Its exit code is a value; nothing is thrown for it. */
export async function ask(file: string, args: readonly string[], asking: Asking): Promise<Answer> {
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      cwd: asking.cwd,
      env: asking.environment,
      // A terminal's Ctrl-C goes to its whole process group. What is being asked ends by itself, and soon.
      detached: true,
      stdio: [asking.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) asking.started?.(child.pid);
    await once(child, 'spawn');
  } catch (error) {
    const failure = `could not be started (${whyNot(error, asking.cwd)})`;
    return { code: undefined, stdout: '', stderr: '', failure };
  }
  return await listen(child, asking);
}

/** The system says the same of a folder that is missing as of a program. */
function whyNot(error: unknown, cwd: string): string {
  return existsSync(cwd) ? (error as Error).message : `there is no folder ${cwd}`;
}

async function listen(child: ChildProcess, asking: Asking): Promise<Answer> {
  let failure: string | undefined;
  let ending: Promise<void> | undefined;
  const stop = (why: string) => {
    failure ??= why;
    // Whoever left the group could keep them open for ever.
    child.stdout?.destroy();
    child.stderr?.destroy();
    ending ??= endGroup(child.pid as number);
  };
  const tooMuch = (limit: number) => stop(`said more than ${limit} characters`);
  const stdout = collect(child.stdout, asking, tooMuch);
  const stderr = collect(child.stderr, asking, tooMuch);
  // A program may end without having read what it was given.
  child.stdin?.on('error', () => {}).end(asking.input);
  const { timeLimit } = asking;
  const timer =
    timeLimit && setTimeout(() => stop(`passed its time limit of ${timeLimit / 1000} s`), timeLimit);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  await ending;
  if (code === null) failure ??= `was ended by ${signal}`;
  return { code: failure === undefined ? code : undefined, stdout: stdout(), stderr: stderr(), failure };
}

/** @returns what has been said so far */
function collect(stream: Readable | null, asking: Asking, tooMuch: (limit: number) => void): () => string {
  const limit = asking.maxOutput ?? MAX_OUTPUT;
  let said = '';
  stream?.setEncoding(asking.binary ? 'latin1' : 'utf8').on('data', (text: string) => {
    const room = limit - said.length;
    said += text.slice(0, room);
    if (text.length > room) tooMuch(limit);
  });
  return () => said;
}
