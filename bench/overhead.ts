// Overhead a task: what steroids adds to what git itself needs. Both run the same coder on the same tasks; plain git one
// after the other, as a person with a shell script would.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { insertTask } from '../src/store/tasks.ts';
import { differenceOf, inTurn, type Place, timeProgram } from './measure.ts';
import type { Options } from './options.ts';
import { cloneRepository, git, inTemporaryFolder, makeRepository, setUp, timeSteroids } from './place.ts';
import { plainTask, withProject } from './project.ts';
import type { Comparison, Report } from './report.ts';

const ALLOWED_MS = 150;

const CODER = `mkdir -p work
echo "$STEROIDS_TASK_TITLE" > "work/$(echo "$STEROIDS_TASK_TITLE" | tr ' ' -).txt"
`;

const CONFIG = (coder: string) => `version: 1
main: main
coder: default
coders:
  default: { command: [sh, ${JSON.stringify(coder)}] }
reviewer: none
worktrees: { setup: [] }
`;

const BASELINE = `set -e
for number in $(seq "$1"); do
  STEROIDS_TASK_TITLE="Task $number"
  export STEROIDS_TASK_TITLE
  git switch -q -c "task-$number" main
  sh "$2" < /dev/null
  git add -A
  git commit -q -m "$STEROIDS_TASK_TITLE"
  git rebase -q main
  git switch -q main
  git merge -q --ff-only "task-$number"
  git branch -q -d "task-$number"
done
`;

interface Size {
  readonly files: number;
  readonly tasks: number;
  readonly runners: number;
  readonly rounds: number;
}

export async function measure(options: Options): Promise<Report> {
  const tasks = options.number('tasks', 40);
  const runners = options.number('runners', 3);
  const rounds = options.number('rounds', 3);
  const comparisons: Comparison[] = [];
  for (const files of options.numbers('files', [2_000, 20_000]))
    comparisons.push(await inTemporaryFolder((place) => compare(place, { files, tasks, runners, rounds })));
  return { benchmark: 'overhead', settings: { tasks, runners, rounds }, comparisons };
}

async function compare(place: Place, size: Size): Promise<Comparison> {
  const coder = path.join(place.cwd, 'code.sh');
  const baseline = path.join(place.cwd, 'baseline.sh');
  writeFileSync(coder, CODER);
  writeFileSync(baseline, BASELINE);
  const template = makeRepository(place, 'template', size.files);
  timeSteroids(template, '--help'); // fills the compile cache, as every call before this one has for a user
  const figures = await inTurn(size.rounds, {
    product: async () => (await runProduct(template, coder, size)) / size.tasks,
    baseline: () => runBaseline(template, baseline, coder, size) / size.tasks,
  });
  const difference = differenceOf(figures.product, figures.baseline).median;
  return {
    what: `${size.tasks} tasks in a repository of ${size.files} files`,
    product: { name: `steroids run --runners ${size.runners}`, unit: 'ms/task', figures: figures.product },
    baseline: { name: 'plain git, one by one', unit: 'ms/task', figures: figures.baseline },
    target: { sentence: `at most the baseline + ${ALLOWED_MS} ms a task`, met: difference <= ALLOWED_MS },
  };
}

async function runProduct(template: Place, coder: string, size: Size): Promise<number> {
  const clone = cloneRepository(template, 'product');
  setUp(clone, CONFIG(coder));
  await withProject(clone, ({ store }) =>
    store.write(async (trx) => {
      for (let number = 1; number <= size.tasks; number++)
        await insertTask(store, trx, plainTask(`Task ${number}`));
    }),
  );
  const before = git(clone, 'rev-parse', 'HEAD');
  const took = timeSteroids(clone, 'run', '--runners', String(size.runners));
  checkLanded(clone, before, size.tasks);
  return took;
}

function runBaseline(template: Place, script: string, coder: string, size: Size): number {
  const clone = cloneRepository(template, 'baseline');
  const before = git(clone, 'rev-parse', 'HEAD');
  const took = timeProgram(clone, 'sh', [script, String(size.tasks), coder]);
  checkLanded(clone, before, size.tasks);
  return took;
}

/** A fast run that did not do the work is no run. */
function checkLanded(clone: Place, before: string, tasks: number): void {
  const landed = Number(git(clone, 'rev-list', '--count', '--no-merges', `${before}..main`));
  const dirty = git(clone, 'status', '--porcelain');
  if (landed !== tasks || dirty !== '')
    throw new Error(`${landed} of ${tasks} tasks landed in ${clone.cwd}; changed files: ${dirty || 'none'}`);
}
