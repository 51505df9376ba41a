// What went wrong, as a person should read it. Expected outcomes are values; this is for what stops a command.

/**
 * - `user`: wrong input · `config`: the configuration · `refused`: somebody else holds it
 * - `environment`: git, the disk, the machine · `internal`: a mistake of ours
 */
export type ProblemKind = 'user' | 'config' | 'refused' | 'environment' | 'internal';

export class Problem extends Error {
  readonly kind: ProblemKind;
  /** Stable, for scripts: `unknown-task`, `not-a-repository` … */
  readonly code: string;
  /** What the person can do about it. */
  readonly hint: string | undefined;

  constructor(kind: ProblemKind, code: string, message: string, hint?: string) {
    super(message);
    this.name = 'Problem';
    this.kind = kind;
    this.code = code;
    this.hint = hint;
  }
}

/** The sentence of anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
