// `npm run bench -- NAME [options]`: every benchmark measures a baseline in the same run, because figures alone say
// more about the machine than about the product.

import { parseArgs } from 'node:util';
import { Options } from './options.ts';
import { print, type Report } from './report.ts';

interface Benchmark {
  readonly name: string;
  readonly describe: string;
  readonly load: () => Promise<{ measure(options: Options): Promise<Report> }>;
}

const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'overhead',
    describe:
      'wall time a task of `steroids run`, against the same in plain git [--files --tasks --runners --rounds]',
    load: () => import('./overhead.ts'),
  },
  {
    name: 'claim',
    describe:
      'claims a second of many processes, against bare transactions [--tasks --processes --sections --rounds]',
    load: () => import('./claim.ts'),
  },
  {
    name: 'writes',
    describe:
      'how long a write waits while many processes write, against one alone [--processes --rate --rounds]',
    load: () => import('./writes.ts'),
  },
  {
    name: 'attempt',
    describe: "the orchestrator's own time of an attempt with the real pi and a stub, against pi's [--tasks]",
    load: () => import('./attempt.ts'),
  },
  {
    name: 'startup',
    describe: '`steroids --version` and `status`, against `node -e 0` [--tasks --rounds]',
    load: () => import('./startup.ts'),
  },
  {
    name: 'commit-hook',
    describe: 'what the post-commit hook adds to a `git commit` [--files --rounds]',
    load: () => import('./commitHook.ts'),
  },
  {
    name: 'queue',
    describe:
      'entries landed a second by `merge run --once`, against rebase and merge [--files --branches --rounds]',
    load: () => import('./queue.ts'),
  },
  {
    name: 'conflicts',
    describe:
      'all pairs of live branches merged in memory, against git merge --no-commit [--files --branches --bases --rounds]',
    load: () => import('./conflicts.ts'),
  },
  {
    name: 'stream',
    describe:
      'processor time of runners whose agents stream events, against pipes [--runners --rate --rounds]',
    load: () => import('./stream.ts'),
  },
  {
    name: 'structure',
    describe: 'discovery of a large workspace, against pnpm and nx [--packages --files --rounds]',
    load: () => import('./structure.ts'),
  },
  {
    name: 'routing',
    describe:
      'files and sections guessed for the last commits of any repository, against those changed most often [--repo --commits]',
    load: () => import('./routing.ts'),
  },
  {
    name: 'route',
    describe:
      '`tasks add --auto-section` among many packages, against the same with a structure.yaml [--packages --files --rounds]',
    load: () => import('./route.ts'),
  },
  {
    name: 'analyze',
    describe:
      '`runners analyze` by the static analyst, against git listing the files [--files --tasks --rounds]',
    load: () => import('./analyze.ts'),
  },
  {
    name: 'schedule',
    describe:
      'makespan and conflicts of the last commits of any repository as tasks, by each way of scheduling [--repo --commits --tasks --runners]',
    load: () => import('./schedule.ts'),
  },
];

const OPTIONS = [
  'files',
  'packages',
  'tasks',
  'runners',
  'processes',
  'sections',
  'bases',
  'branches',
  'rate',
  'rounds',
  'repo',
  'commits',
];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      ...Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const [name] = positionals;
  const benchmark = BENCHMARKS.find((one) => one.name === name);
  if (!benchmark) {
    const list = BENCHMARKS.map((one) => `  ${one.name.padEnd(12)} ${one.describe}`).join('\n');
    console.log(`npm run bench -- NAME [--json] [options]\n\n${list}`);
    if (name !== undefined) throw new TypeError(`there is no benchmark "${name}"`);
    return;
  }
  const given = new Map(
    Object.entries(values).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
  const { measure } = await benchmark.load();
  print(await measure(new Options(given)), values.json === true);
}

main().catch((error: Error) => {
  console.error(error instanceof TypeError ? error.message : error);
  process.exitCode = 2;
});
