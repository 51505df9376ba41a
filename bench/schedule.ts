// Scheduling, tried on the history of any repository: its last commits are tasks, in batches that somebody has added at
// once, with their real files. Several runners go through each batch by each rule; what would have conflicted is asked of git.

import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { openGit } from '../src/git/client.ts';
import { SCHEDULING_MODES } from '../src/task/schedule.ts';
import { figuresOf } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder } from './place.ts';
import type { Comparison, Report } from './report.ts';
import { Clashes, sharedFiles } from './scheduleClash.ts';
import {
  firstInFirstOut,
  makespanOf,
  oracle,
  type Policy,
  scheduled,
  sideBySide,
  simulate,
} from './scheduleRun.ts';
import { type PastTask, readBatches } from './scheduleTasks.ts';

const FIFO = 'first in, first out';
const ORACLE = 'oracle';
const SPAN = 1.3;
const SHARE = 0.5;

interface Outcome {
  /** Minutes, batch by batch. */
  readonly spans: number[];
  /** Pairs under way at once that changed the same file, and of these the ones that git says conflict. */
  readonly sameFile: number[];
  readonly clashes: number[];
  untold: number;
}

export async function measure(options: Options): Promise<Report> {
  const repo = realpathSync(options.text('repo'));
  const commits = options.number('commits', 400);
  const size = options.number('tasks', 40);
  const runners = options.number('runners', 4);
  const git = openGit(repo, process.env);
  const batches = await readBatches(git, commits, size);
  if (batches.length === 0) throw new TypeError(`there are no ${size} commits that can be tried`);
  const outcomes = await inTemporaryFolder(async ({ cwd }) => {
    const objects = path.join(cwd, 'objects');
    mkdirSync(objects);
    return await tryAll(batches, runners, await Clashes.open(git, objects));
  });
  return {
    benchmark: 'schedule',
    settings: { repo, commits, batch: size, tasks: batches.flat().length, runners },
    comparisons: compare(outcomes),
  };
}

async function tryAll(
  batches: readonly (readonly PastTask[])[],
  runners: number,
  clashes: Clashes,
): Promise<Map<string, Outcome>> {
  // Of each batch anew: a policy remembers since when it holds a task back.
  const policies: readonly (readonly [string, () => Policy])[] = [
    [FIFO, () => firstInFirstOut],
    ...SCHEDULING_MODES.map((mode) => [mode, () => scheduled(mode, runners)] as const),
    [ORACLE, () => oracle((one, other) => sharedFiles(one, other).length > 0)],
  ];
  const outcomes = new Map<string, Outcome>();
  for (const [name, policy] of policies) {
    const outcome: Outcome = { spans: [], sameFile: [], clashes: [], untold: 0 };
    for (const batch of batches) await tryOne(batch, runners, policy(), clashes, outcome);
    outcomes.set(name, outcome);
  }
  return outcomes;
}

async function tryOne(
  batch: readonly PastTask[],
  runners: number,
  policy: Policy,
  clashes: Clashes,
  outcome: Outcome,
): Promise<void> {
  const run = simulate(batch, runners, policy);
  const pairs = sideBySide(run, batch).filter(([one, other]) => sharedFiles(one, other).length > 0);
  let clashing = 0;
  for (const [earlier, later] of pairs) {
    const clash = await clashes.clash(earlier, later);
    if (clash === 'clash') clashing++;
    if (clash === 'untold') outcome.untold++;
  }
  outcome.spans.push(makespanOf(run));
  outcome.sameFile.push(pairs.length);
  outcome.clashes.push(clashing);
}

function compare(outcomes: ReadonlyMap<string, Outcome>): Comparison[] {
  const of = (name: string) => outcomes.get(name) as Outcome;
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const comparison = (
    what: string,
    unit: string,
    baseline: string,
    pick: (outcome: Outcome) => readonly number[],
    most: number,
    note: (outcome: Outcome) => string,
  ): Comparison => {
    const line = (name: string) => ({ name, unit, figures: figuresOf(pick(of(name))) });
    const met = sum(pick(of('balanced'))) <= most * sum(pick(of(baseline)));
    const sentence = `balanced has at most ${most} × ${baseline}'s`;
    const notes = [...outcomes].map(
      ([name, outcome]) =>
        `${name.padEnd(FIFO.length)}  ${sum(pick(outcome)).toFixed(0).padStart(6)} in all${note(outcome)}`,
    );
    return {
      what,
      product: line('balanced'),
      baseline: line(baseline),
      by: 'mean',
      target: { sentence, met },
      notes,
    };
  };
  const untold = ({ untold }: Outcome) => (untold > 0 ? `, and ${untold} that git cannot tell` : '');
  return [
    comparison(
      'makespan of a batch',
      'min',
      ORACLE,
      ({ spans }) => spans,
      SPAN,
      () => '',
    ),
    comparison(
      'pairs under way at once that changed the same file',
      'pairs',
      FIFO,
      ({ sameFile }) => sameFile,
      SHARE,
      () => '',
    ),
    comparison('those of them that conflict in git', 'pairs', FIFO, ({ clashes }) => clashes, SHARE, untold),
  ];
}
