// A run of several runners through a batch of tasks, on the clock of an event loop: what is begun when, and beside what.

import {
  holdingsOf,
  leastHeld,
  type Rules,
  type SchedulingMode,
  type Touches,
} from '../src/task/schedule.ts';
import type { PastTask } from './scheduleTasks.ts';

export interface Under {
  readonly task: PastTask;
  /** Minutes. */
  readonly from: number;
  /** When its coder is done: from then on it is known what it changes. */
  readonly coded: number;
  readonly landed: number;
}

/** @returns the task to begin now; undefined to wait */
export type Policy = (
  waiting: readonly PastTask[],
  under: readonly Under[],
  now: number,
) => PastTask | undefined;

/** A coder begins with a small thing as with a large one, and a thousand lines are not written one by one. */
export const codingMinutes = ({ lines }: PastTask) => 2 + Math.min(58, Math.sqrt(lines));
/** Review, verification and landing, which keep no runner. */
const LANDING_MINUTES = 3;
/** As the configuration's default. */
const HOLD_MINUTES = 60;

export function simulate(batch: readonly PastTask[], runners: number, policy: Policy): Under[] {
  const waiting = [...batch];
  const begun: Under[] = [];
  let now = 0;
  while (waiting.length > 0) {
    const under = begun.filter(({ landed }) => landed > now);
    const coding = under.filter(({ coded }) => coded > now).length;
    const next = coding < runners ? policy(waiting, under, now) : undefined;
    if (next) {
      waiting.splice(waiting.indexOf(next), 1);
      const coded = now + codingMinutes(next);
      begun.push({ task: next, from: now, coded, landed: coded + LANDING_MINUTES });
      continue;
    }
    const times = under.flatMap(({ coded, landed }) => [coded, landed]).filter((time) => time > now);
    if (times.length === 0) throw new Error('nothing is under way and nothing may begin');
    now = Math.min(...times);
  }
  return begun;
}

export const makespanOf = (run: readonly Under[]) => Math.max(0, ...run.map(({ landed }) => landed));

/** Pairs of which one began before the other had landed; each in the order of the batch. */
export function sideBySide(run: readonly Under[], batch: readonly PastTask[]): [PastTask, PastTask][] {
  const ordered = run.toSorted((one, other) => batch.indexOf(one.task) - batch.indexOf(other.task));
  return ordered.flatMap((one, index) =>
    ordered
      .slice(index + 1)
      .filter((other) => one.from < other.landed && other.from < one.landed)
      .map((other): [PastTask, PastTask] => [one.task, other.task]),
  );
}

export const firstInFirstOut: Policy = ([first]) => first;

/** The product's own decision, with what routing has said of each task until its real files are known. */
export function scheduled(mode: SchedulingMode, runners: number): Policy {
  const rules: Rules = { mode, meet: () => false, said: () => [] };
  const since = new Map<PastTask, number>();
  return (waiting, under, now) => {
    const asItIs = (task: PastTask, touches: Touches) => ({ id: task.commit, touches, task });
    const scene = {
      underWay: under.map(({ task, coded }) => asItIs(task, coded <= now ? task.changed : task.likely)),
      overdue: waiting
        .filter((task) => now - (since.get(task) ?? now) >= HOLD_MINUTES)
        .toSorted((one, other) => (since.get(one) ?? 0) - (since.get(other) ?? 0))
        .map((task) => asItIs(task, task.likely)),
      idle: under.filter(({ coded }) => coded > now).length < runners / 2,
    };
    const held = [];
    for (const { task } of [...scene.overdue, ...waiting.map((task) => ({ task }))]) {
      const one = asItIs(task, task.likely);
      const holdings = holdingsOf(one, scene, rules);
      if (holdings.length === 0) return task;
      if (!since.has(task)) since.set(task, now);
      held.push({ task: one, holdings });
    }
    return leastHeld(held, scene, rules)?.task;
  };
}

/** Knows what each task will have changed, and never begins one beside another that changes the same file. */
export function oracle(conflicts: (one: PastTask, other: PastTask) => boolean): Policy {
  return (waiting, under) => waiting.find((task) => under.every((other) => !conflicts(task, other.task)));
}
