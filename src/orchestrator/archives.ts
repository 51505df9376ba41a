// What was archived, and whose it is. Git is asked a constant number of times, however much there is.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { exists } from '../disk/files.ts';
import type { Git } from '../git/client.ts';
import { ownGitDir } from '../git/own.ts';
import { type CommitRef, changedFilesEach, countCommitsEach, listCommitRefs } from '../git/survey.ts';
import { listTasks } from '../store/tasks.ts';
import { newId, type Sha } from '../task/ids.ts';
import type { Task } from '../task/task.ts';
import { ARCHIVE, readArchiveRef } from '../worktree/archive.ts';
import { type Project, readMain } from './project.ts';

export interface Archive {
  /** Short, and the same every time: made from the ref's name. */
  readonly id: string;
  readonly ref: string;
  /** Our own git directory has what was left in worktrees of the queue and of reviewers. */
  readonly place: 'repository' | 'own';
  readonly commit: Sha;
  readonly parents: readonly Sha[];
  /** A task's id, or the name of a slot. */
  readonly owner: string;
  readonly task: Task | undefined;
  /** The word in the ref's name: `uncommitted`, `detached`, … */
  readonly reason: string;
  /** The commit's time, in epoch milliseconds. */
  readonly at: number;
}

/** Newest first. */
export async function listArchives(project: Project): Promise<Archive[]> {
  const tasks = new Map<string, Task>();
  for (const task of await listTasks(project.store.db)) tasks.set(task.id, task);
  const archives: Archive[] = [];
  for (const place of ['repository', 'own'] as const) {
    const git = await gitAt(project, place);
    for (const ref of git ? await listCommitRefs(git, ARCHIVE) : []) {
      const archive = toArchive(ref, place, tasks);
      // One that is being moved from our git directory to the repository may be in both.
      if (archive && !archives.some((known) => known.ref === archive.ref)) archives.push(archive);
    }
  }
  return archives.sort((one, other) => other.at - one.at || one.ref.localeCompare(other.ref));
}

function toArchive(
  ref: CommitRef,
  place: Archive['place'],
  tasks: ReadonlyMap<string, Task>,
): Archive | undefined {
  const said = readArchiveRef(ref.name);
  if (said === undefined) return undefined;
  return {
    id: archiveId(ref.name),
    ref: ref.name,
    place,
    commit: ref.sha,
    parents: ref.parents,
    ...said,
    task: tasks.get(said.owner),
    at: ref.at,
  };
}

function archiveId(ref: string): string {
  const digest = createHash('sha256').update(ref).digest();
  let at = 0;
  return newId((bound) => digest.readUInt16BE(2 * at++) % bound);
}

/** @returns undefined for our own git directory while there is none */
export async function gitAt(project: Project, place: Archive['place']): Promise<Git | undefined> {
  if (place === 'repository') return project.git;
  const made = await exists(path.join(ownGitDir(project.repository.commonDir), 'HEAD'));
  return made ? project.ownWorktrees : undefined;
}

/** Whether it is files that were in no commit; their commit was made for the archive, on top of where HEAD was. */
export function holdsFiles(archive: Pick<Archive, 'reason'>): boolean {
  return archive.reason === 'uncommitted' || archive.reason === 'autostash';
}

/** The newest commit of whoever worked there. */
export function headOf(archive: Archive): Sha {
  return holdsFiles(archive) ? (archive.parents[0] ?? archive.commit) : archive.commit;
}

export interface Holding {
  /** How many files differ from the commit that they were on; null where only commits are kept. */
  readonly files: number | null;
  /** How many commits main does not have, without those that the archive made. */
  readonly commits: number;
}

/** What each of them keeps. */
export async function measureArchives(
  project: Project,
  archives: readonly Archive[],
): Promise<ReadonlyMap<Archive, Holding>> {
  const main = await readMain(project);
  const holdings = new Map<Archive, Holding>();
  for (const place of ['repository', 'own'] as const) {
    const here = archives.filter((archive) => archive.place === place);
    const git = here.length > 0 ? await gitAt(project, place) : undefined;
    if (!git) continue;
    const counts = await countCommitsEach(git, here.map(headOf), main);
    const changes = await changedFilesEach(git, here.filter(holdsFiles).map(snapshotPair));
    for (const archive of here) {
      holdings.set(archive, {
        files: holdsFiles(archive) ? (changes.get(archive.commit)?.length ?? 0) : null,
        commits: counts.get(headOf(archive)) ?? 0,
      });
    }
  }
  return holdings;
}

const snapshotPair = (archive: Archive) => [archive.commit, headOf(archive)] as const;
