import { Problem } from '../task/problem.ts';
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
 * @throws Problem `not-a-repository`, `git-missing`
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
      '--show-object-format',
      '--is-bare-repository',
      '--show-toplevel', // the last: it fails in a bare repository, when the others are answered
    ])
    .catch((error: Error) => {
      throw new Problem('environment', 'git-missing', error.message, 'Install git 2.38 or newer.');
    });
  const [commonDir = '', objectFormat = 'sha1', bare, checkout] = asked.stdout.trim().split('\n');
  if (asked.code !== 0 && bare !== 'true') {
    const said = asked.stderr.trim().replace(/^fatal: /, '');
    throw new Problem(
      'user',
      'not-a-repository',
      `${cwd} is not inside a git repository (${said})`,
      'Go into a repository, or make one with: git init',
    );
  }
  const topLevel = bare === 'true' ? undefined : checkout;
  const git = openGit(topLevel ?? commonDir, environment, {}, journalOf(commonDir));
  const home = commonDir.replace(/\/\.git$/, ''); // as git itself names its main worktree
  return { commonDir, topLevel, home, objectFormat, git };
}
