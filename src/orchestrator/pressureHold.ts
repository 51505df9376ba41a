// Why nothing more is begun for now, remembered for whoever looks at a project without its configuration.

import { type Hold, holdAgent, listHolds, releaseAgent } from '../store/holds.ts';
import type { Db, Store, Trx } from '../store/open.ts';
import type { Pressure } from '../task/schedule.ts';

/** Among the names of agents, and none of theirs. */
const PRESSURE_HOLD = 'pressure';

/** Whoever looks for a task looks again before that; when nobody does, it is over by itself. */
const KEPT_MS = 10_000;

/** By a runner that found nothing to do. @param holds in the store */
export async function rememberPressure(
  store: Store,
  trx: Trx,
  pressure: Pressure | undefined,
  holds: readonly Hold[],
): Promise<void> {
  const known = holds.find(({ name }) => name === PRESSURE_HOLD);
  const until = store.now() + KEPT_MS;
  if (pressure === undefined) {
    if (known) await releaseAgent(trx, PRESSURE_HOLD);
  } else if ((known?.until ?? 0) < until - KEPT_MS / 2) {
    const hold = { name: PRESSURE_HOLD, kind: pressure.of, reason: pressure.sentence };
    await holdAgent(store, trx, hold, () => until);
  }
}

/** @returns the sentence, as long as it holds */
export async function pressureNow(db: Db, now: number): Promise<string | undefined> {
  const hold = (await listHolds(db)).find(({ name }) => name === PRESSURE_HOLD);
  return hold && (hold.until ?? 0) > now ? hold.reason : undefined;
}
