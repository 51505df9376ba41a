// The live conflict matrix of many branches, against trying pairs with `git merge --no-commit` in a worktree. Only some pairs
// are tried that way, and the time of all of them is reckoned from these.

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { enqueueBranch } from '../src/orchestrator/enqueue.ts';
import { figuresOf, inTurn, type Place, timeProgram } from './measure.ts';
import type { Options } from './options.ts';
import { git, inTemporaryFolder, makeRepository, setUp, timeSteroids } from './place.ts';
import { withProject } from './project.ts';
import type { Comparison, Report } from './report.ts';

const CONFIG = `version: 1
main: main
coder: default
coders:
  default: { command: [sh, ./code.sh] }
reviewer: none
`;

/** Pairs that git tries by itself in each round. */
const TRIED = 20;
/** Files that a branch changes. */
const CHANGED = 10;

const LOOK = ['runners', 'conflicts', '--json'] as const;

const BASELINE = `set -e
git -C "$1" merge --quiet --no-commit --no-ff "$2" >/dev/null 2>&1 || true
git -C "$1" merge --abort 2>/dev/null || git -C "$1" reset --quiet --hard
`;

export async function measure(options: Options): Promise<Report> {
  const files = options.number('files', 20_000);
  const branches = options.number('branches', 40);
  // At so many commits of main they left it.
  const bases = options.number('bases', 4);
  const rounds = options.number('rounds', 5);
  const size = { files, branches, bases };
  const comparisons = await inTemporaryFolder((place) => compare(place, size, rounds));
  return { benchmark: 'conflicts', settings: { ...size, rounds }, comparisons };
}

interface Size {
  readonly files: number;
  readonly branches: number;
  readonly bases: number;
}

async function compare(place: Place, size: Size, rounds: number): Promise<Comparison[]> {
  const { files, branches } = size;
  const repository = makeRepository(place, 'repository', files);
  setUp(repository, CONFIG);
  makeBranches(repository, size);
  await withProject(repository, async (project) => {
    for (let number = 0; number < branches; number++) await enqueueBranch(project, `b${number}`, 0);
  });
  const worktree = path.join(place.cwd, 'worktree');
  git(repository, 'worktree', 'add', '--quiet', '--detach', worktree, 'main');
  const cache = path.join(repository.cwd, '.git', 'steroids', 'conflicts.json');
  const pairs = (branches * (branches + 1)) / 2;
  const look = () => timeSteroids(repository, ...LOOK);
  const { cold, baseline } = await inTurn(rounds, {
    cold: () => {
      rmSync(cache, { force: true });
      const before = git(repository, 'count-objects', '-v');
      const took = look();
      const after = git(repository, 'count-objects', '-v');
      if (after !== before) throw new Error(`objects were left in the store:\n${before}\n${after}`);
      return took;
    },
    baseline: (round) => (tryPairs(repository, worktree, branches, round) * pairs) / TRIED,
  });
  const { again, start } = await inTurn(rounds, {
    again: (round) => {
      moveBranch(repository, round % branches);
      return look();
    },
    // The same command with nothing to merge: what its start takes.
    start: () => {
      look();
      return look();
    },
  });
  const ratio = baseline.median / cold.median;
  return [
    {
      what: `${pairs} pairs (${branches} branches, and main) in a repository of ${files} files, nothing remembered`,
      product: { name: 'steroids runners conflicts', unit: 'ms', figures: cold },
      baseline: { name: 'git merge --no-commit', unit: 'ms', figures: baseline },
      target: {
        sentence: 'at most 800 ms, and 50 times faster',
        met: cold.median <= 800 && ratio >= 50,
      },
      notes: [
        `the baseline is ${TRIED} pairs in a worktree that has the first of them checked out already, times ${pairs / TRIED}`,
        'no object was left in the store (git count-objects)',
      ],
    },
    {
      what: 'the same, when one branch has moved since',
      product: { name: 'steroids runners conflicts', unit: 'ms', figures: again },
      baseline: { name: 'when none has moved', unit: 'ms', figures: start },
    },
    {
      what: 'the same, against nothing remembered',
      product: { name: 'one branch has moved', unit: 'ms', figures: again },
      baseline: { name: 'nothing remembered', unit: 'ms', figures: figuresOf(cold.values) },
    },
  ];
}

/** Each changes files all over the repository, some of which others change too, and adds one; main moves on meanwhile. */
function makeBranches(repository: Place, { files, branches, bases }: Size): void {
  for (let number = 0; number < branches; number++) {
    if (number > 0 && number % Math.ceil(branches / bases) === 0)
      commitTo(repository, 'main', [fileOf((number * 31) % files)], `main ${number}`);
    git(repository, 'branch', `b${number}`, 'main');
    commitTo(repository, `b${number}`, changedBy(number, files), `branch ${number}`);
  }
}

function changedBy(number: number, files: number): string[] {
  const own = Array.from({ length: CHANGED - 1 }, (_, index) => (number * 487 + index * 1009) % files);
  return [...own.map(fileOf), fileOf(number % 12), `packages/p1/new${number}.ts`];
}

const fileOf = (number: number) => {
  const folder = Math.floor(number / 100);
  return `packages/p${folder % 20}/src/d${folder}/f${number}.ts`;
};

/** Without a checkout. */
function commitTo(repository: Place, branch: string, paths: readonly string[], text: string): void {
  const parts = paths.map((file) => {
    const contents = `export const changed = '${text}';\n`.repeat(20);
    return `M 100644 inline ${file}\ndata ${Buffer.byteLength(contents)}\n${contents}\n`;
  });
  const head = [
    `commit refs/heads/${branch}`,
    'committer Bench <bench@localhost> 1767225600 +0000',
    `data ${Buffer.byteLength(text)}`,
    text,
    `from refs/heads/${branch}^0`,
    '',
  ].join('\n');
  importInto(repository, head + parts.join(''));
}

function importInto(repository: Place, stream: string): void {
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: repository.cwd,
    env: repository.environment,
    input: stream,
  });
}

function moveBranch(repository: Place, number: number): void {
  commitTo(repository, `b${number}`, [`packages/p1/moved${number}.ts`], `${performance.now()}`);
}

/** @returns milliseconds of all of them, without those in which the first branch of each is checked out */
function tryPairs(repository: Place, worktree: string, branches: number, round: number): number {
  let took = 0;
  for (let pair = 0; pair < TRIED; pair++) {
    const one = (round * TRIED + pair * 7) % branches;
    const other = (one + 1 + pair) % branches;
    git(repository, '-C', worktree, 'checkout', '--quiet', '--detach', `b${one}`);
    const merged = other === one ? 'main' : `b${other}`;
    took += timeProgram(repository, 'sh', ['-c', BASELINE, 'sh', worktree, merged]);
  }
  return took;
}
