import { type Sha, toSha } from '../task/ids.ts';
import type { Git } from './client.ts';

export interface CommitPaths {
  readonly hash: Sha;
  /** None of a root. */
  readonly parent: Sha | undefined;
  readonly subject: string;
  /** What it changed, against its only parent. */
  readonly paths: readonly string[];
}

/**
 * Commits with the paths that they changed, oldest first; merges are left out.
 * @param range what is looked through: a commit, or `old..new`
 * @param most so many of the newest
 */
export async function listCommitPaths(
  git: Git,
  range: string,
  most: number,
  timeLimit?: number,
): Promise<CommitPaths[]> {
  const args = [
    'log',
    '--no-merges',
    '--date-order',
    '--no-renames',
    '--no-show-signature',
    '--no-ext-diff',
    '--ignore-submodules=none',
    '--encoding=UTF-8',
    '--root',
    '--name-only',
    '-z',
    `--max-count=${most}`,
    '--format=%x01%H%x00%P%x00%s%x00',
    '--end-of-options',
    range,
    '--',
  ];
  const text = await git.read(args, timeLimit === undefined ? {} : { timeLimit });
  return text
    .split('\x01')
    .filter(Boolean)
    .map((record) => {
      const [hash = '', parent = '', subject = '', ...rest] = record.split('\0');
      const paths = rest.map((path) => path.replace(/^\n/, '')).filter(Boolean);
      return { hash: toSha(hash), parent: parent === '' ? undefined : toSha(parent), subject, paths };
    })
    .toReversed();
}
