// A session: the runners and the lander of one process, how they are told to stop, and how they stay alive.

import { clearLeftBehind } from '../git/leftBehind.ts';
import { prepareOwnGit } from '../git/own.ts';
import { openRemote, type Remote } from '../git/remote.ts';
import { configuredIdentity } from '../git/worktrees.ts';
import { type InstalledHooks, installHooks } from '../hooks/install.ts';
import { Problem, sentenceOf } from '../task/problem.ts';
import { worktreesRoot } from '../worktree/layout.ts';
import { backUpStore } from './backUp.ts';
import { Bell } from './bell.ts';
import type { Report } from './facts.ts';
import type { Gate } from './gate.ts';
import type { Grounds, Project } from './project.ts';

export interface Session {
  readonly project: Project;
  readonly report: Report;
  /** Rung whenever something was written that somebody may wait for. */
  readonly bell: Bell;
  readonly hooks: InstalledHooks;
  /** `Name <email>` that git commits as here, or undefined when none is configured. */
  author(): Promise<string | undefined>;
  /** The remote of `merge.remote`, as it was when the session began. */
  readonly remote: Remote | undefined;
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

/** @throws Problem `unknown-remote` */
export async function remoteOf(project: Grounds, gate: Gate): Promise<Remote | undefined> {
  const name = gate.config.merge.remote;
  if (name === undefined) return undefined;
  const remote = await openRemote(project.repository, name);
  if (remote) return remote;
  throw new Problem(
    'config',
    'unknown-remote',
    `merge.remote is "${name}", and this repository has no remote of that name`,
    `git remote add ${name} URL, or correct merge.remote in .steroids/config.yaml and commit that.`,
  );
}

export async function openSession(project: Project, gate: Gate, report: Report): Promise<SessionControl> {
  for (const sentence of await clearLeftBehind(project.repository)) report({ kind: 'noticed', sentence });
  await prepareOwnGit(project.repository);
  const wrong = await backUpStore(project).catch((error) => `the store was not copied: ${sentenceOf(error)}`);
  if (wrong !== undefined) report({ kind: 'noticed', sentence: wrong });
  const bell = new Bell();
  const abort = new AbortController();
  let draining = false;
  let author: Promise<string | undefined> | undefined;
  const session: Session = {
    project,
    report,
    bell,
    remote: await remoteOf(project, gate),
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
