import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';

/**
 * Which of many commits are not below `tip`, in two calls of git however many they are. One that git does not have at all
 * is not below it.
 */
export async function notBelow(git: Git, commits: readonly Sha[], tip: Sha): Promise<Set<Sha>> {
  if (commits.length === 0) return new Set();
  const known = await list(git, commits, ['--no-walk=unsorted']);
  const outside = await list(git, [...commits, `^${tip}`], []);
  return new Set(commits.filter((commit) => !known.has(commit) || outside.has(commit)));
}

async function list(git: Git, revisions: readonly string[], how: readonly string[]): Promise<Set<string>> {
  const input = revisions.map((revision) => `${revision}\n`).join('');
  const text = await git.read(['rev-list', '--ignore-missing', ...how, '--stdin'], { input });
  return new Set(text.split('\n').filter(Boolean));
}
