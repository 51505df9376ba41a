// What follows from a coding, written in one transaction and told.

import { agentOf } from '../coder/launch.ts';
import { firstReview } from '../config/reviewers.ts';
import { type Applied, applyEvent } from '../store/apply.ts';
import { beginReview, type Claimed } from '../store/claim.ts';
import { giveBack, sectionResource, taskHolder } from '../store/claims.ts';
import { recordEvent } from '../store/events.ts';
import { holdAgent, releaseAgent } from '../store/holds.ts';
import type { Trx } from '../store/open.ts';
import { insertFollowUps } from '../store/questions.ts';
import { recordChanged } from '../store/schedule.ts';
import { getTask } from '../store/tasks.ts';
import { recordUsage } from '../store/usage.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Task } from '../task/task.ts';
import { backoffMs } from './backoff.ts';
import type { CodedTask, Work } from './coding.ts';
import { agentsConfirm } from './confirmDone.ts';
import { lockChanged } from './fileLocks.ts';
import { type Gate, readGate } from './gate.ts';
import { holdUntil } from './holds.ts';
import { type Outside, outsideText } from './outside.ts';
import type { Project } from './project.ts';
import { putBranchAway } from './putAway.ts';
import { type Settled, settleOutside } from './settleOutside.ts';
import { unasked } from './submission.ts';
import { lookForConflicts } from './watchConflicts.ts';

/** @returns the review step that its runner goes on with, when there is one */
export async function applyCoded(work: Work, coded: CodedTask): Promise<Claimed | undefined> {
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
            task: (await getTask(trx, task.id)) ?? task,
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
    if (verdict?.kind === 'approved' && told) return { applied: told, settled };
    if (verdict || reviewer === 'human') {
      // A person takes as long as it takes; the section's place is for runners. It may have moved meanwhile.
      const { section } = (await getTask(trx, task.id)) ?? task;
      if (section) await giveBack(trx, taskHolder(task.id), sectionResource(section.id));
      return { applied, settled };
    }
    return { applied, settled, next: await beginReview(store, trx, task.id, runner.id) };
  });
  // Cancelled while it was coded: nobody else could take the branch away, because it was checked out here.
  if (result.applied.kind !== 'applied') await putBranchAway(project, task.id);
  tell(
    work,
    result.settled && 'event' in result.settled ? result.settled.event : event,
    result.applied,
    verdict?.kind === 'reserved' ? verdict.reason : reviewer === 'human' ? 'review' : null,
  );
  if (outside && result.settled?.kind === 'goes-on' && result.applied.kind === 'applied')
    tellOutside(work, gate, outside);
  bell.ring();
  // What it committed last may conflict with what others are at.
  if (event.kind === 'submitted') await lookForConflicts(runner.session);
  return result.next;
}

/** While it worked it was told too, if it took long enough; a review may come to none. */
function tellOutside({ runner, task }: Work, gate: Gate, outside: Outside): void {
  if (!outside.in.apart && gate.config.runners.zones.length === 0) return; // nobody speaks of zones
  const sentence = `${task.id} “${task.title}”: it changes ${outsideText(outside)}`;
  runner.session.report({ kind: 'noticed', sentence });
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
