// A project: one repository, its store, and where things are. Opened by every command.

import path from 'node:path';
import type { Git } from '../git/client.ts';
import { frozenDir } from '../git/frozen.ts';
import { openOwnGit, openOwnWorktree, ownGitDir } from '../git/own.ts';
import { resolveCommit } from '../git/refs.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import type { ProcessIdentity } from '../process/identity.ts';
import { killStoppedHolders } from '../process/lockHolder.ts';
import { makePipe } from '../process/pipe.ts';
import { type Heart, makeHeart } from '../store/heartbeat.ts';
import { getMeta } from '../store/meta.ts';
import { openStore, type Store } from '../store/open.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';

/** What the composition root hands in: nothing below it reads the process's own surroundings. */
export interface Host {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds that this machine was awake, since whenever. */
  readonly elapsed: () => number;
  readonly identify: () => ProcessIdentity;
  /** This program, for starting it again: `[node, bin/steroids.js]`. */
  readonly self: readonly string[];
}

export interface Folders {
  /** `<common dir>/steroids` */
  readonly base: string;
  readonly logs: string;
  readonly spool: string;
  readonly hooks: string;
}

/** What there is of a project without its store. */
export interface Grounds {
  readonly host: Host;
  readonly repository: Repository;
  /** The user's repository. */
  readonly git: Git;
  readonly folders: Folders;
  /** The branch that tasks land on. */
  readonly main: string;
  /** Our own git directory, opened when it is first needed. */
  own(): Promise<Git>;
  /** What the worktrees of the queue and of reviewers belong to. */
  readonly ownWorktrees: Git;
}

export interface Project extends Grounds {
  readonly store: Store;
  /** Renews what this process holds. */
  readonly heart: Heart;
  close(): Promise<void>;
}

export function foldersOf(repository: Pick<Repository, 'commonDir'>): Folders {
  const base = path.join(repository.commonDir, 'steroids');
  return {
    base,
    logs: path.join(base, 'logs'),
    spool: path.join(base, 'spool'),
    hooks: path.join(base, 'hooks'),
  };
}

export const storeFile = (folders: Folders) => path.join(folders.base, 'steroids.db');

/**
 * @param finding the repository around the host's folder, where it is being looked for already
 * @throws Problem `not-a-repository`, `no-store`, `repository-moved`, and those of the store
 */
export async function openProject(
  host: Host,
  finding: Promise<Repository> = findRepository(host.cwd, host.environment),
): Promise<Project> {
  const repository = await finding;
  const folders = foldersOf(repository);
  const file = storeFile(folders);
  const unblock = () => void killStoppedHolders(`${file}-shm`);
  const store = await openStore({ ...host, file, unblock, makePipe });
  try {
    const where = await getMeta(store.db, 'repository');
    if (where !== undefined && where !== repository.commonDir) {
      throw new Problem(
        'user',
        'repository-moved',
        `this repository was at ${where} when steroids was set up, and is at ${repository.commonDir} now`,
        'Run `steroids init` here: it takes the new place over and keeps all tasks, or says what to do if this is a copy.',
      );
    }
    const main = (await getMeta(store.db, 'main')) ?? 'main';
    const heart = makeHeart(file);
    const close = async () => {
      await heart.stop();
      await store.close();
    };
    return { ...groundsOf(host, repository, main), store, heart, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

export function groundsOf(host: Host, repository: Repository, main: string): Grounds {
  let own: Promise<Git> | undefined;
  return {
    host,
    repository,
    git: { ...repository.git, frozen: frozenDir(repository.commonDir) },
    folders: foldersOf(repository),
    main,
    own() {
      own ??= openOwnGit(repository);
      return own;
    },
    ownWorktrees: openOwnWorktree(repository.git, ownGitDir(repository.commonDir)),
  };
}

/** Today's main. @throws Problem `main-missing` */
export async function readMain(project: Grounds): Promise<Sha> {
  const main = await resolveCommit(project.git, branchRef(project.main));
  if (main === undefined) {
    throw new Problem(
      'user',
      'main-missing',
      `the branch "${project.main}" that tasks land on does not exist (was it renamed or deleted?)`,
      'Say which branch it is now: steroids init --main NAME',
    );
  }
  return main;
}
