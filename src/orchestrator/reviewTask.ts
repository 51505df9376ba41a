// Reviewing one task by agents: the rebase attempt, the dossier, the verdicts, and the rebase attempt again.

import { resolveCommit } from '../git/refs.ts';
import { type Dossier, writeDossier } from '../review/dossier.ts';
import { isParted, type Judges, judgesNotes, judgesText } from '../review/judges.ts';
import { BOUNDS, divide } from '../review/parts.ts';
import { applyEvent } from '../store/apply.ts';
import { type Attempt, getAttempt } from '../store/attempts.ts';
import type { Claimed } from '../store/claim.ts';
import { listEvents, recordEvent } from '../store/events.ts';
import { closeStep } from '../store/steps.ts';
import { getTask } from '../store/tasks.ts';
import { recordUsage, type Used } from '../store/usage.ts';
import type { TaskEvent } from '../task/event.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';
import type { StoredStatus } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import { type Answers, agentsIn, askReviewers, learnOfReviewers, type Reviewed } from './askReviewers.ts';
import { backoffMs } from './backoff.ts';
import { confirmDone, doneQuestion } from './confirmDone.ts';
import { gatherDossier, MAX_DIFF } from './dossier.ts';
import type { Fact } from './facts.ts';
import { lockHead } from './fileLocks.ts';
import { type Gate, readGate } from './gate.ts';
import { taskVariables } from './prepareAskings.ts';
import { unlessProtected } from './protected.ts';
import { putBranchAway } from './putAway.ts';
import { lookAtHead, lookBeforeReview } from './reviewable.ts';
import type { Matter } from './reviewerKinds.ts';
import { personIn, reviewersOf } from './reviewers.ts';
import type { ActiveRunner } from './seat.ts';
import { alteredSince } from './whatLands.ts';

type Event = TaskEvent | { readonly kind: 'stopped' };

export interface Reviewing {
  readonly runner: ActiveRunner;
  readonly gate: Gate;
  readonly task: Task;
  readonly attempt: Attempt;
  readonly step: Claimed;
  readonly signal: AbortSignal;
  /** What each reviewer answers; filled as they do. */
  readonly answers: Answers;
  /** What each reviewer used, by name. */
  readonly used: Map<string, Used>;
}

/** @returns nothing: after a verdict the runner picks again */
export async function reviewTask(runner: ActiveRunner, step: Claimed, signal: AbortSignal): Promise<void> {
  const { project, bell, report } = runner.session;
  const { store } = project;
  const gate = await readGate(project);
  const task = await getTask(store.db, step.taskId);
  const attempt = task && (await getAttempt(store.db, task.id, task.attempt));
  if (!task || !attempt) throw new TypeError(`a task in review, ${step.taskId}, is not in the store`);
  const answers: Answers = new Map();
  const used = new Map<string, Used>();
  const reviewing = { runner, gate, task, attempt, step, signal, answers, used };
  const event = await judge(reviewing).catch((error: unknown): Event => {
    return signal.aborted ? { kind: 'stopped' } : { kind: 'unjudged', reason: sentenceOf(error) };
  });
  const using = { id: step.stepId, taskId: task.id, attempt: attempt.number, kind: 'review' } as const;
  const applied = await store.write(async (trx) => {
    await recordUsage(store, trx, using, [...used.values()]);
    await learnOfReviewers(project, gate, trx, answers);
    if (event.kind === 'stopped') {
      await closeStep(store, trx, step.stepId, 'abandoned', 'it was stopped');
      return undefined;
    }
    return await applyEvent(store, trx, task.id, event, {
      limits: gate.limits,
      runnerId: runner.id,
      stepId: step.stepId,
      target: project.main,
      backoffMs: backoffMs(1),
    });
  });
  if (applied?.kind === 'applied' && applied.status === 'completed') await putBranchAway(project, task.id);
  bell.ring();
  const about = { task: { id: task.id, title: task.title }, runner: runner.number };
  if (event.kind === 'stopped' || applied?.kind !== 'applied')
    return report({ kind: 'interrupted', ...about, reason: 'its review was stopped' });
  const fact = factOf(event, applied.status);
  if (fact) report({ ...about, ...fact });
}

type About = 'task' | 'runner';
type Told<F> = F extends { readonly runner: number; readonly task: object } ? Omit<F, About> : never;

function factOf(event: TaskEvent, status: StoredStatus): Told<Fact> | undefined {
  switch (event.kind) {
    case 'approved':
      return { kind: 'approved', reviewer: event.reviewer };
    case 'reserved': {
      const { reviewer, reason } = event;
      const what = reviewer === 'none' ? reason : `approved by ${reviewer}, but ${reason}`;
      return { kind: 'waiting-for-person', what };
    }
    case 'rejected':
      return { kind: 'rejected', reviewer: event.reviewer, reason: event.reason, status };
    case 'disputed':
      return { kind: 'disputed', reviewer: event.reviewer, reason: event.reason };
    case 'unjudged':
    case 'held':
      return { kind: 'unjudged', reason: event.reason, status };
    case 'setback':
    case 'altered':
      return { kind: 'setback', reason: event.reason, status };
    case 'foundLanded':
      return { kind: 'confirmed', reviewer: event.reviewer ?? 'none', commit: event.commit };
    default:
      return undefined;
  }
}

async function judge(reviewing: Reviewing): Promise<Event> {
  const { runner, gate, task, attempt } = reviewing;
  const { project, report } = runner.session;
  const noticed = (sentence: string) => report({ kind: 'noticed', sentence });
  const asked = await doneQuestion(project, task);
  if (asked) return await confirmDone(reviewing, asked);
  const before = await lookBeforeReview(project, gate, task, attempt, noticed);
  if (before.kind !== 'reviewable') return before;
  const { head } = before;
  await lockHead(project, gate, task.id, runner.id, head);
  const panels = await reviewersOf(project, gate, task, head);
  await recordJudges(reviewing, head, panels);
  const reviewed = await askAll(reviewing, head, panels);
  // The branch may have moved while the reviewers were reading, and main too.
  const now = await readGate(project);
  const looked = await lookAtHead(project, now, task, attempt, noticed);
  if (looked.kind === 'headMoved') return looked;
  if (reviewed.kind !== 'approved') return reviewed;
  const after = await lookBeforeReview(project, now, task, attempt, noticed);
  if (after.kind !== 'reviewable') return after;
  if (now.config !== gate.config && (await reviewedByOthers(reviewing, now, head, panels))) {
    noticed(
      `${task.id} “${task.title}”: who has to review it has changed on ${project.main}, so that is asked again`,
    );
    return { kind: 'stopped' };
  }
  const altered = nobodyIn(panels) ? undefined : await alteredSince(project, head, gate.main, now.main);
  if (altered !== undefined) return { kind: 'altered', commit: head, reason: altered };
  const person = personIn(panels);
  if (person !== undefined)
    return { kind: 'reserved', commit: reviewed.commit, reviewer: reviewed.reviewer, reason: person };
  const approved = nobodyIn(panels) ? reviewed : { ...reviewed, onto: now.main };
  return await unlessProtected(project, now, approved);
}

async function reviewedByOthers({ runner, task }: Reviewing, gate: Gate, head: Sha, by: readonly Judges[]) {
  const judges = await reviewersOf(runner.session.project, gate, task, head);
  return judgesText(judges) !== judgesText(by);
}

/** Where what is changed tells who has to review it, the history keeps who that was, of which commit. */
async function recordJudges(
  { runner, task }: Reviewing,
  head: Sha,
  judges: readonly Judges[],
): Promise<void> {
  if (!isParted(judges)) return;
  const { store } = runner.session.project;
  const data = { commit: head, text: judgesText(judges) };
  const before = (await listEvents(store.db, { taskId: task.id })).findLast(
    ({ kind }) => kind === 'reviewers',
  );
  if (before?.data.commit === data.commit && before.data.text === data.text) return;
  const about = { at: store.now(), kind: 'reviewers', taskId: task.id, runnerId: runner.id, data };
  await store.write((trx) => recordEvent(trx, about));
}

const nobodyIn = (panels: readonly Judges[]) => panels.every((panel) => panel.by.length === 0);

async function askAll(reviewing: Reviewing, head: Sha, panels: readonly Judges[]): Promise<Reviewed> {
  const { task, attempt } = reviewing;
  if (agentsIn(panels).length === 0) return await askReviewers(reviewing, head, panels, undefined);
  const moved = new AbortController();
  // Whoever adds to the branch meanwhile is not kept waiting for what is said of its old head.
  const watch = setInterval(() => void lookForMove().catch(() => undefined), LOOK_MS);
  const lookForMove = async () => {
    const at = await resolveCommit(reviewing.runner.session.project.git, branchRef(task.branch ?? ''));
    if (at !== undefined && at !== attempt.headCommit) moved.abort();
  };
  try {
    const signal = AbortSignal.any([reviewing.signal, moved.signal]);
    const matter = await matterOf(reviewing, head, panels);
    return await askReviewers({ ...reviewing, signal }, head, panels, matter);
  } finally {
    clearInterval(watch);
  }
}

const LOOK_MS = 1_000;

/** What each of them is asked about: the same change, and what of it is that one's. */
async function matterOf(
  reviewing: Reviewing,
  head: Sha,
  judges: readonly Judges[],
): Promise<(name: string) => Matter> {
  const { runner, gate, task, attempt } = reviewing;
  const { project } = runner.session;
  const { main } = gate;
  const gathered = await gatherDossier(project, task, attempt, head, main, MAX_DIFF);
  const longest = BOUNDS.part * BOUNDS.parts;
  return (name) => {
    const told = (dossier: Dossier) => ({
      ...dossier,
      notes: [...judgesNotes(judges, name), ...(dossier.notes ?? [])],
    });
    const zones = judges.flatMap(({ by, zone }) => (zone !== null && by.includes(name) ? [zone] : []));
    return {
      dossier: writeDossier(told(gathered)),
      parts: async () => divide(told(await gatherDossier(project, task, attempt, head, main, longest))),
      variables: {
        ...taskVariables(runner, reviewing),
        STEROIDS_ZONE: zones.join('\n'),
        STEROIDS_BASE_COMMIT: gathered.whole.from,
        STEROIDS_HEAD_COMMIT: gathered.whole.to,
      },
    };
  };
}
