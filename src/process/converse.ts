// A program that answers one request after another, kept running between them: starting it costs more than most answers.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Environment } from './environment.ts';

/** Says what the answer is and how many bytes of `read` it took; undefined while more of it has to come. */
export type Take<T> = (read: Buffer) => { readonly answer: T; readonly length: number } | undefined;

export interface Conversation {
  /**
   * Sends a request; answers come in the order of the requests.
   * @throws Error when the program ends before it has answered
   */
  ask<T>(request: string, take: Take<T>): Promise<T>;
}

interface Question {
  /** @returns how many bytes the answer took, or undefined when it is not complete */
  readonly offer: (read: Buffer) => number | undefined;
  readonly fail: (error: Error) => void;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** An idle program is ended after this time, so that nobody has to. */
const IDLE_MS = 5_000;

/** Starts the program with the first question, and again when it has ended since. It never keeps ours from ending. */
export function converse(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly environment: Environment },
): Conversation {
  let current: Talk | undefined;
  return {
    ask(request, take) {
      if (!current || current.over) {
        // A terminal's Ctrl-C goes to its whole process group.
        current = new Talk(
          spawn(file, args, { cwd: options.cwd, env: { ...options.environment }, detached: true }),
        );
      }
      return current.ask(request, take);
    },
  };
}

/** One run of the program. */
class Talk {
  /** Set when it takes no more questions. */
  over = false;
  readonly #child: Child;
  readonly #questions: Question[] = [];
  #read: Buffer = Buffer.alloc(0);
  #complaint = '';
  readonly #idle: NodeJS.Timeout;

  constructor(child: Child) {
    this.#child = child;
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(-2_000);
    });
    child.stdin.on('error', () => {}); // told by 'close'
    child.on('error', (error) => this.#lose(error.message));
    child.on('close', (code, signal) => this.#lose(this.#complaint.trim() || `it ended (${signal ?? code})`));
    child.unref();
    this.#hold(false);
  }

  ask<T>(request: string, take: Take<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#questions.push({
        offer(read) {
          const taken = take(read);
          if (taken) resolve(taken.answer);
          return taken?.length;
        },
        fail: reject,
      });
      this.#idle.refresh();
      this.#send(request);
    });
  }

  /** Hundreds of requests of one moment are one write. */
  #send(request: string): void {
    const { stdin } = this.#child;
    if (this.#questions.length === 1) this.#hold(true);
    if (stdin.writableCorked === 0) {
      stdin.cork();
      process.nextTick(() => stdin.uncork());
    }
    stdin.write(request);
  }

  #receive(chunk: Buffer): void {
    this.#read = this.#read.length === 0 ? chunk : Buffer.concat([this.#read, chunk]);
    for (let question = this.#questions[0]; question; question = this.#questions[0]) {
      const length = question.offer(this.#read);
      if (length === undefined) return;
      this.#read = this.#read.subarray(length);
      this.#questions.shift();
    }
    this.#hold(false);
  }

  /** While an answer is awaited, and only then, it keeps our process from ending. */
  #hold(waiting: boolean): void {
    for (const stream of [this.#child.stdout, this.#child.stderr, this.#child.stdin]) {
      const socket = stream as unknown as { ref(): void; unref(): void };
      if (waiting) socket.ref();
      else socket.unref();
    }
  }

  #end(): void {
    if (this.#questions.length > 0) return void this.#idle.refresh();
    this.over = true;
    this.#child.stdin.end();
  }

  #lose(why: string): void {
    this.over = true;
    clearTimeout(this.#idle);
    for (const question of this.#questions.splice(0)) question.fail(new Error(why));
  }
}
