// While coders are at work: which tasks under way have come to conflict. It is told and never stops anything.

import { readMatrix } from '../analysis/matrix.ts';
import { listConflicts, recordConflicts, type TaskConflict } from '../store/conflicts.ts';
import { getTask } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { listed } from '../task/list.ts';
import { ENDED } from '../task/status.ts';
import { inQuarantine } from './conflicts.ts';
import { type LiveBranch, listLiveBranches } from './liveBranches.ts';
import { type Project, readMain } from './project.ts';
import type { Session } from './session.ts';

/** One look reads a file for each branch; only where one has moved something is merged. */
const LOOK_MS = 2_000;

interface Look {
  under: Promise<void> | undefined;
  /** Which branches were where, when it was looked at last. */
  seen: string;
  watches: number;
  timer: NodeJS.Timeout | undefined;
}

const looks = new WeakMap<Project, Look>();

function lookOf(project: Project): Look {
  const look = looks.get(project) ?? { under: undefined, seen: '', watches: 0, timer: undefined };
  looks.set(project, look);
  return look;
}

export interface ConflictWatch {
  /** No look is under way any more when it resolves. */
  end(): Promise<void>;
}

/** One of them looks for all coders of a process. */
export function watchConflicts(session: Session): ConflictWatch {
  const look = lookOf(session.project);
  look.watches++;
  look.timer ??= setInterval(() => void lookForConflicts(session), LOOK_MS);
  return {
    async end() {
      look.watches--;
      if (look.watches === 0) {
        clearInterval(look.timer);
        look.timer = undefined;
      }
      await look.under;
    },
  };
}

/** Looks now. What cannot be looked at (git or the store is busy) is looked at again. */
export async function lookForConflicts(session: Session): Promise<void> {
  const look = lookOf(session.project);
  look.under ??= compare(session, look)
    .catch(() => undefined)
    .finally(() => {
      look.under = undefined;
    });
  await look.under;
}

async function compare({ project, report }: Session, look: Look): Promise<void> {
  const live = (await listLiveBranches(project)).filter(({ task }) => task !== null);
  const seen = live.map(({ id, head }) => `${id} ${head}`).join('\n');
  if (seen === look.seen) return;
  const clashes = live.length < 2 ? [] : await merge(project, live);
  const fresh = await record(project, live, clashes);
  look.seen = seen;
  for (const one of fresh) report({ kind: 'noticed', sentence: sentenceOf(one, live) });
}

async function merge(project: Project, live: readonly LiveBranch[]) {
  const main = await readMain(project);
  return await inQuarantine(project, main, async (place, memory) => {
    const { clashes } = await readMatrix(place, memory, main, live, false);
    return clashes.flatMap(({ one, other, ...clash }) => {
      const [first, second] = [one, other].map((id) => live.find((branch) => branch.id === id)?.task);
      return first && second ? [{ one: first, other: second, ...clash }] : [];
    });
  });
}

async function record(
  project: Project,
  live: readonly LiveBranch[],
  clashes: readonly Omit<TaskConflict, 'since'>[],
): Promise<TaskConflict[]> {
  const { store } = project;
  const known = await listConflicts(store.db);
  if (clashes.length === 0 && known.length === 0) return [];
  const ended = new Set<TaskId>();
  for (const id of new Set(known.flatMap(({ one, other }) => [one, other]))) {
    const task = await getTask(store.db, id);
    if (task === undefined || ENDED.includes(task.status)) ended.add(id);
  }
  const looked = new Set(live.map(({ id }) => id));
  return await store.write((trx) => recordConflicts(store, trx, clashes, looked, (id) => ended.has(id)));
}

function sentenceOf(
  { one, other, files, more, findings }: TaskConflict,
  live: readonly LiveBranch[],
): string {
  const name = (id: string) => `${id} “${live.find((branch) => branch.id === id)?.title ?? '?'}”`;
  const names = files.map(({ file }) => file);
  const used = findings.map((finding) => `the export ${finding.export} of ${finding.file}`);
  const about = listed([...names, ...used], 3) + (more > 0 && names.length <= 3 ? ` and ${more} more` : '');
  return `${name(one)} and ${name(other)} conflict now: ${about}`;
}
