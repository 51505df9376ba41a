// Verification of one commit in a worktree of the queue's own. Three answers: passed, failed, could not run.

import { createHash } from 'node:crypto';
import { readEnd } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { resolveCommit } from '../git/refs.ts';
import { changedTrackedFiles, checkOut } from '../git/worktrees.ts';
import type { Containment } from '../process/containment.ts';
import type { Environment } from '../process/environment.ts';
import { type Command, commandText, describeWorked, work } from '../process/work.ts';
import { type Sha, shortSha } from '../task/ids.ts';

export interface Verifying {
  readonly worktree: Git;
  readonly commit: Sha;
  readonly commands: readonly Command[];
  readonly environment: Environment;
  readonly log: string;
  /** Milliseconds, for each command. */
  readonly timeLimit: number;
  readonly signal: AbortSignal;
  readonly containment: Containment;
  readonly started?: (pid: number) => Promise<void>;
}

export type Verified =
  | { readonly kind: 'passed' }
  /** A command said no, by its exit code. */
  | { readonly kind: 'failed'; readonly reason: string; readonly log: string }
  | { readonly kind: 'couldNotRun'; readonly reason: string }
  | { readonly kind: 'stopped' };

const LOG_END = 8_000;

/** Checks the commit out; the worktree is clean, its dependencies are the caller's business. */
export async function checkOutCandidate(worktree: Git, commit: Sha): Promise<void> {
  if ((await resolveCommit(worktree, 'HEAD')) !== commit) await checkOut(worktree, commit, true);
}

export async function verify(verifying: Verifying): Promise<Verified> {
  const { worktree, commit, commands, ...working } = verifying;
  for (const command of commands) {
    const worked = await work(command, { cwd: worktree.dir, ...working });
    if (worked.kind === 'stopped') return { kind: 'stopped' };
    const reason = `\`${commandText(command)}\` ${describeWorked(worked)} on ${shortSha(commit)}`;
    if (worked.kind !== 'exited') return { kind: 'couldNotRun', reason };
    if (worked.code !== 0) return { kind: 'failed', reason, log: await readEnd(working.log, LOG_END) };
  }
  const head = await resolveCommit(worktree, 'HEAD');
  if (head !== commit)
    return {
      kind: 'couldNotRun',
      reason: `the verification moved HEAD from ${shortSha(commit)} to ${shortSha(head ?? '?')}`,
    };
  const changed = await changedTrackedFiles(worktree);
  if (changed.length === 0) return { kind: 'passed' };
  return {
    kind: 'couldNotRun',
    reason: `the verification changed tracked files (${changed.slice(0, 5).join(', ')}), so it proves nothing about ${shortSha(commit)}`,
  };
}

/** Names the commands in force: a result counts only for them. */
export function commandsDigest(commands: readonly Command[], setup: readonly Command[]): string {
  return createHash('sha256')
    .update(JSON.stringify([commands, setup]))
    .digest('hex')
    .slice(0, 16);
}
