// Agents that nobody starts for now, because their provider would answer the next one as it answered the last.

import { type Db, run, type Store, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

export interface Hold {
  /** Of the agent: whoever uses it asks the same provider with the same login. */
  readonly name: string;
  readonly kind: string;
  readonly reason: string;
  /** How often it was held since it last went well. */
  readonly times: number;
  /** Epoch milliseconds; null: until a person has done something about it. */
  readonly until: number | null;
  readonly heldAt: number;
}

/** @param untilAfter the end of the hold, given how often there was one since the agent last went well */
export async function holdAgent(
  store: Store,
  trx: Trx,
  hold: Pick<Hold, 'name' | 'kind' | 'reason'>,
  untilAfter: (times: number) => number | null,
): Promise<Hold> {
  const now = store.now();
  const before = (await listHolds(trx)).find((one) => one.name === hold.name);
  // Those that were started before the first of them met the limit meet it too, and that is no second time.
  const again = before !== undefined && before.until !== null && before.until <= now;
  const times = before === undefined ? 1 : before.times + (again ? 1 : 0);
  const until = untilAfter(times);
  await run(
    trx,
    `insert into holds (name, kind, reason, times, until, held_at) values (?, ?, ?, ?, ?, ?)
    on conflict (name) do update set kind = excluded.kind, reason = excluded.reason, times = excluded.times,
      until = excluded.until, held_at = excluded.held_at`,
    hold.name,
    hold.kind,
    hold.reason,
    times,
    until,
    now,
  );
  return { ...hold, times, until, heldAt: now };
}

/** The agent went well. @returns whether it had been held */
export async function releaseAgent(trx: Trx, name: string): Promise<boolean> {
  const gone = await run(trx, 'delete from holds where name = ? returning name', name);
  return gone.length > 0;
}

/** Also those whose time has passed: they say how often there was one. */
export async function listHolds(db: Db): Promise<Hold[]> {
  const rows = await run<Schema['holds']>(db, 'select * from holds order by name');
  return rows.map(({ held_at, ...row }) => ({ ...row, heldAt: held_at }));
}
