// The brief's contents, gathered from the store and from git.

import path from 'node:path';
import { type Brief, type BriefInput, type Other, writeBrief } from '../coder/brief.ts';
import { agentOf, takesTools } from '../coder/launch.ts';
import { CONFIG_FILE, defaultCoder } from '../config/parse.ts';
import type { CoderConfig } from '../config/schema.ts';
import { isolationOf } from '../config/zones.ts';
import { changedPaths } from '../git/changedPaths.ts';
import { listLog, readDiff, subjectOf } from '../git/commits.ts';
import { mergeBase, resolveCommit } from '../git/refs.ts';
import { listAttempts } from '../store/attempts.ts';
import { listEntries } from '../store/entries.ts';
import { listBareSections } from '../store/sections.ts';
import { listTasks } from '../store/tasks.ts';
import type { Layout } from '../task/attempt.ts';
import { branchRef, type Sha, shortSha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { ENDED } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import { planBranch } from '../worktree/slot.ts';
import { type CoderZone, readCoderZone } from './coderZone.ts';
import { conflictsOf } from './conflictsOf.ts';
import { readConventions } from './conventions.ts';
import { lockedBeside } from './fileLocks.ts';
import type { Gate } from './gate.ts';
import type { Project } from './project.ts';
import { startOf } from './startOf.ts';

export interface Beginning {
  readonly task: Task;
  readonly attempt: number;
  readonly earlier: BriefInput['earlier'];
  readonly coder: CoderConfig;
  /** Where the coder begins. */
  readonly head: Sha;
  readonly layout: Layout | null;
  readonly setupFailure: string | null;
  readonly zone: CoderZone;
}

/** @returns the brief, and where the whole of what is cut in it is to be written. Changes nothing. */
export async function composeBrief(project: Project, gate: Gate, beginning: Beginning): Promise<Brief> {
  const { task, attempt, layout, head, coder } = beginning;
  const zone = await zoneOfBrief(project, gate, task, beginning.zone);
  const { paths } = zone;
  const base = layout?.onto ?? (await mergeBase(project.git, gate.main, head)) ?? gate.main;
  const input: BriefInput = {
    ...beginning,
    main: project.main,
    zone,
    conventions: await readConventions(project, base, paths, agentOf(coder)),
    tools: takesTools(coder),
    sides: layout?.conflict ? await readSides(project, layout) : null,
    others: await readOthers(project, gate, task, layout?.head ?? head, paths),
    conflicts: await conflictsOf(project, task.id),
  };
  const placeOf = (name: string) => briefFile(project, task, attempt, name);
  return writeBrief(input, { template: gate.template, limit: gate.config.brief.limit, placeOf });
}

/** Sections where nobody speaks of zones: those are the same paths, and the coder need not learn another word. */
async function zoneOfBrief(
  project: Project,
  { config }: Gate,
  task: Task,
  { zones, others, packages }: CoderZone,
): Promise<BriefInput['zone']> {
  const sections = await listBareSections(project.store.db);
  const section = sections.find((one) => one.id === task.section?.id);
  if (config.runners.zones.length === 0 && isolationOf(config) === 'section') {
    const paths = task.paths.length > 0 ? task.paths : (section?.paths ?? []);
    const other = sections.filter((one) => one.id !== section?.id && one.paths.length > 0);
    return { paths, others: other, names: [], packages: [], outside: 'warn' };
  }
  const own = zones.flatMap((one) => one.paths);
  return {
    paths: task.paths.length > 0 ? task.paths : own.length > 0 ? own : (section?.paths ?? []),
    others,
    names: zones.map(({ name }) => name),
    packages,
    outside: config.runners.outside,
  };
}

/**
 * What the next attempt would be told, if it began now.
 * @throws Problem `wrong-status`, `unknown-coder`
 */
export async function foreseeBrief(
  project: Project,
  gate: Gate,
  task: Task,
): Promise<Brief & { readonly attempt: number; readonly coder: string }> {
  if (ENDED.includes(task.status))
    throw new Problem(
      'user',
      'wrong-status',
      `task ${task.id} "${task.title}" is ${task.status}, so no coder is told anything about it`,
      task.status === 'completed' ? `steroids tasks show ${task.id}` : `steroids tasks retry ${task.id}`,
    );
  const name = task.coder ?? defaultCoder(gate.config);
  const coder = name === undefined ? undefined : gate.config.coders[name];
  if (name === undefined || coder === undefined)
    throw new Problem(
      'config',
      'unknown-coder',
      name === undefined ? 'no coder is configured' : `coder "${name}" is not in the configuration`,
      `Name one under coders in ${CONFIG_FILE}.`,
    );
  const earlier = await listAttempts(project.store.db, task.id);
  const attempt = earlier.length + 1;
  const { head, layout } =
    task.branch === null
      ? { head: gate.main, layout: null }
      : await planBranch(project.git, startOf(task, earlier, gate.main));
  const zone = await readCoderZone(project, gate, task);
  const beginning = { task, attempt, earlier, coder, head, layout, setupFailure: null, zone };
  return { ...(await composeBrief(project, gate, beginning)), attempt, coder: name };
}

export const briefFile = (project: Project, task: Task, attempt: number, name: string) =>
  path.join(project.folders.logs, `task-${task.id}`, `${attempt}-brief-${name}.txt`);

/** Characters of a difference, and commits that are named, at most. */
const MAX_DIFF = 100_000;
const MAX_COMMITS = 20;

/** What main and the branch each made of the files in conflict since they parted. */
async function readSides(project: Project, { onto, head, conflict }: Layout): Promise<BriefInput['sides']> {
  const own = await project.own();
  const base = await mergeBase(own, onto, head);
  const files = (conflict?.files ?? []).slice(0, 100);
  if (base === undefined || files.length === 0) return null;
  const side = async (to: Sha) => {
    const commits = (await listLog(own, [`${base}..${to}`], files)).slice(-MAX_COMMITS);
    const subjects = commits.map(({ hash, message }) => `${shortSha(hash)} ${subjectOf(message)}`);
    const { text, cut } = await readDiff(own, base, to, MAX_DIFF, files);
    const more = cut ? `\n[more: git diff ${shortSha(base)} ${shortSha(to)}]` : '';
    return `${subjects.join('\n')}\n\n${text}${more}`;
  };
  return { main: await side(onto), own: await side(head) };
}

/** Branches that are compared; each costs a git. */
const MAX_BRANCHES = 20;

/** Which open branches change files that this task changes or is about; all of them where nothing is known of it yet. */
async function readOthers(
  project: Project,
  gate: Gate,
  task: Task,
  head: Sha,
  paths: readonly string[],
): Promise<Other[]> {
  const own = await project.own();
  const changed = (to: Sha, globs?: readonly string[]) => changedPaths(own, gate.main, to, globs);
  const mine = new Set(head === gate.main ? [] : await changed(head));
  const branches = (await listBranches(project, task)).slice(0, MAX_BRANCHES);
  const others = branches.map(async ({ id, title, tip }): Promise<Other> => {
    const to = await tip();
    if (to === undefined) return { id, title, files: [] };
    const unknown = mine.size === 0 && paths.length === 0;
    const all = unknown || mine.size > 0 ? await changed(to) : [];
    const shared = unknown ? all : all.filter((file) => mine.has(file));
    const about = paths.length > 0 ? await changed(to, paths) : [];
    return { id, title, files: [...new Set([...shared, ...about])] };
  });
  const changing = await Promise.all(others);
  return withLocked(changing, await lockedBeside(project.store.db, gate, task, [...mine], paths)).filter(
    ({ files }) => files.length > 0,
  );
}

/** Also who has only said so yet. */
function withLocked(others: readonly Other[], locked: readonly Other[]): Other[] {
  const files = (id: string) => locked.find((one) => one.id === id)?.files ?? [];
  const known = others.map((one) => ({ ...one, files: [...new Set([...one.files, ...files(one.id)])] }));
  return [...known, ...locked.filter((one) => !others.some((other) => other.id === one.id))];
}

/** The newest first. */
async function listBranches(project: Project, but: Task) {
  const { db } = project.store;
  const tasks = await listTasks(db, {
    statuses: ['pending', 'in_progress', 'review', 'queued', 'verifying', 'disputed', 'failed'],
  });
  const open = tasks.filter((one) => one.id !== but.id && one.branch !== null);
  const entries = (await listEntries(db)).filter((entry) => entry.taskId === null);
  return [
    ...entries.map(({ id, title, head }) => ({
      id: id as string,
      title,
      tip: async () => head as Sha | undefined,
    })),
    ...open
      .sort((one, other) => other.updatedAt - one.updatedAt)
      .map(({ id, title, branch }) => ({
        id: id as string,
        title,
        tip: () => resolveCommit(project.git, branchRef(branch ?? '')),
      })),
  ];
}
