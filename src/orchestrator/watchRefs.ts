// While a coder is at work: main, the branches of other tasks and our own refs, which it could move like anybody. Only what
// is proven to be its doing is undone: a person moves branches too.

import { checkoutsOf } from '../git/checkout.ts';
import { isCommitting, readHeadLog } from '../git/files.ts';
import { resolveCommit } from '../git/refs.ts';
import { listWorktrees } from '../git/worktrees.ts';
import { readSpool } from '../hooks/spool.ts';
import { listTasks } from '../store/tasks.ts';
import { branchRef, type Sha, shortSha, type TaskId } from '../task/ids.ts';
import { shellQuoted } from '../task/shell.ts';
import { pauseQueue } from './pause.ts';
import { type Project, readMain } from './project.ts';
import type { Session } from './session.ts';
import { putBackStolen } from './stolen.ts';
import { watchOurs } from './watchOurs.ts';

export interface RefWatch {
  /** Pauses the queue when main has commits that this coder made. */
  lookAtMain(): Promise<void>;
  /** Looks a last time, and puts back what is ours. */
  end(): Promise<void>;
  /** However it ended, also when nothing was looked at. */
  leave(): void;
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
  const before = (await readHeadLog(gitDir)).length;
  let main = await readMain(project);
  const ours = await watchOurs(session);
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
    const reason = `${project.main} was moved from ${shortSha(was)} to ${shortSha(now)}, not by the queue, but with commits of ${task.who} at work on ${task.id}. ${await bothWays(project, was, now)}`;
    await pauseQueue(project, now, reason);
    session.report({ kind: 'paused', reason });
  };
  return {
    lookAtMain,
    async end() {
      await lookAtMain();
      await ours.end(task.who);
      for (const sentence of await returnBranches(project, task.id))
        session.report({ kind: 'noticed', sentence });
    },
    leave: ours.leave,
  };
}

/**
 * Whether the files of a checkout followed is not known: a coder that moves main by its ref leaves them behind, one that
 * commits there does not. Merged between both commits, what has followed already stays as it is.
 */
async function bothWays(project: Project, was: Sha, now: Sha): Promise<string> {
  const [before, after] = [shortSha(was), shortSha(now)];
  const checkouts = checkoutsOf(await listWorktrees(project.git), project.main);
  const follow = (from: string, to: string) =>
    checkouts.map((folder) => `git -C ${shellQuoted(folder)} read-tree -m -u ${from} ${to}`);
  const keep = [...follow(before, after), 'steroids merge run'].join(' && ');
  const back = `git update-ref ${branchRef(project.main)} ${before} ${after}`;
  return `If that is as it should be: ${keep}. If not: ${[back, ...follow(after, before)].join(' && ')}`;
}

async function hasAnyOf(project: Project, from: Sha, to: Sha, made: ReadonlySet<Sha>): Promise<boolean> {
  if (made.size === 0) return false;
  const added = await project.git.read(['rev-list', `${from}..${to}`]);
  return added.split('\n').some((commit) => made.has(commit as Sha));
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
