// Coding one task: worktree, dependencies, coder, commits, rebase attempt, and what follows from them.

import path from 'node:path';
import { transcriptOf } from '../coder/agents/read.ts';
import { code } from '../coder/code.ts';
import { leaveBranch } from '../coder/ended.ts';
import { agentOf, prepareLaunch } from '../coder/launch.ts';
import { watchCoder } from '../coder/watch.ts';
import { firstReview } from '../config/reviewers.ts';
import type { CoderConfig } from '../config/schema.ts';
import { makeFolder, writeFileAtomically } from '../disk/files.ts';
import { gitDirOf } from '../git/worktrees.ts';
import { type Applied, applyEvent } from '../store/apply.ts';
import { type Attempt, listAttempts, recordOpened } from '../store/attempts.ts';
import { beginReview, type Claimed } from '../store/claim.ts';
import { giveBack, sectionResource, taskHolder } from '../store/claims.ts';
import { recordEvent } from '../store/events.ts';
import { holdAgent, releaseAgent } from '../store/holds.ts';
import type { Trx } from '../store/open.ts';
import { insertFollowUps } from '../store/questions.ts';
import { getRunner } from '../store/runners.ts';
import { recordChanged } from '../store/schedule.ts';
import { getTask } from '../store/tasks.ts';
import { recordUsage, type Used } from '../store/usage.ts';
import type { FollowUp } from '../task/answer.ts';
import type { TaskEvent } from '../task/event.ts';
import type { BranchName } from '../task/ids.ts';
import type { Limit } from '../task/limit.ts';
import { Problem, sentenceOf } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import type { Opened } from '../worktree/slot.ts';
import { backoffMs } from './backoff.ts';
import { leftFor } from './budget.ts';
import { answerFile, coderEnvironment } from './coderEnvironment.ts';
import { type CoderZone, readCoderZone } from './coderZone.ts';
import { briefFile, composeBrief } from './composeBrief.ts';
import { agentsConfirm } from './confirmDone.ts';
import { containmentFor } from './containment.ts';
import { lockChanged, lookLocked } from './fileLocks.ts';
import { type Gate, readGate } from './gate.ts';
import { holdUntil } from './holds.ts';
import { listenToSpool } from './listenToSpool.ts';
import { lookOutside } from './lookOutside.ts';
import { missingKey } from './missingKey.ts';
import { leaveSlot, openSlot } from './openSlot.ts';
import { findOutside, type Outside } from './outside.ts';
import type { Project } from './project.ts';
import { putBranchAway } from './putAway.ts';
import { changedBy } from './reality.ts';
import type { ActiveRunner } from './runner.ts';
import { type Settled, settleOutside } from './settleOutside.ts';
import { type SetUp, setUpBranch } from './setUpBranch.ts';
import { rememberingStep } from './slotHolders.ts';
import { mustAdd, startOf } from './startOf.ts';
import { unlessForeign } from './stolen.ts';
import { tryReplay, unasked } from './submission.ts';
import { lookForConflicts, watchConflicts } from './watchConflicts.ts';
import { watchRefs } from './watchRefs.ts';
import { type SharedWatch, watchShared } from './watchShared.ts';
import { watchWorktree } from './watchWorktree.ts';

export interface Work {
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
  const coded = await carryOut(work).catch(async (error: unknown): Promise<CodedTask> => {
    // Else the branch stays checked out here, and no other runner can take it up.
    await leaveSlot(runner, gate).catch(() => undefined);
    const event = signal.aborted ? STOPPED : notOpened(sentenceOf(error));
    return { event, followUps: [], notes: [], limit: null, used: [] };
  });
  return await applyCoded(work, coded);
}

interface CodedTask {
  readonly event: TaskEvent;
  readonly followUps: readonly FollowUp[];
  readonly notes: readonly string[];
  readonly limit: Limit | null;
  readonly used: readonly Used[];
  /** All that it changes; undefined where there is nothing. */
  readonly changed?: readonly string[] | undefined;
  /** What a submission changes outside of its zones. */
  readonly outside?: Outside | undefined;
}

/** A model that thinks says nothing for minutes. */
const AGENT_SILENCE_MS = 10 * 60_000;

const STOPPED: TaskEvent = { kind: 'interrupted', reason: 'the runner was stopped' };

async function carryOut(work: Work): Promise<CodedTask> {
  const { runner, task, attempt, gate } = work;
  const { project } = runner.session;
  const coder = gate.config.coders[attempt.coder];
  if (!coder)
    throw new Problem('config', 'unknown-coder', `coder "${attempt.coder}" is not in the configuration`);
  const log = path.join(project.folders.logs, `task-${task.id}`, `${attempt.number}-code.log`);
  await makeFolder(path.dirname(log));
  const kept = path.join(path.dirname(log), `${attempt.number}-found`);
  const shared = await watchShared(runner.session, { ...work.step, taskId: task.id }, kept);
  try {
    return await inSlot(work, coder, shared, log);
  } finally {
    await shared.end();
  }
}

async function inSlot(work: Work, coder: CoderConfig, shared: SharedWatch, log: string): Promise<CodedTask> {
  const { runner, task, attempt, gate } = work;
  const { project, report } = runner.session;
  const about = { task: { id: task.id, title: task.title }, runner: runner.number };
  const opened = await openSlot(runner, gate, startOf(task, work.earlier, gate.main));
  const setUp = await setUpBranch(runner, gate, task, opened, {
    log: path.join(path.dirname(log), `${attempt.number}-setup.log`),
    signal: work.signal,
    settingUp: (commands) => report({ kind: 'setting-up', ...about, attempt: attempt.number, commands }),
  });
  // What the set-up did is not the coder's fault.
  await shared.look('the set-up');
  if (setUp.kind === 'failed') {
    await leaveSlot(runner, gate);
    const event = work.signal.aborted ? STOPPED : notOpened(setUp.reason);
    return { event, followUps: [], notes: [], limit: null, used: [] };
  }
  await project.store.write((trx) =>
    recordOpened(trx, task.id, attempt.number, { attemptBase: opened.head, log }),
  );
  report({ kind: 'coding', ...about, attempt: attempt.number, coder: attempt.coder, log });
  const begun = project.host.elapsed();
  const { event: coded, used, whole, ...beside } = await runCoder(work, opened, coder, shared, log, setUp);
  const ms = project.host.elapsed() - begun;
  const event = coded.kind === 'submitted' ? await unlessForeign(project, task.id, coded) : coded;
  // What a coder that did not end well left uncommitted is archived as the task's while its branch still says whose it is.
  if (event.kind === 'submitted') {
    await leaveBranch(opened.git, task.branch as BranchName);
    runner.submitted.add(event.head);
  } else await leaveSlot(runner, gate);
  const replayed = event.kind === 'submitted' ? await tryReplay(project, task.id, event) : event;
  return {
    event: replayed,
    changed: await changedBy(project, gate.main, event),
    outside:
      replayed.kind === 'submitted' ? await findOutside(project, gate, task, replayed.head) : undefined,
    ...beside,
    used: [{ who: attempt.coder, ...used, ms, whole }],
  };
}

/** What cannot be done in this worktree (a branch that is checked out elsewhere, a full disk) is not the coder's fault. */
function notOpened(reason: string): TaskEvent {
  const nothing = { layout: null, head: null, commits: [] } as const;
  return { kind: 'setback', setback: 'failed', reason, feedback: reason, ...nothing };
}

async function runCoder(
  work: Work,
  opened: Opened,
  coder: CoderConfig,
  shared: SharedWatch,
  log: string,
  setUp: SetUp,
) {
  const { runner, task, attempt, step } = work;
  const { project } = runner.session;
  const spool = path.join(project.folders.spool, `${task.id}-${attempt.number}`);
  await makeFolder(project.folders.spool);
  const own = await runner.session.author();
  const identity =
    coder.author ?? own ?? `steroids coder ${attempt.coder} <${attempt.coder}@steroids.localhost>`;
  if (coder.author === undefined && own === undefined) {
    const sentence = `git has no user.name and user.email here, so coder "${attempt.coder}" commits as ${identity}`;
    runner.session.report({ kind: 'noticed', sentence });
  }
  const missing = await missingKey(project.host, coder);
  if (missing) {
    const sentence = `coder "${attempt.coder}": ${missing.sentence}. ${missing.remedy}`;
    runner.session.report({ kind: 'noticed', sentence });
  }
  const gitDir = await gitDirOf(opened.git);
  const zone = await readCoderZone(project, work.gate, task);
  const brief = await briefFor(work, coder, opened, setUp, zone);
  const { command, agent, environment } = await prepareLaunch(
    coder,
    {
      worktree: opened.git.dir,
      gitFolders: [project.repository.commonDir, gitDir],
      home: path.join(runner.temp, `coder-${attempt.coder}`),
      self: project.host.self,
      readOnly: false,
    },
    { taskId: task.id, brief, answerFile: answerFile(work) },
  );
  const events = agent && { preset: agent, transcript: transcriptOf(log) };
  const who = `coder "${attempt.coder}"`;
  const refs = await watchRefs(runner.session, { id: task.id, who }, gitDir, spool);
  const named = coder.author !== undefined || own === undefined;
  const ours = { id: step.stepId, runnerId: runner.id };
  const watch = watchWorktree(opened.git, opened.head, [
    await lookOutside(runner.session, work.gate, task),
    await lookLocked(runner.session, work.gate, task, ours, opened.head),
  ]);
  const conflicts = watchConflicts(runner.session);
  const listener = listenToSpool(project, task.id, attempt.number, spool, () => refs.lookAtMain());
  try {
    return await code({
      repository: project.git,
      worktree: opened.git,
      branch: task.branch as BranchName,
      main: project.main,
      head: opened.head,
      layout: opened.layout,
      mustAdd: mustAdd(work.earlier, opened.head),
      title: task.title,
      coder: attempt.coder,
      command,
      agent: events,
      identity,
      brief,
      environment: {
        ...coderEnvironment(work, opened, spool, named ? identity : undefined, zone),
        ...environment,
      },
      log,
      answerFile: answerFile(work),
      timeLimit: coder.timeLimit,
      outputLimit: coder.outputLimit,
      watch: watchCoder({
        agent: events,
        log,
        worktree: opened.git.dir,
        silenceLimit: coder.silenceLimit ?? (agent ? AGENT_SILENCE_MS : null),
        repeatLimit: coder.repeatLimit,
        left: await leftFor(project.store.db, task.id, work.gate.config, project.host.now()),
        now: project.host.now,
      }),
      signal: work.signal,
      containment: await containmentFor(project, work.gate, {
        worktree: opened.git,
        temp: runner.temp,
        commits: { branch: task.branch as BranchName, spool },
      }),
      started: rememberingStep(project, step.stepId, runner.slot, log),
      isOurs: async () => {
        const now = await getRunner(project.store.db, runner.id);
        return now?.state === 'active' && now.process === JSON.stringify(project.host.identify());
      },
      ended: async () => {
        await watch.end();
        const told = await shared.look(who);
        await refs.end();
        return told;
      },
      noticed: (sentence) => runner.session.report({ kind: 'noticed', sentence }),
    });
  } finally {
    clearInterval(listener);
    await watch.end();
    await conflicts.end();
    refs.leave();
  }
}

async function briefFor(
  work: Work,
  coder: CoderConfig,
  opened: Opened,
  setUp: SetUp,
  zone: CoderZone,
): Promise<string> {
  const { task, attempt, earlier, gate, runner } = work;
  const { project } = runner.session;
  const setupFailure = setUp.kind === 'broken' ? setUp.reason : null;
  const { head, layout } = opened;
  const beginning = { task, attempt: attempt.number, earlier, coder, head, layout, setupFailure, zone };
  const brief = await composeBrief(project, gate, beginning);
  for (const { passage } of brief.cut)
    await writeFileAtomically(briefFile(project, task, attempt.number, passage.name), passage.text);
  return brief.text;
}

async function applyCoded(work: Work, coded: CodedTask): Promise<Claimed | undefined> {
  const { followUps, notes, outside, changed } = coded;
  const { runner, task, step } = work;
  const { project, bell } = runner.session;
  const { store } = project;
  const gate = await readGate(project).catch(() => work.gate);
  const event = await confirmable(project, coded.event, gate, task);
  const confirmed = event.kind === 'asked' && event.confirm;
  const reviewer = firstReview(gate.config, task.section?.name);
  const failures = work.earlier.filter((earlier) => earlier.outcome === 'failed').length;
  const applying = { limits: gate.limits, runnerId: runner.id, target: project.main };
  const verdict =
    event.kind === 'submitted' && reviewer === 'none' ? await unasked(project, gate, event.head) : null;
  const using = { id: step.stepId, taskId: task.id, attempt: work.attempt.number, kind: 'code' } as const;
  const result = await store.write(async (trx) => {
    await recordUsage(store, trx, using, coded.used);
    const settled: Settled | undefined =
      outside && event.kind === 'submitted'
        ? await settleOutside(project, trx, {
            ...work,
            runnerId: runner.id,
            stepId: step.stepId,
            gate,
            outside,
            event,
          })
        : undefined;
    const what = settled?.kind === 'waits' ? settled.event : event;
    const applied = await applyEvent(store, trx, task.id, what, {
      ...applying,
      stepId: step.stepId,
      backoffMs: backoffMs(failures),
    });
    await learnOfAgent(work, gate, trx, coded);
    if (changed) await recordChanged(trx, task.id, changed);
    if (applied.kind !== 'applied') return { applied, settled };
    await insertFollowUps(store, trx, { taskId: task.id, attempt: work.attempt.number }, followUps);
    for (const note of notes)
      await recordEvent(trx, { at: store.now(), kind: 'noted', taskId: task.id, data: { note } });
    if (confirmed) return { applied, next: await beginReview(store, trx, task.id, runner.id) };
    if (what.kind !== 'submitted') return { applied, settled };
    if (changed && gate.config.locks.files) {
      const changing = { taskId: task.id, runnerId: runner.id, paths: changed, working: false };
      await lockChanged(store, trx, changing);
    }
    if (settled?.kind === 'rejected')
      return { applied: await applyEvent(store, trx, task.id, settled.event, applying), settled };
    const told = verdict && (await applyEvent(store, trx, task.id, verdict, applying));
    if (verdict?.kind === 'approved' && told) return { applied: told };
    if (verdict || reviewer === 'human') {
      // A person takes as long as it takes; the section's place is for runners.
      if (task.section) await giveBack(trx, taskHolder(task.id), sectionResource(task.section.id));
      return { applied };
    }
    return { applied, next: await beginReview(store, trx, task.id, runner.id) };
  });
  // Cancelled while it was coded: nobody else could take the branch away, because it was checked out here.
  if (result.applied.kind !== 'applied') await putBranchAway(project, task.id);
  tell(
    work,
    result.settled && 'event' in result.settled ? result.settled.event : event,
    result.applied,
    verdict?.kind === 'reserved' ? verdict.reason : reviewer === 'human' ? 'review' : null,
  );
  bell.ring();
  // What it committed last may conflict with what others are at.
  if (event.kind === 'submitted') await lookForConflicts(runner.session);
  return result.next;
}

/** Whether main has it already is for its reviewers to say first. */
async function confirmable(project: Project, event: TaskEvent, gate: Gate, task: Task): Promise<TaskEvent> {
  if (event.kind !== 'asked' || event.asked.about !== 'already-done') return event;
  return { ...event, confirm: await agentsConfirm(project, gate, task) };
}

/** Keeps others from starting an agent whose provider refuses, and lets them again when one went well. */
async function learnOfAgent(work: Work, gate: Gate, trx: Trx, { event, limit }: CodedTask): Promise<void> {
  const { store, host } = work.runner.session.project;
  const coder = gate.config.coders[work.attempt.coder];
  const agent = coder && agentOf(coder);
  if (!agent) return;
  if (limit) {
    const reason = 'reason' in event ? event.reason : limit.kind;
    const until = (times: number) => holdUntil(limit, times, host.now());
    await holdAgent(store, trx, { name: agent.name, kind: limit.kind, reason }, until);
  } else if (event.kind === 'submitted' || event.kind === 'asked') await releaseAgent(trx, agent.name);
}

/** @param forPerson what a person has to do about it, if anything */
function tell(work: Work, event: TaskEvent, applied: Applied, forPerson: string | null): void {
  const { runner, task } = work;
  const { report } = runner.session;
  const about = { task: { id: task.id, title: task.title }, runner: runner.number };
  if (applied.kind === 'stale' || applied.kind === 'refused') {
    report({ kind: 'interrupted', ...about, reason: 'the task was taken out of its hands' });
  } else if (event.kind === 'submitted') {
    report({ kind: 'submitted', ...about, commits: event.commits.length });
    if (forPerson !== null) report({ kind: 'waiting-for-person', ...about, what: forPerson });
  } else if (event.kind === 'asked' && event.confirm) {
    report({ kind: 'noticed', sentence: `${task.id} “${task.title}”: ${event.reason}` });
  } else if (event.kind === 'asked') {
    report({ kind: 'waiting-for-person', ...about, what: event.reason });
  } else if (event.kind === 'setback') {
    report({ kind: 'setback', ...about, reason: event.reason, status: applied.status });
  } else if (event.kind === 'interrupted') {
    report({ kind: 'interrupted', ...about, reason: event.reason });
  } else if (event.kind === 'handedBack') {
    report({ kind: 'interrupted', ...about, reason: event.note });
  } else if (event.kind === 'rejected') {
    const { reviewer, reason, outside = false } = event;
    report({ kind: 'rejected', ...about, reviewer, outside, reason, status: applied.status });
  }
}
