// Sentences about what was archived.

import type { Archive, Holding } from '../../orchestrator/archives.ts';
import { shortSha } from '../../task/ids.ts';
import { count } from '../words.ts';

const WHY: Readonly<Record<string, string>> = {
  uncommitted: 'was not committed',
  detached: 'was on no branch',
  left: 'was amended, reset or left',
  autostash: 'was put aside by a rebase or a merge',
  fresh: 'the task was begun again from main',
  conflicted: 'conflicted with main',
  broken: 'broke the verification',
  moved: 'its branch was moved away',
  cancelled: 'the task was cancelled',
  skipped: 'the task was skipped',
};

export function whyArchived(archive: Archive): string {
  return WHY[archive.reason] ?? archive.reason;
}

/** `2 files, 1 commit` */
export function holdingText({ files, commits }: Holding): string {
  const parts = [
    ...(files === null ? [] : [count(files, 'file')]),
    ...(commits === 0 && files !== null ? [] : [commits === 0 ? 'on main' : count(commits, 'commit')]),
  ];
  return parts.join(', ');
}

/** `“Add a page” (k3j9abcd, cancelled)`, or `runner-1` */
export function ownerText({ owner, task }: Archive): string {
  return task ? `“${task.title}” (${task.id}, ${task.status})` : owner;
}

/** What it is, on one line. */
export function archiveLine(archive: Archive, holding: Holding | undefined): string {
  const holds = holding ? `: ${holdingText(holding)}` : '';
  return `${archive.id}  ${ownerText(archive)}, ${shortSha(archive.commit)}, ${whyArchived(archive)}${holds}`;
}
