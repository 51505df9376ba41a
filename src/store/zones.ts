// Zones at a claim. What a task touches is told by who claims: the store knows no globs.

import type { Held } from '../task/start.ts';
import type { Zone } from '../task/zone.ts';
import { PROJECT, takeClaim, taskHolder, zoneOfResource, zoneResource } from './claims.ts';
import { type Db, run, type Store, type Trx } from './open.ts';

export interface Zoning {
  /** What a task touches. @param paths its own globs, as JSON */
  zonesOf(task: { readonly section_id: string | null; readonly paths: string }): readonly Zone[];
  /** Of the claimant: the zone that it has itself for as long as it lives. */
  readonly kept: string | null;
  /** Names of the only zones whose tasks it takes; empty for all. */
  readonly only: readonly string[];
}

/** Who has which zone. */
export async function listHeldZones(db: Db): Promise<Held[]> {
  // A range of the primary key: what else is held is not read.
  const rows = await run<{ resource: string; mode: Held['mode']; holder: string }>(
    db,
    `select resource, mode, holder from claims where resource >= 'zone:' and resource < 'zone;' order by created_at`,
  );
  return rows.map(({ resource, mode, holder }) => ({
    kind: 'zone',
    name: zoneOfResource(resource),
    mode,
    holder,
  }));
}

/**
 * Takes all zones of a task, in the transaction that claims it: nobody ever has some and waits for the others. With an
 * exclusive one it has the whole project, as a task of an exclusive section does.
 */
export async function takeZones(
  store: Store,
  trx: Trx,
  taskId: string,
  zones: readonly Zone[],
  kept: string | null,
): Promise<void> {
  const holder = taskHolder(taskId);
  for (const { name } of zones) {
    if (zoneResource(name) === zoneResource(kept ?? '')) continue;
    await takeClaim(store, trx, { resource: zoneResource(name), mode: 'shared', holder });
  }
  if (zones.some((zone) => zone.exclusive))
    await takeClaim(store, trx, { resource: PROJECT, mode: 'exclusive', holder });
}
