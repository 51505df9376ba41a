// What a model counts.

export interface Tokens {
  /** Neither read from a cache nor written into one. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Of money, or what else a part of may not have been told. */
export const sumIfKnown = (one: number | null, other: number | null) =>
  one === null || other === null ? null : one + other;

export const allOf = ({ input, output, cacheRead, cacheWrite }: Tokens) =>
  input + output + cacheRead + cacheWrite;

export const sumOfTokens = (one: Tokens, other: Tokens): Tokens => ({
  input: one.input + other.input,
  output: one.output + other.output,
  cacheRead: one.cacheRead + other.cacheRead,
  cacheWrite: one.cacheWrite + other.cacheWrite,
});
