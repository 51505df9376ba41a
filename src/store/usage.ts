// What steps, and questions that belong to none, used: tokens, money and time. Counted once for each step and whoever worked in it.

import type { TaskId } from '../task/ids.ts';
import type { Tokens } from '../task/tokens.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import type { StepKind } from './steps.ts';

/** What is asked for no task: about conflicts, and where a new task belongs. */
export type AskedFor = 'analysis' | 'routing';
type Purpose = StepKind | AskedFor;

export interface Used {
  /** The coder, the reviewer, or who was asked. */
  readonly who: string;
  /** Null where nobody told of any. */
  readonly tokens: Tokens | null;
  /** US dollars; null where any part has no price. */
  readonly cost: number | null;
  readonly ms: number;
  /** False: it was ended, and may have used more than it told. */
  readonly whole: boolean;
}

export interface UsingStep {
  readonly id: number;
  readonly taskId: TaskId;
  readonly attempt: number;
  readonly kind: StepKind;
}

/** A runner that was taken for dead may tell of the same step as whoever ended it: the first counts. */
export async function recordUsage(
  store: Store,
  trx: Trx,
  step: UsingStep,
  used: readonly Used[],
): Promise<void> {
  for (const one of used) await insertUsage(store, trx, step.kind, step, one);
}

export async function recordAsking(store: Store, trx: Trx, purpose: AskedFor, used: Used): Promise<void> {
  await insertUsage(store, trx, purpose, null, used);
}

async function insertUsage(
  store: Store,
  trx: Trx,
  purpose: Purpose,
  step: UsingStep | null,
  { who, tokens, cost, ms, whole }: Used,
): Promise<void> {
  await run(
    trx,
    `insert into usage
      (purpose, who, step_id, task_id, attempt, input, output, cache_read, cache_write, cost, ms, whole, at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ...[purpose, who, step?.id ?? null, step?.taskId ?? null, step?.attempt ?? null],
    ...[tokens?.input ?? null, tokens?.output ?? null, tokens?.cacheRead ?? null, tokens?.cacheWrite ?? null],
    ...[cost, Math.max(0, Math.round(ms)), whole ? 1 : 0, store.now()],
  );
}

export const USAGE_BY = ['coder', 'purpose', 'task', 'section', 'day', 'attempt'] as const;
export type UsageBy = (typeof USAGE_BY)[number];

/** What belongs to no task stands under its purpose: `(analysis)`. Days are those of UTC, the same for everybody. */
const KEYS: Readonly<Record<UsageBy, string>> = {
  coder: 'u.who',
  purpose: 'u.purpose',
  task: `coalesce(u.task_id, '(' || u.purpose || ')')`,
  section: `case when u.task_id is null then '(' || u.purpose || ')' else coalesce(s.name, '') end`,
  day: "strftime('%Y-%m-%d', u.at / 1000, 'unixepoch')",
  attempt: `coalesce(u.task_id || '/' || u.attempt, '(' || u.purpose || ')')`,
};

export interface UsageSum extends Tokens {
  readonly key: string;
  /** Of a task or an attempt: the task's. */
  readonly title: string | null;
  readonly steps: number;
  readonly ms: number;
  /** US dollars of those steps that have a price; null where none has. */
  readonly cost: number | null;
  /** Steps whose price is not known. */
  readonly unpriced: number;
  /** Steps that told of no tokens. */
  readonly untold: number;
  /** Steps that were ended before they had told all. */
  readonly cutOff: number;
}

/** @param since epoch milliseconds, when the step ended */
export async function sumUsage(db: Db, by: UsageBy, since: number): Promise<UsageSum[]> {
  const key = KEYS[by];
  return await run<UsageSum>(
    db,
    `select ${key} as key, ${by === 'task' || by === 'attempt' ? 't.title' : 'null'} as title,
      count(*) as steps, sum(u.ms) as ms, sum(u.cost) as cost,
      coalesce(sum(u.input), 0) as input, coalesce(sum(u.output), 0) as output,
      coalesce(sum(u.cache_read), 0) as cacheRead, coalesce(sum(u.cache_write), 0) as cacheWrite,
      sum(u.cost is null) as unpriced, sum(u.input is null) as untold, sum(u.whole = 0) as cutOff
    from usage u left join tasks t on t.id = u.task_id left join sections s on s.id = t.section_id
    where u.at >= ?
    group by ${key} order by ${by === 'day' ? 'key' : 'sum(u.cost) desc, sum(u.ms) desc, key'}`,
    since,
  );
}

export interface Spent {
  readonly cost: number;
  readonly ms: number;
  /** Of the attempt of a task that used most: what the next one is expected to use. */
  readonly mostCost: number;
  readonly mostMs: number;
}

const NOTHING: Spent = { cost: 0, ms: 0, mostCost: 0, mostMs: 0 };

const SUMS = `coalesce(sum(cost), 0) as cost, coalesce(sum(ms), 0) as ms,
  coalesce(max(case when task_id is not null then cost end), 0) as mostCost,
  coalesce(max(case when task_id is not null then ms end), 0) as mostMs`;

/** What a task has used since a person last sent it on, which is when its bounds begin anew as well. */
export async function spentOn(db: Db, taskId: TaskId): Promise<Spent> {
  const [row] = await run<Spent>(
    db,
    `select ${SUMS}
    from (select u.task_id, sum(u.cost) as cost, sum(u.ms) as ms
      from usage u join tasks t on t.id = u.task_id
      where u.task_id = ? and u.attempt > t.bounds_from group by u.task_id, u.attempt)`,
    taskId,
  );
  return row ?? NOTHING;
}

/** What all tasks have used, and what belongs to none. @param since epoch milliseconds, when the step ended */
export async function spentSince(db: Db, since: number): Promise<Spent> {
  const [row] = await run<Spent>(
    db,
    `select ${SUMS}
    from (select task_id, sum(cost) as cost, sum(ms) as ms from usage where at >= ? group by task_id, attempt)`,
    since,
  );
  return row ?? NOTHING;
}

export interface Codings {
  readonly taskId: TaskId;
  /** Codings that came to an end of their own, since a person last sent the task on. */
  readonly count: number;
}

/** Pending tasks that were begun since a person last sent them on: only these can be near their budget. */
export async function listBegun(db: Db): Promise<Codings[]> {
  return await run<Codings>(
    db,
    `select t.id as taskId, (
        select count(*) from attempts a where a.task_id = t.id and a.number > t.bounds_from
          and a.outcome not in ('interrupted', 'asked')) as count
    from tasks t where t.status = 'pending' and t.current_attempt > t.bounds_from`,
  );
}
