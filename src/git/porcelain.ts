// What simple-git reads for us: the states that people look at. The only import of simple-git.

import { GitError, simpleGit } from 'simple-git';
import { type Git, PINS } from './client.ts';

/** Where configuration and settings stand that hold for us, and where git must not look. */
const TOLD = [
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_NO_REPLACE_OBJECTS',
];

function porcelain(git: Git) {
  // simple-git refuses variables that could start a program; none of them matters to what is read here.
  const environment = Object.fromEntries(
    Object.entries(git.environment).filter(
      ([name]) => TOLD.includes(name) || !/^(EDITOR|PAGER|VISUAL|SSH_ASKPASS|PREFIX)$|^GIT_/.test(name),
    ),
  );
  return simpleGit({
    baseDir: git.dir,
    config: [...PINS],
    allowEnvironment: ['GIT_OPTIONAL_LOCKS', ...TOLD],
    unsafe: {
      allowUnsafeHooksPath: true,
      allowUnsafeFsMonitor: true,
      allowUnsafePager: true,
      allowUnsafeConfigPaths: true,
    },
    // By itself it takes exit code 1 without a word on standard error for success.
    errors: (error, result) =>
      result.exitCode === 0 ? error : (error ?? new GitError(undefined, said(result))),
  }).env({ ...environment, GIT_OPTIONAL_LOCKS: '0' });
}

function said(result: { exitCode: number; stdErr: Buffer[]; stdOut: Buffer[] }): string {
  const text = Buffer.concat([...result.stdErr, ...result.stdOut]).toString();
  return text.trim() || `git ended with exit code ${result.exitCode}`;
}

export interface SlotState {
  /** How many files are modified, staged or untracked. */
  readonly changed: number;
  /** Paths that are not as the index has them, untracked and conflicted ones included. */
  readonly unstaged: readonly string[];
  /** Ignored files, and folders (with a slash at the end) of which everything is ignored. */
  readonly ignored: readonly string[];
  /** Untracked files; with a slash at the end, repositories of their own. */
  readonly untracked: readonly string[];
  /** Staged, and not in HEAD. */
  readonly added: readonly string[];
  /** Nobody has marked them as solved. */
  readonly conflicted: readonly string[];
}

export async function readSlotState(git: Git): Promise<SlotState> {
  const status = await porcelain(git).status([
    '--untracked-files=all',
    '--ignored=matching',
    '--no-renames',
    '--ignore-submodules=none',
  ]);
  const pathsOf = (files: typeof status.files) => files.map((file) => file.path);
  return {
    changed: status.files.length,
    unstaged: pathsOf(status.files.filter((file) => file.working_dir !== ' ')),
    ignored: status.ignored ?? [],
    untracked: status.not_added,
    added: pathsOf(status.files.filter((file) => file.index === 'A')),
    conflicted: status.conflicted,
  };
}

export interface DiffSummary {
  readonly files: number;
  readonly insertions: number;
  readonly deletions: number;
}

export async function summarizeDiff(git: Git, from: string, to: string): Promise<DiffSummary> {
  const summary = await porcelain(git).diffSummary(['--no-ext-diff', `${from}..${to}`]);
  return { files: summary.files.length, insertions: summary.insertions, deletions: summary.deletions };
}

/** `[2, 39, 5]` */
export async function gitVersion(git: Git): Promise<readonly [number, number, number]> {
  const version = await porcelain(git).version();
  return [version.major, version.minor, Number(version.patch) || 0];
}
