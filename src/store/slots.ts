// Worktree slots: where they stand, for which lockfiles their dependencies were installed, and who worked there last.

import { type Db, run, type Store, type Trx } from './open.ts';

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

/** Takes a worktree into the list that nobody has noted; what is noted stays as it is. */
export async function adoptSlot(store: Store, trx: Trx, slot: Pick<Slot, 'name' | 'path'>): Promise<void> {
  await trx
    .insertInto('slots')
    .values({ name: slot.name, path: slot.path, digest: null, created_at: store.now() })
    .onConflict((conflict) => conflict.doNothing())
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

/**
 * Forgets a slot that nobody works in: whoever comes next makes it anew.
 * @param runner the number of the runner whose slot it is; null for the merge queue's
 * @returns false when a runner of that number is active, or somebody holds the queue
 */
export async function forgetUnusedSlot(
  store: Store,
  trx: Trx,
  name: string,
  runner: number | null,
): Promise<boolean> {
  const busy =
    runner === null
      ? await run(trx, `select 1 from leases where name like 'lander:%' and expires_at > ?`, store.now())
      : await run(trx, `select 1 from runners where number = ? and state != 'stopped'`, runner);
  if (busy.length > 0) return false;
  await deleteSlot(trx, name);
  return true;
}
