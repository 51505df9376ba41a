// Tasks that conflict, one after the other: which of two waits, so that nobody waits for itself in the end.

import type { TaskId } from '../task/ids.ts';
import type { AnalysisQuestion } from './analyst.ts';
import type { ConflictAnalysis } from './conflictAnalysis.ts';

export interface Order {
  readonly task: TaskId;
  readonly after: TaskId;
}

export interface Pair {
  readonly one: string;
  readonly other: string;
  /** `one` had better go first, where nothing speaks against it. */
  readonly inOrder?: boolean;
}

/** The pairs of tasks that an analysis would rather not have at the same time. */
export function pairsOf({ fileConflicts, logicalConflicts = [] }: ConflictAnalysis): Pair[] {
  const pairs = new Map<string, Pair>();
  const add = (found: typeof fileConflicts | typeof logicalConflicts, inOrder?: true) => {
    for (const { taskA, taskB, risk } of found)
      if (risk !== 'low')
        pairs.set([taskA, taskB].sort().join(' '), { one: taskA, other: taskB, ...(inOrder && { inOrder }) });
  };
  add(fileConflicts);
  add(logicalConflicts, true);
  return [...pairs.values()];
}

/**
 * What is under way goes before what is not, then what another task builds on, else whoever is claimed first. What waits
 * already, or has begun, is left out.
 * @returns few, in an order in which each may be added
 */
export function orderApart(question: Asked, pairs: readonly Pair[]): Order[] {
  const { tasks } = question;
  const turns = turnsOf(inOrder(question, pairs).tasks);
  const pending = new Set<string>(tasks.filter(({ status }) => status === 'pending').map(({ id }) => id));
  const before = new Map<string, Set<string>>(tasks.map((task) => [task.id, new Set<string>(task.after)]));
  const sorted = pairs
    .map(({ one, other }) => [one, other].sort((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0)))
    .filter(([first, second]) => first !== second && turns.has(first ?? '') && pending.has(second ?? ''))
    // By the turn of who waits, and the latest of those before it first: the earlier ones are before that one mostly.
    .sort(
      ([a = '', b = ''], [c = '', d = '']) =>
        (turns.get(b) ?? 0) - (turns.get(d) ?? 0) || (turns.get(c) ?? 0) - (turns.get(a) ?? 0),
    );
  return sorted.flatMap(([first = '', second = '']): Order[] => {
    const those = before.get(second);
    if (!those || those.has(first)) return [];
    those.add(first);
    for (const one of before.get(first) ?? []) those.add(one);
    return [{ task: second as TaskId, after: first as TaskId }];
  });
}

type Asked = Pick<AnalysisQuestion, 'tasks'>;

/** As it would be if all went first that had better. */
function inOrder(question: Asked, pairs: readonly Pair[]): Asked {
  let now = question;
  for (const pair of pairs.filter((one) => one.inOrder)) {
    const [one, other] = [pair.one, pair.other].map((id) => now.tasks.find((task) => task.id === id));
    if (!one || other?.status !== 'pending' || one === other || one.after.includes(other.id)) continue;
    now = ordered(now, { task: other.id, after: one.id });
  }
  return now;
}

/** @returns the question as it is when one comes after the other, and with it whatever comes after that one */
export function ordered<Question extends Asked>(question: Question, { task, after }: Order): Question {
  const before = [after, ...(question.tasks.find(({ id }) => id === after)?.after ?? [])];
  const waits = (one: AnalysisQuestion['tasks'][number]) => one.id === task || one.after.includes(task);
  return {
    ...question,
    tasks: question.tasks.map((one) =>
      waits(one) ? { ...one, after: [...new Set([...one.after, ...before])] } : one,
    ),
  };
}

/** Who is under way first, and everybody after those for whom it waits already. @returns by id, from 0 */
export function turnsOf(tasks: AnalysisQuestion['tasks']): Map<string, number> {
  const turns = new Map<string, number>();
  const left = [
    ...tasks.filter(({ status }) => status !== 'pending'),
    ...tasks.filter(({ status }) => status === 'pending'),
  ];
  while (left.length > 0) {
    const next = left.findIndex(({ after }) => after.every((id) => turns.has(id)));
    // A circle is never stored; if one were, it would be no reason to go round in it.
    const [task] = left.splice(Math.max(0, next), 1);
    if (task) turns.set(task.id, turns.size);
  }
  return turns;
}
