// What the post-commit hook adds to a commit: it runs in every commit that a coder makes, so it is plain shell.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findRepository } from '../src/git/repository.ts';
import { hookEnvironment, installHooks } from '../src/hooks/install.ts';
import { differenceOf, inTurn, type Place, timeProgram } from './measure.ts';
import type { Options } from './options.ts';
import { git, inTemporaryFolder, makeRepository } from './place.ts';
import type { Report } from './report.ts';

const ALLOWED_MS = 5;

export async function measure(options: Options): Promise<Report> {
  const files = options.number('files', 2_000);
  const rounds = options.number('rounds', 100);
  const comparison = await inTemporaryFolder((place) => compare(place, files, rounds));
  return { benchmark: 'commit-hook', settings: { files, rounds }, comparisons: [comparison] };
}

async function compare(place: Place, files: number, rounds: number) {
  const home = makeRepository(place, 'repository', files);
  // Where coders commit: a linked worktree, whose git directory the hook has to follow to the common one.
  const worktree = { ...home, cwd: path.join(place.cwd, 'worktree') };
  git(home, 'worktree', 'add', '--quiet', '-b', 'task', worktree.cwd);
  const spool = path.join(place.cwd, 'spool');
  const hooks = await installHooks(
    await findRepository(home.cwd, home.environment),
    path.join(place.cwd, 'hooks'),
  );
  const hooked = { ...worktree, environment: { ...worktree.environment, ...hookEnvironment(hooks, spool) } };
  let number = 0;
  const commit = (where: Place) => () => {
    number++;
    writeFileSync(path.join(worktree.cwd, 'changed.txt'), `${number}\n`);
    git(worktree, 'add', 'changed.txt');
    return timeProgram(where, 'git', ['commit', '--quiet', '--message=Change']);
  };
  const figures = await inTurn(rounds, { with: commit(hooked), without: commit(worktree) });
  const told = readFileSync(spool, 'utf8').trim().split('\n').length;
  if (told !== rounds) throw new Error(`the hook told of ${told} of ${rounds} commits`);
  const added = differenceOf(figures.with, figures.without).median;
  return {
    what: `a commit in a linked worktree of ${files} files`,
    product: { name: 'with our hooks', unit: 'ms', figures: figures.with },
    baseline: { name: 'without', unit: 'ms', figures: figures.without },
    target: { sentence: `adds at most ${ALLOWED_MS} ms`, met: added <= ALLOWED_MS },
  };
}
