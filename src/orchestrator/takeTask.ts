// A person takes a task over: runners lose it, and its branch stands in a worktree of the person's own.

import { kindOf } from '../disk/files.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { applyEvent } from '../store/apply.ts';
import { takeFiles } from '../store/fileLocks.ts';
import { listRunners } from '../store/runners.ts';
import { listSlots } from '../store/slots.ts';
import { listOpenSteps } from '../store/steps.ts';
import { setOpening } from '../store/takeovers.ts';
import { getTask } from '../store/tasks.ts';
import { takeZones } from '../store/zones.ts';
import { NO_LIMITS } from '../task/attempt.ts';
import { personsBranch, type TaskId } from '../task/ids.ts';
import { mayHappen } from '../task/lifecycle.ts';
import { Problem } from '../task/problem.ts';
import { shellQuoted } from '../task/shell.ts';
import type { Task } from '../task/task.ts';
import { realPath } from '../worktree/find.ts';
import { taskSlot } from '../worktree/layout.ts';
import type { Gate } from './gate.ts';
import { checkFolder, checkWorktreesRoot } from './preflight.ts';
import type { Project } from './project.ts';
import { reapRunners } from './recovery.ts';
import { holderOf, type OpeningTaken, openTaken, type TakenWorktree } from './takenWorktree.ts';
import { zonesApart } from './zones.ts';

export interface TakingOver extends OpeningTaken {
  /** `Name <email>` */
  readonly person: string;
  /** Ends a coder that is at work on it. */
  readonly stop: boolean;
}

export type Taken =
  | { readonly kind: 'taken'; readonly worktree: TakenWorktree }
  /** It was taken over before, and its worktree stands. */
  | { readonly kind: 'again'; readonly path: string };

/**
 * @throws Problem `wrong-status`, `coder-at-work`, `branch-checked-out`, `changed-meanwhile`, `takeover-under-way`,
 * `slot-occupied`, `root-not-writable`
 */
export async function takeTask(project: Project, gate: Gate, id: TaskId, taking: TakingOver): Promise<Taken> {
  const { store, host } = project;
  await reapRunners(project);
  const task = await getTask(store.db, id);
  if (!task) throw new TypeError(`task ${id} was found and is not there`);
  if (task.takenOver) return await takeAgain(project, gate, task, taking);
  if (!mayHappen('tookOver', task.status))
    throw new Problem(
      'user',
      'wrong-status',
      `task ${id} "${task.title}" is ${task.status}, so it cannot be taken over`,
      task.status === 'completed' ? `steroids tasks show ${id}` : `First: steroids tasks retry ${id}`,
    );
  if (task.status === 'in_progress' && !taking.stop) throw await coderAtWork(project, task);
  await refuseCheckedOut(project, task);
  await checkWorktreesRoot(project, gate);
  await checkFolder(project, gate, taskSlot(id));
  const opening = JSON.stringify(host.identify());
  const { person } = taking;
  const event = { kind: 'tookOver', person, branch: personsBranch(id), main: gate.main, opening } as const;
  const zones = await zonesApart(store.db, gate, task);
  const applied = await store.write(async (trx) => {
    const done = await applyEvent(store, trx, id, event, { limits: NO_LIMITS, version: task.version });
    // Whoever is at work in them is not driven out, but nobody begins beside the person.
    if (done.kind === 'applied') await takeZones(store, trx, id, zones, null);
    if (done.kind === 'applied' && gate.config.locks.files)
      await takeFiles(store, trx, id, null, task.paths, false);
    return done;
  });
  if (applied.kind !== 'applied')
    throw new Problem(
      'refused',
      'changed-meanwhile',
      `task ${id} changed at the same moment; it is ${(await getTask(store.db, id))?.status} now`,
      'Look at it, then say it again.',
    );
  return { kind: 'taken', worktree: await openTaken(project, gate, id, taking) };
}

/** Shows where the worktree is; makes it when it is not there, or whoever made it was killed. */
async function takeAgain(project: Project, gate: Gate, task: Task, taking: TakingOver): Promise<Taken> {
  const { store, host } = project;
  const { opening, path } = task.takenOver ?? { opening: null, path: null };
  if (opening === null && path !== null && (await kindOf(path)) !== undefined) return { kind: 'again', path };
  const maker = opening === null ? undefined : (JSON.parse(opening) as ProcessIdentity);
  if (maker !== undefined && isAlive(maker) !== 'dead')
    throw new Problem(
      'refused',
      'takeover-under-way',
      `task ${task.id} is being taken over by process ${maker.pid} right now`,
      'Wait for it, then say it again.',
    );
  const ours = JSON.stringify(host.identify());
  if (!(await store.write((trx) => setOpening(trx, task.id, ours, opening))))
    throw new Problem('refused', 'changed-meanwhile', `task ${task.id} changed at the same moment`);
  return { kind: 'taken', worktree: await openTaken(project, gate, task.id, taking) };
}

async function coderAtWork(project: Project, task: Task): Promise<Problem> {
  const { db } = project.store;
  const [step] = await listOpenSteps(db, { taskId: task.id });
  const runner = (await listRunners(db)).find((one) => one.id === step?.runnerId);
  return new Problem(
    'refused',
    'coder-at-work',
    `${runner ? `runner-${runner.number}` : 'a runner'} codes task ${task.id} "${task.title}" right now`,
    `Wait for it, or end its coder (what it has is kept): steroids tasks takeover ${task.id} --stop`,
  );
}

/** A checkout of the person's own does not go away by itself. */
async function refuseCheckedOut(project: Project, task: Task): Promise<void> {
  const holder = await holderOf(project, task);
  if (holder === undefined) return;
  const slots = await Promise.all((await listSlots(project.store.db)).map((slot) => realPath(slot.path)));
  if (slots.includes(holder)) return;
  throw new Problem(
    'refused',
    'branch-checked-out',
    `${task.branch} is checked out in ${holder}`,
    `git -C ${shellQuoted(holder)} switch --detach, then: steroids tasks takeover ${task.id}`,
  );
}
