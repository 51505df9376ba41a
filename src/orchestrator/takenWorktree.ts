// The worktree of a person who has taken a task over: made, and taken away. Nothing else of ours works there.

import path from 'node:path';
import { kindOf, makeFolder, writeFileAtomically } from '../disk/files.ts';
import { makeTemporaryFolder } from '../disk/temp.ts';
import { type Discard, trash } from '../disk/trash.ts';
import { releaseLocks } from '../git/leftLocks.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { withoutSecrets } from '../process/environment.ts';
import { describeHolders, findHolders } from '../process/holders.ts';
import { listAttempts, recordOpened } from '../store/attempts.ts';
import { deleteSlot, getSlot, saveSlot } from '../store/slots.ts';
import { isTakenOver, setOpening } from '../store/takeovers.ts';
import { getTask } from '../store/tasks.ts';
import { branchRef, type TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import { findWorktree, realPath } from '../worktree/find.ts';
import { taskSlot, worktreesRoot } from '../worktree/layout.ts';
import { setAside } from '../worktree/setAside.ts';
import { clearSlot, layBranch, type Opened, retireSlot } from '../worktree/slot.ts';
import { containmentFor } from './containment.ts';
import { makeSlot } from './emptySlot.ts';
import type { Gate } from './gate.ts';
import { withGitLock } from './gitLock.ts';
import { commonEnvironment, ensureDependencies, type Ready } from './openSlot.ts';
import type { Project } from './project.ts';
import { startOf } from './startOf.ts';

export interface TakenWorktree extends Opened {
  readonly setUp: Ready;
  /** Of the set-up. */
  readonly log: string;
}

export interface OpeningTaken {
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
}

/**
 * Makes the worktree of a task that is taken over, and gives it to the person. Killed on the way it is made anew: until it
 * is given, nobody works there.
 * @throws Problem `branch-checked-out`, `changed-meanwhile`
 */
export async function openTaken(
  project: Project,
  gate: Gate,
  id: TaskId,
  { signal, say }: OpeningTaken,
): Promise<TakenWorktree> {
  const { store, host } = project;
  const task = await getTask(store.db, id);
  if (!task?.takenOver?.opening || task.branch === null) throw notOurs(id);
  await freeBranch(project, task, { signal, say });
  const slot = taskSlot(id);
  const root = worktreesRoot(project.repository.home, gate.config.worktrees.root);
  const worktree = await makeSlot(project, project.git, slot, path.join(root, slot), gate.main);
  await releaseLocks(worktree, host.now());
  await clearSlot(worktree, id, gate.main, []);
  const earlier = (await listAttempts(store.db, id)).slice(0, -1);
  const opened = await layBranch(worktree, startOf(task, earlier, gate.main));
  const log = path.join(project.folders.logs, `task-${id}`, `${task.attempt}-setup.log`);
  await makeFolder(path.dirname(log));
  await writeFileAtomically(log, `${task.takenOver.person} takes the task over\n`);
  const { opening } = task.takenOver;
  const given = await store.write(async (trx) => {
    if (!(await setOpening(trx, id, null, opening))) return false;
    await recordOpened(trx, id, task.attempt, { attemptBase: opened.head, log });
    return true;
  });
  if (!given) throw notOurs(id);
  return { ...opened, log, setUp: await setUp(project, gate, slot, opened, { signal, say, log }) };
}

function notOurs(id: TaskId): Problem {
  return new Problem(
    'refused',
    'changed-meanwhile',
    `task ${id} changed at the same moment`,
    `steroids tasks show ${id}`,
  );
}

async function setUp(
  project: Project,
  gate: Gate,
  slot: string,
  opened: Opened,
  { signal, say, log }: OpeningTaken & { readonly log: string },
): Promise<Ready> {
  const temp = makeTemporaryFolder('steroids-person');
  try {
    const own = { ...commonEnvironment(project, gate.config), TMPDIR: temp.path };
    return await ensureDependencies(project, gate, slot, opened.git, {
      log,
      signal,
      settingUp: (commands) => say(`setting up: ${commands.join(', ')}`),
      environment: withoutSecrets(own, gate.config.environment.keep),
      containment: await containmentFor(project, gate, { worktree: opened.git, temp: temp.path }),
    });
  } finally {
    temp.remove();
  }
}

const PATIENCE_MS = 60_000;
const LOOK_MS = 100;

/** A coder that was just ended leaves its worktree by itself. @throws Problem `branch-checked-out` */
async function freeBranch(project: Project, task: Task, { signal, say }: OpeningTaken): Promise<void> {
  const { host } = project;
  const deadline = host.elapsed() + PATIENCE_MS;
  for (let looks = 0; ; looks++) {
    const holder = await holderOf(project, task);
    if (holder === undefined) return;
    if (signal.aborted || host.elapsed() >= deadline)
      throw new Problem(
        'refused',
        'branch-checked-out',
        `${task.branch} is still checked out in ${holder}`,
        `Once it is free there: steroids tasks takeover ${task.id}`,
      );
    if (looks === 0) say(`waiting until ${holder} lets ${task.branch} go`);
    await host.sleep(LOOK_MS);
  }
}

/** The worktree, other than the person's for this task, that has the branch checked out. */
export async function holderOf(project: Project, task: Task): Promise<string | undefined> {
  if (task.branch === null) return undefined;
  const ref = branchRef(task.branch);
  const known = await getSlot(project.store.db, taskSlot(task.id));
  const own = known && (await realPath(known.path));
  return (await listWorktrees(project.git)).find((one) => one.branch === ref && one.path !== own)?.path;
}

/** What became of a person's worktree: null when it is gone. */
export interface LeftWorktree {
  readonly path: string;
  /** Who has files open in it. */
  readonly holders: string;
}

/**
 * Takes the worktree of a task away that nobody has taken over (any more). What is not committed in it is archived; where
 * somebody is still in it, it is only taken off its branch, and goes later.
 */
export async function closeTaken(
  project: Project,
  gate: Gate,
  id: string,
  folder?: string,
  discard: Discard = trash,
): Promise<LeftWorktree | null> {
  const { store, git } = project;
  const slot = taskSlot(id);
  const place = (await getSlot(store.db, slot))?.path ?? folder;
  if (place === undefined || (await isTakenOver(store.db, id))) return null;
  const real = await realPath(place);
  const exclusively = <T>(work: () => Promise<T>) => withGitLock(project, work);
  const holders = await holdersOf(project, real);
  if (holders !== undefined) {
    const worktree = await findWorktree(git, real, gate.main, exclusively);
    if (worktree) await setAside(worktree, id, gate.main);
    await store.write((trx) => saveSlot(store, trx, { name: slot, path: real, digest: null }));
    return { path: real, holders };
  }
  await retireSlot(git, id, real, gate.main, exclusively, discard);
  await store.write((trx) => deleteSlot(trx, slot));
  return null;
}

/** In words; undefined when nobody is there. A person's shell counts, and so do we in it. */
export async function holdersOf(project: Project, real: string): Promise<string | undefined> {
  if ((await kindOf(real)) === undefined) return undefined;
  const holders = await findHolders(real);
  if (holders.length > 0) return describeHolders(holders);
  const here = await realPath(project.host.cwd);
  return here === real || here.startsWith(`${real}${path.sep}`) ? 'you' : undefined;
}
