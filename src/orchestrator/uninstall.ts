// Taking steroids out of a repository: first what would go, then its going. The user's branches, main and
// configuration file stay.

import { removeOwn } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { bringOver } from '../git/own.ts';
import { changeRefs, isAncestor, listRefs, type Ref, resolveCommit } from '../git/refs.ts';
import { countCommitsEach } from '../git/survey.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { listRunners } from '../store/runners.ts';
import { listSlots, type Slot } from '../store/slots.ts';
import { listTasks } from '../store/tasks.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { ENDED } from '../task/status.ts';
import { ARCHIVE } from '../worktree/archive.ts';
import { isRepositorySlot } from '../worktree/layout.ts';
import { retireSlot } from '../worktree/slot.ts';
import { gitAt } from './archives.ts';
import { leaseMs } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import { type Project, readMain } from './project.ts';
import { findDeadRunners, reapRunners } from './recovery.ts';
import { endLeft } from './slotHolders.ts';
import { releaseAbandoned } from './takeOver.ts';

export interface Survey {
  readonly slots: readonly Slot[];
  /** `refs/steroids/…` */
  readonly refs: readonly Ref[];
  /** Branches of tasks, and whether main has what is on them. */
  readonly branches: readonly { readonly name: string; readonly sha: Sha; readonly onMain: boolean }[];
  readonly openTasks: number;
  /** Archived commits that main does not have: they would be lost. */
  readonly archived: readonly Ref[];
  readonly store: string;
}

/** Only looks. @throws Problem `runners-alive`, `taken-over` */
export async function surveyUninstall(project: Project): Promise<Survey> {
  const { git, store } = project;
  await refuseWhileAlive(project);
  const main = await readMain(project);
  const tasks = await listTasks(store.db);
  const branches = [];
  for (const task of tasks) {
    if (task.branch === null) continue;
    const sha = await resolveCommit(git, branchRef(task.branch));
    if (sha) branches.push({ name: task.branch, sha, onMain: await isAncestor(git, sha, main) });
  }
  const refs = await listRefs(git, 'refs/steroids');
  const own = await listOwnArchives(project);
  const archives = [...refs.filter((ref) => ref.name.startsWith(ARCHIVE)), ...own];
  const archived = await notOnMain(project.ownWorktrees, archives, main);
  return {
    slots: await listSlots(store.db),
    refs,
    branches,
    archived,
    openTasks: tasks.filter((task) => !ENDED.includes(task.status)).length,
    store: project.folders.base,
  };
}

async function listOwnArchives(project: Project): Promise<Ref[]> {
  const own = await gitAt(project, 'own');
  return own ? await listRefs(own, ARCHIVE) : [];
}

/** @param own sees the repository's objects too */
async function notOnMain(own: Git, refs: readonly Ref[], main: Sha): Promise<Ref[]> {
  const counts = await countCommitsEach(
    own,
    refs.map((ref) => ref.sha),
    main,
  );
  return refs.filter((ref) => counts.get(ref.sha) !== 0);
}

/** Runners that are alive would write into what is taken away, and so would a person. */
async function refuseWhileAlive(project: Project): Promise<void> {
  const taken = (await listTasks(project.store.db, { statuses: ['in_progress'] })).find(
    (task) => task.takenOver,
  );
  if (taken?.takenOver)
    throw new Problem(
      'refused',
      'taken-over',
      `${taken.takenOver.person} has taken task ${taken.id} "${taken.title}" over`,
      `steroids tasks handback ${taken.id}, or: steroids tasks cancel ${taken.id}`,
    );
  const dead = new Set((await findDeadRunners(project)).map((runner) => runner.id));
  const runners = (await listRunners(project.store.db)).filter((runner) => !dead.has(runner.id));
  if (runners.length === 0) return;
  const names = runners.map((runner) => `runner-${runner.number}`).join(', ');
  throw new Problem(
    'refused',
    'runners-alive',
    `${names} ${runners.length === 1 ? 'is' : 'are'} at work`,
    'steroids runners stop',
  );
}

export interface Uninstalled {
  /** Branches that stay: main does not have what is on them, or they are checked out. */
  readonly branchesLeft: readonly { readonly name: string; readonly onMain: boolean }[];
}

/**
 * @param survey what the person has seen
 * @throws Problem `runners-alive`, or when a worktree holds what was not seen
 */
export async function uninstall(project: Project, survey: Survey): Promise<Uninstalled> {
  const { git } = project;
  const main = await readMain(project);
  await reapRunners(project);
  await releaseAbandoned(project, `lander:${project.main}`, await leaseMs(project));
  await refuseWhileAlive(project);
  for (const slot of survey.slots) {
    await endLeft(slot);
    const bound = isRepositorySlot(slot.name) ? git : project.ownWorktrees;
    await retireSlot(bound, slot.name, slot.path, main, (work) => withGitLock(project, work));
  }
  // What the queue and reviewers left is in our own git directory, which goes.
  const own = await notOnMain(project.ownWorktrees, await listOwnArchives(project), main);
  if (own.length > 0) await bringOver(project.repository, own);
  const checkedOut = new Set((await listWorktrees(git)).map((worktree) => worktree.branch));
  const gone = survey.branches.filter((branch) => branch.onMain && !checkedOut.has(branchRef(branch.name)));
  // What clearing archived just now is in none of the lists that the person saw: it stays, under its ref.
  const kept = new Set(survey.archived.map((ref) => ref.name));
  const refs = survey.refs.filter((ref) => !kept.has(ref.name));
  await changeRefs(
    git,
    [
      ...refs.map((ref) => deletion(ref.name, ref.sha)),
      ...gone.map((branch) => deletion(branchRef(branch.name), branch.sha)),
    ],
    'steroids: uninstall',
  );
  await project.close();
  await removeOwn(project.folders.base);
  const goneNames = new Set(gone.map((branch) => branch.name));
  return { branchesLeft: survey.branches.filter(({ name }) => !goneNames.has(name)) };
}

const deletion = (ref: string, from: Sha) => ({ kind: 'delete', ref, from }) as const;
