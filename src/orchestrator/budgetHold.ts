// The hold on everybody, for whoever looks at a project without its configuration: reading that takes as long as all the rest.

import { listHolds } from '../store/holds.ts';
import type { Db } from '../store/open.ts';

/** Among the names of agents, and none of theirs. */
export const BUDGET_HOLD = 'budget';

export interface BudgetHold {
  readonly reason: string;
  /** Epoch milliseconds; null: until somebody raises it. */
  readonly until: number | null;
  readonly since: number;
}

/** What was found when somebody last wanted to begin; undefined once that day is over. */
export async function exhaustedBudget(db: Db, now: number): Promise<BudgetHold | undefined> {
  const hold = (await listHolds(db)).find(({ name }) => name === BUDGET_HOLD);
  if (!hold || (hold.until !== null && hold.until <= now)) return undefined;
  return { reason: hold.reason, until: hold.until, since: hold.heldAt };
}
