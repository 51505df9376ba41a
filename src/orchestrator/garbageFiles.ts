// Logs and spools of what ended long ago, found by their names: the folder is the truth of what is there.

import path from 'node:path';
import { modifiedAt, namesIn } from '../disk/files.ts';
import { type Budget, sizeOf } from '../disk/size.ts';
import { listRunnersEndedBy, listVerificationLogs } from '../store/retention.ts';
import type { Project } from './project.ts';

export interface GarbageFile {
  /** A task's logs are a folder; a transcript is a file, or a folder, of one attempt. */
  readonly kind: 'task-logs' | 'transcript' | 'spool' | 'runner-log' | 'verification-log';
  readonly path: string;
  readonly bytes: number;
  /** Id of the task or the runner; null for a verification. */
  readonly owner: string | null;
}

/**
 * @param tasks that ended long enough ago
 * @param until what ended at this time (epoch milliseconds) or before
 */
export async function surveyFiles(
  project: Project,
  tasks: ReadonlySet<string>,
  until: number,
  budget: Budget,
): Promise<GarbageFile[]> {
  const { logs, spool } = project.folders;
  const runners = new Set(await listRunnersEndedBy(project.store.db, until));
  const found: Omit<GarbageFile, 'bytes'>[] = [];
  for (const name of await namesIn(logs)) {
    const task = /^task-(\w+)$/.exec(name)?.[1];
    const runner = /^runner-(\w+)\.log$/.exec(name)?.[1];
    if (task !== undefined && tasks.has(task))
      found.push({ kind: 'task-logs', path: path.join(logs, name), owner: task });
    if (runner !== undefined && runners.has(runner))
      found.push({ kind: 'runner-log', path: path.join(logs, name), owner: runner });
  }
  for (const name of await namesIn(spool)) {
    const task = /^(\w+)-\d+$/.exec(name)?.[1];
    if (task !== undefined && tasks.has(task))
      found.push({ kind: 'spool', path: path.join(spool, name), owner: task });
  }
  for (const file of await oldVerificationLogs(project, until))
    found.push({ kind: 'verification-log', path: file, owner: null });
  const files: GarbageFile[] = [];
  for (const file of found) files.push({ ...file, bytes: sizeOf(file.path, budget) });
  return files;
}

async function oldVerificationLogs(project: Project, until: number): Promise<string[]> {
  const folder = path.join(project.folders.logs, 'merge');
  const known = new Map(
    (await listVerificationLogs(project.store.db)).map((one) => [path.basename(one.log), one]),
  );
  const old: string[] = [];
  for (const name of await namesIn(folder)) {
    const file = path.join(folder, name);
    const verification = known.get(name);
    // One that was interrupted left no row.
    const ended = verification ? verification.endedAt : await modifiedAt(file);
    if (!verification?.open && ended <= until) old.push(file);
  }
  return old;
}
