// What main and its history say, read once for many tasks.

import path from 'node:path';
import type { Git } from '../git/client.ts';
import { listFiles } from '../git/tree.ts';
import { readChanges } from '../structure/routeCache.ts';
import { type History, historyOf } from '../structure/routeHistory.ts';
import type { Sha } from '../task/ids.ts';
import { type Project, readMain } from './project.ts';

/** Milliseconds that git may take for the history. */
const HISTORY_MS = 20_000;

export interface Ground {
  readonly main: Sha;
  /** Our own: nothing that a repository configures takes part. */
  readonly git: Git;
  /** All files of main, sorted by code unit. */
  readonly files: readonly string[];
  readonly history: History;
}

/**
 * @param historyMs that git may take for the history
 * @throws Problem `main-missing`, `git-failed`
 */
export async function readGround(project: Project, historyMs = HISTORY_MS): Promise<Ground> {
  const main = await readMain(project);
  const git = await project.own();
  const [files, history] = await Promise.all([
    listFiles(git, main),
    readHistory(project, git, main, historyMs),
  ]);
  return { main, git, files, history };
}

/** @returns undefined where main has more than so many files: its history is not read then */
export async function readSmallGround(
  project: Project,
  historyMs: number,
  mostFiles: number,
): Promise<Ground | undefined> {
  const main = await readMain(project);
  const git = await project.own();
  const files = await listFiles(git, main);
  if (files.length > mostFiles) return undefined;
  return { main, git, files, history: await readHistory(project, git, main, historyMs) };
}

async function readHistory({ folders }: Project, git: Git, main: Sha, historyMs: number): Promise<History> {
  return historyOf(await readChanges(git, path.join(folders.base, 'routing.json'), main, historyMs));
}
