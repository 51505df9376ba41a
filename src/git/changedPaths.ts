import type { Sha } from '../task/ids.ts';
import type { Git } from './client.ts';
import { mergeBase } from './refs.ts';

const DIFF = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--ignore-submodules=none'];

/** Paths in which two commits differ. */
export async function pathsBetween(own: Git, one: Sha, other: Sha): Promise<string[]> {
  return (await own.read([...DIFF, one, other])).split('\0').filter(Boolean);
}

/**
 * Paths that a branch changed since it left main and that match one of the globs (`**` for any folders, `*` within one; a
 * folder's name means all that is in it); without globs all that it changed.
 */
export async function changedPaths(
  own: Git,
  main: Sha,
  head: Sha,
  globs: readonly string[] = ['**'],
): Promise<string[]> {
  if (globs.length === 0) return [];
  const where = ['--', ...globs.map((glob) => `:(top,glob)${glob}`)];
  const asked = await own.run([...DIFF, '--merge-base', main, head, ...where]);
  // It refuses where there are several merge bases, or none.
  const base = asked.code === 0 ? undefined : ((await mergeBase(own, main, head)) ?? main);
  const text = base === undefined ? asked.stdout : await own.read([...DIFF, base, head, ...where]);
  return text.split('\0').filter(Boolean);
}

/** A minute: what a coder is at may hold git for ever (a pipe in the place of its .gitignore). */
const LOOK_MS = 60_000;

/** Paths that a worktree has otherwise than `base`, committed or not, without what is ignored. Takes no lock in it. */
export async function changedInWorktree(worktree: Git, base: Sha): Promise<string[]> {
  const uncommitted = ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames'];
  const options = ['--no-optional-locks', ...uncommitted, '--ignore-submodules=all'];
  const status = await worktree.read(options, { timeLimit: LOOK_MS });
  const committed = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--ignore-submodules=all'];
  const commits = await worktree.read([...committed, base, 'HEAD']);
  const records = status.split('\0').map((record) => record.slice(3));
  return [...new Set([...records, ...commits.split('\0')])].filter(Boolean);
}
