// Worktree slots: where they stand, for which lockfiles their dependencies were installed, and who worked there last.

import type { Db, Store, Trx } from './open.ts';

export interface Slot {
  /** `runner-2`, `review-2`, `merge-1` */
  readonly name: string;
  readonly path: string;
  /** Digest of what the set-up was run for; null when it has to run. */
  readonly digest: string | null;
  /** JSON of the process that was started there last. */
  readonly child: string | null;
}

export async function saveSlot(store: Store, trx: Trx, slot: Omit<Slot, 'child'>): Promise<void> {
  await trx
    .insertInto('slots')
    .values({ name: slot.name, path: slot.path, digest: slot.digest, created_at: store.now() })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ path: slot.path, digest: slot.digest }))
    .execute();
}

/** Remembers a process that was started in the slot, so that it is ended before anybody else works there. */
export async function recordSlotChild(trx: Trx, name: string, child: string): Promise<void> {
  await trx.updateTable('slots').set({ child }).where('name', '=', name).execute();
}

export async function getSlot(db: Db, name: string): Promise<Slot | undefined> {
  return await db
    .selectFrom('slots')
    .select(['name', 'path', 'digest', 'child'])
    .where('name', '=', name)
    .executeTakeFirst();
}

export async function listSlots(db: Db): Promise<Slot[]> {
  return await db.selectFrom('slots').select(['name', 'path', 'digest', 'child']).orderBy('name').execute();
}

export async function deleteSlot(trx: Trx, name: string): Promise<void> {
  await trx.deleteFrom('slots').where('name', '=', name).execute();
}
