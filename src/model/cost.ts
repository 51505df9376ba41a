import type { Tokens } from '../task/tokens.ts';

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of tokens that were read from the provider's cache, and written there; as `input` where it is not said. */
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** @returns US dollars */
export function moneyFor(tokens: Tokens, price: Price): number {
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  const whole =
    tokens.input * input +
    tokens.output * output +
    tokens.cacheRead * cacheRead +
    tokens.cacheWrite * cacheWrite;
  return whole / 1_000_000;
}
