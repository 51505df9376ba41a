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
    '--format=%x00%H%x00%P%x00%s%x00',
    '--end-of-options',
    range,
    '--',
  ];
  const text = await git.read(args, timeLimit === undefined ? {} : { timeLimit });
  return parse(text.split('\0')).toReversed();
}

/**
 * An empty word, hash, parents, subject, an empty word, paths, and so on: no path is empty, while each may hold whatever else
 * would part the commits.
 */
function parse(words: readonly string[]): CommitPaths[] {
  const commits: CommitPaths[] = [];
  for (let at = 1; at + 2 < words.length; ) {
    const [hash = '', parent = '', subject = ''] = words.slice(at, at + 3);
    const end = words.indexOf('', at + 4);
    const [first, ...rest] = words.slice(at + 4, end < 0 ? words.length : end);
    const paths = first === undefined ? [] : [first.replace(/^\n/, ''), ...rest];
    commits.push({
      hash: toSha(hash),
      parent: parent === '' ? undefined : toSha(parent),
      subject,
      paths,
    });
    if (end < 0) break;
    at = end + 1;
  }
  return commits;
}
