// Half-made worktrees: of runners, reviewers and the queue that are not there any more.

import path from 'node:path';
import { kindOf, namesIn } from '../../disk/files.ts';
import type { Git } from '../../git/client.ts';
import { locksOf, releaseLocks } from '../../git/leftLocks.ts';
import { namesWorktreeOf, readmitWorktree } from '../../git/readmit.ts';
import { isLinked, listWorktrees, openWorktree, relink, type WorktreeRecord } from '../../git/worktrees.ts';
import { endRunner, listRunners, registerRunner } from '../../store/runners.ts';
import { adoptSlot, deleteSlot, listSlots } from '../../store/slots.ts';
import { Problem } from '../../task/problem.ts';
import { realPath } from '../../worktree/find.ts';
import { freeSlot, KEPT } from '../../worktree/slot.ts';
import { withGitLock } from '../gitLock.ts';
import type { Project } from '../project.ts';
import { type Looking, type Trouble, trouble } from './finding.ts';
import { holdingQueue, queueIsHeld } from './queue.ts';

interface Place {
  readonly name: string;
  /** Links resolved. */
  readonly folder: string;
  /** What its worktree belongs to: the user's repository or our own. */
  readonly git: Git;
  readonly noted: boolean;
  readonly record: WorktreeRecord | undefined;
}

const SLOT = /^(runner|review|merge)-(\d+)$/;

export async function brokenSlots(looking: Looking): Promise<Trouble[]> {
  const { project } = looking;
  const active = new Set((await listRunners(project.store.db)).map((runner) => runner.number));
  const queueHeld = await queueIsHeld(project);
  const found: Trouble[] = [];
  for (const place of await findPlaces(looking)) {
    const [, kind, number] = SLOT.exec(place.name) ?? [];
    if (kind === 'merge' ? queueHeld : active.has(Number(number))) continue;
    const wrong = await lookAt(place);
    if (wrong === undefined) continue;
    if (wrong.mendable === false) {
      found.push(trouble(wrong.code, wrong.found, { remedy: wrong.action }));
      continue;
    }
    const mend = () => mendPlace(looking, place);
    found.push(
      trouble(wrong.code, wrong.found, {
        action: wrong.action,
        repair: () =>
          kind === 'merge' ? holdingQueue(looking, mend) : holdingNumber(project, Number(number), mend),
      }),
    );
  }
  return found;
}

/** Wherever one is: noted in the store, on git's list, or a folder of that name. */
async function findPlaces({ project, root }: Looking): Promise<Place[]> {
  const slots = await listSlots(project.store.db);
  const roots = new Set(
    await Promise.all([root, ...slots.map((slot) => path.dirname(slot.path))].map(realPath)),
  );
  const places = new Map<string, Place>();
  for (const git of [project.git, project.ownWorktrees]) {
    const records = await listWorktrees(git).catch(() => []);
    const mine = (name: string) => name.startsWith('runner-') === (git === project.git) && SLOT.test(name);
    const put = (name: string, folder: string, noted: boolean) => {
      if (!mine(name) || places.get(folder)?.noted) return;
      const record = records.find((one) => one.path === folder);
      places.set(folder, { name, folder, git, noted, record });
    };
    for (const slot of slots) put(slot.name, await realPath(slot.path), true);
    for (const { path: folder } of records)
      if (roots.has(path.dirname(folder))) put(path.basename(folder), folder, false);
    for (const parent of roots)
      for (const name of await namesIn(parent)) put(name, path.join(parent, name), false);
  }
  return [...places.values()];
}

interface Wrong {
  readonly code: string;
  readonly found: string;
  /** What is done; what a person can do, where it is not mendable. */
  readonly action: string;
  readonly mendable?: false;
}

async function lookAt(place: Place): Promise<Wrong | undefined> {
  const { name, folder, git, noted, record } = place;
  const there = await kindOf(folder);
  if (there === undefined) {
    const action = record ? 'git forgets it; a commit that only it had is archived' : 'it is forgotten';
    const found = `the folder of the worktree ${name} is gone (${folder})`;
    return record || noted ? { code: 'worktree-without-folder', found, action } : undefined;
  }
  if (!(await isLinked(git, folder))) {
    if (record) {
      const found = `${folder} does not say any more that it is the worktree ${name}`;
      return { code: 'unlinked-worktree', found, action: 'it is linked again, and what is in it archived' };
    }
    if (noted || (await namesWorktreeOf(git, folder))) {
      const found = `git does not know the worktree ${folder} any more`;
      return { code: 'forgotten-worktree', found, action: 'it is one again, and what is in it archived' };
    }
    const found = `${folder} stands where ${name} has its worktree, and was not made by steroids`;
    return { code: 'occupied', found, action: 'Move it away', mendable: false };
  }
  const locks = await locksOf(await openWorktree(git, folder));
  if (locks.length > 0) {
    const found = `a git that was killed left ${locks.join(', ')}`;
    return { code: 'left-lock', found, action: 'it is taken away' };
  }
  if (record?.branch !== undefined) {
    const branch = record.branch.replace('refs/heads/', '');
    const found = `the worktree ${name} has ${branch} checked out, and no runner works in it`;
    return { code: 'held-branch', found, action: 'what is in it is archived, and the branch is free' };
  }
  if (noted) return undefined;
  return {
    code: 'unnoted-worktree',
    found: `the store does not know the worktree ${folder}`,
    action: 'it is noted',
  };
}

async function mendPlace({ project, main }: Looking, place: Place): Promise<boolean> {
  const { store, host } = project;
  const { name, folder, git } = place;
  const exclusively = <T>(work: () => Promise<T>) => withGitLock(project, work);
  if ((await kindOf(folder)) === undefined) {
    await freeSlot(git, name, folder, main, KEPT, exclusively);
    await store.write((trx) => deleteSlot(trx, name));
    return true;
  }
  if (!(await isLinked(git, folder))) {
    await exclusively(async () => {
      await relink(git, folder);
      if (!(await isLinked(git, folder))) await readmitWorktree(git, folder, main);
    });
  }
  await store.write((trx) => adoptSlot(store, trx, { name, path: folder }));
  const [lock] = await releaseLocks(await openWorktree(git, folder), host.now());
  if (lock !== undefined)
    throw new Problem('environment', 'lock-held', `a git may still be at work in ${folder}: ${lock} is left`);
  await freeSlot(git, name, folder, main, KEPT, exclusively);
  return true;
}

/** How long who tidies up and does not answer keeps the number. Milliseconds. */
const TIDYING_MS = 30_000;

/**
 * Tidies up under a runner's number as a runner would: nobody else takes the number meanwhile, and should we be killed,
 * whoever comes next finds a dead runner.
 */
async function holdingNumber(
  project: Project,
  number: number,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const { store, host, folders } = project;
  const below = Array.from({ length: number - 1 }, (_, index) => index + 1);
  const us = {
    sectionId: null,
    coder: null,
    process: JSON.stringify(host.identify()),
    logFolder: folders.logs,
    leaseMs: TIDYING_MS,
    unusable: below,
  };
  const held = await store.write(async (trx) => {
    if ((await listRunners(trx)).some((runner) => runner.number === number)) return undefined;
    return await registerRunner(store, trx, us);
  });
  if (held === undefined) return false;
  try {
    return await work();
  } finally {
    await store.write((trx) => endRunner(store, trx, held.id, `tidied up after runner-${number}`));
  }
}
