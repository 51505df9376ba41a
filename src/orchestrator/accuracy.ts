// How good predictions have been here: of the files of each task, and of the tasks that get into each other's way.

import { type Score, scoreOf, scorePairs, sumOf } from '../analysis/accuracy.ts';
import { isLockfile } from '../git/lockfiles.ts';
import type { Db } from '../store/open.ts';
import { type ChangedRow, countConflicted, listOpinions, listWithChanged } from '../store/opinions.ts';
import { conflictBetween } from '../task/schedule.ts';
import { touchesOf } from './scheduling.ts';

/** What is less likely nobody would name: it is shown from here on (docs/routing.md: a score of 0.25). */
const NAMED = 0.125;
/** Older tasks are of another time; and pairs of them are many. */
const MOST_TASKS = 300;

export interface Accuracy {
  readonly who: string;
  /** Files that a task changes, or pairs of tasks that change the same file. */
  readonly of: 'files' | 'conflicts';
  /** How many tasks or pairs it was asked about of which the outcome is known. */
  readonly judged: number;
  readonly score: Score;
}

export interface AccuracyReport {
  /** Of which it is known what they have changed. */
  readonly tasks: number;
  readonly rows: readonly Accuracy[];
  /** Pairs of tasks whose changes have conflicted. */
  readonly conflicted: number;
}

export async function readAccuracy(db: Db): Promise<AccuracyReport> {
  const tasks = await listWithChanged(db, MOST_TASKS);
  const changed = new Map(tasks.map(({ id, changed }) => [id, filesOf(changed)]));
  const opinions = Map.groupBy(await listOpinions(db), ({ analyst }) => analyst);
  const analysts = [...opinions].map(([who, asked]): Accuracy => {
    const { pairs, score } = scorePairs(asked, changed);
    return { who, of: 'conflicts', judged: pairs, score };
  });
  const guessed = tasks.filter(({ likely }) => likely !== '[]');
  return {
    tasks: tasks.length,
    rows: [routing(guessed, changed), scheduling(guessed, changed), ...analysts].filter(
      ({ judged }) => judged > 0,
    ),
    conflicted: await countConflicted(db),
  };
}

type Changed = ReadonlyMap<string, ReadonlySet<string>>;

function filesOf(changed: string): Set<string> {
  return new Set((JSON.parse(changed) as string[]).filter((path) => !isLockfile(path)));
}

function routing(tasks: readonly ChangedRow[], changed: Changed): Accuracy {
  const scores = tasks.map(({ id, likely }) => {
    const named = (JSON.parse(likely) as [string, number][]).filter(([, chance]) => chance >= NAMED);
    return scoreOf(
      named.map(([path]) => path),
      changed.get(id) ?? new Set(),
    );
  });
  return { who: 'routing', of: 'files', judged: tasks.length, score: sumOf(scores) };
}

/** What `balanced` would have kept apart by guesses alone. */
function scheduling(tasks: readonly ChangedRow[], changed: Changed): Accuracy {
  const rules = { mode: 'balanced', meet: () => false, said: () => [] } as const;
  const guessed = tasks.map(({ id, likely }) => ({
    id,
    touches: touchesOf({ paths: '[]', likely, changed: null }),
  }));
  const named: (readonly [string, string])[] = [];
  for (const [index, one] of guessed.entries())
    for (const other of guessed.slice(index + 1))
      if (conflictBetween(one, other, rules)) named.push([one.id, other.id]);
  const asked = guessed.map(({ id }) => [id, 0] as const);
  const { pairs, score } = scorePairs([{ asked, named }], changed);
  return { who: 'balanced scheduling', of: 'conflicts', judged: pairs, score };
}
