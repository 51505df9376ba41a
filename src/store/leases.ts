// A lease is ownership with an expiry and a fencing token; the token grows with every owner and never falls.

import { sql } from 'kysely';
import type { Db, Store, Trx } from './open.ts';

export interface Lease {
  readonly name: string;
  readonly token: number;
}

/**
 * Takes a lease that nobody has. That it has run out is not enough: whoever takes it says whom it is taken from.
 * @param ttlMs milliseconds
 * @param over token of an owner that is known to be dead, or to have let the lease run out in earnest
 */
export async function acquireLease(
  store: Store,
  trx: Trx,
  name: string,
  owner: string,
  ttlMs: number,
  over: number | undefined,
): Promise<Lease | undefined> {
  const now = store.now();
  const row = await trx
    .insertInto('leases')
    .values({ name, owner, token: 1, expires_at: now + ttlMs, taken_at: now })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ owner, token: sql<number>`leases.token + 1`, expires_at: now + ttlMs, taken_at: now })
        .where((or) =>
          or.or([
            or('leases.expires_at', '=', 0),
            ...(over === undefined ? [] : [or('leases.token', '=', over)]),
          ]),
        ),
    )
    .returning('token')
    .executeTakeFirst();
  return row && { name, token: row.token };
}

/** Whether a lease is still its holder's, whatever the time. */
export async function holdsLease(trx: Trx, lease: Lease): Promise<boolean> {
  const row = await trx
    .selectFrom('leases')
    .select('token')
    .where('name', '=', lease.name)
    .where('token', '=', lease.token)
    .where('expires_at', '!=', 0)
    .executeTakeFirst();
  return row !== undefined;
}

/** Goes on from a larger token than the store knew of. @returns undefined when the lease is not ours any more */
export async function raiseToken(trx: Trx, lease: Lease, token: number): Promise<Lease | undefined> {
  const row = await trx
    .updateTable('leases')
    .set({ token })
    .where('name', '=', lease.name)
    .where('token', '=', lease.token)
    .where('expires_at', '!=', 0)
    .returning('token')
    .executeTakeFirst();
  return row && { name: lease.name, token: row.token };
}

export async function releaseLease(trx: Trx, lease: Lease): Promise<void> {
  await trx
    .updateTable('leases')
    .set({ expires_at: 0 })
    .where('name', '=', lease.name)
    .where('token', '=', lease.token)
    .execute();
}

export interface HeldLease extends Lease {
  readonly owner: string;
  readonly expiresAt: number;
  readonly takenAt: number;
}

export async function getLease(store: Store, name: string): Promise<HeldLease | undefined> {
  return (await listLeases(store.db)).find((lease) => lease.name === name);
}

/** Those that somebody holds, or held until they ran out; not those that were given back. */
export async function listLeases(db: Db): Promise<HeldLease[]> {
  const rows = await db
    .selectFrom('leases')
    .selectAll()
    .where('expires_at', '!=', 0)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    token: row.token,
    owner: row.owner,
    expiresAt: row.expires_at,
    takenAt: row.taken_at,
  }));
}

/** Frees a lease whose owner is dead or has let it run out. @returns false when it was renewed or taken since */
export async function expireLease(trx: Trx, lease: HeldLease): Promise<boolean> {
  const row = await trx
    .updateTable('leases')
    .set({ expires_at: 0 })
    .where('name', '=', lease.name)
    .where('token', '=', lease.token)
    .where('expires_at', '=', lease.expiresAt)
    .returning('name')
    .executeTakeFirst();
  return row !== undefined;
}
