// What recovery finds: a sentence each, what is done about it, and how.

import type { Sha } from '../../task/ids.ts';
import type { Report } from '../facts.ts';
import type { Project } from '../project.ts';

export interface Finding {
  /** Stable, for scripts: `dead-runner`, `unlanded` … */
  readonly code: string;
  /** What was found, as a sentence. */
  readonly found: string;
  /** What is done about it; null where only a person can do something. */
  readonly action: string | null;
  /** What a person can do, or how to look at it; null when there is nothing left to do. */
  readonly remedy: string | null;
}

export interface Trouble extends Finding {
  /**
   * Asks again whether it still is so, and mends it: killed on the way it is found and mended again.
   * @returns false when it is not so any more
   */
  readonly repair: (() => Promise<boolean>) | null;
}

/** What every check looks with. */
export interface Looking {
  readonly project: Project;
  /** Today's main. */
  readonly main: Sha;
  /** Where worktrees stand. */
  readonly root: string;
  /** Whether main here has all that main on the remote has, because there is no remote. */
  readonly alone: boolean;
  readonly report: Report;
}

/** Looks, and changes nothing. What a living process holds is none of its business. */
export type Check = (looking: Looking) => Promise<Trouble[]>;

export function trouble(
  code: string,
  found: string,
  mend: { readonly action?: string; readonly remedy?: string; readonly repair?: () => Promise<boolean> } = {},
): Trouble {
  return {
    code,
    found,
    action: mend.action ?? null,
    remedy: mend.remedy ?? null,
    repair: mend.repair ?? null,
  };
}

export const titled = (task: { readonly id: string; readonly title: string }) =>
  `task ${task.id} “${task.title}”`;
