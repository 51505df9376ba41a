import { Problem, sentenceOf } from '../../task/problem.ts';

/** What one check says. */
export interface Checkup {
  /** Stable, for scripts: `git`, `store`, `disk` … */
  readonly check: string;
  /** A `problem` keeps steroids from working; a `warning` is worth a look. */
  readonly level: 'ok' | 'warning' | 'problem';
  readonly sentence: string;
  readonly remedy: string | null;
}

export const ok = (check: string, sentence: string): Checkup => ({
  check,
  level: 'ok',
  sentence,
  remedy: null,
});

export const warning = (check: string, sentence: string, remedy: string): Checkup => ({
  check,
  level: 'warning',
  sentence,
  remedy,
});

export function problem(check: string, error: unknown, remedy: string | null = null): Checkup {
  const hint = error instanceof Problem ? (error.hint ?? null) : null;
  return { check, level: 'problem', sentence: sentenceOf(error), remedy: hint ?? remedy };
}

/** What `look` finds, or its failure as a problem: one check that fails keeps none of the others from looking. */
export async function checkUp(
  check: string,
  look: () => Promise<Checkup | readonly Checkup[]>,
): Promise<Checkup[]> {
  try {
    return [await look()].flat();
  } catch (error) {
    return [problem(check, error)];
  }
}
