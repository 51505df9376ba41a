// Verification of one commit in a worktree of the queue's own. Three answers: passed, failed, could not run.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { exists, readEnd, readFrom, sizeNow } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { headFromFile } from '../git/files.ts';
import { resolveCommit } from '../git/refs.ts';
import { changedTrackedFiles, checkOut } from '../git/worktrees.ts';
import type { Containment } from '../process/containment.ts';
import type { Environment } from '../process/environment.ts';
import { type Command, commandText, describeWorked, type Worked, work } from '../process/work.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import { Trial } from '../task/trial.ts';

export interface Check {
  readonly command: Command;
  /** Where it runs, relative to the top; empty for the top itself. */
  readonly folder: string;
  /** Added to the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** A regular expression that has to be met by what it prints: that it ended with 0 is not enough. */
  readonly expect?: string | undefined;
}

export interface Verifying {
  readonly worktree: Git;
  readonly commit: Sha;
  readonly checks: readonly Check[];
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
  /** `failed`: a command said no by its exit code, or what it left is not what was checked out. */
  | {
      readonly kind: 'failed' | 'outOfTime';
      readonly part: 'setup' | 'verification';
      readonly command: string;
      readonly reason: string;
      readonly log: string;
    }
  | { readonly kind: 'couldNotRun'; readonly reason: string }
  | { readonly kind: 'stopped' };

const LOG_END = 8_000;

/** Checks the commit out; the worktree is clean, its dependencies are the caller's business. */
export async function checkOutCandidate(worktree: Git, commit: Sha): Promise<void> {
  if ((await resolveCommit(worktree, 'HEAD')) !== commit) await checkOut(worktree, commit, true);
}

export async function verify(verifying: Verifying): Promise<Verified> {
  const { worktree, commit, checks, environment, ...working } = verifying;
  for (const check of checks) {
    const cwd = path.join(worktree.dir, check.folder);
    // A component that the candidate adds is not there when main by itself is verified.
    if (!(await exists(cwd))) continue;
    const also = { ...environment, ...check.environment };
    const from = await sizeNow(working.log);
    const worked = await work(check.command, { cwd, environment: also, ...working });
    const answer = await answerOf('verification', checkText(check), worked, commit, working.log);
    if (answer.kind !== 'passed') return answer;
    const unmet = await unmetBy(check, commit, working.log, from);
    if (unmet) return unmet;
  }
  const impurity = await findImpurity(worktree, commit);
  if (impurity === undefined) return { kind: 'passed' };
  // As if `git diff --exit-code` were the last command: what was tested is not what would land.
  const command = checks.map(checkText).join(' && ');
  const end = await readEnd(working.log, LOG_END);
  return { kind: 'failed', part: 'verification', command, reason: impurity, log: end };
}

/** So much of what one command prints is looked at, from its end. */
const MOST_LOOKED_AT = 4_000_000;

/** A command that ran no test ends with 0 as well. */
async function unmetBy(
  check: Check,
  commit: Sha,
  log: string,
  from: number,
): Promise<Extract<Verified, { kind: 'failed' | 'outOfTime' | 'couldNotRun' }> | undefined> {
  if (check.expect === undefined) return undefined;
  const command = checkText(check);
  const begin = Math.max(from, (await sizeNow(log)) - MOST_LOOKED_AT);
  const printed = stripVTControlCharacters(new TextDecoder().decode(await readFrom(log, begin)));
  const found = new Trial().first(new RegExp(check.expect, 'm'), printed);
  const where = `\`${command}\` on ${shortSha(commit)}`;
  if (found instanceof Error)
    return {
      kind: 'couldNotRun',
      reason: `what ${where} printed: \`expect\` was not found out: ${found.message}`,
    };
  if (found !== undefined) return undefined;
  const reason = `\`${command}\` exited with 0 on ${shortSha(commit)}, but printed nothing that /${check.expect}/ expects`;
  return { kind: 'failed', part: 'verification', command, reason, log: printed.slice(-LOG_END) };
}

/** For people: `npm test in packages/api`. */
function checkText({ command, folder }: Check): string {
  return folder === '' ? commandText(command) : `${commandText(command)} in ${folder}`;
}

/** What a command's end says of the commit. */
export async function answerOf(
  part: 'setup' | 'verification',
  command: string,
  worked: Worked,
  commit: Sha,
  log: string,
): Promise<Verified> {
  if (worked.kind === 'stopped') return { kind: 'stopped' };
  if (worked.kind === 'exited' && worked.code === 0) return { kind: 'passed' };
  const name = part === 'setup' ? `set-up \`${command}\`` : `\`${command}\``;
  const reason = `${name} ${describeWorked(worked)} on ${shortSha(commit)}`;
  if (worked.kind === 'killed' || worked.kind === 'notStarted') return { kind: 'couldNotRun', reason };
  const kind = worked.kind === 'exited' ? 'failed' : 'outOfTime';
  return { kind, part, command, reason, log: await readEnd(log, LOG_END) };
}

/** How the worktree is not what was checked out any more; untracked and ignored files may come and go. */
async function findImpurity(worktree: Git, commit: Sha): Promise<string | undefined> {
  const head = (await headFromFile(worktree)) ?? { commit: await resolveCommit(worktree, 'HEAD') };
  const now = 'ref' in head ? head.ref : (head.commit ?? '?');
  if (now !== commit)
    return `the verification moved HEAD from ${shortSha(commit)} to ${'ref' in head ? now : shortSha(now)}`;
  const changed = await changedTrackedFiles(worktree);
  if (changed.length === 0) return undefined;
  return `the verification changed tracked files (${changed.slice(0, 5).join(', ')}), so it proves nothing about ${shortSha(commit)}`;
}

/** Names what is run: a result counts only for that. */
export function checksDigest(checks: readonly Check[], setup: readonly Command[]): string {
  return createHash('sha256')
    .update(JSON.stringify([checks, setup]))
    .digest('hex')
    .slice(0, 16);
}
