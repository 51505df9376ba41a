// While a coder is at work: main, the branches of other tasks and our own refs, which it could move like anybody. Only what
// is proven to be its doing is undone: a person moves branches too.

import { isCommitting, readHeadLog } from '../git/files.ts';
import { changeRefs, isAncestor, listRefs, type Ref, resolveCommit } from '../git/refs.ts';
import { readSpool } from '../hooks/spool.ts';
import { listEntries } from '../store/entries.ts';
import { getTask, listTasks } from '../store/tasks.ts';
import { branchRef, type Sha, shortSha, type TaskId } from '../task/ids.ts';
import { pauseQueue } from './pause.ts';
import { type Project, readMain } from './project.ts';
import type { Session } from './session.ts';
import { putBackStolen } from './stolen.ts';

export interface RefWatch {
  /** Pauses the queue when main has commits that this coder made. */
  lookAtMain(): Promise<void>;
  /** Looks a last time, and puts back what is ours. */
  end(): Promise<void>;
}

/**
 * @param who `coder "default"`
 * @param gitDir of the coder's worktree
 * @param spool where its hook tells of its commits
 */
export async function watchRefs(
  session: Session,
  task: { readonly id: TaskId; readonly who: string },
  gitDir: string,
  spool: string,
): Promise<RefWatch> {
  const { project } = session;
  const ours = await listRefs(project.git, 'refs/steroids');
  const before = (await readHeadLog(gitDir)).length;
  let main = await readMain(project);
  const made = async () => {
    const log = (await readHeadLog(gitDir)).slice(before).filter(isCommitting);
    return new Set<Sha>([...(await readSpool(spool)), ...log.map((entry) => entry.to)]);
  };
  const lookAtMain = async () => {
    const now = await readMain(project);
    if (now === main) return;
    const was = main;
    main = now;
    if (!(await hasAnyOf(project, was, now, await made()))) return;
    const reason = `${project.main} was moved from ${shortSha(was)} to ${shortSha(now)}, not by the queue, but with commits of ${task.who} at work on ${task.id}. If that is as it should be: steroids merge run. If not: git update-ref ${branchRef(project.main)} ${shortSha(was)} ${shortSha(now)}`;
    await pauseQueue(project, now, reason);
    session.report({ kind: 'paused', reason });
  };
  return {
    lookAtMain,
    async end() {
      await lookAtMain();
      await restoreOurs(session, task.who, ours);
      for (const sentence of await returnBranches(project, task.id))
        session.report({ kind: 'noticed', sentence });
    },
  };
}

async function hasAnyOf(project: Project, from: Sha, to: Sha, made: ReadonlySet<Sha>): Promise<boolean> {
  if (made.size === 0) return false;
  const added = await project.git.read(['rev-list', `${from}..${to}`]);
  return added.split('\n').some((commit) => made.has(commit as Sha));
}

/** Whatever keeps commits reachable stays. The fencing token is the lander's to mend. */
async function restoreOurs(session: Session, who: string, before: readonly Ref[]): Promise<void> {
  const { project } = session;
  const now = new Map((await listRefs(project.git, 'refs/steroids')).map((ref) => [ref.name, ref.sha]));
  const restored: string[] = [];
  for (const { name, sha } of before) {
    const at = now.get(name);
    if (at === sha || !(await isNeeded(project, name, sha, at))) continue;
    const change = { kind: 'update', ref: name, to: sha, from: at ?? null } as const;
    const changed = await changeRefs(project.git, [change], 'steroids: put back a ref of ours');
    if (changed.kind === 'changed') restored.push(name);
  }
  if (restored.length === 0) return;
  const sentence = `while ${who} was at work, refs that keep commits were moved or deleted, and were put back: ${restored.join(', ')}`;
  session.report({ kind: 'noticed', sentence });
}

/** @param at where the ref is now; we ourselves only ever delete a candidate, or give it another commit */
async function isNeeded(project: Project, name: string, sha: Sha, at: Sha | undefined): Promise<boolean> {
  const [, , kind, id = ''] = name.split('/');
  if (kind === 'archive' || kind === 'landed') return true;
  if (kind !== 'candidate' || at !== undefined) return false;
  const task = await getTask(project.store.db, id as TaskId);
  const open = task
    ? !['completed', 'cancelled', 'skipped'].includes(task.status)
    : (await listEntries(project.store.db)).some((entry) => entry.id === id);
  return open && !(await isAncestor(project.git, sha, await readMain(project)));
}

/** Branches of tasks that nobody codes now, at commits of another task. */
async function returnBranches(project: Project, but: TaskId): Promise<string[]> {
  const told: string[] = [];
  for (const task of await listTasks(project.store.db, { statuses: RESTING })) {
    if (task.id === but || task.branch === null || task.latestCommit === null) continue;
    const head = await resolveCommit(project.git, branchRef(task.branch));
    if (head === undefined) continue; // deleted: whoever needs it next makes it again
    const { id, branch } = task;
    const sentence = await putBackStolen(project, { id, branch }, head, task.latestCommit);
    if (sentence) told.push(sentence);
  }
  return told;
}

const RESTING = ['pending', 'review', 'queued', 'verifying', 'disputed', 'failed'] as const;
