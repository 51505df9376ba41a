// The project at a glance. Reads the store and main's ref, and nothing that costs more.

import { resolveCommit } from '../git/refs.ts';
import { listConflicts, type TaskConflict } from '../store/conflicts.ts';
import { type Entry, listEntries } from '../store/entries.ts';
import { type FileLock, listFileLocks } from '../store/fileLocks.ts';
import type { Db } from '../store/open.ts';
import { listRunners, type Runner } from '../store/runners.ts';
import { countHeldBack } from '../store/schedule.ts';
import { listOpenSteps, type Step } from '../store/steps.ts';
import { countTasks, listTasks } from '../store/tasks.ts';
import { type FlakyCommand, listFlaky } from '../store/verifications.ts';
import { branchRef, type Sha, type TaskId } from '../task/ids.ts';
import type { Status } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import { exhaustedBudget } from './budgetHold.ts';
import { LIVE } from './liveBranches.ts';
import { type Pause, queuePause } from './pause.ts';
import { pressureNow } from './pressureHold.ts';
import type { Project } from './project.ts';

export interface Overview {
  readonly main: { readonly branch: string; readonly commit: Sha | null };
  readonly pause: Pause | null;
  /** Why no coder or reviewer is started at all; until when in epoch milliseconds, null: until somebody raises it. */
  readonly budget: { readonly reason: string; readonly until: number | null } | null;
  /** Why no further coder is started. */
  readonly pressure: string | null;
  /** Pending tasks that are kept apart from what is under way. */
  readonly heldBack: number;
  readonly counts: ReadonlyMap<Status, number>;
  readonly runners: readonly Runner[];
  readonly steps: readonly Step[];
  readonly underWay: readonly Task[];
  readonly queue: readonly Entry[];
  /** What only a person can move on. */
  readonly waiting: readonly Task[];
  /** Commands that were red once and green on the second try. */
  readonly flaky: readonly FlakyCommand[];
  /** Of tasks under way, as it was last looked at while coders were at work. */
  readonly conflicts: readonly TaskConflict[];
  /** Each with the tasks that had it first, where its own has changed it all the same. */
  readonly files: readonly LockedFile[];
}

export interface LockedFile extends FileLock {
  readonly contested: readonly TaskId[];
}

export async function readOverview(project: Project): Promise<Overview> {
  const { db } = project.store;
  const resolving = resolveCommit(project.git, branchRef(project.main)); // git and the store are asked at once
  resolving.catch(() => {}); // heard of below
  const steps = await listOpenSteps(db);
  const reviewing = new Set(steps.map((step) => step.taskId));
  const open = await listTasks(db, {
    statuses: ['in_progress', 'review', 'queued', 'verifying', 'disputed', 'failed'],
  });
  const counts = await countTasks(db);
  const runners = await listRunners(db);
  const queue = await listEntries(db);
  const flaky = await listFlaky(db);
  const files = await readFiles(db);
  const budget = await exhaustedBudget(db, project.host.now());
  const known = await listConflicts(db);
  const commit = await resolving;
  const waiting = ({ status, id, takenOver }: Task) =>
    takenOver !== null ||
    status === 'disputed' ||
    status === 'failed' ||
    (status === 'review' && !reviewing.has(id));
  const live = new Set<string>(open.filter(({ status }) => LIVE.includes(status)).map(({ id }) => id));
  return {
    main: { branch: project.main, commit: commit ?? null },
    pause: commit === undefined ? null : ((await queuePause(project)) ?? null),
    budget: budget ? { reason: budget.reason, until: budget.until } : null,
    pressure: (await pressureNow(db, project.host.now())) ?? null,
    heldBack: await countHeldBack(db, project.host.now()),
    counts,
    runners,
    steps,
    underWay: open.filter((task) => !waiting(task)),
    queue,
    waiting: open.filter(waiting),
    flaky,
    files,
    conflicts: known.filter(({ one, other }) => live.has(one) && live.has(other)),
  };
}

async function readFiles(db: Db): Promise<LockedFile[]> {
  const locks = await listFileLocks(db);
  if (locks.length === 0) return [];
  // Globs are loaded only where there is something to compare: `status` starts without.
  const { contestsOf } = await import('./fileLocks.ts');
  const contests = new Map(contestsOf(locks).map(({ lock, others }) => [lock, others]));
  return locks.map((lock) => ({
    ...lock,
    contested: [...new Set((contests.get(lock) ?? []).map(({ taskId }) => taskId))],
  }));
}
