// What scheduling reads and writes: what tasks touch, what was said of pairs of them, and who is held back.

import type { Rules, Said, Scene, Scheduled, Touches } from '../task/schedule.ts';
import { type Db, run, type Store, type Trx } from './open.ts';

/** Columns of a task, as they are stored. */
export interface TouchRow {
  readonly id: string;
  readonly paths: string;
  readonly likely: string;
  readonly changed: string | null;
}

/** For a claim; undefined where predictions hold nobody back: nothing more is read then. */
export interface Scheduling extends Pick<Rules, 'mode' | 'meet'> {
  /** Milliseconds after which a task that is held back goes first. */
  readonly holdMs: number;
  touchesOf(row: TouchRow): Touches;
}

/** Of tasks that are held back, so many are remembered: those next in turn. */
const MOST_REMEMBERED = 16;

const SHORTEST_WANTED_MS = 60_000;

const COLUMNS = 't.id, t.paths, t.likely, t.changed';

/**
 * Tasks from claim until landed or given back, without those that wait for a person: a person takes as long as it takes.
 * @param reviews whether reviews are done by agents
 */
async function listHolding(db: Db, reviews: boolean): Promise<TouchRow[]> {
  return await run<TouchRow>(
    db,
    `select ${COLUMNS} from tasks t
    where (t.status in ('in_progress', 'queued') or (t.status = 'review' and t.needs_person = 0 and ? = 1))
      and not exists (select 1 from takeovers o where o.task_id = t.id)
      and not exists (select 1 from entries e where e.task_id = t.id and e.status = 'waiting-on-checkout')`,
    reviews ? 1 : 0,
  );
}

/** @throws TypeError where there is no such task */
export async function getTouches(db: Db, taskId: string): Promise<TouchRow> {
  const [row] = await run<TouchRow>(db, `select ${COLUMNS} from tasks t where t.id = ?`, taskId);
  if (!row) throw new TypeError(`there is no task ${taskId}`);
  return row;
}

/** How many pending tasks a runner would have taken lately, had nothing else been under way. */
export async function countHeldBack(db: Db, now: number): Promise<number> {
  const [row] = await run<{ count: number }>(
    db,
    `select count(*) as count from held_back h join tasks t on t.id = h.task_id
    where t.status = 'pending' and h.until > ?`,
    now,
  );
  return row?.count ?? 0;
}

/** What was said of pairs of which one is under way. */
async function listSaid(db: Db): Promise<Rules['said']> {
  const rows = await run<{ one: string; other: string; analyst: string; risk: Said['risk']; files: string }>(
    db,
    `select c.one, c.other, c.analyst, c.risk, c.files from tasks t join task_conflicts c on c.one = t.id
    where t.status in ('in_progress', 'review', 'queued')
    union
    select c.one, c.other, c.analyst, c.risk, c.files from tasks t join task_conflicts c on c.other = t.id
    where t.status in ('in_progress', 'review', 'queued')`,
  );
  const pairs = Map.groupBy(rows, ({ one, other }) => `${one} ${other}`);
  return (one, other) =>
    (pairs.get(keyOf(one, other)) ?? []).map(({ analyst, risk, files }) => ({
      by: analyst === HAPPENED ? null : analyst,
      risk,
      paths: JSON.parse(files),
    }));
}

/** In place of an analyst: their changes have conflicted. */
const HAPPENED = '';

const pairOf = (one: string, other: string): readonly [string, string] =>
  one < other ? [one, other] : [other, one];
const keyOf = (one: string, other: string) => pairOf(one, other).join(' ');

/** What a claim decides by, read in its transaction. */
export interface StoredScene extends Scene {
  readonly rules: Rules;
  readonly overdue: readonly Overdue[];
  /** Until when it is believed of each that is held back that a runner would take it. */
  readonly heldBack: ReadonlyMap<string, number>;
}

interface Overdue extends Scheduled {
  /** A runner that would take it has passed it over lately, and one is at work that may. */
  readonly wanted: boolean;
}

/** @param reviews whether reviews are done by agents */
export async function readScene(
  store: Store,
  db: Db,
  scheduling: Scheduling,
  reviews: boolean,
): Promise<StoredScene> {
  const now = store.now();
  const rows = await run<TouchRow & { since: number; until: number; served: number }>(
    db,
    `select ${COLUMNS}, h.since, h.until, exists (select 1 from runners r where r.state = 'active'
      and (r.section_id is null or r.section_id = t.section_id)) as served
    from held_back h join tasks t on t.id = h.task_id
    where t.status = 'pending' order by h.since, t.priority desc, t.seq`,
  );
  const { mode, meet, holdMs } = scheduling;
  const scheduled = (row: TouchRow) => ({ id: row.id, touches: scheduling.touchesOf(row) });
  return {
    rules: { mode, meet, said: await listSaid(db) },
    underWay: (await listHolding(db, reviews)).map(scheduled),
    overdue: rows
      .filter(({ since }) => since + holdMs <= now)
      .map((row) => ({ ...scheduled(row), wanted: row.until > now && row.served === 1 })),
    idle: await mostAreIdle(db),
    heldBack: new Map(rows.map(({ id, until }) => [id, until])),
  };
}

async function mostAreIdle(db: Db): Promise<boolean> {
  const [row] = await run<{ idle: number }>(
    db,
    `select 2 * (select count(*) from steps where outcome is null and runner_id is not null)
      < (select count(*) from runners where state = 'active') as idle`,
  );
  return row?.idle === 1;
}

/**
 * Remembers whom a runner would have taken: since when each waits, and that somebody wants it. In most claims nothing is
 * written.
 * @param passed ids, in the order of their turn
 */
export async function rememberPassed(
  store: Store,
  trx: Trx,
  { holdMs }: Scheduling,
  { heldBack }: StoredScene,
  passed: readonly string[],
): Promise<void> {
  const now = store.now();
  // A runner that would take it may code something else meanwhile, and looks again when that has ended.
  const wantedMs = Math.max(holdMs, SHORTEST_WANTED_MS);
  for (const id of passed.slice(0, MOST_REMEMBERED)) {
    if ((heldBack.get(id) ?? 0) > now + wantedMs / 2) continue;
    await run(
      trx,
      `insert into held_back (task_id, since, until) values (?, ?, ?)
      on conflict (task_id) do update set until = excluded.until`,
      id,
      now,
      now + wantedMs,
    );
  }
}

/** It is begun. */
export async function forgetHeldBack(trx: Trx, taskId: string): Promise<void> {
  await run(trx, 'delete from held_back where task_id = ?', taskId);
}

/** What a task has changed, which says more than what was guessed; from the root of the repository. */
export async function recordChanged(trx: Trx, taskId: string, paths: readonly string[]): Promise<void> {
  const kept = JSON.stringify(paths.slice(0, MOST_PATHS));
  await run(trx, 'update tasks set changed = ? where id = ?', kept, taskId);
}

/** Who changes more than this is in everybody's way anyhow. */
const MOST_PATHS = 1_000;

/** Two tasks whose changes have conflicted are not begun side by side another time. */
export async function recordConflict(
  store: Store,
  trx: Trx,
  one: string,
  other: string,
  paths: readonly string[],
): Promise<void> {
  if (one === other) return;
  await insertConflict(store, trx, [one, other], HAPPENED, 'high', paths);
}

export async function insertConflict(
  store: Store,
  trx: Trx,
  [one, other]: readonly [string, string],
  analyst: string,
  risk: Said['risk'],
  paths: readonly string[],
): Promise<void> {
  await run(
    trx,
    `insert into task_conflicts (one, other, analyst, risk, files, at) values (?, ?, ?, ?, ?, ?)
    on conflict (one, other, analyst) do update set risk = excluded.risk, files = excluded.files, at = excluded.at`,
    ...pairOf(one, other),
    analyst,
    risk,
    JSON.stringify(paths.slice(0, SHOWN_PATHS)),
    store.now(),
  );
}

const SHOWN_PATHS = 20;
