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

/** @throws Problem `main-missing`, `git-failed` */
export async function readGround(project: Project): Promise<Ground> {
  const main = await readMain(project);
  const git = await project.own();
  const kept = path.join(project.folders.base, 'routing.json');
  const [files, changes] = await Promise.all([
    listFiles(git, main),
    readChanges(git, kept, main, HISTORY_MS),
  ]);
  return { main, git, files, history: historyOf(changes) };
}
