// A model of the configuration, with the key of this environment: each question tells what it took.

import type { Cost } from '../analysis/analyst.ts';
import { askModel, type Model, type Question } from '../model/anthropic.ts';
import { moneyFor, type Price } from '../model/cost.ts';
import { NO_TOKENS, sumOfTokens } from '../task/tokens.ts';
import type { Context } from './command.ts';

interface Configured {
  readonly model: string;
  readonly maxTokens: number;
  /** The variable that holds the key. */
  readonly key: string;
  readonly price?: Price | undefined;
}

/** @returns as `askModel` does it; its cost is null where nobody was asked */
export function openModel({ host }: Pick<Context, 'host'>, configured: Configured) {
  const { model: name, maxTokens, key: keyVariable, price } = configured;
  const key = host.environment[keyVariable] ?? '';
  const model: Model = { name, maxTokens, key, keyVariable };
  return async (question: Question, signal?: AbortSignal, retries?: number) => {
    if (key === '')
      return { kind: 'failed' as const, reason: `${keyVariable} is not set`, limit: null, cost: null };
    let tokens = NO_TOKENS;
    const counting = (more: typeof tokens) => {
      tokens = sumOfTokens(tokens, more);
    };
    const answered = await askModel(model, question, counting, signal, retries);
    const money = price ? moneyFor(tokens, price) : null;
    const cost: Cost = { tokens, money, whole: signal?.aborted !== true };
    return { ...answered, cost };
  };
}
