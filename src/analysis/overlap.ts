// Which files two tasks would both change: from what they have changed, from their paths, and from what is likely.

import { matcher } from '../structure/globs.ts';
import { isLiteral, literalPrefix, overlaps, tidied } from '../structure/overlap.ts';
import type { AnalysisQuestion, AnalyzedTask } from './analyst.ts';

export interface SharedFile {
  /** A path, or a glob of the one that overlaps with one of the other. */
  readonly path: string;
  /** That the one changes it, and that the other does, 0 to 1. */
  readonly chances: readonly [number, number];
  /** What speaks for it, of each. */
  readonly reasons: readonly [string, string];
}

export interface Overlap {
  readonly one: AnalyzedTask;
  readonly other: AnalyzedTask;
  /** The likeliest first. */
  readonly files: readonly SharedFile[];
  /** How many files both are expected to change. */
  readonly expected: number;
}

/** A path that a person gave is all but certain; a glob says where a task works, not what it changes there. */
const GIVEN = 0.9;
const WITHIN_GLOB = 0.2;
/** Both say that they work there: of how many files that is true, nobody knows. */
const GLOBS = 0.25;

interface Touch {
  readonly index: number;
  readonly chance: number;
  readonly reason: string;
}

/** @returns for each pair of tasks with something in common, in the order of the tasks */
export function overlapsOf({ tasks }: AnalysisQuestion): Overlap[] {
  const touches = new Map<string, Touch[]>();
  const globs = new Map<string, number[]>();
  tasks.forEach((task, index) => {
    for (const [path, { chance, reason }] of chancesOf(task)) push(touches, path, { index, chance, reason });
    for (const glob of globsOf(task)) push(globs, glob, index);
  });
  withinGlobs(touches, globs);
  const pairs = new Pairs();
  for (const [path, those] of touches) pairs.addAll(path, those);
  for (const [[glob, ones], [other, others]] of meetingGlobs(globs)) {
    const path = glob.length >= other.length ? glob : other;
    const reason = 'its paths';
    for (const one of ones)
      for (const two of others) {
        const [first, second] = [one, two].map((index) => ({ index, chance: Math.sqrt(GLOBS), reason }));
        if (first && second && one !== two && !pairs.has(one, two)) pairs.add(path, first, second);
      }
  }
  return pairs.list(tasks);
}

/** What a task may change, file by file: given, changed or likely, whichever says most. */
function chancesOf(task: AnalyzedTask): Map<string, Omit<Touch, 'index'>> {
  const chances = new Map<string, Omit<Touch, 'index'>>();
  for (const { path, likelihood, reason } of task.likely) chances.set(path, { chance: likelihood, reason });
  for (const path of task.paths.map(tidied).filter(isLiteral))
    if ((chances.get(path)?.chance ?? 0) < GIVEN) chances.set(path, { chance: GIVEN, reason: 'its paths' });
  return chances;
}

const globsOf = ({ paths }: AnalyzedTask) =>
  [...new Set(paths.map(tidied))].map((glob) => (isLiteral(glob) ? `${glob}/**` : glob));

/** Who said that it works in a folder may change a file there that another task is likely to change. */
function withinGlobs(touches: ReadonlyMap<string, Touch[]>, globs: ReadonlyMap<string, readonly number[]>) {
  const rules = [...globs].map(([glob, indexes]) => ({
    prefix: literalPrefix(glob),
    matches: matcher([glob]),
    indexes,
  }));
  for (const [path, those] of touches) {
    for (const { prefix, matches, indexes } of rules) {
      if (!path.startsWith(prefix) || !matches(path)) continue;
      for (const index of indexes)
        if (!those.some((one) => one.index === index))
          those.push({ index, chance: WITHIN_GLOB, reason: 'its paths' });
    }
  }
}

type Glob = readonly [glob: string, indexes: readonly number[]];

function meetingGlobs(globs: ReadonlyMap<string, readonly number[]>): (readonly [Glob, Glob])[] {
  const all = [...globs];
  return all.flatMap((one, at) =>
    all
      .slice(at)
      .filter(([other]) => one[0] === other || overlaps(one[0], other))
      .map((other) => [one, other] as const),
  );
}

/** Less than this, and one of the two almost surely leaves the file alone. */
const WORTH = 0.04;

class Pairs {
  readonly #pairs = new Map<number, Map<number, SharedFile[]>>();

  has(one: number, other: number): boolean {
    return this.#pairs.get(Math.min(one, other))?.has(Math.max(one, other)) ?? false;
  }

  /** Only pairs that have a file in common are ever looked at. */
  addAll(path: string, touches: readonly Touch[]): void {
    const sorted = touches.toSorted((one, other) => other.chance - one.chance);
    for (const [at, one] of sorted.entries())
      for (const other of sorted.slice(at + 1)) {
        if (one.chance * other.chance < WORTH) break;
        this.add(path, one, other);
      }
  }

  add(path: string, one: Touch, other: Touch): void {
    const [first, second] = one.index < other.index ? [one, other] : [other, one];
    const ofFirst = this.#pairs.get(first.index) ?? new Map<number, SharedFile[]>();
    this.#pairs.set(first.index, ofFirst);
    push(ofFirst, second.index, {
      path,
      chances: [first.chance, second.chance],
      reasons: [first.reason, second.reason],
    });
  }

  list(tasks: readonly AnalyzedTask[]): Overlap[] {
    const byIndex = ([one]: readonly [number, unknown], [other]: readonly [number, unknown]) => one - other;
    return [...this.#pairs].sort(byIndex).flatMap(([first, others]) =>
      [...others].sort(byIndex).map(([second, files]) => ({
        one: tasks[first] as AnalyzedTask,
        other: tasks[second] as AnalyzedTask,
        files: files.sort((one, two) => bothOf(two) - bothOf(one) || (one.path < two.path ? -1 : 1)),
        expected: files.reduce((sum, file) => sum + bothOf(file), 0),
      })),
    );
  }
}

/** That both change it: what one task asks for says nothing about the other. */
export const bothOf = ({ chances: [one, other] }: SharedFile) => one * other;

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
