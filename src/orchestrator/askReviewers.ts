// Asking the agents of a task's panels, and what is learnt of their providers.

import type { Panel } from '../config/reviewers.ts';
import type { Git } from '../git/client.ts';
import { resolveCommit } from '../git/refs.ts';
import { checkOut } from '../git/worktrees.ts';
import type { Asked } from '../review/ask.ts';
import { type Reviewed as Judged, review } from '../review/review.ts';
import { holdAgent, releaseAgent } from '../store/holds.ts';
import type { Trx } from '../store/open.ts';
import type { TaskEvent } from '../task/event.ts';
import type { Sha } from '../task/ids.ts';
import { emptySlot } from './emptySlot.ts';
import type { Gate } from './gate.ts';
import { holdName, holdsOthers, holdUntil } from './holds.ts';
import { prepareAskings } from './prepareAskings.ts';
import type { Project } from './project.ts';
import type { Matter } from './reviewerKinds.ts';
import type { Reviewing } from './reviewTask.ts';
import type { ActiveRunner } from './seat.ts';

/** By the reviewer's name. */
export type Answers = Map<string, Asked>;

export type Reviewed = Judged | Extract<TaskEvent, { kind: 'held' }>;

export function agentsIn(panels: readonly Panel[]): string[] {
  return [...new Set(panels.flatMap((panel) => panel.by))].filter((name) => name !== 'human');
}

/** @param matter what each of them is given, by name; undefined where there is nobody to ask */
export async function askReviewers(
  reviewing: Reviewing,
  commit: Sha,
  panels: readonly Panel[],
  matter: ((name: string) => Matter) | undefined,
): Promise<Reviewed> {
  const { runner, gate, task, signal, answers } = reviewing;
  const groups = panels.map(({ by, rule }) => ({ by: by.filter((name) => name !== 'human'), rule }));
  if (matter === undefined) return await review({ commit, askings: [], groups, signal });
  const names = agentsIn(panels);
  runner.session.report({
    kind: 'reviewing',
    task: { id: task.id, title: task.title },
    runner: runner.number,
    reviewer: names.join(', '),
  });
  const worktree = await openReviewFolder(runner, gate);
  const askings = await prepareAskings(runner, gate, reviewing, matter, names, worktree);
  const heard = (name: string, asked: Asked) => void answers.set(name, asked);
  const reviewed = await review({ commit, askings, groups, signal, heard });
  return (reviewed.kind === 'unjudged' && heldBy(gate, answers, reviewed.reason)) || reviewed;
}

/** When nothing but refusals of providers keeps it from being judged, it waits for the end of them and has lost no try. */
function heldBy(
  gate: Gate,
  answers: Answers,
  reason: string,
): Extract<TaskEvent, { kind: 'held' }> | undefined {
  const none = [...answers].flatMap(([name, asked]) => (asked.kind === 'none' ? [{ name, asked }] : []));
  const holds = none.map(({ name, asked }) => asked.heldBy ?? limitedHold(gate, name, asked));
  const [by] = holds;
  return by && holds.every((hold) => hold) ? { kind: 'held', by, reason } : undefined;
}

/** The hold that a reviewer's refusal begins. */
function limitedHold(gate: Gate, name: string, asked: Asked): string | undefined {
  const config = gate.config.reviewers[name];
  if (!config || asked.kind !== 'none' || !asked.limit || !holdsOthers(asked.limit)) return undefined;
  return holdName(config) ?? undefined;
}

/** Keeps others from asking a provider that refuses, and lets them again when one has answered. */
export async function learnOfReviewers(
  { store, host }: Project,
  gate: Gate,
  trx: Trx,
  answers: Answers,
): Promise<void> {
  for (const [reviewer, asked] of answers) {
    const config = gate.config.reviewers[reviewer];
    const name = config && holdName(config);
    if (!name) continue;
    if (asked.kind === 'opinion') await releaseAgent(trx, name);
    if (asked.kind !== 'none' || !asked.limit || !holdsOthers(asked.limit)) continue;
    const { limit, reason } = asked;
    const until = (times: number) => holdUntil(limit, times, host.now());
    await holdAgent(store, trx, { name, kind: limit.kind, reason }, until);
  }
}

/** A checkout of main of the runner's own, in our git directory, without anything that the last reviewers left there. */
async function openReviewFolder(runner: ActiveRunner, gate: Gate): Promise<Git> {
  const { session, reviewSlot: name, reviewFolder: folder } = runner;
  const slot = { name, folder, git: session.project.ownWorktrees };
  const worktree = await emptySlot(session, slot, gate.main, []);
  if ((await resolveCommit(worktree, 'HEAD')) !== gate.main) await checkOut(worktree, gate.main, true);
  return worktree;
}
