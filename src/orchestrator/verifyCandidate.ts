// Verifying a candidate in the queue's own worktree, and, when it fails, finding out whose fault it is.

import path from 'node:path';
import { makeFolder } from '../disk/files.ts';
import { checkOutCandidate, commandsDigest, type Verified, verify } from '../merge/verify.ts';
import { withoutSecrets } from '../process/environment.ts';
import type { Entry } from '../store/entries.ts';
import { getSlot } from '../store/slots.ts';
import { countUnverifiable, hasPassed, recordVerification } from '../store/verifications.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { mergeSlot } from '../worktree/layout.ts';
import { clearSlot } from '../worktree/slot.ts';
import { about } from './aboutEntry.ts';
import { containmentFor } from './containment.ts';
import type { Gate } from './gate.ts';
import type { Candidate } from './landEntry.ts';
import type { Lander } from './lander.ts';
import { ensureDependencies, makeSlot, slotEnvironment } from './openSlot.ts';
import { endLeft, heldBy, remembering } from './slotHolders.ts';

type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string; readonly log: string; readonly logFile: string }
  | {
      readonly kind: 'held';
      readonly reason: string;
      readonly pause: boolean;
      readonly notBefore: number | null;
    };

const RETRY_MS = 2_000;

export async function verifyCandidate(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  candidate: Candidate,
): Promise<Outcome> {
  const { project } = lander.session;
  if (gate.config.merge.verify.length === 0) return { kind: 'passed' };
  const digest = commandsDigest(gate.config.merge.verify, gate.config.worktrees.setup ?? []);
  if (await hasPassed(project.store.db, candidate.commit, digest)) return { kind: 'passed' };
  const verified = await verifyCommit(lander, gate, entry, {
    commit: candidate.commit,
    base: candidate.base,
    digest,
  });
  if (verified.kind === 'passed' || verified.kind === 'stopped') return verified;
  if (verified.kind === 'couldNotRun') {
    const tries = await countUnverifiable(project.store.db, entry.id);
    const pause = tries >= gate.limits.failed;
    const reason = pause
      ? `the verification could not run ${tries} times: ${verified.reason}`
      : verified.reason;
    return { kind: 'held', reason, pause, notBefore: project.host.now() + RETRY_MS * tries };
  }
  // Is it the task's fault? Main itself has to pass what the task failed.
  if (!(await hasPassed(project.store.db, candidate.base, digest))) {
    const base = await verifyCommit(lander, gate, null, {
      commit: candidate.base,
      base: candidate.base,
      digest,
    });
    if (base.kind === 'stopped') return base;
    if (base.kind !== 'passed') {
      const reason = `${project.main} itself (${shortSha(candidate.base)}) does not pass its verification: ${base.reason}`;
      return { kind: 'held', reason, pause: true, notBefore: null };
    }
  }
  return verified;
}

type VerifiedWithLog = Exclude<Verified, { kind: 'failed' }> | Extract<Outcome, { kind: 'failed' }>;

async function verifyCommit(
  lander: Lander,
  gate: Gate,
  entry: Entry | null,
  what: { readonly commit: Sha; readonly base: Sha; readonly digest: string },
): Promise<VerifiedWithLog> {
  const { project, report } = lander.session;
  const startedAt = project.host.now();
  const folder = path.join(project.folders.logs, 'merge');
  await makeFolder(folder);
  const log = path.join(
    folder,
    `${new Date(startedAt).toISOString().replaceAll(':', '')}-${shortSha(what.commit)}.log`,
  );
  const subject = entry ? about(entry) : { title: `${project.main} itself`, entry: null };
  report({ kind: 'verifying', ...subject, candidate: what.commit, log });
  const verified = await run(lander, gate, what.commit, log);
  if (verified.kind === 'stopped') return verified;
  const outcome = verified.kind === 'couldNotRun' ? 'could-not-run' : verified.kind;
  await project.store.write((trx) =>
    recordVerification(trx, {
      entryId: entry?.id ?? null,
      commit: what.commit,
      base: what.base,
      commands: what.digest,
      outcome,
      detail: verified.kind === 'passed' ? '' : verified.reason,
      log,
      startedAt,
      endedAt: project.host.now(),
    }),
  );
  return verified.kind === 'failed' ? { ...verified, logFile: log } : verified;
}

async function run(lander: Lander, gate: Gate, commit: Sha, log: string): Promise<Verified> {
  const { session, signal } = lander;
  const { project } = session;
  const slot = await freeMergeSlot(lander, gate);
  const worktree = await makeSlot(
    project,
    project.ownWorktrees,
    slot,
    path.join(session.root, slot),
    gate.main,
  );
  await clearSlot(worktree, slot, gate.main, ['node_modules']);
  await checkOutCandidate(worktree, commit);
  const environment = withoutSecrets(
    slotEnvironment({ session, number: 0, temp: lander.temp }),
    gate.config.environment.keep,
  );
  const containment = await containmentFor(project, gate, { worktree, temp: lander.temp });
  const ready = await ensureDependencies(project, gate, slot, worktree, {
    containment,
    log,
    signal,
    environment,
    settingUp: () => {},
  });
  if (signal.aborted) return { kind: 'stopped' };
  if (ready.kind === 'failed') return { kind: 'couldNotRun', reason: ready.reason };
  const { verify: commands, verifyTimeLimit: timeLimit } = gate.config.merge;
  const started = remembering(project, slot);
  const verifying = { worktree, commit, commands, environment, log, timeLimit, signal, containment, started };
  return await verify(verifying);
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
