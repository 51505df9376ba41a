// Static analysis of many tasks in a large repository, as a user runs it: unchanged tasks, all of them guessed anew, and a
// quarter as many, since what compares pairs grows with their number.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { insertTask } from '../src/store/tasks.ts';
import { inTurn, type Place, timeProgram } from './measure.ts';
import type { Options } from './options.ts';
import { git, inTemporaryFolder, makeRepository, setUp, timeSteroids } from './place.ts';
import { withProject } from './project.ts';
import type { Report } from './report.ts';

const LIMIT_MS = 2_000;
const COMMITS = 1_000;
const SECTIONS = ['API', 'Mobile', 'Web', 'Docs'];
const CONFIG = 'version: 1\ncoders:\n  default:\n    command: "true"\n';

export async function measure(options: Options): Promise<Report> {
  const files = options.number('files', 60_000);
  const tasks = options.number('tasks', 200);
  const rounds = options.number('rounds', 5);
  return await inTemporaryFolder(async (place) => {
    const all = await makeProject(place, 'all', files, tasks);
    const some = await makeProject(place, 'some', files, Math.ceil(tasks / 4));
    for (const project of [all, some]) timeSteroids(project, 'runners', 'analyze', '--json');
    const found = conflictsIn(all);
    const figures = await inTurn(rounds, {
      kept: () => timeSteroids(all, 'runners', 'analyze', '--json'),
      fresh: () => timeSteroids(all, 'runners', 'analyze', '--json', '--fresh'),
      quarter: () => timeSteroids(some, 'runners', 'analyze', '--json', '--fresh'),
      git: () => timeProgram(all, 'git', ['ls-tree', '-r', '-z', 'main']),
    });
    const baseline = { name: 'git ls-tree -r main', unit: 'ms', figures: figures.git };
    const target = (median: number) => ({
      sentence: `at most ${LIMIT_MS} ms, the start of the program included`,
      met: median <= LIMIT_MS,
    });
    return {
      benchmark: 'analyze',
      settings: { files, tasks, commits: COMMITS, rounds },
      comparisons: [
        {
          what: 'nothing has changed since the last time',
          product: { name: 'runners analyze', unit: 'ms', figures: figures.kept },
          baseline,
          target: target(figures.kept.median),
          notes: [`${found} conflicts of files`],
        },
        {
          what: 'every task guessed and compared anew',
          product: { name: 'runners analyze --fresh', unit: 'ms', figures: figures.fresh },
          baseline,
          target: target(figures.fresh.median),
        },
        {
          what: 'four times as many tasks',
          product: { name: `${tasks} tasks`, unit: 'ms', figures: figures.fresh },
          baseline: { name: `${Math.ceil(tasks / 4)} tasks`, unit: 'ms', figures: figures.quarter },
        },
      ],
    };
  });
}

/** With a history in which each commit changes a few files that lie together, and tasks that say so in several ways. */
export async function makeProject(place: Place, name: string, files: number, tasks: number): Promise<Place> {
  const repository = makeRepository(place, name, files);
  addHistory(repository, files);
  setUp(repository, CONFIG);
  for (const section of SECTIONS) timeSteroids(repository, 'sections', 'add', section, '--max-runners', '2');
  await withProject(repository, async ({ store }) => {
    const sections = await store.db.selectFrom('sections').select('id').orderBy('created_at').execute();
    await store.write(async (trx) => {
      for (let index = 0; index < tasks; index++)
        await insertTask(store, trx, { ...taskOf(index, files), sectionId: sections[index % 4]?.id ?? null });
    });
  });
  return repository;
}

const fileOf = (file: number) => {
  const folder = Math.floor(file / 100);
  return `packages/p${folder % 20}/src/d${folder}/f${file}.ts`;
};

/** Every third names a file, every third a name of code, every third only words of earlier commits. */
function taskOf(index: number, files: number) {
  const file = (index * 37) % Math.min(files, 2_000);
  const texts = [
    { title: `Rework ${fileOf(file)}`, spec: `See also ${fileOf(file + 1)}.` },
    { title: `Rename \`f${file}\` everywhere`, spec: `What uses f${file + 1}() and f${file + 2}() stays.` },
    { title: `Improve the ${wordOf(file)} of the ${wordOf(file + 3)}`, spec: 'As agreed. '.repeat(50) },
  ];
  return { ...(texts[index % 3] as (typeof texts)[number]), priority: 0, paths: [], coder: null };
}

const WORDS = [
  'parser',
  'renderer',
  'login',
  'basket',
  'invoice',
  'search',
  'export',
  'calendar',
  'mailer',
  'cache',
];
const wordOf = (number: number) => `${WORDS[number % 10]}${Math.floor(number / 10) % 20}`;

/** By one `fast-import`: a thousand commits would take a thousand starts of git. */
function addHistory(repository: Place, files: number): void {
  const parts: string[] = [];
  for (let commit = 0; commit < COMMITS; commit++) {
    const first = (commit * 53) % (Math.min(files, 2_000) - 5);
    const subject = `Change the ${wordOf(first)} and the ${wordOf(first + 1)}`;
    parts.push(`commit refs/heads/main\ncommitter Bench <bench@localhost> ${1_700_000_000 + commit} +0000\n`);
    parts.push(`data ${subject.length}\n${subject}\n`, commit === 0 ? 'from refs/heads/main^0\n' : '');
    for (let file = first; file <= first + (commit % 4); file++) {
      const text = `export const f${file} = ${commit};\n`;
      parts.push(`M 100644 inline ${fileOf(file)}\ndata ${text.length}\n${text}\n`);
    }
  }
  const { cwd, environment: env } = repository;
  const stream = path.join(path.dirname(cwd), 'history');
  writeFileSync(stream, parts.join(''));
  execFileSync('sh', ['-c', 'git fast-import --quiet < "$0"', stream], { cwd, env });
  git(repository, 'reset', '--quiet', '--hard', 'main');
  git(repository, 'gc', '--quiet');
}

/** @throws where nothing was found: then it would be fast for nothing */
function conflictsIn({ cwd, environment: env }: Place): number {
  const steroids = path.join(import.meta.dirname, '..', 'bin', 'steroids.js');
  const out = execFileSync(process.execPath, [steroids, 'runners', 'analyze', '--json'], {
    cwd,
    env,
    encoding: 'utf8',
  });
  const { fileConflicts, tasks } = JSON.parse(out);
  if (fileConflicts.length === 0) throw new Error(`no conflict was found among ${tasks.length} tasks`);
  return fileConflicts.length;
}
