// Landing: main moves by fast-forward to exactly the commit that was verified, or not at all.

import { checkoutsOf, type HeldCheckout, holdCheckout } from '../git/checkout.ts';
import type { Git } from '../git/client.ts';
import { changeRefs, isAncestor, isNearAncestor, type RefChange, resolveCommit } from '../git/refs.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';

export const LANDER_REF = 'refs/steroids/lander';
/** Keeps what was built for a task (or for an entry without one) from gc, until it has landed or ended. */
export const candidateRef = (id: string) => `refs/steroids/candidate/${id}`;
export const landedRef = (id: string) => `refs/steroids/landed/${id}`;

export interface Landing {
  /** The user's repository. */
  readonly git: Git;
  /** Task id, or entry id. */
  readonly id: string;
  /** A task's branch goes with its landing; a person's is theirs. */
  readonly ofTask: boolean;
  readonly title: string;
  readonly main: string;
  readonly branch: string;
  /** Where main is, the verified candidate, and the approved head that it was built from. */
  readonly base: Sha;
  readonly candidate: Sha;
  readonly head: Sha;
  /** The blob that names the lander's token. */
  readonly token: Sha;
}

export type Landed =
  /** `behind`: checkouts of main whose files could not follow, because somebody changed them just then. */
  | { readonly kind: 'landed'; readonly behind: readonly string[] }
  /** Main, the branch or the lander's token is not what it was. */
  | { readonly kind: 'stale'; readonly said: string }
  | { readonly kind: 'blocked'; readonly reason: string };

export async function land(landing: Landing): Promise<Landed> {
  const { git, base, candidate } = landing;
  // A compare-and-swap alone would move main backwards without a word.
  if (!(await isNearAncestor(git, base, candidate)) && !(await isAncestor(git, base, candidate)))
    return { kind: 'stale', said: `${candidate} does not contain ${base}` };
  const held: HeldCheckout[] = [];
  let moved = false;
  try {
    const worktrees = await listWorktrees(git);
    for (const folder of checkoutsOf(worktrees, landing.main)) {
      const holding = await holdCheckout(git, folder, base, candidate);
      if (holding.kind === 'obstacle') return { kind: 'blocked', reason: holding.reason };
      held.push(holding);
    }
    const leave = landing.ofTask && checkoutsOf(worktrees, landing.branch).length === 0;
    const changes = changesOf(landing, leave, await resolveCommit(git, candidateRef(landing.id)));
    const changed = await changeRefs(git, changes, `steroids: land ${landing.title}`, true);
    if (changed.kind === 'stale') return { kind: 'stale', said: changed.said };
    moved = true;
  } finally {
    if (!moved) for (const checkout of held) await checkout.abandon();
  }
  return { kind: 'landed', behind: await finishAll(held) };
}

/** Main has moved, whatever becomes of the files. */
async function finishAll(held: readonly HeldCheckout[]): Promise<string[]> {
  const behind: string[] = [];
  for (const checkout of held) {
    await checkout.finish().catch((error: unknown) => {
      behind.push(`${checkout.path} still shows the state before the landing: ${sentenceOf(error)}`);
    });
  }
  return behind;
}

/** What the coder wrote stays reachable: the landed ref names the very head that was approved. */
function changesOf(landing: Landing, leaveBranch: boolean, kept: Sha | undefined): RefChange[] {
  const branch = branchRef(landing.branch);
  return [
    { kind: 'verify', ref: LANDER_REF, is: landing.token },
    leaveBranch
      ? { kind: 'delete', ref: branch, from: landing.head }
      : { kind: 'verify', ref: branch, is: landing.head },
    { kind: 'update', ref: branchRef(landing.main), to: landing.candidate, from: landing.base },
    { kind: 'update', ref: landedRef(landing.id), to: landing.head },
    ...(kept ? [{ kind: 'delete', ref: candidateRef(landing.id), from: kept } as const] : []),
  ];
}
