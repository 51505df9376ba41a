// Conflicts that no merge shows: one task builds on what another changes, or two files that belong together are changed
// apart.

import { SURE } from '../structure/route.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';
import type { LogicalConflict, Risk } from './conflictAnalysis.ts';
import { called, timesOf } from './meeting.ts';

/** From here on a task that does not name what is declared in a file is taken to change that file. */
const CHANGES = 0.6;

/** What a text does to a name near which it stands. */
const BREAKS = /\b(renam|remov|delet|drop|deprecat|replac|split|mov(e|ing)\b)/i;
const CHANGED =
  /\b(chang|rework|refactor|rewrit|extend|extract|updat|modif|redesign|migrat|signature|parameter)/i;
/** Characters of a text around a name. */
const AROUND = 80;

/** @returns at most one of each kind for a pair; its first task had better land first */
export function logicalConflicts(question: AnalysisQuestion): LogicalConflict[] {
  const times = timesOf(question);
  const found = new Map<string, LogicalConflict>();
  const add = (kind: string, one: AnalyzedTask, other: AnalyzedTask, said: Said) => {
    if (one === other || !times.together(one, other) || times.inTurn(one, other)) return;
    const key = [kind, ...[one.id, other.id].sort()].join(' ');
    const known = found.get(key);
    if (known && !(known.risk === 'low' && said.risk !== 'low')) return;
    // What has begun is not put behind what has not.
    const [first, second] =
      one.status === 'pending' && other.status !== 'pending' ? [other, one] : [one, other];
    const mitigation = `Land ${first.id} before ${second.id}${second.status === 'pending' ? ' begins' : ''}`;
    found.set(key, { taskA: first.id, taskB: second.id, ...said, mitigation });
  };
  const changers = byFile(question.tasks);
  namedByOne(question.tasks, changers, add);
  changedTogether(question, changers, add);
  return [...found.values()];
}

type Said = Pick<LogicalConflict, 'description' | 'risk'>;
/** @param one goes first, where that is still possible */
type Add = (kind: string, one: AnalyzedTask, other: AnalyzedTask, said: Said) => void;

interface Changer {
  readonly task: AnalyzedTask;
  readonly likelihood: number;
}

function byFile(tasks: readonly AnalyzedTask[]): Map<string, Changer[]> {
  const all = tasks.flatMap((task) =>
    task.likely
      .filter(({ likelihood }) => likelihood >= SURE)
      .map(({ path, likelihood }) => ({ path, task, likelihood })),
  );
  return Map.groupBy(all, ({ path }) => path);
}

/** Task A changes the user model, task B assumes the old one. */
function namedByOne(
  tasks: readonly AnalyzedTask[],
  changers: ReadonlyMap<string, readonly Changer[]>,
  add: Add,
): void {
  const naming = new Map<string, Map<AnalyzedTask, string>>();
  for (const task of tasks)
    for (const { symbol, path } of task.names ?? []) {
      const those = naming.get(symbol) ?? new Map<AnalyzedTask, string>();
      naming.set(symbol, those.set(task, path));
    }
  for (const [symbol, those] of naming)
    for (const [changer, path] of those) {
      const risk = riskOf(changer, symbol);
      if (risk === undefined) continue;
      for (const [user] of those)
        if (user !== changer) add('names', changer, user, breaks(changer, user, symbol, path, risk));
    }
  for (const [symbol, those] of naming)
    for (const [user, path] of those)
      for (const { task, likelihood } of changers.get(path) ?? []) {
        if (likelihood < CHANGES || those.has(task) || touches(user, path)) continue;
        add('names', task, user, mayChange(task, user, symbol, path));
      }
}

const touches = ({ likely }: AnalyzedTask, path: string) =>
  likely.some((file) => file.path === path && file.likelihood >= SURE);

/** What a task's text says is done to a name; undefined where it only stands there. */
function riskOf({ title, spec }: AnalyzedTask, symbol: string): Risk | undefined {
  const text = `${title}\n${spec}`;
  let risk: Risk | undefined;
  for (let at = text.indexOf(symbol); at >= 0; at = text.indexOf(symbol, at + symbol.length)) {
    const before = text.slice(Math.max(0, at - AROUND), at);
    if (BREAKS.test(before)) return 'high';
    if (CHANGED.test(before)) risk = 'medium';
  }
  return risk;
}

function breaks(changer: AnalyzedTask, user: AnalyzedTask, symbol: string, path: string, risk: Risk): Said {
  return {
    description: `${called(changer)} changes ${symbol} (${clip(path)}), which ${called(user)} names`,
    risk,
  };
}

function mayChange(changer: AnalyzedTask, user: AnalyzedTask, symbol: string, path: string): Said {
  return {
    description: `${called(user)} names ${symbol}, and ${called(changer)} is likely to change ${clip(path)}, where that is declared`,
    risk: 'low',
  };
}

function changedTogether(
  { together = [] }: AnalysisQuestion,
  changers: ReadonlyMap<string, readonly Changer[]>,
  add: Add,
): void {
  for (const { one, other } of together)
    for (const { task } of changers.get(one) ?? [])
      for (const { task: partner } of changers.get(other) ?? []) {
        // Who changes both has seen both.
        if (touches(task, other) || touches(partner, one)) continue;
        add('together', task, partner, {
          description: `${clip(one)} (${called(task)}) and ${clip(other)} (${called(partner)}) were mostly changed together on main`,
          risk: 'low',
        });
      }
}

/** A path may be longer than a sentence. */
const clip = (path: string) => (path.length > 200 ? `…${path.slice(-199)}` : path);
