// Submodules that somebody initialised in a worktree of ours. They go from task to task with nothing in them: git leaves
// their files where they are when the commit they belong to changes, and "all that has changed" would take main's back.

import path from 'node:path';
import { exists, makeFolder, removeOwn } from '../disk/files.ts';
import { TRASH, trash } from '../disk/trash.ts';
import type { Git } from '../git/client.ts';
import { listRefs } from '../git/refs.ts';
import { snapshotFolder } from '../git/snapshot.ts';
import { gitDirOf, listGitlinks } from '../git/worktrees.ts';
import type { Sha } from '../task/ids.ts';
import { archiveRef, archiveSnapshot } from './archive.ts';

/** Archives what only they hold, and leaves their folders empty. */
export async function emptySubmodules(worktree: Git, owner: string): Promise<void> {
  const gitDir = await gitDirOf(worktree);
  // Git makes it with the first submodule that is initialised here.
  if (!(await exists(path.join(gitDir, 'modules')))) return;
  for (const name of await listGitlinks(worktree)) {
    const folder = path.join(worktree.dir, name);
    if (!(await exists(path.join(folder, '.git')))) continue;
    const inside = worktree.at(folder);
    const status = ['status', '--porcelain', '-z', '--untracked-files=all', '--ignore-submodules=none'];
    if ((await inside.read(status)) !== '') {
      const index = path.join(gitDir, 'steroids-submodule-index');
      const message = `What ${owner} left uncommitted in the submodule ${name}\n`;
      await archiveSnapshot(
        worktree,
        owner,
        'submodule',
        await snapshotFolder(worktree, name, index, message),
      );
      await removeOwn(index);
    }
    await keepCommits(worktree, inside, owner);
    await trash(folder, path.join(path.dirname(worktree.dir), TRASH));
    await makeFolder(folder);
  }
}

/** Commits that no remote of the submodule has are brought into the repository, under refs of ours. */
async function keepCommits(worktree: Git, inside: Git, owner: string): Promise<void> {
  const head = await inside.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const tips = await listRefs(inside, 'refs/heads');
  if (head.code === 0) tips.push({ name: 'HEAD', sha: head.stdout.trim() as Sha });
  for (const { name, sha } of tips) {
    const missing = await inside.read(['rev-list', '--max-count=1', sha, '--not', '--remotes']);
    if (missing === '') continue;
    const kept = `+${name}:${archiveRef(owner, 'submodule', sha)}`;
    const quiet = [
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-recurse-submodules',
      '--no-auto-gc',
    ];
    await worktree.read(['-c', 'protocol.file.allow=always', 'fetch', ...quiet, '--', inside.dir, kept]);
  }
}
