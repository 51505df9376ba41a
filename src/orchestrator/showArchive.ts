// One archive in full: the commits that main does not have, and the files.

import { type LogEntry, listLog, readDiff } from '../git/commits.ts';
import { mergeBase } from '../git/refs.ts';
import { changedFilesEach, type FileChange } from '../git/survey.ts';
import type { Sha } from '../task/ids.ts';
import { type Archive, gitAt, headOf, holdsFiles } from './archives.ts';
import { type Project, readMain } from './project.ts';

export interface ArchiveContents {
  /** Not on main, oldest first, without those that the archive made. */
  readonly commits: readonly LogEntry[];
  /** What is compared with the archive: where HEAD was, or where its commits branch off from main. */
  readonly from: Sha;
  /** How the archive differs from it. */
  readonly files: readonly FileChange[];
  /** What was staged, where that was neither what HEAD nor what the files had. */
  readonly staged: readonly FileChange[];
}

export async function readArchive(project: Project, archive: Archive): Promise<ArchiveContents> {
  const git = await gitAt(project, archive.place);
  if (!git) throw new TypeError(`${archive.ref} was found in a git directory that is not there`);
  const main = await readMain(project);
  const head = headOf(archive);
  const from = holdsFiles(archive) ? head : ((await mergeBase(git, main, head)) ?? main);
  const [, index] = holdsFiles(archive) ? archive.parents : [];
  const changes = await changedFilesEach(git, [
    [archive.commit, from],
    ...(index === undefined ? [] : [[index, head] as const]),
  ]);
  return {
    commits: await listLog(git, [`${main}..${head}`]),
    from,
    files: changes.get(archive.commit) ?? [],
    staged: (index && changes.get(index)) ?? [],
  };
}

/** @param from as `readArchive` names it */
export async function diffArchive(project: Project, archive: Archive, from: Sha, maxChars: number) {
  const git = (await gitAt(project, archive.place)) ?? project.git;
  return await readDiff(git, from, archive.commit, maxChars);
}
