// Which tasks under way do not go together, as it was last looked at: one row for the project, and an event of each change.

import type { Clash } from '../task/clash.ts';
import { mirrored } from '../task/clash.ts';
import type { TaskId } from '../task/ids.ts';
import { recordEvent } from './events.ts';
import { getMeta, setMeta } from './meta.ts';
import type { Db, Store, Trx } from './open.ts';

export interface TaskConflict extends Clash {
  readonly one: TaskId;
  readonly other: TaskId;
  /** When it was first seen, in epoch milliseconds. */
  readonly since: number;
}

export async function listConflicts(db: Db): Promise<TaskConflict[]> {
  return JSON.parse((await getMeta(db, 'conflicts')) ?? '[]');
}

const pairOf = ({ one, other }: Pick<TaskConflict, 'one' | 'other'>) => [one, other].sort().join(' ');

/**
 * Takes what was seen now for what there is, in one transaction with its events.
 * @param seen conflicts between the tasks that were looked at
 * @param looked those tasks; what is known of others stays
 * @param gone tasks that have ended
 * @returns what is new
 */
export async function recordConflicts(
  store: Store,
  trx: Trx,
  seen: readonly Omit<TaskConflict, 'since'>[],
  looked: ReadonlySet<string>,
  gone: (id: TaskId) => boolean,
): Promise<TaskConflict[]> {
  const at = store.now();
  const before = new Map((await listConflicts(trx)).map((one) => [pairOf(one), one]));
  const now = new Map(
    seen.map((one) => [pairOf(one), { ...one, since: before.get(pairOf(one))?.since ?? at }]),
  );
  const fresh = [...now].filter(([pair]) => !before.has(pair)).map(([, one]) => one);
  const kept: TaskConflict[] = [];
  for (const [pair, known] of before) {
    if (now.has(pair) || gone(known.one) || gone(known.other)) continue;
    if (!looked.has(known.one) || !looked.has(known.other)) kept.push(known);
    else {
      await recordEvent(trx, { at, kind: 'conflictOver', taskId: known.one, data: { with: known.other } });
      await recordEvent(trx, { at, kind: 'conflictOver', taskId: known.other, data: { with: known.one } });
    }
  }
  for (const { one, other, since: _, ...clash } of fresh) {
    await recordEvent(trx, { at, kind: 'conflict', taskId: one, data: { with: other, ...clash } });
    await recordEvent(trx, { at, kind: 'conflict', taskId: other, data: { with: one, ...mirrored(clash) } });
  }
  await setMeta(trx, 'conflicts', JSON.stringify([...now.values(), ...kept]));
  return fresh;
}
