// The shape of a command: its options, what it does, and an answer that is data first and text second.

import type { Argv } from 'yargs';
import type { Host, Project } from '../orchestrator/project.ts';

export interface Answer {
  /** What `--json` prints, as one document. */
  readonly data: unknown;
  /** The same for people; empty for nothing. */
  readonly text: string;
  readonly exitCode?: number;
}

export interface Context {
  readonly host: Host;
  /** The repository and its store; opened at the first call, closed when the command ends. */
  project(): Promise<Project>;
  readonly json: boolean;
  /** Narration, on standard error. */
  narrate(line: string): void;
  /** One more document of an answer that follows (`--watch`, `--follow`): a line of JSON, or the text. */
  emit(data: unknown, text: string): void;
  /** Styles for standard output; plain where that is no terminal. */
  readonly style: Style;
  /** Styles for standard error. */
  readonly narrationStyle: Style;
  readonly terminal: Terminal;
  /** Whether a person can be asked: not by a script, and not for `--json`. */
  readonly asks: boolean;
  /** All of standard input. */
  readInput(): Promise<string>;
  /**
   * Asks a yes-or-no question on the terminal.
   * @param usual what an empty answer means; no, unless it is given
   * @returns undefined where nobody can be asked
   */
  confirm(question: string, usual?: boolean): Promise<boolean | undefined>;
  /** Asks for a line on the terminal. @returns it trimmed; undefined where nobody can be asked, or Ctrl-C or Ctrl-D answers */
  ask(question: string): Promise<string | undefined>;
  /** Told of Ctrl-C and SIGTERM; the count says the how-manieth it is. */
  onInterrupt(listener: (count: number) => void): void;
  /** The words after it. */
  readonly words: readonly string[];
  /** Told to whoever started us in the background, if somebody did. */
  tellParent(message: object): void;
}

export interface Terminal {
  /** Whether a person looks at standard error (live views, questions). */
  readonly interactive: boolean;
  /** As many as there are now: people make windows wider. */
  readonly columns: number;
  /** Columns after which standard output breaks lines; infinite where it is no terminal. */
  readonly outWidth: number;
}

export type Style = Readonly<
  Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>
>;

export interface Command<Args> {
  readonly options: (yargs: Argv) => Argv<Args>;
  readonly run: (args: Args, context: Context) => Promise<Answer>;
}

/** Ties the types of a command's options to those of its arguments. */
export function command<Args>(
  options: (yargs: Argv) => Argv<Args>,
  run: (args: Args, context: Context) => Promise<Answer>,
): Command<Args> {
  return { options, run };
}
