// Our own git directory: our configuration and no hooks, over the user's objects. What a coder plants in the shared
// configuration, hooks or attributes never runs for us there.

import path from 'node:path';
import { exists, keepFile, makeFolder, writeFileAtomically } from '../disk/files.ts';
import type { Git } from './client.ts';
import { changeRefs, type Ref, readFileAt } from './refs.ts';
import type { Repository } from './repository.ts';

export function ownGitDir(commonDir: string): string {
  return path.join(commonDir, 'steroids', 'git');
}

/** Makes the directory where it is missing, and points it at the objects where the repository has moved. */
export async function prepareOwnGit(repository: Repository): Promise<void> {
  const dir = ownGitDir(repository.commonDir);
  await makeBare(repository, dir);
  const alternates = path.join(dir, 'objects', 'info', 'alternates');
  const objects = `${path.join(repository.commonDir, 'objects')}\n`;
  await keepFile(alternates, objects);
}

/**
 * The one that a remote is fetched into. Git looks at every ref and worktree of where it fetches, and what checks and
 * reviewers leave in worktrees of the other one has objects that the user's repository has not.
 */
export async function prepareRemoteGit(repository: Repository): Promise<string> {
  const dir = path.join(repository.commonDir, 'steroids', 'remote');
  await makeBare(repository, dir);
  return dir;
}

async function makeBare({ git, objectFormat }: Repository, dir: string): Promise<void> {
  if (await exists(path.join(dir, 'HEAD'))) return;
  await makeFolder(dir);
  await git.read(['init', '--quiet', '--bare', '--template=', `--object-format=${objectFormat}`, dir]);
}

/**
 * For replaying: reads and writes the user's objects, knows nobody's configuration, so that the same input gives the
 * same commit on every machine.
 */
export async function openOwnGit(repository: Repository): Promise<Git> {
  const shallow = path.join(repository.commonDir, 'shallow');
  const dir = ownGitDir(repository.commonDir);
  return repository.git.at(dir, {
    GIT_DIR: dir,
    GIT_OBJECT_DIRECTORY: path.join(repository.commonDir, 'objects'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...((await exists(shallow)) ? { GIT_SHALLOW_FILE: shallow } : {}),
  });
}

/** For worktrees of our own: verification and review. The user's global configuration (LFS filters) is in force. */
export function openOwnWorktree(git: Git, folder: string): Git {
  return git.at(folder);
}

/**
 * A merge without a checkout reads no .gitattributes: `merge=union` of main's own one is given to it in a file.
 * Drivers that need a program are not defined here, so they merge as text.
 * @returns the file, whose name says what is in it; undefined when main has none
 */
export async function attributesOf(own: Git, commit: string): Promise<string | undefined> {
  const text = await readFileAt(own, commit, '.gitattributes');
  if (text === undefined) return undefined;
  const { createHash } = await import('node:crypto'); // not at every start
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const file = path.join(own.dir, 'attributes', digest);
  if (!(await exists(file))) await writeFileAtomically(file, text);
  return file;
}

/** Moves refs of our own git directory, with the objects that they name, into the user's repository. */
export async function bringOver(repository: Repository, refs: readonly Ref[]): Promise<void> {
  const dir = ownGitDir(repository.commonDir);
  const settings = ['protocol.file.allow=always', 'fetch.prune=false', 'fetch.pruneTags=false'];
  const pinned = settings.flatMap((setting) => ['-c', setting]);
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-gc'];
  const args = [...pinned, 'fetch', ...quiet, '--stdin', '--', dir];
  await repository.git.read(args, { input: refs.map(({ name }) => `${name}:${name}\n`).join('') });
  const moved = refs.map(({ name, sha }) => ({ kind: 'delete', ref: name, from: sha }) as const);
  await changeRefs(openOwnWorktree(repository.git, dir), moved, 'steroids: in the repository now');
}
