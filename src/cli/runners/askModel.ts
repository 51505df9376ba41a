// The model that is asked about conflicts, with the key of this environment.

import type { AskModel } from '../../analysis/model.ts';
import type { Config } from '../../config/schema.ts';
import { askModel, type ModelTokens } from '../../model/anthropic.ts';
import { allOf, moneyFor } from '../../model/cost.ts';
import type { Context } from '../command.ts';

export function askConfigured({ host }: Context, { analysis }: Config): AskModel {
  const { model: name, maxTokens, key: keyVariable, price } = analysis;
  const key = host.environment[keyVariable] ?? '';
  return async (question, signal) => {
    if (key === '') return { kind: 'failed', reason: `${keyVariable} is not set`, tokens: 0, money: null };
    let tokens = 0;
    let money = price ? 0 : null;
    const counting = (more: ModelTokens) => {
      tokens += allOf(more);
      if (price && money !== null) money += moneyFor(more, price);
    };
    const answered = await askModel({ name, maxTokens, key, keyVariable }, question, counting, signal);
    return { ...answered, tokens, money };
  };
}
