// The one place that maps kinds of trouble to exit codes. docs/exit-codes.md lists them.

import { Problem, type ProblemKind } from '../task/problem.ts';

export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  /** `run` and `merge run` ended, and something waits for a person. */
  waiting: 3,
  /** Somebody else holds it. */
  refused: 4,
  /** Git, the disk or the machine. */
  environment: 5,
  interrupted: 130,
} as const;

const CODES: Readonly<Record<ProblemKind, number>> = {
  user: EXIT.usage,
  config: EXIT.usage,
  refused: EXIT.refused,
  environment: EXIT.environment,
  internal: EXIT.internal,
};

export function exitCodeOf(error: unknown): number {
  return error instanceof Problem ? CODES[error.kind] : EXIT.internal;
}

/** What `--json` prints of an error. */
export function errorDocument(error: unknown): unknown {
  if (error instanceof Problem) {
    const { kind, code, message, hint } = error;
    return { error: { kind, code, message, ...(hint === undefined ? {} : { hint }) } };
  }
  return {
    error: {
      kind: 'internal',
      code: 'internal',
      message: error instanceof Error ? error.message : String(error),
    },
  };
}

/** For people, on standard error. Only a mistake of ours shows a stack. */
export function errorText(error: unknown): string {
  if (error instanceof Problem) return `steroids: ${error.message}${error.hint ? `\n  → ${error.hint}` : ''}`;
  const stack = error instanceof Error ? error.stack : String(error);
  return `steroids: this is a mistake in steroids itself, please report it:\n${stack}`;
}
