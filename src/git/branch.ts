import { removeOwn } from '../disk/files.ts';
import { branchRef, toSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Git } from './client.ts';
import { changeRefs, resolveCommit, writeBlob } from './refs.ts';

/**
 * Commits one file on a branch that is checked out nowhere.
 * @param index where a temporary index may be written
 */
export async function commitOnBranch(
  git: Git,
  branch: string,
  change: { readonly file: string; readonly text: string; readonly message: string },
  index: string,
): Promise<void> {
  const ref = branchRef(branch);
  const base = await resolveCommit(git, ref);
  if (base === undefined) throw new Problem('user', 'main-missing', `there is no branch "${branch}"`);
  const using = { with: { GIT_INDEX_FILE: index } };
  try {
    await git.read(['read-tree', base], using);
    const entry = `100644,${await writeBlob(git, change.text)},${change.file}`;
    await git.read(['update-index', '--add', '--cacheinfo', entry], using);
    const tree = await git.read(['write-tree'], using);
    const commit = toSha(await git.read(['commit-tree', tree, '-p', base, '-m', change.message]));
    const moved = await changeRefs(
      git,
      [{ kind: 'update', ref, to: commit, from: base }],
      `commit: ${change.message}`,
    );
    if (moved.kind === 'stale') throw new Problem('environment', 'branch-moved', moved.said);
  } finally {
    await removeOwn(index);
  }
}
