import { sql } from 'kysely';
import { Problem } from '../task/problem.ts';
import { zoneRefusals } from '../task/start.ts';
import type { Zone } from '../task/zone.ts';
import {
  giveBack,
  runnerHolder,
  sectionResource,
  takeClaim,
  zoneOfResource,
  zoneResource,
} from './claims.ts';
import { recordEvent } from './events.ts';
import type { Db, Store, Trx } from './open.ts';
import type { Schema } from './schema.ts';
import { listHeldZones } from './zones.ts';

export interface Runner {
  readonly id: string;
  /** The lowest number that was free; names the worktree and the branches of what it claims first. */
  readonly number: number;
  readonly section: { readonly id: string; readonly name: string } | null;
  /** The name of the zone that it has for as long as it lives, in small letters. */
  readonly zone: string | null;
  readonly coder: string | null;
  readonly state: 'active' | 'stopped';
  readonly stop: 'none' | 'drain' | 'now';
  /** JSON of the process identity. */
  readonly process: string;
  readonly log: string | null;
  readonly leaseExpiresAt: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface NewRunner {
  readonly sectionId: string | null;
  /** The zone that it is to have; left out for none. */
  readonly zone?: Zone | null;
  readonly coder: string | null;
  readonly process: string;
  /** Where its log is to be. */
  readonly logFolder: string;
  readonly leaseMs: number;
  /** Numbers that are not to be had: somebody else may still work in their slots. */
  readonly unusable?: readonly number[];
}

/**
 * Registers a runner under the lowest free number and takes its section's or zone's place for as long as it lives.
 * @throws Problem `section-busy` or `zone-busy` that names who has the place
 */
export async function registerRunner(store: Store, trx: Trx, runner: NewRunner): Promise<Runner> {
  const number = await lowestFree(trx, runner.unusable ?? []);
  const id = store.newId();
  if (runner.sectionId !== null) await takePlace(store, trx, runner.sectionId, runnerHolder(id));
  if (runner.zone) await takeZone(store, trx, runner.zone, runnerHolder(id));
  const at = store.now();
  await trx
    .insertInto('runners')
    .values({
      id,
      number,
      section_id: runner.sectionId,
      coder: runner.coder,
      state: 'active',
      stop: 'none',
      process: runner.process,
      log: `${runner.logFolder}/runner-${id}.log`,
      lease_expires_at: at + runner.leaseMs,
      started_at: at,
    })
    .execute();
  await recordEvent(trx, { at, kind: 'runner-started', runnerId: id, data: { number } });
  const registered = await getRunner(trx, id);
  if (!registered) throw new TypeError('a runner vanished in the transaction that made it');
  return registered;
}

/**
 * Gives a runner that cannot use its slot the lowest number that is free.
 * @param unusable numbers whose slots are put aside
 */
export async function renumberRunner(trx: Trx, id: string, unusable: readonly number[]): Promise<number> {
  const number = await lowestFree(trx, unusable);
  await trx.updateTable('runners').set({ number }).where('id', '=', id).execute();
  return number;
}

async function lowestFree(trx: Trx, unusable: readonly number[]): Promise<number> {
  const taken = await trx.selectFrom('runners').select('number').where('state', '!=', 'stopped').execute();
  const numbers = new Set([...taken.map((row) => row.number), ...unusable]);
  let number = 1;
  while (numbers.has(number)) number++;
  return number;
}

async function takePlace(store: Store, trx: Trx, sectionId: string, holder: string): Promise<void> {
  const section = await trx
    .selectFrom('sections')
    .selectAll()
    .where('id', '=', sectionId)
    .executeTakeFirstOrThrow();
  const held = await trx
    .selectFrom('claims')
    .select('holder')
    .where('resource', '=', sectionResource(sectionId))
    .orderBy('created_at')
    .execute();
  if (held.length >= section.max_runners) {
    const who = await Promise.all(held.map((row) => describeHolder(trx, row.holder)));
    const places = section.max_runners === 1 ? 'one runner' : `${section.max_runners} runners`;
    throw new Problem(
      'refused',
      'section-busy',
      `section "${section.name}" takes ${places} at a time, and ${who.join(' and ')} ${held.length === 1 ? 'works' : 'work'} in it`,
      `Wait for it, stop it with \`steroids runners stop\`, or: steroids sections edit "${section.name}" --max-runners ${section.max_runners + 1}`,
    );
  }
  await takeClaim(store, trx, { resource: sectionResource(sectionId), mode: 'shared', holder });
}

async function takeZone(store: Store, trx: Trx, zone: Zone, holder: string): Promise<void> {
  // Whoever is alone in an exclusive one has it as everybody else has theirs.
  const [busy] = zoneRefusals([zone], false, holder, await listHeldZones(trx));
  if (busy) {
    const who = await Promise.all(busy.holders.map((one) => describeHolder(trx, one)));
    throw new Problem(
      'refused',
      'zone-busy',
      `${busy.sentence}, and ${who.join(' and ')} ${who.length === 1 ? 'works' : 'work'} in it`,
      `Wait for it, stop it with \`steroids runners stop\`, or raise maxRunners of zone "${zone.name}" (runners.zones), or of its section.`,
    );
  }
  await takeClaim(store, trx, { resource: zoneResource(zone.name), mode: 'shared', holder });
}

/** `runner-2 (k3j9…)`, for sentences. */
export async function describeHolder(db: Db, holder: string): Promise<string> {
  const [kind, id = ''] = holder.split(':');
  if (kind === 'runner') {
    const runner = await getRunner(db, id);
    return runner
      ? `runner-${runner.number} (${id}, since ${new Date(runner.startedAt).toISOString()})`
      : holder;
  }
  const row = await db
    .selectFrom('tasks as t')
    .leftJoin('attempts as a', (join) =>
      join.onRef('a.task_id', '=', 't.id').onRef('a.number', '=', 't.current_attempt'),
    )
    .select(['t.title', 'a.runner_number', 'a.coder'])
    .where('t.id', '=', id)
    .executeTakeFirst();
  if (!row) return holder;
  const who = row.runner_number === 0 ? row.coder : `runner-${row.runner_number}`;
  return `${who} (task ${id} "${row.title}")`;
}

function toRunner(
  row: Schema['runners'] & { section_name: string | null; zone_resource: string | null },
): Runner {
  return {
    id: row.id,
    number: row.number,
    section:
      row.section_id === null ? null : { id: row.section_id, name: row.section_name ?? row.section_id },
    zone: row.zone_resource === null ? null : zoneOfResource(row.zone_resource),
    coder: row.coder,
    state: row.state,
    stop: row.stop,
    process: row.process,
    log: row.log,
    leaseExpiresAt: row.lease_expires_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

function runnerQuery(db: Db) {
  return db
    .selectFrom('runners as r')
    .leftJoin('sections as s', 's.id', 'r.section_id')
    .leftJoin('claims as z', (join) =>
      join
        .on('z.resource', '>=', 'zone:')
        .on('z.resource', '<', 'zone;')
        .on('z.holder', '=', sql<string>`'runner:' || r.id`),
    )
    .selectAll('r')
    .select(['s.name as section_name', 'z.resource as zone_resource']);
}

export async function getRunner(db: Db, id: string): Promise<Runner | undefined> {
  const row = await runnerQuery(db).where('r.id', '=', id).executeTakeFirst();
  return row && toRunner(row);
}

/** Active runners by number; with `all`, the stopped ones after them, newest first. */
export async function listRunners(db: Db, all = false): Promise<Runner[]> {
  const active = await runnerQuery(db).where('r.state', '!=', 'stopped').orderBy('r.number').execute();
  if (!all) return active.map(toRunner);
  const stopped = await runnerQuery(db)
    .where('r.state', '=', 'stopped')
    .orderBy('r.ended_at', 'desc')
    .limit(50)
    .execute();
  return [...active, ...stopped].map(toRunner);
}

/**
 * Numbers whose worktree was taken from a process that had only stalled: it may wake up, and would go on in the worktree
 * that somebody else has under the same number.
 * @param isAlive whether a process, as runners have it, is still there
 */
export async function numbersOfStalled(db: Db, isAlive: (process: string) => boolean): Promise<number[]> {
  const rows = await db
    .selectFrom('runners')
    .select(['number', 'taken_from'])
    .where('taken_from', 'is not', null)
    .execute();
  return rows.flatMap((row) => (row.taken_from !== null && isAlive(row.taken_from) ? [row.number] : []));
}

/**
 * Takes a dead runner over, with its number, so that nobody else tidies up after it meanwhile.
 * @returns whether it was still as it is given
 */
export async function takeOverRunner(
  store: Store,
  trx: Trx,
  runner: Runner,
  process: string,
  leaseMs: number,
): Promise<boolean> {
  const row = await trx
    .updateTable('runners')
    .set({ process, taken_from: runner.process, lease_expires_at: store.now() + leaseMs })
    .where('id', '=', runner.id)
    .where('state', '!=', 'stopped')
    .where('process', '=', runner.process)
    .where('lease_expires_at', '=', runner.leaseExpiresAt)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function askRunnerToStop(
  store: Store,
  trx: Trx,
  id: string,
  how: 'drain' | 'now',
): Promise<void> {
  await trx
    .updateTable('runners')
    .set({ stop: how })
    .where('id', '=', id)
    .where('state', '!=', 'stopped')
    .execute();
  await recordEvent(trx, { at: store.now(), kind: 'runner-asked-to-stop', runnerId: id, data: { how } });
}

/** Ends a runner and gives back what it holds itself; its tasks are given back by their own events. */
export async function endRunner(store: Store, trx: Trx, id: string, reason: string): Promise<boolean> {
  const at = store.now();
  const ended = await trx
    .updateTable('runners')
    .set({ state: 'stopped', ended_at: at })
    .where('id', '=', id)
    .where('state', '!=', 'stopped')
    .returning('id')
    .executeTakeFirst();
  if (!ended) return false;
  await giveBack(trx, runnerHolder(id));
  await recordEvent(trx, { at, kind: 'runner-stopped', runnerId: id, data: { reason } });
  return true;
}
