// What has served its time. Looking changes nothing; git is asked a constant number of times.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { namesIn } from '../disk/files.ts';
import { type Budget, sizeOf } from '../disk/size.ts';
import { TRASH } from '../disk/trash.ts';
import { listCommitRefs, provenOn } from '../git/survey.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { isAlive, type ProcessIdentity } from '../process/identity.ts';
import { getLease } from '../store/leases.ts';
import { listTasklessEntries } from '../store/retention.ts';
import { listRunners } from '../store/runners.ts';
import { listSlots } from '../store/slots.ts';
import { listTasks } from '../store/tasks.ts';
import { type Sha, shortSha, type TaskId } from '../task/ids.ts';
import { ACTIVE_ENTRY, ENDED } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import { slotNumber, taskOfSlot, worktreesRoot } from '../worktree/layout.ts';
import { type Archive, gitAt, listArchives } from './archives.ts';
import { type GarbageFile, surveyFiles } from './garbageFiles.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import { isAtWork } from './recovery.ts';
import { surveyTranscripts } from './transcripts.ts';

export interface GarbageRef {
  readonly kind: 'archive' | 'landed' | 'candidate';
  readonly name: string;
  readonly sha: Sha;
  readonly place: Archive['place'];
  /** Id of a task or of an entry without one, or name of a slot. */
  readonly owner: string;
}

export interface UnusedWorktree {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

export interface Trash {
  readonly path: string;
  readonly bytes: number;
}

/** Something that was to go and stays. */
export interface Kept {
  readonly what: string;
  readonly why: string;
}

export interface Garbage {
  readonly refs: readonly GarbageRef[];
  readonly files: readonly GarbageFile[];
  readonly worktrees: readonly UnusedWorktree[];
  readonly trash: readonly Trash[];
  readonly kept: readonly Kept[];
  /** Whose it is: titles of tasks and entries by id. */
  readonly titles: ReadonlyMap<string, string>;
  /** False when there was so much that not all of it was measured. */
  readonly measured: boolean;
}

/** Files and folders that are measured at most: one to three seconds. */
const MEASURED = 30_000;

/** @param keepMs how long what has landed or ended is left, in milliseconds */
export async function surveyGarbage(project: Project, gate: Gate, keepMs: number): Promise<Garbage> {
  const { store } = project;
  const until = project.host.now() - keepMs;
  const tasks = await listTasks(store.db);
  const entries = await listTasklessEntries(store.db);
  const ended = new Set([
    ...tasks.filter((task) => ENDED.includes(task.status)).map((task) => task.id as string),
    ...entries.filter((entry) => !ACTIVE_ENTRY.includes(entry.status)).map((entry) => entry.id),
  ]);
  const landed = new Map<string, Sha>();
  for (const task of tasks)
    if (task.landedCommit !== null && task.updatedAt <= until) landed.set(task.id, task.landedCommit);
  for (const entry of entries)
    if (entry.status === 'landed' && entry.candidate && entry.updatedAt <= until)
      landed.set(entry.id, entry.candidate);
  const budget: Budget = { left: MEASURED };
  const old = oldTasks(tasks, until);
  const { keep, size } = gate.config.logs;
  const open = new Set<string>(tasks.filter((task) => !ENDED.includes(task.status)).map((task) => task.id));
  const keeping = { until: project.host.now() - keep, size, open, except: old };
  const kept: Kept[] = [];
  return {
    refs: await surveyRefs(project, gate, { landed, ended, until, kept }),
    files: [
      ...(await surveyFiles(project, old, until, budget)),
      ...(await surveyTranscripts(project, keeping, budget)).flatMap(({ owner, files }) =>
        files.map((file): GarbageFile => ({ kind: 'transcript', ...file, owner })),
      ),
    ],
    worktrees: await surveyWorktrees(project, gate, budget),
    trash: await surveyTrash(project, gate, budget),
    kept,
    titles: new Map([...tasks, ...entries].map(({ id, title }) => [id, title])),
    measured: budget.left > 0,
  };
}

function oldTasks(tasks: readonly Task[], until: number): ReadonlySet<string> {
  return new Set(
    tasks.filter((task) => ENDED.includes(task.status) && task.updatedAt <= until).map((task) => task.id),
  );
}

interface Times {
  /** What landed long enough ago, and as which commit. */
  readonly landed: ReadonlyMap<string, Sha>;
  readonly ended: ReadonlySet<string>;
  readonly until: number;
  readonly kept: Kept[];
}

/** Refs of what git proves to have landed; what did not land goes only when somebody names it. */
async function surveyRefs(project: Project, gate: Gate, times: Times): Promise<GarbageRef[]> {
  const proven = await provenOn(project.git, gate.main, [...times.landed.values()]);
  const hasLanded = (id: string) => {
    const commit = times.landed.get(id);
    return commit !== undefined && proven.has(commit);
  };
  for (const [id, commit] of times.landed) {
    if (!proven.has(commit))
      times.kept.push({
        what: id,
        why: `it is said to have landed as ${shortSha(commit)}, which is not on main`,
      });
  }
  const refs: GarbageRef[] = [];
  for (const archive of await listArchives(project)) {
    const { ref: name, commit: sha, place, owner } = archive;
    const slots = slotNumber(owner) !== undefined && archive.at <= times.until;
    if (slots || hasLanded(owner)) refs.push({ kind: 'archive', name, sha, place, owner });
  }
  const places = ['refs/steroids/landed/', 'refs/steroids/landed-as/', 'refs/steroids/candidate/'] as const;
  for (const { name, sha } of await listCommitRefs(project.git, ...places)) {
    const owner = name.slice(name.lastIndexOf('/') + 1);
    const kind = name.startsWith(places[2]) ? 'candidate' : 'landed';
    const goes = kind === 'landed' ? hasLanded(owner) : times.ended.has(owner);
    if (goes) refs.push({ kind, name, sha, place: 'repository', owner });
  }
  return refs;
}

/** Worktrees of runners that are gone, the queue's while nobody holds it, and what persons have left. */
async function surveyWorktrees(project: Project, gate: Gate, budget: Budget): Promise<UnusedWorktree[]> {
  const { store, host } = project;
  const runners = await listRunners(store.db);
  const used = new Set<number | null>(
    runners.filter((runner) => isAtWork(runner)).map((runner) => runner.number),
  );
  const lease = await getLease(store, `lander:${project.main}`);
  const queueHeld =
    lease !== undefined &&
    lease.expiresAt > host.now() &&
    isAlive(JSON.parse(lease.owner) as ProcessIdentity) !== 'dead';
  if (queueHeld) used.add(null);
  const found = new Map<string, string>();
  for (const { name, path: folder } of await listSlots(store.db)) found.set(folder, name);
  // One whose row was lost with the process that was taking it away.
  const root = await resolved(rootOf(project, gate));
  for (const git of [project.git, await gitAt(project, 'own')]) {
    for (const { path: folder } of git ? await listWorktrees(git) : []) {
      const known = [...found.values()].includes(path.basename(folder));
      if (!known && path.dirname(folder) === root) found.set(folder, path.basename(folder));
    }
  }
  const taken = new Set(
    (await listTasks(store.db, { statuses: ['in_progress'] }))
      .filter((task) => task.takenOver)
      .map(({ id }) => id),
  );
  /** A person's, whose task nobody has in hands any more. */
  const isLeft = (name: string) => {
    const id = taskOfSlot(name);
    return id !== undefined && !taken.has(id as TaskId);
  };
  const unused: UnusedWorktree[] = [];
  for (const [folder, name] of found) {
    const number = slotNumber(name);
    if (number === undefined ? !isLeft(name) : used.has(number)) continue;
    unused.push({ name, path: folder, bytes: sizeOf(folder, budget) });
  }
  return unused;
}

async function surveyTrash(project: Project, gate: Gate, budget: Budget): Promise<Trash[]> {
  const trash: Trash[] = [];
  for (const folder of await trashFolders(project, gate)) {
    if ((await namesIn(folder)).length > 0) trash.push({ path: folder, bytes: sizeOf(folder, budget) });
  }
  return trash;
}

/** Wherever something of ours may have been moved aside. */
export async function trashFolders(project: Project, gate: Gate): Promise<string[]> {
  const slots = await listSlots(project.store.db);
  const around = [
    rootOf(project, gate),
    project.folders.base,
    ...slots.map((slot) => path.dirname(slot.path)),
  ];
  return [...new Set(await Promise.all(around.map(resolved)))].map((folder) => path.join(folder, TRASH));
}

const rootOf = (project: Project, gate: Gate) =>
  worktreesRoot(project.repository.home, gate.config.worktrees.root);

const resolved = (folder: string) => realpath(folder).catch(() => folder);
