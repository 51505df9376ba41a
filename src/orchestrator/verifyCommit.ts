// Verifying one commit in the queue's own worktree: one run or two, each of them recorded.

import { answerOf, type Check, type Verified, verify } from '../merge/verify.ts';
import type { Entry } from '../store/entries.ts';
import { type Flaky, recordVerification } from '../store/verifications.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { about } from './aboutEntry.ts';
import { flakySentence, recordFlaky } from './flaky.ts';
import type { Gate } from './gate.ts';
import type { Lander } from './lander.ts';
import { inMergeSlot, mergeLog, openMergeSlot } from './mergeSlot.ts';
import { ensureDependencies } from './openSlot.ts';
import { remembering } from './slotHolders.ts';

export interface Question {
  /** For whose sake. */
  readonly entry: Entry;
  /** The candidate, or the commit of main below it. */
  readonly commit: Sha;
  readonly base: Sha;
  readonly checks: readonly Check[];
  /** Of what is run. */
  readonly digest: string;
  /** Each command has this part of its time limit. */
  readonly timeShare: number;
}

export type Red = Extract<Verified, { kind: 'failed' | 'outOfTime' }> & { readonly logFile: string };

export type Answer =
  | { readonly kind: 'passed'; readonly flaky: Flaky | null }
  | Red
  | Exclude<Verified, { kind: 'passed' | 'failed' | 'outOfTime' }>;

/** What is red is run once more, from a clean worktree: what is green then has passed, and its command is called flaky. */
export async function verifyCommit(lander: Lander, gate: Gate, question: Question): Promise<Answer> {
  const first = await verifyOnce(lander, gate, question, null);
  return first.kind === 'failed' ? await verifyOnce(lander, gate, question, first) : first;
}

/** @param red the run before this one, of which it is the second opinion */
async function verifyOnce(lander: Lander, gate: Gate, question: Question, red: Red | null): Promise<Answer> {
  const { project, report } = lander.session;
  const { entry, commit, base } = question;
  const startedAt = project.host.now();
  const log = mergeLog(project, startedAt, shortSha(commit));
  const subject = commit === base ? { title: `${project.main} itself`, entry: null } : about(entry);
  report({ kind: 'verifying', ...subject, candidate: commit, log, again: red?.reason ?? null });
  const verified = await inMergeSlot(lander, gate, log, (slot) =>
    runInSlot(lander, gate, question, slot, log),
  );
  if (verified.kind === 'stopped') return verified;
  const command = verified.kind === 'passed' && red ? red.command : null;
  const flaky = await project.store.write(async (trx) => {
    await recordVerification(trx, {
      entryId: entry.id,
      commit,
      base,
      commands: question.digest,
      outcome: OUTCOMES[verified.kind],
      flaky: command,
      detail: verified.kind === 'passed' ? '' : verified.reason,
      log,
      startedAt,
      endedAt: project.host.now(),
    });
    const of = { taskId: entry.taskId, entryId: entry.id };
    return command === null ? null : await recordFlaky(project, trx, command, commit, of);
  });
  // A candidate's landing says so itself.
  if (flaky && commit === base)
    report({ kind: 'noticed', sentence: `on ${project.main} ${flakySentence(flaky)}` });
  if (verified.kind === 'passed') return { ...verified, flaky };
  return verified.kind === 'couldNotRun' ? verified : { ...verified, logFile: log };
}

const OUTCOMES = {
  passed: 'passed',
  failed: 'failed',
  outOfTime: 'out-of-time',
  couldNotRun: 'could-not-run',
} as const;

async function runInSlot(
  lander: Lander,
  gate: Gate,
  question: Question,
  slot: string,
  log: string,
): Promise<Verified> {
  const { signal } = lander;
  const { project } = lander.session;
  const { commit, checks, timeShare } = question;
  const { worktree, environment, containment } = await openMergeSlot(lander, gate, slot, commit);
  const ready = await ensureDependencies(project, gate, slot, worktree, {
    containment,
    log,
    signal,
    environment,
    timeShare,
    settingUp: () => {},
  });
  if (signal.aborted) return { kind: 'stopped' };
  if (ready.kind === 'failed') return await answerOf('setup', ready.command, ready.worked, commit, log);
  const timeLimit = Math.ceil(gate.config.merge.verifyTimeLimit * timeShare);
  const started = remembering(project, slot);
  const verifying = { worktree, commit, checks, environment, log, timeLimit, signal, containment, started };
  return await verify(verifying);
}
