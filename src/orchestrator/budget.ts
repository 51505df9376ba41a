// What may still be used, by a task and by all of them. An attempt begins only when one as large as the largest so far would fit.

import { type Amounts, type Budgets, budgetsOf, CONFIG_FILE } from '../config/parse.ts';
import type { Config } from '../config/schema.ts';
import { applyEvent } from '../store/apply.ts';
import { type Hold, holdAgent, releaseAgent } from '../store/holds.ts';
import type { Db, Store, Trx } from '../store/open.ts';
import { listOpenSteps } from '../store/steps.ts';
import { listBegun, type Spent, spentOn, spentSince } from '../store/usage.ts';
import type { Limits } from '../task/attempt.ts';
import type { TaskId } from '../task/ids.ts';
import { BUDGET_HOLD } from './budgetHold.ts';

/** Pending tasks whose next attempt might pass their budget wait for a person. In the transaction of the claim. */
export async function stopOverBudget(store: Store, trx: Trx, config: Config, limits: Limits): Promise<void> {
  const budgets = budgetsOf(config);
  const { cost, time, codings } = budgets;
  if (cost.task === undefined && time.task === undefined && codings === undefined) return;
  for (const { taskId, count } of await listBegun(trx)) {
    const reason = overCodings(count, codings) ?? overTask(await spentOn(trx, taskId), budgets);
    if (reason !== undefined)
      await applyEvent(store, trx, taskId, { kind: 'overBudget', reason }, { limits });
  }
}

/** What an agent at work may still use, and the end of a sentence that says so when it has. */
export interface Left {
  /** US dollars, or milliseconds. */
  readonly amount: number;
  readonly used: string;
}

/** The least that is left of any budget that it counts for; null where there is none. */
export async function leftFor(
  db: Db,
  taskId: TaskId,
  config: Config,
  now: number,
): Promise<Readonly<Record<'cost' | 'time', Left | null>>> {
  const budgets = budgetsOf(config);
  const spent = { task: await spentOn(db, taskId), ...(await spentByAll(db, budgets, now)) };
  const least = (what: Measure): Left | null => {
    const found = SPANS.flatMap((span) => {
      const limit = budgets[what][span];
      const so = spent[span];
      if (limit === undefined || so === undefined) return [];
      const used = `${WHOSE[span]} used all of ${keyOf(budgets, what, span)}`;
      return [{ amount: Math.max(0, limit - so[SUM[what]]), used }];
    });
    return found.sort((one, other) => one.amount - other.amount)[0] ?? null;
  };
  return { cost: least('cost'), time: least('time') };
}

export interface Exhausted {
  readonly reason: string;
  readonly remedy: string;
  /** Epoch milliseconds; null: until somebody raises it. */
  readonly until: number | null;
}

/**
 * Whether nothing may begin, because all tasks together might pass what they may use. In the transaction of the claim; what is
 * found is remembered for whoever looks at the project without its configuration.
 * @param holds in the store
 * @returns `waits` where only what is under way now keeps it, and may turn out smaller than is reckoned with
 */
export async function allMayBegin(
  store: Store,
  trx: Trx,
  config: Config,
  holds: readonly Hold[],
): Promise<'yes' | 'waits' | Exhausted> {
  const budgets = budgetsOf(config);
  const now = store.now();
  // Of twenty thousand steps the sum takes 26 ms: it is made once.
  const spent = await spentByAll(trx, budgets, now);
  const over = overAll(spent, budgets, now, 0);
  const known = holds.find(({ name }) => name === BUDGET_HOLD);
  if (over) {
    const hold = { name: BUDGET_HOLD, kind: 'budget', reason: over.reason };
    if (known?.reason !== over.reason || known.until !== over.until)
      await holdAgent(store, trx, hold, () => over.until);
    return over;
  }
  if (known) await releaseAgent(trx, BUDGET_HOLD);
  if (!has(budgets, 'day') && !has(budgets, 'total')) return 'yes';
  const working = (await listOpenSteps(trx)).filter((step) => step.runnerId !== null).length;
  return overAll(spent, budgets, now, working) ? 'waits' : 'yes';
}

/** Whether that is so by now: the configuration may have been changed since it was remembered. */
export async function stillExhausted(db: Db, config: Config, now: number): Promise<Exhausted | undefined> {
  const budgets = budgetsOf(config);
  return overAll(await spentByAll(db, budgets, now), budgets, now, 0);
}

type Measure = 'cost' | 'time';
type Span = keyof Amounts;

const SPANS = ['task', 'day', 'total'] as const;
const SUM = { cost: 'cost', time: 'ms' } as const;
const MOST = { cost: 'mostCost', time: 'mostMs' } as const;
const WHOSE = {
  task: 'the task has',
  day: 'all tasks of today have',
  total: 'all tasks together have',
} as const;
const DAY_MS = 86_400_000;

const has = ({ cost, time }: Budgets, span: Span) => cost[span] !== undefined || time[span] !== undefined;

/** As it stands in the file, where a number alone is for one task. */
function keyOf(budgets: Budgets, what: Measure, span: Span): string {
  const alone = span === 'task' && Object.keys(budgets[what]).length === 1;
  return `limits.${what}${alone ? '' : `.${span}`}`;
}

type SpentByAll = Partial<Record<'day' | 'total', Spent>>;

async function spentByAll(db: Db, budgets: Budgets, now: number): Promise<SpentByAll> {
  return {
    ...(has(budgets, 'day') ? { day: await spentSince(db, now - (now % DAY_MS)) } : {}),
    ...(has(budgets, 'total') ? { total: await spentSince(db, 0) } : {}),
  };
}

/** @param working steps under way, each of which may come to use as much as the largest attempt so far */
function overAll(spent: SpentByAll, budgets: Budgets, now: number, working: number): Exhausted | undefined {
  // The one that waiting does not end first.
  for (const span of ['total', 'day'] as const)
    for (const what of ['cost', 'time'] as const) {
      const limit = budgets[what][span];
      const so = spent[span];
      if (limit === undefined || so === undefined || fits(limit, so, what, working)) continue;
      const { sum, most, whole } = words(what, so, limit);
      const key = keyOf(budgets, what, span);
      const who =
        span === 'day'
          ? 'the coders, reviewers and analysts of today'
          : 'all coders, reviewers and analysts together';
      const reason = `${who} have ${VERB[what]} ${sum} of ${key} ${whole}, and the largest attempt ${most}: another might pass it`;
      const until = span === 'day' ? now - (now % DAY_MS) + DAY_MS : null;
      const raise = `Raise ${key} in ${CONFIG_FILE}, and commit that`;
      return { reason, until, remedy: until === null ? raise : `${raise}; else it goes on at 00:00 UTC` };
    }
  return undefined;
}

function fits(limit: number, spent: Spent, what: Measure, working: number): boolean {
  const left = limit - spent[SUM[what]];
  return left > 0 && spent[MOST[what]] * (1 + working) <= left;
}

function overCodings(count: number, most: number | undefined): string | undefined {
  if (most === undefined || count < most) return undefined;
  return `it was coded ${count} times, of limits.attempts.total ${most}`;
}

/** @returns a sentence when there may be no further attempt */
function overTask(spent: Spent, budgets: Budgets): string | undefined {
  for (const what of ['cost', 'time'] as const) {
    const limit = budgets[what].task;
    if (limit === undefined || fits(limit, spent, what, 0)) continue;
    const { sum, most, whole } = words(what, spent, limit);
    const largest = { cost: 'largest', time: 'longest' }[what];
    return `it has ${VERB[what]} ${sum} of ${keyOf(budgets, what, 'task')} ${whole}, and its ${largest} attempt ${most}: another might pass it`;
  }
  return undefined;
}

const VERB = { cost: 'cost', time: 'taken' } as const;

function words(what: Measure, spent: Spent, limit: number) {
  const say = { cost: dollars, time: seconds }[what];
  return { sum: say(spent[SUM[what]]), most: say(spent[MOST[what]]), whole: say(limit) };
}

const dollars = (amount: number) => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
