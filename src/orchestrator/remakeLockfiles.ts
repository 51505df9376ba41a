// A lockfile that conflicted is made anew on what will land, before that is verified, and becomes a commit of its own.

import path from 'node:path';
import { kindOf, readEnd, readFileIfThere } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { writeBlob } from '../git/refs.ts';
import { commitRemade, isRemadeOf } from '../git/remade.ts';
import type { Replay } from '../git/replay.ts';
import type { TreeEntry } from '../git/tree.ts';
import { cleanUntracked, restoreTracked } from '../git/worktrees.ts';
import { type Remaking, remakingOf, unresolvable } from '../merge/lockfile.ts';
import { checksDigest } from '../merge/verify.ts';
import { isOnPath } from '../process/find.ts';
import { commandText, describeWorked, work } from '../process/work.ts';
import type { Entry } from '../store/entries.ts';
import { recordVerification } from '../store/verifications.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import type { Gate } from './gate.ts';
import type { Lander } from './lander.ts';
import { inMergeSlot, mergeLog, openMergeSlot } from './mergeSlot.ts';
import { startAfresh } from './openSlot.ts';
import type { Project } from './project.ts';
import { remembering } from './slotHolders.ts';
import { type Held, hold } from './verifyCandidate.ts';

type Clean = Extract<Replay, { kind: 'clean' }>;

export type RemadeLockfiles =
  | { readonly kind: 'made'; readonly commit: Sha }
  | { readonly kind: 'stopped' }
  /** The manifests do not go together, and main's by themselves do. */
  | Unresolvable
  /** Nobody's fault. */
  | Held;

interface Unresolvable {
  readonly kind: 'unresolvable';
  readonly reason: string;
  readonly log: string;
  readonly logFile: string;
}

type Answer =
  | { readonly kind: 'remade'; readonly files: readonly TreeEntry[] }
  | { readonly kind: 'stopped' }
  | Unresolvable
  | { readonly kind: 'couldNotRun'; readonly reason: string };

/**
 * What an interrupted round has made for these very commits: another registry, or another day, could give another file, and
 * what was verified is what lands.
 */
export async function remadeBefore(
  project: Project,
  { candidate }: Entry,
  { commit, stale }: Clean,
): Promise<Sha | undefined> {
  if (stale.length === 0 || candidate === null) return undefined;
  return (await isRemadeOf(await project.own(), candidate, commit, stale)) ? candidate : undefined;
}

/** @returns the commit to verify: the replayed one where the lockfiles turn out to be what they were */
export async function remakeLockfiles(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  { commit, stale }: Clean,
): Promise<RemadeLockfiles> {
  const { project } = lander.session;
  const answer = await remakeOn(lander, gate, entry, commit, stale);
  switch (answer.kind) {
    case 'remade':
      return {
        kind: 'made',
        commit: await commitRemade(await project.own(), commit, answer.files, entry.taskId ?? entry.id),
      };
    case 'stopped':
      return answer;
    case 'couldNotRun':
      return await holdRemaking(lander, gate, entry, answer.reason);
    case 'unresolvable':
      return await blame(lander, gate, entry, stale, answer);
  }
}

/** Main itself has to do what the candidate did not. */
async function blame(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  stale: readonly string[],
  answer: Unresolvable,
): Promise<RemadeLockfiles> {
  const main = await remakeOn(lander, gate, entry, gate.main, stale);
  if (main.kind === 'remade') return answer;
  if (main.kind === 'stopped') return main;
  const itself = `${lander.session.project.main} itself (${shortSha(gate.main)})`;
  if (main.kind === 'couldNotRun')
    return await holdRemaking(lander, gate, entry, `${itself}: ${main.reason}`);
  const reason = `on ${itself} ${main.reason} (log: ${main.logFile})`;
  return { kind: 'held', reason, pause: true, notBefore: null };
}

async function holdRemaking(lander: Lander, gate: Gate, entry: Entry, reason: string): Promise<Held> {
  return await hold(lander, gate, entry, reason, 'the lockfile could not be made anew');
}

async function remakeOn(
  lander: Lander,
  gate: Gate,
  entry: Entry,
  commit: Sha,
  files: readonly string[],
): Promise<Answer> {
  const { project, report } = lander.session;
  const startedAt = project.host.now();
  const log = mergeLog(project, startedAt, `${shortSha(commit)}-lockfile`);
  const what = `making ${listed(files, 5)} anew on ${shortSha(commit)}, without scripts (log: ${log})`;
  report({ kind: 'noticed', sentence: `“${entry.title}”: ${what}` });
  const answer = await inMergeSlot(lander, gate, log, (slot) =>
    remakeInSlot(lander, gate, slot, commit, files, log),
  );
  if (answer.kind !== 'couldNotRun') return answer;
  // Counted like a verification that could not run: held, later each time, and up to a bound.
  await project.store.write((trx) =>
    recordVerification(trx, {
      entryId: entry.id,
      commit,
      base: gate.main,
      commands: checksDigest([], files),
      outcome: 'could-not-run',
      flaky: null,
      detail: answer.reason,
      log,
      startedAt,
      endedAt: project.host.now(),
    }),
  );
  return answer;
}

async function remakeInSlot(
  lander: Lander,
  gate: Gate,
  slot: string,
  commit: Sha,
  files: readonly string[],
  log: string,
): Promise<Answer> {
  const { signal } = lander;
  const { project } = lander.session;
  const { worktree, environment, containment } = await openMergeSlot(lander, gate, slot, commit);
  const made: TreeEntry[] = [];
  for (const file of files) {
    const remaking = remakingOf(file, (await readFileIfThere(path.join(worktree.dir, file))) ?? '');
    const { program, command, folder, installs } = remaking;
    if (!(await isOnPath(program, environment)))
      return { kind: 'couldNotRun', reason: `${file} has to be made anew, and ${program} is not on PATH` };
    const worked = await work(command, {
      cwd: path.join(worktree.dir, folder),
      environment: { ...environment, ...remaking.environment },
      log,
      timeLimit: gate.config.worktrees.setupTimeLimit,
      signal,
      containment,
      started: remembering(project, slot),
    });
    if (worked.kind === 'stopped') return worked;
    if (worked.kind !== 'exited' || worked.code !== 0)
      return await whyNot(file, remaking, commit, describeWorked(worked), log);
    const entry = await readMade(project, worktree, file);
    if (entry === undefined)
      return { kind: 'couldNotRun', reason: `\`${commandText(command)}\` left no file ${file}` };
    made.push(entry);
    if (installs) await startAfresh(project, project.ownWorktrees, slot, worktree.dir);
  }
  // What else it changed is no part of it, and nobody's work.
  await restoreTracked(worktree);
  await cleanUntracked(worktree);
  return { kind: 'remade', files: made };
}

const LOG_END = 8_000;

async function whyNot(
  file: string,
  { command }: Remaking,
  commit: Sha,
  how: string,
  logFile: string,
): Promise<Answer> {
  const log = await readEnd(logFile, LOG_END);
  const said = unresolvable(log);
  const reason = `${file} cannot be made anew: \`${commandText(command)}\` ${how} on ${shortSha(commit)}`;
  if (said !== undefined) return { kind: 'unresolvable', reason: `${reason} (${said})`, log, logFile };
  const end = log.trim().split('\n').slice(-3).join(' · ');
  return { kind: 'couldNotRun', reason: `${reason}: ${end}` };
}

async function readMade(project: Project, worktree: Git, file: string): Promise<TreeEntry | undefined> {
  const place = path.join(worktree.dir, file);
  const text = (await kindOf(place)) === 'file' ? await readFileIfThere(place) : undefined;
  if (text === undefined) return undefined;
  return { path: file, mode: '100644', blob: await writeBlob(await project.own(), text) };
}
