// A session: the runners and the lander of one process, how they are told to stop, and how they stay alive.

import { prepareOwnGit } from '../git/own.ts';
import { configuredIdentity } from '../git/worktrees.ts';
import { type InstalledHooks, installHooks } from '../hooks/install.ts';
import { worktreesRoot } from '../worktree/layout.ts';
import { Bell } from './bell.ts';
import type { Report } from './facts.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';

export interface Session {
  readonly project: Project;
  readonly report: Report;
  /** Rung whenever something was written that somebody may wait for. */
  readonly bell: Bell;
  readonly hooks: InstalledHooks;
  /** `Name <email>` that git commits as here, or undefined when none is configured. */
  author(): Promise<string | undefined>;
  /** Where worktrees stand. */
  readonly root: string;
  /** Aborted by the second Ctrl-C: ends what is under way. */
  readonly now: AbortSignal;
  /** Set by the first Ctrl-C: what is under way may finish, nothing new begins. */
  readonly draining: () => boolean;
}

export interface SessionControl {
  readonly session: Session;
  drain(): void;
  stopNow(): void;
}

export async function openSession(project: Project, gate: Gate, report: Report): Promise<SessionControl> {
  await prepareOwnGit(project.repository);
  const bell = new Bell();
  const abort = new AbortController();
  let draining = false;
  let author: Promise<string | undefined> | undefined;
  const session: Session = {
    project,
    report,
    bell,
    hooks: await installHooks(project.repository, project.folders.hooks),
    author() {
      author ??= configuredIdentity(project.git);
      return author;
    },
    root: worktreesRoot(project.repository.home, gate.config.worktrees.root),
    now: abort.signal,
    draining: () => draining,
  };
  return {
    session,
    drain() {
      draining = true;
      bell.ring();
    },
    stopNow() {
      draining = true;
      abort.abort();
      bell.ring();
    },
  };
}
