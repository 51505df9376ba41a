// Coding one task: worktree, dependencies, coder, commits, rebase attempt, and what follows from them.

import path from 'node:path';
import { writeBrief } from '../coder/brief.ts';
import { code, leaveBranch } from '../coder/code.ts';
import type { CoderConfig } from '../config/schema.ts';
import { makeFolder } from '../disk/files.ts';
import { listLog } from '../git/commits.ts';
import { resolveCommit } from '../git/refs.ts';
import { replay } from '../git/replay.ts';
import { identityVariables } from '../git/worktrees.ts';
import { hookEnvironment } from '../hooks/install.ts';
import { readSpool } from '../hooks/spool.ts';
import { type Applied, applyEvent } from '../store/apply.ts';
import { type Attempt, listAttempts, recordOpened } from '../store/attempts.ts';
import { beginReview, type Claimed } from '../store/claim.ts';
import { giveBack, sectionResource, taskHolder } from '../store/claims.ts';
import { registerCommit } from '../store/commits.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskEvent } from '../task/event.ts';
import type { BranchName } from '../task/ids.ts';
import { Problem, sentenceOf } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import type { Opened, Start } from '../worktree/slot.ts';
import { backoffMs } from './backoff.ts';
import { conflictSetback } from './conflict.ts';
import { containmentFor } from './containment.ts';
import { type Gate, readGate } from './gate.ts';
import { leaveSlot, openSlot, slotEnvironment } from './openSlot.ts';
import { putBranchAway } from './putAway.ts';
import type { ActiveRunner } from './runner.ts';
import { rememberingStep } from './slotHolders.ts';

interface Work {
  readonly runner: ActiveRunner;
  readonly gate: Gate;
  readonly task: Task;
  readonly attempt: Attempt;
  readonly earlier: readonly Attempt[];
  readonly step: Claimed;
  readonly signal: AbortSignal;
}

/** @returns the review step that this runner goes on with, when there is one */
export async function codeTask(
  runner: ActiveRunner,
  step: Claimed,
  signal: AbortSignal,
): Promise<Claimed | undefined> {
  const { project } = runner.session;
  const gate = await readGate(project);
  const task = await getTask(project.store.db, step.taskId);
  const attempts = await listAttempts(project.store.db, step.taskId);
  const attempt = attempts.at(-1);
  if (!task || !attempt) throw new TypeError(`a claimed task ${step.taskId} is not in the store`);
  const work: Work = { runner, gate, task, attempt, earlier: attempts.slice(0, -1), step, signal };
  const event = await carryOut(work).catch(async (error: unknown) => {
    // Else the branch stays checked out here, and no other runner can take it up.
    await leaveSlot(runner, gate).catch(() => undefined);
    // What cannot be done in this worktree (a branch that is checked out elsewhere, a full disk) is not the coder's fault.
    if (signal.aborted) return { kind: 'interrupted', reason: 'the runner was stopped' } as const;
    const reason = sentenceOf(error);
    return {
      kind: 'setback',
      setback: 'failed',
      reason,
      feedback: reason,
      layout: null,
      head: null,
      commits: [],
    } as const;
  });
  return await applyCoded(work, event);
}

async function carryOut(work: Work): Promise<TaskEvent> {
  const { runner, task, attempt, gate } = work;
  const { project, report } = runner.session;
  const coder = gate.config.coders[attempt.coder];
  if (!coder)
    throw new Problem('config', 'unknown-coder', `coder "${attempt.coder}" is not in the configuration`);
  const log = path.join(project.folders.logs, `task-${task.id}`, `${attempt.number}-code.log`);
  await makeFolder(path.dirname(log));
  const about = { task: { id: task.id, title: task.title }, runner: runner.number };
  const opened = await openSlot(work.runner, gate, startOf(work), {
    log: path.join(path.dirname(log), `${attempt.number}-setup.log`),
    signal: work.signal,
    settingUp: (commands) => report({ kind: 'setting-up', ...about, attempt: attempt.number, commands }),
  });
  if (opened.kind === 'failed') {
    await leaveSlot(runner, gate);
    return {
      kind: 'setback',
      setback: 'failed',
      reason: opened.reason,
      feedback: opened.reason,
      layout: null,
      head: null,
      commits: [],
    };
  }
  await project.store.write((trx) =>
    recordOpened(trx, task.id, attempt.number, { attemptBase: opened.head, log }),
  );
  report({ kind: 'coding', ...about, attempt: attempt.number, coder: attempt.coder, log });
  const event = await runCoder(work, opened, coder, log);
  // What a coder that did not end well left uncommitted is archived as the task's while its branch still says whose it is.
  if (event.kind === 'submitted') {
    await leaveBranch(opened.git, task.branch as BranchName);
    runner.submitted.add(event.head);
  } else await leaveSlot(runner, gate);
  return event.kind === 'submitted' ? await tryReplay(work, event) : event;
}

function startOf(work: Work): Start {
  const last = work.earlier.at(-1);
  return {
    taskId: work.task.id,
    branch: work.task.branch as BranchName,
    main: work.gate.main,
    lastHead: last?.headCommit,
    fresh: last?.outcome === 'abandoned',
    layout: last?.layout ?? null,
  };
}

async function runCoder(work: Work, opened: Opened, coder: CoderConfig, log: string) {
  const { runner, task, attempt, step } = work;
  const { project, hooks } = runner.session;
  const spool = path.join(project.folders.spool, `${task.id}-${attempt.number}`);
  await makeFolder(project.folders.spool);
  const own = await runner.session.author();
  const identity =
    coder.author ?? own ?? `steroids coder ${attempt.coder} <${attempt.coder}@steroids.localhost>`;
  if (coder.author === undefined && own === undefined) {
    const sentence = `git has no user.name and user.email here, so coder "${attempt.coder}" commits as ${identity}`;
    runner.session.report({ kind: 'noticed', sentence });
  }
  const listener = listenToSpool(work, spool);
  try {
    return await code({
      repository: project.git,
      worktree: opened.git,
      branch: task.branch as BranchName,
      main: project.main,
      head: opened.head,
      layout: opened.layout,
      mustAdd: mustAdd(work),
      title: task.title,
      coder: attempt.coder,
      command: coder.command,
      identity,
      brief: writeBrief({
        task,
        attempt: attempt.number,
        main: project.main,
        earlier: work.earlier,
        layout: opened.layout,
      }),
      environment: coderEnvironment(work, opened, coder, own, identity, spool, hooks),
      log,
      timeLimit: coder.timeLimit,
      signal: work.signal,
      containment: await containmentFor(project, work.gate, {
        worktree: opened.git,
        temp: runner.temp,
        commits: { branch: task.branch as BranchName, spool },
      }),
      started: rememberingStep(project, step.stepId, runner.slot, log),
    });
  } finally {
    clearInterval(listener);
  }
}

/** Sent back by a reviewer, the queue or a conflict: adding nothing is no answer. */
function mustAdd(work: Work): boolean {
  const last = work.earlier.at(-1);
  return last !== undefined && ['rejected', 'broken', 'unchanged', 'unresolved'].includes(last.outcome);
}

function coderEnvironment(
  work: Work,
  opened: Opened,
  coder: CoderConfig,
  own: string | undefined,
  identity: string,
  spool: string,
  hooks: Parameters<typeof hookEnvironment>[0],
): Record<string, string> {
  const { runner, task, attempt } = work;
  const named = coder.author !== undefined || own === undefined;
  return {
    ...slotEnvironment(runner),
    ...hookEnvironment(hooks, spool),
    ...(named ? identityVariables(identity) : {}),
    STEROIDS_TASK_ID: task.id,
    STEROIDS_TASK_TITLE: task.title,
    STEROIDS_SECTION: task.section?.name ?? '',
    STEROIDS_ATTEMPT: String(attempt.number),
    STEROIDS_RUNNER_ID: runner.id,
    STEROIDS_RUNNER: String(runner.number),
    STEROIDS_BASE_COMMIT: opened.head,
    STEROIDS_WORKTREE: opened.git.dir,
  };
}

const SPOOL_POLL_MS = 1_000;

/** Registers commits while they are made. What git says when the coder ends replaces it. */
function listenToSpool(work: Work, spool: string): NodeJS.Timeout {
  const { project } = work.runner.session;
  const seen = new Set<string>();
  let busy = false;
  const look = async () => {
    const fresh = (await readSpool(spool)).filter((hash) => !seen.has(hash));
    for (const hash of fresh) {
      seen.add(hash);
      if ((await resolveCommit(project.git, hash)) === undefined) continue;
      const [commit] = await listLog(project.git, ['-1', hash]);
      if (!commit) continue;
      await project.store.write((trx) =>
        registerCommit(project.store, trx, work.task.id, work.attempt.number, commit),
      );
    }
  };
  return setInterval(() => {
    if (busy) return;
    busy = true;
    // A commit that is not registered now is found when the coder ends.
    void look()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, SPOOL_POLL_MS);
}

/** Before anybody is asked to review: does it still go onto main? */
async function tryReplay(work: Work, event: Extract<TaskEvent, { kind: 'submitted' }>): Promise<TaskEvent> {
  const { project } = work.runner.session;
  const { main } = await readGate(project);
  const tried = await replay(await project.own(), main, event.head);
  if (tried.kind === 'clean') return event;
  if (tried.kind === 'empty') {
    const reason = `everything it changes is on ${project.main} already`;
    return { ...event, kind: 'setback', setback: 'unchanged', reason, feedback: reason, layout: null };
  }
  return await conflictSetback(project, work.task.id, main, event.head, event.commits, tried);
}

async function applyCoded(work: Work, event: TaskEvent): Promise<Claimed | undefined> {
  const { runner, task, step } = work;
  const { project, bell } = runner.session;
  const { store } = project;
  const gate = await readGate(project).catch(() => work.gate);
  const reviewer = gate.config.reviewer;
  const failures = work.earlier.filter((earlier) => earlier.outcome === 'failed').length;
  const applying = { limits: gate.limits, runnerId: runner.id, target: project.main };
  const result = await store.write(async (trx) => {
    const applied = await applyEvent(store, trx, task.id, event, {
      ...applying,
      stepId: step.stepId,
      backoffMs: backoffMs(failures),
    });
    if (applied.kind !== 'applied' || event.kind !== 'submitted') return { applied };
    if (reviewer === 'none') {
      const approved = { kind: 'approved', reviewer: 'none', commit: event.head, reason: '' } as const;
      return { applied: await applyEvent(store, trx, task.id, approved, applying) };
    }
    if (reviewer === 'human') {
      // A person takes as long as it takes; the section's place is for runners.
      if (task.section) await giveBack(trx, taskHolder(task.id), sectionResource(task.section.id));
      return { applied };
    }
    return { applied, next: await beginReview(store, trx, task.id, runner.id) };
  });
  // Cancelled while it was coded: nobody else could take the branch away, because it was checked out here.
  if (result.applied.kind !== 'applied') await putBranchAway(project, task.id);
  tell(work, event, result.applied, reviewer);
  bell.ring();
  return result.next;
}

function tell(work: Work, event: TaskEvent, applied: Applied, reviewer: string): void {
  const { runner, task } = work;
  const { report } = runner.session;
  const about = { task: { id: task.id, title: task.title }, runner: runner.number };
  if (applied.kind === 'stale' || applied.kind === 'refused') {
    report({ kind: 'interrupted', ...about, reason: 'the task was taken out of its hands' });
  } else if (event.kind === 'submitted') {
    report({ kind: 'submitted', ...about, commits: event.commits.length });
    if (reviewer === 'human') report({ kind: 'waiting-for-person', ...about, what: 'review' });
  } else if (event.kind === 'setback') {
    report({ kind: 'setback', ...about, reason: event.reason, status: applied.status });
  } else if (event.kind === 'interrupted') {
    report({ kind: 'interrupted', ...about, reason: event.reason });
  }
}
