// What a runner does next: the step that it claims, or why there is none.

import type { Claimant } from '../store/candidates.ts';
import { type Claimed, claim, waitsForCoder } from '../store/claim.ts';
import { listHolds } from '../store/holds.ts';
import type { Trx } from '../store/open.ts';
import { type Outlook, readOutlook } from '../store/outlook.ts';
import type { Runner } from '../store/runners.ts';
import { overlapIndex } from '../structure/overlapping.ts';
import type { Pressure } from '../task/schedule.ts';
import { allMayBegin, type Exhausted, stopOverBudget } from './budget.ts';
import { coderFor } from './coderFor.ts';
import type { Gate } from './gate.ts';
import { firstOver, freeCoders } from './holds.ts';
import type { Pause } from './pause.ts';
import { rememberPressure } from './pressureHold.ts';
import { readPressure, schedulingFor } from './scheduling.ts';
import type { ActiveRunner } from './seat.ts';
import { zoningFor } from './zones.ts';

/** How long a runner that has found nothing waits before it looks again. */
export const IDLE_MS = 250;

export interface RunnerOptions {
  /** Only tasks of these sections; empty for all. */
  readonly sectionIds: readonly string[];
  /** Only tasks of these zones; empty for all. */
  readonly zones: readonly string[];
  /** Coder of tasks that name none; null for the configured one. */
  readonly coder: string | null;
  /** `idle`: end when nothing can go on without a person. `task`: after one task. `told`: only when told. */
  readonly until: 'idle' | 'task' | 'told';
}

export type Picked =
  | {
      readonly step: Claimed;
      readonly outlook?: undefined;
      readonly over?: undefined;
      readonly pressure?: undefined;
    }
  | {
      readonly step?: undefined;
      readonly outlook: Outlook;
      /** Why nothing may begin, whatever there is to do. */
      readonly over?: Exhausted;
      /** Why no coder may begin beside what is under way. */
      readonly pressure?: Pressure | undefined;
    };

export async function pickStep(
  runner: ActiveRunner,
  registered: Runner,
  options: RunnerOptions,
  gate: Gate,
  reviews: boolean,
): Promise<Picked> {
  const { store } = runner.session.project;
  const claimant: Claimant = {
    id: runner.id,
    number: runner.number,
    sectionId: registered.section?.id ?? null,
    sectionIds: options.sectionIds,
    coder: coderFor(gate, options.coder ?? registered.coder),
  };
  const { main, limits } = gate;
  const pressure = await readPressure(runner.session.project, gate);
  return await store.write(async (trx) => {
    const now = store.now();
    const holds = await listHolds(trx);
    const free = freeCoders(gate.config, holds, now);
    const zoning = await zoningFor(trx, gate, registered.zone, options.zones);
    const overlapping = gate.config.locks.files ? overlapIndex : undefined;
    const scheduling = schedulingFor(gate);
    const claiming = {
      ...free,
      claimant,
      main,
      limits,
      reviews,
      intentMs: 10 * IDLE_MS,
      zoning,
      overlapping,
      scheduling,
      pressure,
    };
    await stopOverBudget(store, trx, gate.config, limits);
    const may = await allMayBegin(store, trx, gate.config, holds);
    if (may !== 'yes') return await nothingBegins(trx, now, may);
    const step = await claim(store, trx, claiming);
    // In the same transaction: what others finish between a look and a look would be taken for the end of all work.
    if (step) return { step };
    await rememberPressure(store, trx, pressure, holds);
    const outlook = await readOutlook(trx, reviews, now);
    const waits = free.held.length > 0 && (await waitsForCoder(store, trx, claiming));
    const times = [outlook.next, waits ? firstOver(holds, now) : null].filter((time) => time !== null);
    return { outlook: { ...outlook, next: times.length > 0 ? Math.min(...times) : null }, pressure };
  });
}

/** What is left is the queue, and what others are at: when that has ended, all is looked at again. */
async function nothingBegins(trx: Trx, now: number, why: 'waits' | Exhausted): Promise<Picked> {
  const outlook = { ...(await readOutlook(trx, false, now)), next: null };
  return why === 'waits' ? { outlook } : { outlook, over: why };
}

/** Whether nothing can go on without a person. */
export function isIdle(outlook: Outlook, pause: Pause | undefined): boolean {
  if (outlook.steps > 0) return false;
  return pause !== undefined || (outlook.entries === 0 && outlook.next === null);
}
