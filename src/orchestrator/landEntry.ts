// One entry, one round: candidate by replay onto main, verification of that very commit, fast-forward to it.

import { listLog } from '../git/commits.ts';
import { changeRefs, resolveCommit } from '../git/refs.ts';
import { type Replay, replay } from '../git/replay.ts';
import { candidateRef, LANDER_REF, land } from '../merge/land.ts';
import type { Entry } from '../store/entries.ts';
import type { Flaky } from '../store/verifications.ts';
import { branchRef, type Sha, shortSha } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { sentenceOf } from '../task/problem.ts';
import { archiveCommit } from '../worktree/archive.ts';
import { about } from './aboutEntry.ts';
import { conflictSetback } from './conflict.ts';
import { mendFence } from './fence.ts';
import { finishLanded } from './finishLanded.ts';
import { flakySentence } from './flaky.ts';
import { followRemote, publish } from './followRemote.ts';
import { type Gate, readGate } from './gate.ts';
import type { Lander } from './lander.ts';
import { numberSetback } from './migrations.ts';
import { pauseQueue } from './pause.ts';
import { readMain } from './project.ts';
import { remadeBefore, remakeLockfiles } from './remakeLockfiles.ts';
import { sendBack, sendBackBroken } from './sendBack.ts';
import { putBackStolen } from './stolen.ts';
import { type Held, verifyCandidate } from './verifyCandidate.ts';
import { alteredSince } from './whatLands.ts';
import { applyHeld, moveHeld } from './writeEntry.ts';

const CHECKOUT_RETRY_MS = 5_000;

export interface Candidate {
  readonly base: Sha;
  readonly commit: Sha;
  readonly landedAs: ReadonlyMap<Sha, Sha>;
  readonly note: string | null;
}

/** Takes an entry as far as it goes now. Whatever keeps it from landing is written down before this resolves. */
export async function landEntry(lander: Lander, entry: Entry): Promise<void> {
  try {
    await round(lander, entry);
  } catch (error) {
    if (lander.signal.aborted) return;
    // Git or the disk failed: nobody's fault, and nothing to go on with.
    const reason = sentenceOf(error);
    await moveHeld(lander, entry, { status: 'waiting', reason });
    await pause(lander, `${entry.title}: ${reason}`);
  }
}

async function round(lander: Lander, entry: Entry): Promise<void> {
  const { project } = lander.session;
  const gate = await readGate(project);
  if (!(await isAtApprovedHead(lander, gate, entry))) return;
  const candidate = await build(lander, gate, entry);
  if (candidate === undefined) return;
  const verified = await verifyCandidate(lander, gate, entry, candidate);
  if (verified.kind === 'passed') return await landCandidate(lander, entry, withNote(candidate, verified));
  if (verified.kind === 'stopped') return void (await moveHeld(lander, entry, { status: 'waiting' }));
  if (verified.kind === 'failed') return await sendBackBroken(lander, gate, entry, candidate, verified);
  await holdBack(lander, entry, verified);
}

async function holdBack(lander: Lander, entry: Entry, held: Held): Promise<void> {
  const { reason, notBefore } = held;
  await moveHeld(lander, entry, { status: 'waiting', reason, notBefore });
  if (held.pause) await pause(lander, reason);
  else lander.session.report({ kind: 'held', ...about(entry), reason });
}

function withNote(candidate: Candidate, { flaky }: { readonly flaky: Flaky | null }): Candidate {
  if (flaky === null) return candidate;
  return { ...candidate, note: [candidate.note, flakySentence(flaky)].filter((said) => said).join('; ') };
}

async function pause(lander: Lander, reason: string): Promise<void> {
  const { project, report } = lander.session;
  if (!(await pauseQueue(project, await readMain(project), reason, lander.lease))) return;
  report({ kind: 'paused', reason });
}

/** Where main is shared through a remote, a round begins with the remote's main. Says why when it cannot. */
export async function isBehindRemote(lander: Lander, entry: Entry): Promise<boolean> {
  const { project, remote, report } = lander.session;
  const hold = remote && (await followRemote(lander, remote));
  if (hold === undefined) return false;
  const notBefore = hold.pause ? null : project.host.now() + CHECKOUT_RETRY_MS;
  if (hold.pause) await pause(lander, hold.reason);
  else report({ kind: 'held', ...about(entry), reason: hold.reason });
  await moveHeld(lander, entry, {
    status: entry.status === 'landing' ? 'landing' : 'waiting',
    reason: hold.reason,
    notBefore,
  });
  return true;
}

/** Approval is of a SHA: a branch that has moved since is not what was approved. */
async function isAtApprovedHead(lander: Lander, gate: Gate, entry: Entry): Promise<boolean> {
  const { project, report } = lander.session;
  const ref = branchRef(entry.branch);
  const head = await resolveCommit(project.git, ref);
  if (head === entry.head) return true;
  if (head === undefined) {
    // Deleted by somebody: what was approved is still known.
    const restore = { kind: 'update', ref, to: entry.head, from: null } as const;
    const made = await changeRefs(
      project.git,
      [ours(lander), restore],
      'steroids: restore the approved head',
    );
    if (made.kind === 'stale') {
      await mendFence(lander);
      return false;
    }
    report({
      kind: 'noticed',
      sentence: `the branch ${entry.branch} was gone; it stands at the approved ${shortSha(entry.head)} again`,
    });
    return true;
  }
  const { taskId: id, branch } = entry;
  const back = id === null ? undefined : await putBackStolen(project, { id, branch }, head, entry.head);
  if (back !== undefined) {
    report({ kind: 'noticed', sentence: back });
    return true;
  }
  const reason = `${entry.branch} moved from the approved ${shortSha(entry.head)} to ${shortSha(head)}`;
  if (entry.taskId === null) {
    await moveHeld(lander, entry, { status: 'cancelled', reason: `${reason}; enqueue it again` });
    report({ kind: 'sent-back', ...about(entry), reason, status: 'ended' });
    return false;
  }
  await archiveCommit(project.git, entry.taskId, 'moved', entry.head, gate.main);
  const commits = await listLog(project.git, [`${gate.main}..${head}`]);
  const status = await applyHeld(lander, gate.limits, entry, { kind: 'headMoved', head, commits });
  report({ kind: 'sent-back', ...about(entry), reason: `${reason}: it has to be reviewed again`, status });
  return false;
}

/** Holds for as long as nobody else has taken the queue. */
const ours = (lander: Lander) => ({ kind: 'verify', ref: LANDER_REF, is: lander.token }) as const;

async function build(lander: Lander, gate: Gate, entry: Entry): Promise<Candidate | undefined> {
  const { project } = lander.session;
  const tried = await replay(await project.own(), gate.main, entry.head);
  if (tried.kind === 'clean') {
    if (await isAltered(lander, gate, entry)) return undefined;
    const id = entry.taskId ?? entry.id;
    const taken = await numberSetback(project, id, gate.main, entry.head, tried);
    if (taken === undefined) return await buildClean(lander, gate, entry, tried);
    return void (await sendBack(lander, gate, entry, taken));
  }
  if (tried.kind === 'empty') {
    // Its content is on main, by whatever way: there is nothing left to land.
    await finishLanded(lander, entry, {
      base: gate.main,
      commit: gate.main,
      landedAs: new Map(),
      note: 'everything in it was on main already',
    });
    return undefined;
  }
  const commits = await listLog(project.git, [`${gate.main}..${entry.head}`]);
  const setback = await conflictSetback(
    project,
    entry.taskId ?? entry.id,
    gate.main,
    entry.head,
    commits,
    tried,
  );
  await sendBack(lander, gate, entry, setback);
  return undefined;
}

async function buildClean(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  tried: Extract<Replay, { kind: 'clean' }>,
): Promise<Candidate | undefined> {
  const known = await remadeBefore(lander.session.project, entry, tried);
  const remakes = tried.stale.length > 0;
  const begun = known ?? tried.commit;
  // Verification takes its time, and until main has it nothing else names this commit.
  const keeps = gate.config.merge.verify.length > 0 || remakes;
  if (keeps && !(await keepCandidate(lander, entry, begun))) return undefined;
  const verifying = { status: 'verifying', base: gate.main, candidate: begun, reason: null } as const;
  if (!(await moveHeld(lander, entry, { ...verifying, newRound: true }))) return undefined;
  const notes = tried.squashed === null ? [] : [`as one commit: ${tried.squashed}`];
  const { landedAs } = tried;
  const candidate = (commit: Sha) => {
    const remade = commit === tried.commit ? [] : [`${listed(tried.stale, 5)} made anew`];
    return { base: gate.main, commit, landedAs, note: [...notes, ...remade].join('; ') || null };
  };
  if (!remakes || known) return candidate(begun);
  const made = await remakeLockfiles(lander, gate, entry, tried);
  switch (made.kind) {
    case 'made':
      if (!(await keepCandidate(lander, entry, made.commit))) return undefined;
      if (!(await moveHeld(lander, entry, { ...verifying, candidate: made.commit }))) return undefined;
      return candidate(made.commit);
    case 'stopped':
      return void (await moveHeld(lander, entry, { status: 'waiting' }));
    case 'held':
      return void (await holdBack(lander, entry, made));
    case 'unresolvable':
      await sendBackBroken(lander, gate, entry, candidate(tried.commit), made, 'its dependencies');
  }
  return undefined;
}

/** @returns false when somebody else has the queue */
async function keepCandidate(lander: Lander, entry: Entry, commit: Sha): Promise<boolean> {
  const ref = { kind: 'update', ref: candidateRef(entry.taskId ?? entry.id), to: commit } as const;
  const { git } = lander.session.project;
  const kept = await changeRefs(git, [ours(lander), ref], 'steroids: candidate');
  if (kept.kind === 'stale') await mendFence(lander);
  return kept.kind === 'changed';
}

/** An approval is of lines: where the replay adds or removes others, they are judged again. */
async function isAltered(lander: Lander, gate: Gate, entry: Entry): Promise<boolean> {
  const { project, report } = lander.session;
  const { head: commit, reviewedOn } = entry;
  if (entry.taskId === null || reviewedOn === null) return false;
  const reason = await alteredSince(project, commit, reviewedOn, gate.main);
  if (reason === undefined) return false;
  const status = await applyHeld(lander, gate.limits, entry, { kind: 'altered', commit, reason });
  report({ kind: 'sent-back', ...about(entry), reason, status });
  return true;
}

async function landCandidate(lander: Lander, entry: Entry, candidate: Candidate): Promise<void> {
  const { project, remote, report } = lander.session;
  if (!(await moveHeld(lander, entry, { status: 'verified' }))) return;
  // The journal: after a crash this row and reachability say what happened.
  if (!(await moveHeld(lander, entry, { status: 'landing' }))) return;
  const landing = {
    git: project.git,
    id: entry.taskId ?? entry.id,
    ofTask: entry.taskId !== null,
    title: entry.title,
    main: project.main,
    branch: entry.branch,
    base: candidate.base,
    candidate: candidate.commit,
    head: entry.head,
    token: lander.token,
  };
  const { base, commit } = candidate;
  const landed = await land(landing, remote && (() => publish(lander, remote, base, commit)));
  if (landed.kind === 'landed') {
    for (const sentence of landed.behind) report({ kind: 'noticed', sentence });
    return await finishLanded(lander, entry, candidate);
  }
  if (landed.kind === 'stale') {
    await mendFence(lander);
    return void (await moveHeld(lander, entry, { status: 'waiting', reason: `tried again: ${landed.said}` }));
  }
  if (landed.kind === 'refused') {
    const reason = `${remote?.name ?? 'the remote'} does not take ${project.main}: ${landed.reason}`;
    await moveHeld(lander, entry, { status: 'waiting', reason });
    return await pause(lander, reason);
  }
  report({ kind: 'held', ...about(entry), reason: landed.reason });
  const notBefore = project.host.now() + CHECKOUT_RETRY_MS;
  await moveHeld(lander, entry, { status: 'waiting-on-checkout', reason: landed.reason, notBefore });
}
