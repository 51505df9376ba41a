/** Why a task does not move. */
export interface Reason {
  /** Stable, for scripts. */
  readonly code: string;
  readonly sentence: string;
  /** What a person can do about it; null when there is nothing but waiting. */
  readonly remedy: string | null;
}

export function reason(code: string, sentence: string, remedy: string | null = null): Reason {
  return { code, sentence, remedy };
}
