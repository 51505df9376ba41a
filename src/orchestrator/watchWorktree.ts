// While a coder is at work: what it changes, committed or not, so that others learn of it before it is submitted.

import { changedInWorktree } from '../git/changedPaths.ts';
import type { Git } from '../git/client.ts';
import type { Sha } from '../task/ids.ts';

/** @param changed paths that the worktree has otherwise than where the coder began */
export type Look = (changed: readonly string[]) => Promise<void>;

/** One look is a `git status`: 0.05 s of a processor for 20,000 files. */
const LOOK_MS = 5_000;

export interface WorktreeWatch {
  /** No look is under way any more when it resolves. */
  end(): Promise<void>;
}

/**
 * @param worktree the coder's
 * @param base where it began
 * @param looks who wants to know; where nobody does, nothing is looked at
 */
export function watchWorktree(worktree: Git, base: Sha, looks: readonly (Look | undefined)[]): WorktreeWatch {
  const wanted = looks.filter((look) => look !== undefined);
  if (wanted.length === 0) return { end: async () => {} };
  const look = async () => {
    const changed = await changedInWorktree(worktree, base);
    for (const one of wanted) await one(changed);
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    // What cannot be looked at now (git is busy there) is looked at again, and in the end.
    looking ??= look()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_MS);
  return {
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
}
