// Verifying one commit in the queue's own worktree: one run or two, each of them recorded.

import path from 'node:path';
import { makeFolder } from '../disk/files.ts';
import { findFullDisk, isNoSpace } from '../disk/space.ts';
import { answerOf, type Check, checkOutCandidate, type Verified, verify } from '../merge/verify.ts';
import { withoutSecrets } from '../process/environment.ts';
import type { Entry } from '../store/entries.ts';
import { getSlot } from '../store/slots.ts';
import { type Flaky, recordVerification } from '../store/verifications.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';
import { mergeSlot } from '../worktree/layout.ts';
import { clearSlot } from '../worktree/slot.ts';
import { about } from './aboutEntry.ts';
import { containmentFor } from './containment.ts';
import { flakySentence, recordFlaky } from './flaky.ts';
import type { Gate } from './gate.ts';
import type { Lander } from './lander.ts';
import { ensureDependencies, makeSlot, slotEnvironment, startAfresh } from './openSlot.ts';
import { endLeft, heldBy, remembering } from './slotHolders.ts';

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
  const folder = path.join(project.folders.logs, 'merge');
  const log = path.join(
    folder,
    `${new Date(startedAt).toISOString().replaceAll(':', '')}-${shortSha(commit)}.log`,
  );
  const subject = commit === base ? { title: `${project.main} itself`, entry: null } : about(entry);
  report({ kind: 'verifying', ...subject, candidate: commit, log, again: red?.reason ?? null });
  const verified = await run(lander, gate, question, log);
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

/** A full disk is nobody's fault, whatever failed on it. */
async function run(lander: Lander, gate: Gate, question: Question, log: string): Promise<Verified> {
  const { project, root } = lander.session;
  const slot = await freeMergeSlot(lander, gate);
  const folder = path.join(root, slot);
  const disks = [folder, root, lander.temp, project.folders.base];
  try {
    await makeFolder(path.dirname(log));
    const verified = await runInSlot(lander, gate, question, slot, log);
    if (verified.kind === 'passed' || verified.kind === 'stopped') return verified;
    const full = await findFullDisk(disks);
    await startAfresh(project, project.ownWorktrees, slot, folder);
    return full === undefined ? verified : { kind: 'couldNotRun', reason: `${full} (${verified.reason})` };
  } catch (error) {
    const full = (await findFullDisk(disks)) ?? (isNoSpace(error) ? 'a disk is full' : undefined);
    if (full === undefined || lander.signal.aborted) throw error;
    return { kind: 'couldNotRun', reason: `${full} (${sentenceOf(error)})` };
  }
}

/** The first in which nothing of an earlier verification has files open. */
async function freeMergeSlot(lander: Lander, gate: Gate): Promise<string> {
  const { root, project, report } = lander.session;
  for (let number = 1; ; number++) {
    const slot = mergeSlot(number);
    const known = await getSlot(project.store.db, slot);
    if (known) await endLeft(known);
    const held = await heldBy(project, gate, path.join(root, slot));
    if (held === undefined) return slot;
    report({ kind: 'noticed', sentence: `${held}: it is put aside, and the queue verifies in another` });
  }
}

async function runInSlot(
  lander: Lander,
  gate: Gate,
  question: Question,
  slot: string,
  log: string,
): Promise<Verified> {
  const { session, signal } = lander;
  const { project } = session;
  const { commit, checks, timeShare } = question;
  const folder = path.join(session.root, slot);
  const worktree = await makeSlot(project, project.ownWorktrees, slot, folder, gate.main);
  await clearSlot(worktree, slot, gate.main, ['node_modules']);
  await checkOutCandidate(worktree, commit);
  const environment = withoutSecrets(
    slotEnvironment({ session, number: 0, temp: lander.temp }, gate.config),
    gate.config.environment.keep,
  );
  const containment = await containmentFor(project, gate, { worktree, temp: lander.temp });
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
