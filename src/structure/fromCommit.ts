// The tree of a commit, without a checkout of it.

import type { Git } from '../git/client.ts';
import { readFileAt } from '../git/refs.ts';
import { listFiles } from '../git/tree.ts';
import type { Sha } from '../task/ids.ts';
import type { Tree } from './tree.ts';

export async function treeOfCommit(git: Git, commit: Sha): Promise<Tree> {
  const files = await listFiles(git, commit);
  return {
    files,
    async read(path) {
      return path.includes('\n') ? undefined : await readFileAt(git, commit, path);
    },
  };
}
