// From an archive back to a branch, which a person may look at, merge or throw away. No checkout is touched.

import { bringOver } from '../git/own.ts';
import { changeRefs, isBranchName, listRefs, resolveCommit } from '../git/refs.ts';
import { branchRef, shortSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { type Archive, gitAt } from './archives.ts';
import type { Project } from './project.ts';

export interface Restored {
  readonly branch: string;
  /** False when the branch stood at that very commit already. */
  readonly made: boolean;
}

/**
 * @param named the branch that is to be made; otherwise a name is found
 * @throws Problem `branch-exists`, `wrong-branch`
 */
export async function restoreArchive(
  project: Project,
  archive: Archive,
  named: string | undefined,
): Promise<Restored> {
  const { git } = project;
  const branch = named ?? (await freeName(project, archive));
  await refuseName(project, branch);
  const there = await resolveCommit(git, branchRef(branch));
  if (there === archive.commit) return { branch, made: false };
  if (there !== undefined) throw taken(branch, `is at ${shortSha(there)}, and nothing is written over`);
  if (archive.place === 'own') {
    await bringOver(project.repository, [{ name: archive.ref, sha: archive.commit }]);
  }
  const make = { kind: 'update', ref: branchRef(branch), to: archive.commit, from: null } as const;
  const changed = await changeRefs(git, [make], `steroids: restore ${archive.ref}`);
  if (changed.kind === 'stale') throw taken(branch, 'was made just now by somebody else');
  return { branch, made: true };
}

/** `archive/<task>-<reason>`, with the commit where that is another one's name. */
async function freeName(project: Project, archive: Archive): Promise<string> {
  const plain = `archive/${archive.owner}-${archive.reason}`;
  const there = await resolveCommit(project.git, branchRef(plain));
  const free = there === undefined || there === archive.commit;
  return free ? plain : `${plain}-${shortSha(archive.commit)}`;
}

async function refuseName(project: Project, branch: string): Promise<void> {
  const { git } = project;
  // Git's own check takes `@{-1}` for the branch before this one.
  if (branch.includes('@{') || branch === 'HEAD' || !(await isBranchName(git, branch))) {
    throw new Problem('user', 'wrong-branch', `"${branch}" cannot be the name of a branch`, '--branch NAME');
  }
  // Git would make a branch of just that name, which nobody means.
  if (branch.startsWith('refs/'))
    throw new Problem(
      'user',
      'wrong-branch',
      `"${branch}" is the name of a ref, and a branch is wanted`,
      `--branch ${branch.replace(/^refs\/(heads\/)?/, '') || 'NAME'}`,
    );
  const folders = branch.split('/').map((_, at, parts) => parts.slice(0, at).join('/'));
  const above = folders.slice(1).map((name) => branchRef(name));
  const [way] = (await listRefs(git, branchRef(branch), ...above)).filter(
    (ref) => above.includes(ref.name) || ref.name.startsWith(`${branchRef(branch)}/`),
  );
  if (way) throw taken(branch, `cannot be beside the branch "${way.name.replace('refs/heads/', '')}"`);
}

function taken(branch: string, why: string): Problem {
  return new Problem(
    'user',
    'branch-exists',
    `the branch "${branch}" ${why}`,
    'Give another one: --branch NAME',
  );
}

/** Takes an archive away for good. @returns false when it is not there any more as it was */
export async function removeArchive(project: Project, archive: Archive): Promise<boolean> {
  const git = await gitAt(project, archive.place);
  if (!git) return false;
  const change = { kind: 'delete', ref: archive.ref, from: archive.commit } as const;
  return (await changeRefs(git, [change], 'steroids: remove an archive')).kind === 'changed';
}
