// What a task or a runner holds while others wait: places in sections, zones, and the project as a whole.

import type { Held } from '../task/start.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

export type ClaimMode = Schema['claims']['mode'];

export const PROJECT = 'project';
export const sectionResource = (sectionId: string) => `section:${sectionId}`;
/** Names of zones count whatever their case. */
export const zoneResource = (name: string) => `zone:${name.toLowerCase()}`;
export const zoneOfResource = (resource: string) => resource.replace(/^zone:/, '');
export const taskHolder = (taskId: string) => `task:${taskId}`;
export const taskOfHolder = (holder: string) => holder.replace(/^task:/, '');
export const runnerHolder = (runnerId: string) => `runner:${runnerId}`;

/** Takes a claim, or changes the mode of the one that the holder has; since when it has it stays. */
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
  await run(
    trx,
    `insert into claims (resource, holder, mode, expires_at, created_at) values (?, ?, ?, ?, ?)
    on conflict (resource, holder) do update set mode = excluded.mode, expires_at = excluded.expires_at`,
    claim.resource,
    claim.holder,
    claim.mode,
    claim.expiresAt ?? null,
    store.now(),
  );
}

/** What every task under way holds: a share of the project, or all of it when its section is exclusive. */
export async function takeProject(
  store: Store,
  trx: Trx,
  task: { readonly id: string; readonly section_id: string | null },
): Promise<void> {
  await run(
    trx,
    `insert into claims (resource, holder, mode, created_at)
    values (?, ?, case (select exclusive from sections where id = ?) when 1 then 'exclusive' else 'shared' end, ?)
    on conflict (resource, holder) do update set mode = excluded.mode, expires_at = null`,
    PROJECT,
    taskHolder(task.id),
    task.section_id,
    store.now(),
  );
}

/**
 * Gives back what `holder` has, or only its claim on `resource`. The first looks through all claims: there are few, and an
 * index would be a page more for each claim to write.
 */
export async function giveBack(trx: Trx, holder: string, resource?: string): Promise<void> {
  if (resource === undefined) await run(trx, 'delete from claims where holder = ?', holder);
  else await run(trx, 'delete from claims where holder = ? and resource = ?', holder, resource);
}

/** Whose holder has no right to it any more: a task that is not under way, a wish of one that no longer waits, a runner that has stopped. */
const STRAY = `(
  (holder like 'task:%' and mode <> 'intent' and not exists (
    select 1 from tasks t where 'task:' || t.id = holder and t.status in ('in_progress', 'review', 'queued')))
  or (mode = 'intent' and not exists (
    select 1 from tasks t where 'task:' || t.id = holder and t.status = 'pending'))
  or (holder like 'runner:%' and not exists (
    select 1 from runners r where 'runner:' || r.id = holder and r.state <> 'stopped')))`;

export async function listStrayClaims(db: Db): Promise<Claim[]> {
  const rows = await run<Schema['claims']>(db, `select * from claims where ${STRAY} order by created_at`);
  return rows.map(toClaim);
}

/** Gives a stray claim back. @returns whether it still was one */
export async function dropClaim(trx: Trx, claim: Pick<Claim, 'resource' | 'holder'>): Promise<boolean> {
  const gone = await run(
    trx,
    `delete from claims where resource = ? and holder = ? and ${STRAY} returning resource`,
    claim.resource,
    claim.holder,
  );
  return gone.length > 0;
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
  return rows.map(toClaim);
}

/** What counts when a task is to start: without wishes that have expired. */
export async function listHeld(db: Db, now: number): Promise<Held[]> {
  const claims = await listClaims(db);
  return claims
    .filter(({ mode, expiresAt }) => mode !== 'intent' || (expiresAt ?? 0) > now)
    .map(({ resource, mode, holder }) => {
      const [kind = '', ...name] = resource.split(':');
      return { kind: kind as Held['kind'], name: name.join(':'), mode, holder };
    });
}

function toClaim(row: Schema['claims']): Claim {
  return {
    resource: row.resource,
    mode: row.mode,
    holder: row.holder,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}
