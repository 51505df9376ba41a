// Taking steroids out of a repository: first what would go, then its going. The user's branches, main and
// configuration file stay.

import { removeOwn } from '../disk/files.ts';
import { changeRefs, isAncestor, listRefs, type Ref, resolveCommit } from '../git/refs.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { listRunners } from '../store/runners.ts';
import { listSlots, type Slot } from '../store/slots.ts';
import { listTasks } from '../store/tasks.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { retireSlot } from '../worktree/slot.ts';
import { readGate } from './gate.ts';
import { type Project, readMain } from './project.ts';
import { freeIfDead, reapRunners } from './recovery.ts';
import { endLeft } from './slotHolders.ts';

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

/** @throws Problem `runners-alive` */
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
  const archived: Ref[] = [];
  for (const ref of refs.filter((one) => one.name.startsWith('refs/steroids/archive/'))) {
    if (!(await isAncestor(git, ref.sha, main))) archived.push(ref);
  }
  return {
    slots: await listSlots(store.db),
    refs,
    branches,
    archived,
    openTasks: tasks.filter((task) => !['completed', 'cancelled', 'skipped'].includes(task.status)).length,
    store: project.folders.base,
  };
}

/** Runners that are alive would write into what is taken away. */
async function refuseWhileAlive(project: Project): Promise<void> {
  const gate = await readGate(project).catch(() => undefined);
  if (gate) await reapRunners(project, gate.limits);
  await freeIfDead(project, `lander:${project.main}`);
  const runners = await listRunners(project.store.db);
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
  /** Branches that stay, because main does not have what is on them. */
  readonly branchesLeft: readonly string[];
}

/**
 * @param survey what the person has seen
 * @throws Problem when a worktree holds what was not seen
 */
export async function uninstall(project: Project, survey: Survey): Promise<Uninstalled> {
  const { git } = project;
  const main = await readMain(project);
  for (const slot of survey.slots) {
    await endLeft(slot);
    const bound = slot.name.startsWith('runner-') ? git : project.ownWorktrees;
    await retireSlot(bound, slot.name, slot.path, main);
  }
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
  return { branchesLeft: survey.branches.map((one) => one.name).filter((name) => !goneNames.has(name)) };
}

const deletion = (ref: string, from: Sha) => ({ kind: 'delete', ref, from }) as const;
