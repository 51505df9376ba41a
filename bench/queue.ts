// The merge queue alone: branches that stand ready, each replayed onto main and landed by itself.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { enqueueBranch } from '../src/orchestrator/enqueue.ts';
import { type Figures, inTurn, type Place, timeProgram } from './measure.ts';
import type { Options } from './options.ts';
import { cloneRepository, git, inTemporaryFolder, makeRepository, setUp, timeSteroids } from './place.ts';
import { withProject } from './project.ts';
import type { Report } from './report.ts';

const CONFIG = `version: 1
main: main
coder: default
coders:
  default: { command: [sh, ./code.sh] }
reviewer: none
`;

const BASELINE = `set -e
for number in $(seq "$1"); do
  git rebase -q main "branch-$number"
  git switch -q main
  git merge -q --ff-only "branch-$number"
done
`;

export async function measure(options: Options): Promise<Report> {
  const files = options.number('files', 2_000);
  const branches = options.number('branches', 50);
  const rounds = options.number('rounds', 3);
  const comparison = await inTemporaryFolder((place) => compare(place, files, branches, rounds));
  return { benchmark: 'queue', settings: { files, branches, rounds }, comparisons: [comparison] };
}

async function compare(place: Place, files: number, branches: number, rounds: number) {
  const script = path.join(place.cwd, 'baseline.sh');
  writeFileSync(script, BASELINE);
  const template = makeRepository(place, 'template', files);
  setUp(template, CONFIG);
  const figures: { product: Figures; baseline: Figures } = await inTurn(rounds, {
    product: async () => {
      const clone = withBranches(template, 'product', branches);
      timeSteroids(clone, 'init');
      await withProject(clone, async (project) => {
        for (let number = 1; number <= branches; number++)
          await enqueueBranch(project, `branch-${number}`, 0);
      });
      return landing(clone, branches, () => timeSteroids(clone, 'merge', 'run', '--once'));
    },
    baseline: () => {
      const clone = withBranches(template, 'baseline', branches);
      return landing(clone, branches, () => timeProgram(clone, 'sh', [script, String(branches)]));
    },
  });
  return {
    what: `${branches} branches of one commit onto main, without verification`,
    product: { name: 'steroids merge run --once', unit: 'landed/s', figures: figures.product },
    baseline: { name: 'git rebase and merge', unit: 'landed/s', figures: figures.baseline },
  };
}

function withBranches(template: Place, name: string, branches: number): Place {
  const clone = cloneRepository(template, name);
  for (let number = 1; number <= branches; number++) {
    git(clone, 'switch', '--quiet', '--create', `branch-${number}`, 'main');
    writeFileSync(path.join(clone.cwd, `change-${number}.txt`), `${number}\n`);
    git(clone, 'add', '--all');
    git(clone, 'commit', '--quiet', `--message=Change ${number}`);
  }
  git(clone, 'switch', '--quiet', 'main');
  return clone;
}

/** @returns branches landed a second */
function landing(clone: Place, branches: number, work: () => number): number {
  const before = git(clone, 'rev-parse', 'main');
  const took = work();
  const landed = Number(git(clone, 'rev-list', '--count', `${before}..main`));
  if (landed !== branches) throw new Error(`${landed} of ${branches} branches landed`);
  return (landed * 1_000) / took;
}
