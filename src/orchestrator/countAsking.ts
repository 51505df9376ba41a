// What is asked for no task's step counts in `usage` and in budgets as well, and stops where these are used up.

import type { Cost } from '../analysis/analyst.ts';
import type { Config } from '../config/schema.ts';
import { listHolds } from '../store/holds.ts';
import { type AskedFor, recordAsking } from '../store/usage.ts';
import { Problem } from '../task/problem.ts';
import { stillExhausted } from './budget.ts';
import { heldReviewer } from './holds.ts';
import type { Project } from './project.ts';

type Whom = Parameters<typeof heldReviewer>[0];

/** @returns why somebody is not asked now; undefined where they may be */
export async function whyNotAsked(
  { store, host }: Project,
  config: Config,
  whom: Whom,
): Promise<string | undefined> {
  const now = host.now();
  const hold = heldReviewer(whom, await listHolds(store.db), now);
  return hold?.reason ?? (await stillExhausted(store.db, config, now))?.reason;
}

/**
 * @param cost null where nobody was asked
 * @param ms how long it took
 * @returns why it could not be counted, in a sentence: the answer is there all the same
 */
export async function countAsking(
  { store }: Pick<Project, 'store'>,
  purpose: AskedFor,
  who: string,
  cost: Cost | null,
  ms: number,
): Promise<string | undefined> {
  if (cost === null) return undefined;
  const { tokens, money, whole } = cost;
  try {
    await store.write((trx) => recordAsking(store, trx, purpose, { who, tokens, cost: money, ms, whole }));
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `what ${who} took is not counted: ${error.message}`;
  }
}
