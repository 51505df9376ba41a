// What a task or a runner holds while others wait: places in sections, and the project as a whole.

import type { Db, Store, Trx } from './open.ts';
import type { Schema } from './schema.ts';

export type ClaimMode = Schema['claims']['mode'];

export const PROJECT = 'project';
export const sectionResource = (sectionId: string) => `section:${sectionId}`;
export const taskHolder = (taskId: string) => `task:${taskId}`;
export const taskOfHolder = (holder: string) => holder.replace(/^task:/, '');
export const runnerHolder = (runnerId: string) => `runner:${runnerId}`;

/** Makes every claim wait for the one before it, on any database: rules across rows need it. */
export async function passGate(trx: Trx): Promise<void> {
  await trx
    .updateTable('meta')
    .set((set) => ({ value: set.ref('value') }))
    .where('key', '=', 'gate')
    .execute();
}

export async function takeClaim(
  store: Store,
  trx: Trx,
  claim: {
    readonly resource: string;
    readonly mode: ClaimMode;
    readonly holder: string;
    readonly expiresAt?: number;
  },
): Promise<void> {
  const values = { mode: claim.mode, expires_at: claim.expiresAt ?? null };
  await trx
    .insertInto('claims')
    .values({ resource: claim.resource, holder: claim.holder, created_at: store.now(), ...values })
    .onConflict((conflict) => conflict.columns(['resource', 'holder']).doUpdateSet(values))
    .execute();
}

/** Gives back what `holder` has, or only its claim on `resource`. */
export async function giveBack(trx: Trx, holder: string, resource?: string): Promise<void> {
  let query = trx.deleteFrom('claims').where('holder', '=', holder);
  if (resource !== undefined) query = query.where('resource', '=', resource);
  await query.execute();
}

export interface Claim {
  readonly resource: string;
  readonly mode: ClaimMode;
  readonly holder: string;
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

export async function listClaims(db: Db): Promise<Claim[]> {
  const rows = await db.selectFrom('claims').selectAll().orderBy('created_at').execute();
  return rows.map((row) => ({
    resource: row.resource,
    mode: row.mode,
    holder: row.holder,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }));
}
