// `steroids run`, `runners start` and `merge run`: one process's runners and lander, from start to end.

import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { listEntries } from '../store/entries.ts';
import { numbersOfStalled, type Runner, registerRunner } from '../store/runners.ts';
import { countTasks, listTasks } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import type { Status } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import type { Zone } from '../task/zone.ts';
import { explainTask } from './explain.ts';
import type { Gate } from './gate.ts';
import { runLander } from './lander.ts';
import { queuePause } from './pause.ts';
import type { RunnerOptions } from './pickStep.ts';
import { checkBeforeLanding, checkBeforeRunning } from './preflight.ts';
import type { Project } from './project.ts';
import { reapRunners } from './recovery.ts';
import { runRunner } from './runner.ts';
import type { Session } from './session.ts';

export interface RunPlan {
  readonly runners: number;
  /** The section that a single runner holds for as long as it lives; null for none. */
  readonly sectionId: string | null;
  /** The zone that a single runner has for as long as it lives; null for none. */
  readonly zone: Zone | null;
  readonly options: RunnerOptions;
}

/**
 * Registers the runners, so that a refusal comes before anything is started.
 * @throws Problem of the preflight, `section-busy`, `zone-busy`
 */
export async function registerRunners(project: Project, gate: Gate, plan: RunPlan): Promise<Runner[]> {
  await reapRunners(project);
  await checkBeforeRunning(project, gate, { coder: plan.options.coder, runners: plan.runners });
  const { store, host } = project;
  const process = JSON.stringify(host.identify());
  const leaseMs = gate.config.limits.lease;
  return await store.write(async (trx) => {
    const unusable = await numbersOfStalled(trx, isThere);
    const runners: Runner[] = [];
    for (let count = 0; count < plan.runners; count++) {
      const { sectionId, zone } = plan;
      const coder = plan.options.coder;
      const logFolder = project.folders.logs;
      runners.push(
        await registerRunner(store, trx, { sectionId, zone, coder, process, logFolder, leaseMs, unusable }),
      );
    }
    return runners;
  });
}

const isThere = (process: string) => isAlive(JSON.parse(process) as ProcessIdentity) !== 'dead';

/** Runs the registered runners beside a lander, until they have ended and the queue has nothing that can move. */
export async function runSession(
  session: Session,
  runners: readonly Runner[],
  options: RunnerOptions,
): Promise<void> {
  let finished = false;
  const broken = new AbortController();
  const landing = runLander(session, { finished: () => finished });
  // Nobody else would land what the runners wait for. Why it failed is thrown below.
  landing.catch(() => broken.abort());
  const running = { ...session, now: AbortSignal.any([session.now, broken.signal]) };
  try {
    const ended = await Promise.allSettled(runners.map((runner) => runRunner(running, runner, options)));
    const failed = ended.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  } finally {
    finished = true;
    session.bell.ring();
    await landing;
  }
}

/** Drains the merge queue: until it has nothing that can move, or, watching, until told to stop. */
export async function runQueue(session: Session, gate: Gate, watch: boolean): Promise<void> {
  await checkBeforeLanding(session.project, gate);
  await runLander(session, { finished: () => !watch || session.draining() });
}

export interface Summary {
  readonly counts: ReadonlyMap<Status, number>;
  /** What cannot go on without a person, and why. */
  readonly waiting: readonly Task[];
  /** Of tasks that nothing has stopped: what they wait for, in sentences. */
  readonly why: ReadonlyMap<TaskId, string>;
  readonly entriesWaiting: readonly {
    readonly id: string;
    readonly title: string;
    readonly reason: string | null;
  }[];
  readonly pause: string | null;
}

/** How a run ended. */
export async function summarize(project: Project): Promise<Summary> {
  const { db } = project.store;
  const open: Status[] = ['pending', 'in_progress', 'review', 'queued', 'verifying', 'disputed', 'failed'];
  const entries = await listEntries(db);
  const waiting = await listTasks(db, { statuses: open });
  return {
    counts: await countTasks(db),
    waiting,
    why: await whyOf(project, waiting),
    entriesWaiting: entries
      .filter((entry) => entry.taskId === null)
      .map((entry) => ({ id: entry.id, title: entry.title, reason: entry.reason })),
    pause: (await queuePause(project))?.reason ?? null,
  };
}

/** Of more than these nobody reads it, and each takes a few queries. */
const MOST_EXPLAINED = 20;

/** Nothing new to whoever has just let a run end, or sees that a person is asked. */
const PLAIN: readonly string[] = [
  'no-runner',
  'runners-busy',
  'next',
  'human-review',
  'protected',
  'taken-over',
];

async function whyOf(project: Project, waiting: readonly Task[]): Promise<Map<TaskId, string>> {
  const those = waiting.filter(({ status }) => status === 'pending' || status === 'review');
  const why = new Map<TaskId, string>();
  for (const task of those.slice(0, MOST_EXPLAINED)) {
    const found = (await explainTask(project, task)).find(({ code }) => !PLAIN.includes(code));
    if (found) why.set(task.id, found.sentence);
  }
  return why;
}
