import path from 'node:path';
import { exists } from '../disk/files.ts';
import { Problem } from '../task/problem.ts';
import { shellQuoted } from '../task/shell.ts';
import { type Git, openGit } from './client.ts';
import { journalOf } from './journal.ts';

export interface Repository {
  /** Absolute, links resolved: shared by all worktrees. */
  readonly commonDir: string;
  /** The checkout that the command was started in; undefined in a bare repository. */
  readonly topLevel: string | undefined;
  /** The first worktree (the bare repository itself, when it is one). */
  readonly home: string;
  /** `sha1` or `sha256` */
  readonly objectFormat: string;
  /** Bound to a folder of the user's repository. */
  readonly git: Git;
}

/**
 * @param cwd any folder of a checkout, linked worktrees included
 * @throws Problem `not-a-repository`, `repository-unreadable`, `git-dir-elsewhere`, `bare-with-checkout`, `git-missing`
 */
export async function findRepository(
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Repository> {
  const here = openGit(cwd, environment);
  const asked = await here
    .run([
      'rev-parse',
      '--path-format=absolute',
      '--git-common-dir',
      '--git-dir',
      '--show-object-format',
      '--is-bare-repository',
      '--show-toplevel', // the last: it fails in a bare repository, when the others are answered
    ])
    .catch((error: Error) => {
      throw new Problem('environment', 'git-missing', error.message, 'Install git 2.38 or newer.');
    });
  const lines = asked.stdout.replace(/\n$/, '').split('\n');
  const [commonDir = '', gitDir, objectFormat = 'sha1', bare, checkout] = lines;
  if (lines.length > 5)
    throw new Problem('user', 'line-break-in-path', `${cwd} has a line break in its path`);
  if (asked.code !== 0 && bare !== 'true') throw notFound(cwd, asked.stderr);
  if (bare === 'true' && (await exists(path.join(commonDir, 'index')))) throw bareByMistake(commonDir);
  const topLevel = bare === 'true' ? undefined : checkout;
  const git = openGit(topLevel ?? commonDir, environment, {}, journalOf(commonDir));
  const home = commonDir.replace(/\/\.git$/, ''); // as git itself names its main worktree
  if (topLevel !== undefined && gitDir === commonDir && topLevel !== home)
    throw elsewhere(topLevel, commonDir);
  return { commonDir, topLevel, home, objectFormat, git };
}

function notFound(cwd: string, stderr: string): Problem {
  const [said = ''] = stderr
    .replace(/^fatal: /, '')
    .trim()
    .replaceAll(/\s+/g, ' ')
    .split(/ To add an exception/, 1);
  if (/not a git repository|must be run in a work tree/.test(said)) {
    const sentence = `${cwd} is not inside a git repository (${said})`;
    return new Problem(
      'user',
      'not-a-repository',
      sentence,
      'Go into a repository, or make one with: git init',
    );
  }
  const untrusted = /dubious ownership in repository at '(.+?)'( |$)/.exec(said)?.[1];
  return new Problem(
    'environment',
    'repository-unreadable',
    `git does not work in the repository around ${cwd}: ${said}`,
    untrusted &&
      `If you trust whom it belongs to: git config --global --add safe.directory ${shellQuoted(untrusted)}`,
  );
}

/** Landings would pass the files of that checkout by, and show in it as reversions later. */
function bareByMistake(gitDir: string): Problem {
  return new Problem(
    'user',
    'bare-with-checkout',
    `${gitDir} is marked as bare (core.bare) and has an index, so it once had a checkout`,
    `If it still has one: git --git-dir ${shellQuoted(gitDir)} config core.bare false. If not, delete ${path.join(gitDir, 'index')}.`,
  );
}

/** Git itself then names the git directory as its main worktree, and there a landing would move files. */
function elsewhere(topLevel: string, gitDir: string): Problem {
  return new Problem(
    'user',
    'git-dir-elsewhere',
    `${topLevel} has its git directory elsewhere, at ${gitDir} (a submodule, a link, --separate-git-dir or core.worktree), which is not supported`,
    'Work in a plain clone of it: git clone, and then steroids init there.',
  );
}
