// What a task may still use. An attempt begins only when one as large as the largest so far would fit.

import type { Config } from '../config/schema.ts';
import { applyEvent } from '../store/apply.ts';
import type { Store, Trx } from '../store/open.ts';
import { listSpending, type Spent, spentOn } from '../store/usage.ts';
import type { Limits } from '../task/attempt.ts';

/** Pending tasks whose next attempt might pass their budget wait for a person. In the transaction of the claim. */
export async function stopOverBudget(store: Store, trx: Trx, config: Config, limits: Limits): Promise<void> {
  if (config.limits.cost === undefined && config.limits.time === undefined) return;
  for (const id of await listSpending(trx)) {
    const reason = overBudget(await spentOn(trx, id), config);
    if (reason !== undefined) await applyEvent(store, trx, id, { kind: 'overBudget', reason }, { limits });
  }
}

/** US dollars and milliseconds that are left; null where there is no limit. */
export function leftOf(spent: Spent, { limits }: Config) {
  return {
    cost: limits.cost === undefined ? null : Math.max(0, limits.cost - spent.cost),
    time: limits.time === undefined ? null : Math.max(0, limits.time - spent.ms),
  };
}

/** @returns a sentence when there may be no further attempt */
function overBudget(spent: Spent, config: Config): string | undefined {
  const left = leftOf(spent, config);
  const { cost, time } = config.limits;
  if (left.cost !== null && (left.cost === 0 || spent.mostCost > left.cost))
    return `it has cost ${dollars(spent.cost)} of limits.cost ${dollars(cost)}, and its largest attempt ${dollars(spent.mostCost)}: another might pass it`;
  if (left.time !== null && (left.time === 0 || spent.mostMs > left.time))
    return `it has taken ${seconds(spent.ms)} of limits.time ${seconds(time)}, and its longest attempt ${seconds(spent.mostMs)}: another might pass it`;
  return undefined;
}

const dollars = (amount = 0) => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
const seconds = (ms = 0) => `${Math.round(ms / 1000)} s`;
