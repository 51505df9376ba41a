// Landing: main moves by fast-forward to exactly the commit that was verified, or not at all.

import { checkoutsOf, type HeldCheckout, holdCheckout, rebasesOf } from '../git/checkout.ts';
import type { Git } from '../git/client.ts';
import { changeRefs, isAncestor, isNearAncestor, type RefChange, resolveCommit } from '../git/refs.ts';
import type { Pushed } from '../git/remote.ts';
import { listWorktrees, type WorktreeRecord } from '../git/worktrees.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { sentenceOf } from '../task/problem.ts';

export const LANDER_REF = 'refs/steroids/lander';
/** Keeps what was built for a task (or for an entry without one) from gc, until it has landed or ended. */
export const candidateRef = (id: string) => `refs/steroids/candidate/${id}`;
/** What was approved; and, as main has it, the commit that it landed as: the store may be lost or older. */
export const landedRef = (id: string) => `refs/steroids/landed/${id}`;
export const LANDED_AS = 'refs/steroids/landed-as/';
export const landedAsRef = (id: string) => `${LANDED_AS}${id}`;

export interface Moving {
  /** The user's repository. */
  readonly git: Git;
  readonly main: string;
  /** Where main is, and where it is to go. */
  readonly base: Sha;
  readonly candidate: Sha;
  /** The blob that names the lander's token. */
  readonly token: Sha;
}

/** `candidate` is verified. */
export interface Landing extends Moving {
  /** Task id, or entry id. */
  readonly id: string;
  /** A task's branch goes with its landing; a person's is theirs. */
  readonly ofTask: boolean;
  readonly title: string;
  readonly branch: string;
  /** The approved head, which the candidate was built from. */
  readonly head: Sha;
}

export type Landed =
  /** `behind`: checkouts of main whose files could not follow, because somebody changed them just then. */
  | { readonly kind: 'landed'; readonly behind: readonly string[] }
  /** Main, the branch or the lander's token is not what it was. */
  | { readonly kind: 'stale'; readonly said: string }
  /** A checkout of main cannot follow. */
  | { readonly kind: 'blocked'; readonly reason: string }
  /** The remote does not take it. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Moves main to a verified candidate, with everything that belongs to the landing.
 * @param publish pushes it first, where main is shared through a remote: from then on it has landed
 */
export async function land(landing: Landing, publish?: () => Promise<Pushed>): Promise<Landed> {
  const { git, id } = landing;
  const branch = branchRef(landing.branch);
  const verified: RefChange = { kind: 'verify', ref: branch, is: landing.head };
  const kept = await resolveCommit(git, candidateRef(id));
  return await move(landing, {
    publish,
    before: [verified],
    // What the coder wrote stays reachable: the very head that was approved. Git renames one ref after the other: should
    // we be killed between them, main does not have what no ref of ours tells of.
    first: [
      { kind: 'update', ref: landedRef(id), to: landing.head },
      { kind: 'update', ref: landedAsRef(id), to: landing.candidate },
    ],
    with: (worktrees) => [
      landing.ofTask && checkoutsOf(worktrees, landing.branch).length === 0
        ? { kind: 'delete', ref: branch, from: landing.head }
        : verified,
      ...(kept ? [{ kind: 'delete', ref: candidateRef(id), from: kept } as const] : []),
    ],
    message: `steroids: land ${landing.title}`,
  });
}

/** Moves main, with the files of its checkouts, to a commit that contains it. */
export async function moveMain(moving: Moving, message: string): Promise<Landed> {
  return await move(moving, { before: [], first: [], with: () => [], message });
}

interface Manner {
  readonly publish?: (() => Promise<Pushed>) | undefined;
  /** What has to hold before anything is pushed. */
  readonly before: readonly RefChange[];
  /** What changes together with main, before it and after it. */
  readonly first: readonly RefChange[];
  readonly with: (worktrees: readonly WorktreeRecord[]) => readonly RefChange[];
  readonly message: string;
}

async function move(moving: Moving, manner: Manner): Promise<Landed> {
  const { git, base, candidate } = moving;
  // A compare-and-swap alone would move main backwards without a word.
  if (!(await isNearAncestor(git, base, candidate)) && !(await isAncestor(git, base, candidate)))
    return { kind: 'stale', said: `${candidate} does not contain ${base}` };
  const held: HeldCheckout[] = [];
  let moved = false;
  try {
    const worktrees = await listWorktrees(git);
    const [rebasing] = await rebasesOf(git, worktrees, moving.main);
    if (rebasing !== undefined)
      return { kind: 'blocked', reason: `${rebasing} is in the middle of a rebase of ${moving.main}` };
    for (const folder of checkoutsOf(worktrees, moving.main)) {
      const holding = await holdCheckout(git, folder, base, candidate);
      if (holding.kind === 'obstacle') return { kind: 'blocked', reason: holding.reason };
      held.push(holding);
    }
    const ours: RefChange = { kind: 'verify', ref: LANDER_REF, is: moving.token };
    if (manner.publish) {
      const still = await changeRefs(git, [ours, ...manner.before], manner.message);
      if (still.kind === 'stale') return still;
      const published = await manner.publish();
      if (published.kind !== 'pushed') return published;
    }
    const main: RefChange = { kind: 'update', ref: branchRef(moving.main), to: candidate, from: base };
    const changes = [ours, ...manner.first, main, ...manner.with(worktrees)];
    const changed = await changeRefs(git, changes, manner.message, true);
    if (changed.kind === 'stale') {
      if (!manner.publish) return changed;
      return { kind: 'landed', behind: [`${moving.main} did not move here: ${changed.said}`] };
    }
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
