// Starting up: what a person waits for before anything happens.

import { insertSection } from '../src/store/sections.ts';
import { addDependency, insertTask } from '../src/store/tasks.ts';
import type { TaskId } from '../src/task/ids.ts';
import { completeTask } from './lifecycle.ts';
import { differenceOf, type Figures, inTurn, type Place, timeProgram } from './measure.ts';
import type { Options } from './options.ts';
import { inTemporaryFolder, makeRepository, STEROIDS, setUp } from './place.ts';
import { plainTask, withProject } from './project.ts';
import { type Comparison, type Report, ratioOf } from './report.ts';

const VERSION_RATIO = 1.5;
const STATUS_MS = 120;

const CONFIG = `version: 1
main: main
coder: default
coders:
  default: { command: [sh, ./code.sh] }
reviewer: none
`;

export async function measure(options: Options): Promise<Report> {
  const tasks = options.number('tasks', 10_000);
  const rounds = options.number('rounds', 40);
  const comparisons = await inTemporaryFolder((place) => compare(place, tasks, rounds));
  return { benchmark: 'startup', settings: { tasks, rounds }, comparisons };
}

async function compare(place: Place, tasks: number, rounds: number): Promise<Comparison[]> {
  const repository = makeRepository(place, 'project', 100);
  setUp(repository, CONFIG);
  await fill(repository, tasks);
  const run =
    (...args: string[]) =>
    () =>
      timeProgram(repository, process.execPath, args);
  const status = run(STEROIDS, 'status');
  status(); // the first one writes the compile cache
  const figures = await inTurn(rounds, {
    node: run('-e', '0'),
    version: run(STEROIDS, '--version'),
    status,
    statusJson: run(STEROIDS, 'status', '--json'),
  });
  const baseline = { name: 'node -e 0', unit: 'ms', figures: figures.node };
  const version = { name: 'steroids --version', unit: 'ms', figures: figures.version };
  const adds = (one: Figures) => differenceOf(one, figures.node).median;
  return [
    {
      what: 'the version',
      product: version,
      baseline,
      target: {
        sentence: `at most ${VERSION_RATIO} × node`,
        met: ratioOf({ product: version, baseline }) <= VERSION_RATIO,
      },
    },
    {
      what: `status of ${tasks} tasks`,
      product: { name: 'steroids status', unit: 'ms', figures: figures.status },
      baseline,
      target: { sentence: `at most node + ${STATUS_MS} ms`, met: adds(figures.status) <= STATUS_MS },
    },
    {
      what: `status of ${tasks} tasks, as JSON`,
      product: { name: 'steroids status --json', unit: 'ms', figures: figures.statusJson },
      baseline,
    },
  ];
}

/** Most tasks are done or to be done; of every hundred, one waits for a person, as in a project that is looked after. */
async function fill(repository: Place, tasks: number): Promise<void> {
  await withProject(repository, ({ store }) =>
    store.write(async (trx) => {
      const sections: string[] = [];
      for (let number = 0; number < 20; number++)
        sections.push(
          await insertSection(store, trx, {
            name: `Section ${number}`,
            paths: [`packages/p${number}/**`],
            exclusive: false,
            maxRunners: 2,
          }),
        );
      let before: TaskId | undefined;
      for (let number = 0; number < tasks; number++) {
        const task = { ...plainTask(`Task ${number}`), spec: 'What is to be done.\n'.repeat(20) };
        const id = await insertTask(store, trx, { ...task, sectionId: sections[number % 20] ?? null });
        if (number % 100 < 60) await completeTask(store, trx, id, 'landed');
        else if (number % 100 === 60) await completeTask(store, trx, id, 'disputed');
        else if (before !== undefined && number % 3 === 0) await addDependency(trx, id, before);
        before = id;
      }
    }),
  );
}
