// What main has, and what the store says of it: `completed` is true exactly when main has the commit that was recorded.

import path from 'node:path';
import { exists } from '../../disk/files.ts';
import { notBelow } from '../../git/reach.ts';
import { listRefs, mergeBase, resolveCommit } from '../../git/refs.ts';
import { readRemade } from '../../git/remade.ts';
import { replay } from '../../git/replay.ts';
import { LANDED_AS, landedRef } from '../../merge/land.ts';
import { applyEvent } from '../../store/apply.ts';
import { getEntry, moveEntry } from '../../store/entries.ts';
import { listOpenSteps } from '../../store/steps.ts';
import { listTasks } from '../../store/tasks.ts';
import { NO_LIMITS } from '../../task/attempt.ts';
import type { TaskEvent } from '../../task/event.ts';
import { type Sha, shortSha } from '../../task/ids.ts';
import { ACTIVE_ENTRY } from '../../task/status.ts';
import type { Task } from '../../task/task.ts';
import { archiveCommit } from '../../worktree/archive.ts';
import type { Project } from '../project.ts';
import { type Looking, type Trouble, titled, trouble } from './finding.ts';
import { queueIsHeld } from './queue.ts';

/** Landed, as git has noted it with the landing itself, and not in the store: a crash, or a store from an older copy. */
export async function landedUnknown(looking: Looking): Promise<Trouble[]> {
  const { project, main } = looking;
  const { git, store } = project;
  const refs = await listRefs(git, LANDED_AS);
  const taskById = new Map((await listTasks(store.db)).map((task) => [task.id as string, task]));
  const open = refs.filter(({ name }) => taskById.get(idOf(name))?.status !== 'completed');
  const elsewhere = await notBelow(
    git,
    open.map((ref) => ref.sha),
    main,
  );
  const atWork = new Set((await listOpenSteps(store.db)).map((step) => step.taskId as string));
  const held = await queueIsHeld(project);
  const found: Trouble[] = [];
  const strangers: string[] = [];
  for (const { name, sha } of open) {
    const id = idOf(name);
    const task = taskById.get(id);
    if (elsewhere.has(sha)) continue;
    if (task === undefined) {
      const entry = await getEntry(store.db, id);
      if (!entry) strangers.push(id);
      else if (ACTIVE_ENTRY.includes(entry.status) && !held)
        found.push(
          trouble(
            'landed-unrecorded',
            `main has “${entry.title}” as ${shortSha(sha)}, and the store has it in the queue`,
            {
              action: 'it has landed',
              repair: () =>
                store.write((trx) => moveEntry(store, trx, entry, { status: 'landed', candidate: sha })),
            },
          ),
        );
      continue;
    }
    if (atWork.has(id) || (held && ['queued', 'verifying'].includes(task.status))) continue;
    found.push(
      trouble(
        'landed-unrecorded',
        `${project.main} has ${titled(task)} as ${shortSha(sha)}, and the store says ${task.status}`,
        {
          action: 'it is completed',
          repair: async () => {
            const landedAs = await landedAsOf(project, id, sha);
            return await apply(project, task, { kind: 'foundLanded', commit: sha, landedAs });
          },
        },
      ),
    );
  }
  if (strangers.length > 0)
    found.push(
      trouble(
        'landed-stranger',
        `${project.main} has ${strangers.length} that the store, an older copy or a new one, does not know: ${strangers.slice(0, 10).join(', ')}`,
      ),
    );
  return found;
}

const idOf = (ref: string) => ref.slice(LANDED_AS.length);

/** Which of the task's commits main has under which name, where the replay says it again. */
async function landedAsOf(project: Project, id: string, landed: Sha): Promise<ReadonlyMap<Sha, Sha>> {
  const { git } = project;
  const head = await resolveCommit(git, landedRef(id));
  const from = head && (await mergeBase(git, head, landed));
  if (!head || !from) return new Map();
  // A lockfile that was made anew stands on top of them, and is none of them.
  const last = (await readRemade(git, landed))?.below ?? landed;
  const count = await git.read(['rev-list', '--count', `${from}..${head}`]);
  for (const below of ownCommits(Number(count))) {
    const base = await resolveCommit(git, `${last}~${below}`);
    const again = base && (await replay(await project.own(), base, head));
    if (again?.kind === 'clean' && again.commit === last) return again.landedAs;
  }
  return new Map();
}

const MOST_TRIED = 20;

/** How many of them main has: all, as one, or without those that it had already (the lockfile's alone, made anew). */
function ownCommits(count: number): number[] {
  const fewer = Array.from({ length: Math.min(count, MOST_TRIED) }, (_, index) => count - index);
  return [...new Set([...fewer, 1])].filter((below) => below > 0);
}

/** Completed, and main does not have it: a person (or a remote) has moved main back, or rewritten it. */
export async function unlanded(looking: Looking): Promise<Trouble[]> {
  const { project, main } = looking;
  const { git, store } = project;
  // What a shallow clone does not have, it cannot deny.
  if (await exists(path.join(project.repository.commonDir, 'shallow'))) return [];
  const done = await listTasks(store.db, { statuses: ['completed'] });
  const gone = await notBelow(
    git,
    done.flatMap((task) => task.landedCommit ?? []),
    main,
  );
  const found: Trouble[] = [];
  for (const task of done) {
    const commit = task.landedCommit;
    if (commit === null || !gone.has(commit)) continue;
    const head = (await resolveCommit(git, landedRef(task.id))) ?? task.latestCommit;
    const sentence = `${titled(task)} landed as ${shortSha(commit)}, and ${project.main} no longer has that commit`;
    if (await hasContent(project, main, head)) {
      found.push(
        trouble('landed-rewritten', `${sentence}, but all that it changes`, {
          action: `it is completed as of ${shortSha(main)}`,
          repair: () => apply(project, task, { kind: 'foundLanded', commit: main, landedAs: new Map() }),
        }),
      );
      continue;
    }
    const remedy = remedyOf(task.id);
    const reason = `it landed as ${shortSha(commit)}, and ${project.main} no longer has it: somebody moved ${project.main} back or rewrote it`;
    found.push(
      trouble('unlanded', sentence, {
        action: 'it is disputed; what depends on it waits, and its commits are kept',
        remedy,
        repair: async () => {
          const kept = await resolveCommit(git, commit);
          if (kept) await archiveCommit(git, task.id, 'unlanded', kept, main);
          return await apply(project, task, { kind: 'unlanded', commit, reason });
        },
      }),
    );
  }
  return found;
}

const remedyOf = (id: string) =>
  `land it again: steroids review approve ${id}; have it coded again: steroids tasks retry ${id}; leave it out: steroids tasks skip ${id}`;

async function hasContent(project: Project, main: Sha, head: Sha | null): Promise<boolean> {
  const known = head && (await resolveCommit(project.git, head));
  if (!known || (await mergeBase(project.git, main, known)) === undefined) return false;
  return (await replay(await project.own(), main, known)).kind === 'empty';
}

/** On the task as it was looked at, or not at all. */
async function apply(project: Project, task: Task, event: TaskEvent): Promise<boolean> {
  const { store } = project;
  const applying = { limits: NO_LIMITS, version: task.version };
  const applied = await store.write((trx) => applyEvent(store, trx, task.id, event, applying));
  return applied.kind === 'applied';
}
