// The remote that main is shared through. Fetched and pushed from a git directory of our own, with the transport settings
// that the repository had before any coder of this run could change them: some of those name programs.

import path from 'node:path';
import { exists } from '../disk/files.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { prepareRemoteGit } from './own.ts';
import { changeRefs, resolveCommit } from './refs.ts';
import type { Repository } from './repository.ts';

export interface Remote {
  readonly name: string;
  readonly fetchUrl: string;
  readonly pushUrl: string;
  /** Bound to a git directory of our own, over the user's objects. */
  readonly git: Git;
}

/** A connection that hangs is one that failed. Milliseconds. */
const PATIENCE_MS = 120_000;

/** Credentials and routes, as the repository's own configuration has them (the user's is read anyway). */
const TRANSPORT = '^(http|credential|ssh)\\.|^core\\.(sshcommand|askpass|gitproxy)$';

/** @returns undefined when the repository has no remote of that name */
export async function openRemote(repository: Repository, name: string): Promise<Remote | undefined> {
  const { git } = repository;
  const fetchUrl = await git.run(['remote', 'get-url', '--', name]);
  const pushUrl = await git.run(['remote', 'get-url', '--push', '--', name]);
  if (fetchUrl.code !== 0 || pushUrl.code !== 0) return undefined;
  const told = await git.run(['config', '--local', '--includes', '--null', '--get-regexp', TRANSPORT]);
  const settings = told.stdout.split('\0').filter(Boolean);
  const given = settings.flatMap((setting, at) => {
    const [key = '', ...value] = setting.split('\n');
    return [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value.join('\n')],
    ];
  });
  const dir = await prepareRemoteGit(repository);
  const shallow = path.join(repository.commonDir, 'shallow');
  return {
    name,
    fetchUrl: resolved(repository, fetchUrl.stdout.trim()),
    pushUrl: resolved(repository, pushUrl.stdout.trim()),
    git: git.at(dir, {
      GIT_DIR: dir,
      GIT_OBJECT_DIRECTORY: path.join(repository.commonDir, 'objects'),
      ...((await exists(shallow)) ? { GIT_SHALLOW_FILE: shallow } : {}),
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(given),
    }),
  };
}

/** A path is meant from the repository's root. */
function resolved(repository: Repository, url: string): string {
  const isPath = /^\.{1,2}(\/|$)/.test(url);
  return isPath ? path.resolve(repository.home, url) : url;
}

export type Fetched =
  | { readonly kind: 'fetched'; readonly at: Sha }
  /** The remote has no such branch. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string };

/** @param here where the branch is in this repository: what the remote need not send */
export async function fetchBranch(remote: Remote, branch: string, here: Sha): Promise<Fetched> {
  const { git } = remote;
  const ref = branchRef(branch);
  await changeRefs(git, [{ kind: 'update', ref, to: here }], 'steroids: known here');
  const there = `refs/remotes/${remote.name}/${branch}`;
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-auto-gc'];
  const args = ['fetch', ...quiet, '--', remote.fetchUrl, `+${ref}:${there}`];
  const answer = await git.run(args, { timeLimit: PATIENCE_MS }).catch(orFailure);
  if (answer.code !== 0) {
    return /couldn't find remote ref/.test(answer.stderr)
      ? { kind: 'missing' }
      : { kind: 'failed', reason: lastWords(answer.stderr) };
  }
  const at = await resolveCommit(git, there);
  return at === undefined ? { kind: 'missing' } : { kind: 'fetched', at };
}

export type Pushed =
  | { readonly kind: 'pushed' }
  /** The remote's branch is not where it was. */
  | { readonly kind: 'stale'; readonly said: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Moves the remote's branch from one commit to another, or not at all.
 * @param from an ancestor of `to`: the lease alone would permit any move
 */
export async function pushBranch(remote: Remote, branch: string, from: Sha, to: Sha): Promise<Pushed> {
  const ref = branchRef(branch);
  const plain = ['--porcelain', '--atomic', '--no-verify', '--no-follow-tags', '--recurse-submodules=no'];
  // `push.gpgSign` would sign with a key that may ask for its password, and most servers refuse it.
  const args = [
    'push',
    ...plain,
    '--no-signed',
    `--force-with-lease=${ref}:${from}`,
    '--',
    remote.pushUrl,
    `${to}:${ref}`,
  ];
  const answer = await remote.git.run(args, { timeLimit: PATIENCE_MS }).catch(orFailure);
  if (answer.code === 0) return { kind: 'pushed' };
  // It may have arrived before the connection broke; and who else moved the branch is told in many ways.
  const now = await fetchBranch(remote, branch, from);
  if (now.kind === 'fetched' && now.at === to) return { kind: 'pushed' };
  if (now.kind === 'fetched' && now.at !== from)
    return { kind: 'stale', said: `${branch} on ${remote.name} has moved` };
  const said = [rejection(answer.stdout) ?? '', lastWords(answer.stderr)].filter(Boolean);
  return { kind: 'refused', reason: said.join(': ') || 'git said nothing' };
}

/** `!\t<from>:<to>\t[remote rejected] (protected branch hook declined)` */
function rejection(porcelain: string): string | undefined {
  return /^!\t[^\t]*\t(.*)$/m.exec(porcelain)?.[1];
}

function orFailure(error: unknown) {
  return { code: -1, stdout: '', stderr: error instanceof Error ? error.message : String(error) };
}

/** What git, or the server behind it, said last. */
function lastWords(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^(remote|fatal|error): */, '').trim())
    .filter(
      (line) => !/^$|^(Please make sure|and the repository exists|failed to push some refs)/.test(line),
    );
  return lines.slice(-3).join(' · ');
}
