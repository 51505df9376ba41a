// A task that a person brings out of a dispute is under way again, without a claim by a runner: its zones were given back when
// it got there. It takes them at once, as one that a person takes over does. Its work is done: if it waited for whoever is at
// work in them, it would meet all that this one lands, and finished work would wait for work that may never be.

import { listHeld } from '../store/claims.ts';
import type { Trx } from '../store/open.ts';
import { describeHolder } from '../store/runners.ts';
import { takeZones } from '../store/zones.ts';
import { canStartTask } from '../task/start.ts';
import type { Task } from '../task/task.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import { zonesApart } from './zones.ts';

/**
 * @returns for the transaction that brings it out: takes what it touches, so that nobody begins beside it, and answers who is at
 * work there already, in sentences
 */
export async function takesZonesAgain(
  { store }: Project,
  gate: Gate,
  task: Task,
): Promise<(trx: Trx) => Promise<string[]>> {
  const zones = task.status === 'disputed' ? await zonesApart(store.db, gate, task) : [];
  return async (trx) => {
    if (zones.length === 0) return [];
    const held = (await listHeld(trx, store.now())).filter(({ mode }) => mode !== 'intent');
    const refusals = canStartTask({ id: task.id, section: null, zones }, null, held);
    await takeZones(store, trx, task.id, zones, null);
    return await Promise.all(
      refusals.map(async (refusal) => {
        const holders = 'holders' in refusal ? refusal.holders : [];
        const who = await Promise.all(holders.map((holder) => describeHolder(trx, holder)));
        return `${refusal.sentence}: ${who.join(', ')}`;
      }),
    );
  };
}
