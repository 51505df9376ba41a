// What stands in a worktree when whoever worked there has ended, coder or person: is it the branch's, and is it whole?

import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from '../git/client.ts';
import { listLog } from '../git/commits.ts';
import { placesOf } from '../git/names.ts';
import type { SlotState } from '../git/porcelain.ts';
import { changeRefs, isAncestor, resolveCommit } from '../git/refs.ts';
import { commitFiles, currentBranch, detachHead, identityVariables } from '../git/worktrees.ts';
import type { Layout } from '../task/attempt.ts';
import { type BranchName, branchRef, type Sha, shortSha } from '../task/ids.ts';
import { abandonOperation } from '../worktree/strays.ts';

export interface Place {
  /** The repository that the worktree belongs to: a coder cannot take it away so easily. */
  readonly repository: Git;
  readonly worktree: Git;
  readonly branch: BranchName;
  /** Name of the branch that the task lands on. */
  readonly main: string;
  /** Where the work began. */
  readonly head: Sha;
  readonly layout: Layout | null;
  readonly title: string;
  /** `Name <email>` for what is committed on somebody's behalf. */
  readonly identity: string;
}

/** The branch's head and its commits, as git tells them. */
export async function outcomeOf({
  repository,
  branch,
  main,
  head: begun,
}: Pick<Place, 'repository' | 'branch' | 'main' | 'head'>) {
  const head = (await resolveCommit(repository, branchRef(branch))) ?? begun;
  return { head, commits: await listLog(repository, [`${branchRef(main)}..${head}`]) };
}

/**
 * Who committed on a detached HEAD, on top of where the branch is, meant the branch.
 * @param who `coder "default"`
 * @returns a sentence when the work is somewhere else
 */
export async function returnToBranch(coding: Place, who: string): Promise<string | undefined> {
  const branch = await currentBranch(coding.worktree);
  if (branch === coding.branch) return undefined;
  const head = await resolveCommit(coding.worktree, 'HEAD');
  const ref = branchRef(coding.branch);
  const tip = await resolveCommit(coding.worktree, ref);
  if (
    branch !== undefined ||
    head === undefined ||
    !(await isAncestor(coding.worktree, tip ?? coding.head, head))
  ) {
    return `${who} left the branch ${coding.branch} for ${branch ?? `the commit ${shortSha(head ?? '?')}`}`;
  }
  const change = { kind: 'update', ref, to: head, from: tip ?? null } as const;
  const moved = await changeRefs(coding.worktree, [change], 'steroids: it was committed on a detached HEAD');
  if (moved.kind === 'stale') return `the branch ${coding.branch} moved meanwhile: ${moved.said}`;
  await coding.worktree.read(['symbolic-ref', 'HEAD', ref]);
  return undefined;
}

export async function filesWithMarkers(coding: Place, state: SlotState): Promise<string[]> {
  const left: string[] = [];
  const laid = coding.layout?.conflict?.files ?? [];
  for (const file of new Set([...laid, ...state.conflicted])) {
    for (const place of await placesOf(coding.worktree, [file], ['--cached', '--others'])) {
      const text = await readFile(place, 'latin1').catch(() => ''); // deleted: solved
      if (/^<{7,} /m.test(text) && /^>{7,} /m.test(text)) left.push(file);
    }
  }
  return left;
}

export async function commitLeftovers(coding: Place, state: SlotState): Promise<void> {
  if (state.changed === 0) return;
  const conflict = coding.layout?.conflict;
  const except = await notForACommit(coding.worktree, state);
  await commitFiles(coding.worktree, {
    files: state.unstaged.filter((file) => !except.includes(file)),
    except,
    message: conflict?.message ?? `${coding.title}\n`,
    identity: identityVariables(conflict?.author ?? coding.identity),
  });
}

/**
 * New files that nobody means to commit: `.gitignore`'s `node_modules/` does not match a link of that name, and of a
 * repository inside the worktree git would commit only a name that nobody else can resolve.
 */
async function notForACommit(worktree: Git, { untracked, added }: SlotState): Promise<string[]> {
  const named = [...untracked, ...added].filter((file) => path.basename(file) === 'node_modules');
  const stats = await Promise.all(
    named.map((file) => lstat(path.join(worktree.dir, file)).catch(() => undefined)),
  );
  const links = named.filter((_, index) => stats[index]?.isSymbolicLink());
  return [...links, ...untracked.filter((file) => file.endsWith('/'))];
}

/** Takes the worktree off the task's branch, so that the branch can move and be deleted. */
export async function leaveBranch(worktree: Git, branch: BranchName): Promise<void> {
  const owner = /\/task-(\w+)$/.exec(branch)?.[1] ?? path.basename(worktree.dir);
  await abandonOperation(worktree, { owner });
  if ((await currentBranch(worktree)) !== branch) return;
  const head = await resolveCommit(worktree, 'HEAD');
  if (head !== undefined) await detachHead(worktree, head);
}
