// Composition root: the only reader of argv, the environment, the working directory and the clock.

import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import type { Answer, Context, Style } from './cli/command.ts';
import { EXIT, errorDocument, errorText, exitCodeOf } from './cli/exit.ts';
import { askYesNo } from './cli/yesNo.ts';
import { findRepository, type Repository } from './git/repository.ts';
import type { Host, Project } from './orchestrator/project.ts';
import { identify } from './process/identity.ts';
import { newId } from './task/ids.ts';
import { Problem } from './task/problem.ts';

/** Runs the command line to its end. */
export async function start(): Promise<void> {
  outliveListeners();
  const words = process.argv.slice(2);
  const json = words.includes('--json');
  const host: Host = {
    cwd: process.cwd(),
    environment: process.env,
    now: Date.now,
    // An import would load it at every start, which takes as long as a query of the store, and most commands make no id.
    newId: () => newId((bound) => process.getBuiltinModule('node:crypto').randomInt(bound)),
    sleep: (ms) => sleep(ms),
    elapsed: () => performance.now(),
    identify: () => identify(process.pid),
    self: [process.execPath, process.argv[1] ?? ''],
  };
  const finding = findEarly(host, words);
  let project: Promise<Project> | undefined;
  const context = contextOf(host, json, () => {
    project ??= import('./orchestrator/project.ts').then(({ openProject }) => openProject(host, finding));
    return project;
  });
  try {
    const { parse } = await import('./cli/parse.ts');
    const answer = await parse(words, context);
    if (answer) print(answer, json);
    process.exitCode = answer?.exitCode ?? EXIT.done;
  } catch (error) {
    if (json) process.stdout.write(`${JSON.stringify(errorDocument(error))}\n`);
    else process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = exitCodeOf(error);
  } finally {
    await project?.then(
      (opened) => opened.close(),
      () => undefined, // was never open; said already
    );
  }
}

/** Git is asked while the command is being loaded, which takes as long; nearly all need the answer. */
function findEarly(host: Host, words: readonly string[]): Promise<Repository> | undefined {
  if (words.every((word) => word.startsWith('-')) || words.includes('--help')) return undefined;
  const finding = findRepository(host.cwd, host.environment);
  finding.catch(() => {}); // whoever needs it hears of it
  return finding;
}

/** A pipe whose reader has enough, or a terminal that went, ends no work: what is done stands in the store and in git. */
function outliveListeners(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // What only follows has nothing left to do, and ends as by Ctrl-C; for all else nobody listens to this.
    if (error.code === 'EPIPE' || error.code === 'EIO') process.emit('SIGINT');
    else {
      process.stderr.write(`steroids: the answer could not be written: ${error.message}\n`);
      process.exitCode = EXIT.environment;
    }
  });
}

function print(answer: Answer, json: boolean): void {
  if (json) {
    if (answer.data !== undefined) process.stdout.write(`${JSON.stringify(answer.data)}\n`);
  } else if (answer.text !== '') {
    process.stdout.write(answer.text.endsWith('\n') ? answer.text : `${answer.text}\n`);
  }
}

function contextOf(host: Host, json: boolean, project: () => Promise<Project>): Context {
  let interrupts = 0;
  const listeners: ((count: number) => void)[] = [];
  const narrate = (line: string) => process.stderr.write(`${line}\n`);
  return {
    host,
    project,
    json,
    narrate,
    emit: (data, line) => process.stdout.write(json ? `${JSON.stringify(data)}\n` : `${line}\n`),
    style: styleOf(process.stdout),
    narrationStyle: styleOf(process.stderr),
    terminal: {
      interactive: process.stderr.isTTY === true && process.stdin.isTTY === true && !process.env.CI,
      get columns() {
        return process.stdout.columns || process.stderr.columns || 100; // 0: a terminal without a size
      },
      get outWidth() {
        return process.stdout.columns || Number.POSITIVE_INFINITY;
      },
    },
    asks: hasPerson() && !json,
    readInput: async () => (await import('node:stream/consumers')).text(process.stdin),
    confirm: async (question, usual = false) => {
      if (!hasPerson() || json) return undefined;
      const agreed = await askYesNo(question, usual, ask, narrate);
      if (agreed === undefined)
        throw new Problem('user', 'not-confirmed', 'no answer was given, so nothing was changed');
      return agreed;
    },
    ask: async (question) => (json ? undefined : await ask(question)),
    onInterrupt(listener) {
      listeners.push(listener);
      if (listeners.length > 1) return;
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => {
          interrupts++;
          for (const one of listeners) one(interrupts);
        });
      }
    },
    words: process.argv.slice(2),
    tellParent(message) {
      // The parent hangs up when it has heard.
      if (process.connected) process.send?.(message, () => {});
    },
  };
}

const hasPerson = () => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** @returns undefined where nobody is there to be asked, or whoever is goes away */
async function ask(question: string): Promise<string | undefined> {
  if (!hasPerson()) return undefined;
  const { createInterface } = await import('node:readline/promises');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close it, and a question to what is closed is never answered.
  const gone = new Promise<undefined>((resolve) => asking.once('close', () => resolve(undefined)));
  try {
    const answered = asking.question(question).catch(() => undefined); // ended by Ctrl-C
    return (await Promise.race([answered, gone]))?.trim();
  } finally {
    asking.close();
  }
}

/** Colour only on a terminal that wants it. */
function styleOf(stream: NodeJS.WriteStream): Style {
  const paint = (format: Parameters<typeof styleText>[0]) => (line: string) =>
    styleText(format, line, { stream });
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}
