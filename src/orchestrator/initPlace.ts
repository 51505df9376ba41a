// Where a repository is set up: the branch that tasks land on, and the checkout that files are written into.

import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../config/parse.ts';
import { exists, readFileIfThere } from '../disk/files.ts';
import { isBranchName, listRefs, resolveCommit } from '../git/refs.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { currentBranch, listWorktrees } from '../git/worktrees.ts';
import { getMeta } from '../store/meta.ts';
import { openStore } from '../store/open.ts';
import { branchRef } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { type Folders, foldersOf, type Host, storeFile } from './project.ts';

/** What is known before anything is written. */
export interface Ground {
  readonly repository: Repository;
  readonly folders: Folders;
  readonly main: string;
  /** Undefined where nothing is checked out. */
  readonly place: Place | undefined;
  /** There is no store yet. */
  readonly fresh: boolean;
}

/**
 * Changes nothing.
 * @param named the branch that a person has named
 * @throws Problem `not-a-repository`, `no-commits`, `detached-head`, `main-missing`
 */
export async function findGround(host: Host, named: string | undefined): Promise<Ground> {
  const repository = await findRepository(host.cwd, host.environment);
  const folders = foldersOf(repository);
  const file = storeFile(folders);
  const fresh = !(await exists(file));
  const known = fresh ? undefined : await knownMain(host, file);
  const main = await chooseMain(repository, named ?? known ?? (await writtenMain(repository)));
  return { repository, folders, main, place: await configPlace(repository, main), fresh };
}

async function knownMain(host: Host, file: string): Promise<string | undefined> {
  // A file that an earlier call was killed over may have nothing in it yet.
  const store = await openStore({ ...host, file, create: true });
  try {
    return await getMeta(store.db, 'main');
  } finally {
    await store.close();
  }
}

/** What a configuration that came with the clone says. */
async function writtenMain({ topLevel }: Repository): Promise<string | undefined> {
  const text = topLevel && (await readFileIfThere(path.join(topLevel, CONFIG_FILE)));
  return text === undefined ? undefined : parseConfig(text, CONFIG_FILE).config.main;
}

/** The branch that was named, that the clone's origin has as its HEAD, that is usual, or that is checked out. */
async function chooseMain(repository: Repository, named: string | undefined): Promise<string> {
  const { git } = repository;
  const here = await currentBranch(git);
  if ((await listRefs(git, '--count=1')).length === 0) {
    throw new Problem(
      'user',
      'no-commits',
      `the repository ${repository.home} has no commits yet`,
      'Make a first commit, then run `steroids init` again.',
    );
  }
  if (named !== undefined) {
    if ((await isBranchName(git, named)) && (await resolveCommit(git, branchRef(named))) !== undefined)
      return named;
    throw new Problem(
      'user',
      'main-missing',
      `there is no branch "${named}"`,
      'Name the branch that tasks are to land on: steroids init --main NAME',
    );
  }
  if (here === undefined && repository.topLevel !== undefined) {
    throw new Problem(
      'user',
      'detached-head',
      'HEAD is detached, so it does not say which branch tasks are to land on',
      'Check out your main branch, or name it: steroids init --main NAME',
    );
  }
  const origin = await git.run(['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  const usual = [origin.stdout.trim().replace(/^origin\//, ''), 'main', 'master', here ?? ''];
  for (const name of usual.filter(Boolean)) {
    if ((await resolveCommit(git, branchRef(name))) !== undefined) return name;
  }
  throw new Problem(
    'user',
    'no-commits',
    `the branch "${here}" has no commits yet`,
    'Make a first commit, then run `steroids init` again.',
  );
}

export interface Place {
  /** The checkout that the configuration is written into. */
  readonly folder: string;
  readonly file: string;
  /** The branch that is checked out there. */
  readonly branch: string | undefined;
}

/** The checkout of main, when there is one: that is where it has to be committed. Undefined where nothing is checked out. */
async function configPlace(repository: Repository, main: string): Promise<Place | undefined> {
  const worktrees = await listWorktrees(repository.git);
  const onMain = worktrees.find((worktree) => worktree.branch === branchRef(main));
  const folder = onMain?.path ?? repository.topLevel;
  if (folder === undefined) return undefined;
  const branch = onMain
    ? main
    : worktrees.find((worktree) => worktree.path === folder)?.branch?.replace('refs/heads/', '');
  return { folder, file: path.join(folder, CONFIG_FILE), branch };
}

export function nowhereToWrite(repository: Repository, main: string): Problem {
  return new Problem(
    'user',
    'bare-repository',
    `${repository.commonDir} is bare and "${main}" is checked out nowhere, so there is no place to write ${CONFIG_FILE}`,
    `steroids init --commit writes it straight into "${main}"; or: git worktree add ../${main} ${main}, and init there.`,
  );
}

export async function checkCommitPlace(place: Place, main: string): Promise<void> {
  if (place.branch === main) return;
  throw new Problem(
    'user',
    'main-not-checked-out',
    `"${main}" is not checked out anywhere, so nothing can be committed on it`,
    `git switch ${main}, then run \`steroids init --commit\` again.`,
  );
}
