// What coders and reviewers have printed, an attempt at a time: what is too old goes, and the oldest where all is too much.

import path from 'node:path';
import { modifiedAt, namesIn } from '../disk/files.ts';
import { type Budget, sizeOf } from '../disk/size.ts';
import type { Project } from './project.ts';

export interface Transcripts {
  /** Id of the task. */
  readonly owner: string;
  readonly attempt: number;
  /** When the last of them was written, in epoch milliseconds. */
  readonly at: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly bytes: number;
}

export interface Keeping {
  /** Epoch milliseconds: what was written then or before is too old. */
  readonly until: number;
  /** Bytes for all of them together. */
  readonly size: number;
  /** Ids of tasks that have not ended: their newest attempt's stay, whatever they are. */
  readonly open: ReadonlySet<string>;
  /** Ids of tasks whose folder goes anyhow. */
  readonly except: ReadonlySet<string>;
}

/** @returns those that are to go, oldest first */
export async function surveyTranscripts(
  project: Project,
  keeping: Keeping,
  budget: Budget,
): Promise<Transcripts[]> {
  const kept: Transcripts[] = [];
  const mayGo: Transcripts[] = [];
  for (const folder of await namesIn(project.folders.logs)) {
    const owner = /^task-(\w+)$/.exec(folder)?.[1];
    if (owner === undefined || keeping.except.has(owner)) continue;
    const attempts = await readFolder(path.join(project.folders.logs, folder), owner, budget);
    // Whoever works on it writes there, and a person who is asked about it reads there.
    if (keeping.open.has(owner)) kept.push(...attempts.splice(0, 1));
    mayGo.push(...attempts);
  }
  mayGo.sort((one, other) => one.at - other.at);
  let bytes = [...kept, ...mayGo].reduce((sum, one) => sum + one.bytes, 0);
  return mayGo.filter((one) => {
    const goes = one.at <= keeping.until || bytes > keeping.size;
    if (goes) bytes -= one.bytes;
    return goes;
  });
}

/** Newest first. */
async function readFolder(folder: string, owner: string, budget: Budget): Promise<Transcripts[]> {
  const byAttempt = Map.groupBy(await namesIn(folder), (name) => Number(/^(\d+)-/.exec(name)?.[1] ?? 0));
  const found = [...byAttempt].map(async ([attempt, names]): Promise<Transcripts> => {
    const files = names.map((name) => {
      const file = path.join(folder, name);
      return { path: file, bytes: sizeOf(file, budget) };
    });
    const times = await Promise.all(files.map((file) => modifiedAt(file.path)));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { owner, attempt, at: Math.max(...times), files, bytes };
  });
  return (await Promise.all(found)).sort((one, other) => other.attempt - one.attempt);
}
