// Verifying a candidate, and, when it does not pass, finding out whose fault it is.

import { checksDigest } from '../merge/verify.ts';
import type { Entry } from '../store/entries.ts';
import { countOutOfTime, countUnanswered, type Flaky, hasPassed } from '../store/verifications.ts';
import { shortSha } from '../task/ids.ts';
import { backoffMs } from './backoff.ts';
import { checksOf } from './checks.ts';
import type { Gate } from './gate.ts';
import type { Candidate } from './landEntry.ts';
import type { Lander } from './lander.ts';
import { type Question, type Red, verifyCommit } from './verifyCommit.ts';

export type CandidateVerified =
  | { readonly kind: 'passed'; readonly flaky: Flaky | null }
  | { readonly kind: 'stopped' }
  /** The task's fault: its candidate failed twice, and main passes. */
  | { readonly kind: 'failed'; readonly reason: string; readonly log: string; readonly logFile: string }
  /** Nobody's fault. */
  | Held;

export interface Held {
  readonly kind: 'held';
  readonly reason: string;
  readonly pause: boolean;
  /** Epoch milliseconds. */
  readonly notBefore: number | null;
}

export async function verifyCandidate(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  candidate: Candidate,
): Promise<CandidateVerified> {
  const { db } = lander.session.project.store;
  if (gate.config.merge.verify.length === 0) return { kind: 'passed', flaky: null };
  const { commit, base } = candidate;
  const checks = await checksOf(lander.session.project, gate, candidate);
  if (checks.length === 0) return { kind: 'passed', flaky: null };
  const digest = checksDigest(checks, gate.config.worktrees.setup ?? []);
  if (await hasPassed(db, commit, digest)) return { kind: 'passed', flaky: null };
  const question = { entry, commit, base, checks, digest, timeShare: 1 };
  const answer = await verifyCommit(lander, gate, question);
  if (answer.kind === 'passed' || answer.kind === 'stopped') return answer;
  if (answer.kind === 'couldNotRun') return await hold(lander, gate, entry, answer.reason);
  // Once is no proof: the machine may have been busy. Others have their turn before the second time.
  if (answer.kind === 'outOfTime' && (await countOutOfTime(db, entry.id)) < 2)
    return await hold(lander, gate, entry, answer.reason);
  return (await whyNotItsFault(lander, gate, question, answer)) ?? blame(lander, answer);
}

function blame(lander: Lander, red: Red): CandidateVerified {
  const { main } = lander.session.project;
  const passes = red.kind === 'failed' ? 'passes' : 'needs less than half of that';
  return { ...red, kind: 'failed', reason: `${red.reason}, twice, and ${main} by itself ${passes}` };
}

/** Main itself has to do what the candidate did not. @returns undefined when it does */
async function whyNotItsFault(
  lander: Lander,
  gate: Gate,
  question: Question,
  red: Red,
): Promise<Held | { readonly kind: 'stopped' } | undefined> {
  const { project } = lander.session;
  const { entry, base, digest } = question;
  // That main has passed once says nothing of a registry that a set-up needs now, nor of how busy the machine is.
  const known = red.kind === 'failed' && red.part === 'verification';
  if (known && (await hasPassed(project.store.db, base, digest))) return undefined;
  // A slow machine passes no judgement: for that main has to be done in half of the time.
  const timeShare = red.kind === 'outOfTime' ? 0.5 : 1;
  const main = await verifyCommit(lander, gate, { ...question, commit: base, timeShare });
  const itself = `${project.main} itself (${shortSha(base)})`;
  switch (main.kind) {
    case 'passed':
      return undefined;
    case 'stopped':
      return main;
    case 'failed': {
      const reason = `${itself} does not pass its verification: ${main.reason}, twice (log: ${main.logFile})`;
      return { kind: 'held', reason, pause: true, notBefore: null };
    }
    case 'outOfTime': {
      const limit = main.part === 'setup' ? 'worktrees.setupTimeLimit' : 'merge.verifyTimeLimit';
      const reason = `${red.reason}, and ${itself} is hardly faster: the machine is slow, or ${limit} is too short`;
      return await hold(lander, gate, entry, red.kind === 'outOfTime' ? reason : main.reason);
    }
    case 'couldNotRun':
      return await hold(lander, gate, entry, `${itself}: ${main.reason}`);
  }
}

/** Tried again, later each time; beyond the bound the queue waits for a person. */
export async function hold(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  reason: string,
  what = 'the verification could not run',
): Promise<Held> {
  const { project } = lander.session;
  const tries = await countUnanswered(project.store.db, entry.id);
  if (tries < gate.limits.failed)
    return { kind: 'held', reason, pause: false, notBefore: project.host.now() + backoffMs(tries) };
  const often = `${what} ${tries} ${tries === 1 ? 'time' : 'times'}: ${reason}`;
  return { kind: 'held', reason: often, pause: true, notBefore: project.host.now() + backoffMs(tries) };
}
