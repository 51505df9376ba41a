// Branches of tasks: those that are gone and should be there, and those that the store does not know.

import { changeRefs, isAncestor, listRefs, resolveCommit } from '../../git/refs.ts';
import { listWorktrees } from '../../git/worktrees.ts';
import { landedRef } from '../../merge/land.ts';
import { listAttempts } from '../../store/attempts.ts';
import { listOpenSteps } from '../../store/steps.ts';
import { adoptBranch, getTask, listTasks } from '../../store/tasks.ts';
import { type BranchName, branchRef, type Sha, shortSha, type TaskId } from '../../task/ids.ts';
import { ENDED } from '../../task/status.ts';
import type { Task } from '../../task/task.ts';
import { archiveCommit, archiveRef } from '../../worktree/archive.ts';
import { putBranchAway } from '../putAway.ts';
import { type Looking, type Trouble, titled, trouble } from './finding.ts';

/** Work that was recorded, whose branch somebody deleted: git has the commits for as long as it is not cleaned up. */
export async function missingBranches({ project, main }: Looking): Promise<Trouble[]> {
  const { git, store } = project;
  const there = new Set((await listRefs(git, 'refs/heads/runner-*/task-*')).map((ref) => ref.name));
  const atWork = new Set((await listOpenSteps(store.db)).map((step) => step.taskId));
  const tasks = await listTasks(store.db, {
    statuses: ['pending', 'review', 'queued', 'verifying', 'disputed', 'failed'],
  });
  const found: Trouble[] = [];
  for (const task of tasks) {
    if (task.branch === null || there.has(branchRef(task.branch)) || atWork.has(task.id)) continue;
    const head = await lastHead(project.store.db, task);
    if (head === undefined) continue;
    const sentence = `the branch ${task.branch} of ${titled(task)} is gone`;
    const commit = await resolveCommit(git, head);
    if (commit === undefined) {
      found.push(
        trouble('branch-lost', `${sentence}, and git does not have its commit ${shortSha(head)} any more`, {
          remedy: `steroids tasks retry ${task.id} --fresh begins again from ${project.main}`,
        }),
      );
      continue;
    }
    if (await isAncestor(git, commit, main)) continue;
    const change = { kind: 'update', ref: branchRef(task.branch), to: commit, from: null } as const;
    found.push(
      trouble('branch-missing', sentence, {
        action: `it stands at ${shortSha(commit)} again`,
        repair: async () => (await changeRefs(git, [change], 'steroids: restore')).kind === 'changed',
      }),
    );
  }
  return found;
}

/** Where the task's branch was when it was last recorded; undefined when there was nothing on it, or it is to begin anew. */
async function lastHead(db: Parameters<typeof listAttempts>[0], task: Task): Promise<Sha | undefined> {
  if (task.status === 'queued' && task.approvedCommit) return task.approvedCommit;
  const last = (await listAttempts(db, task.id)).at(-1);
  if (!last || last.outcome === 'abandoned' || last.headCommit === last.baseCommit) return undefined;
  return last.headCommit;
}

/** Branches as only we name them, of which the store says nothing or something else. They stay. */
export async function unknownBranches(looking: Looking): Promise<Trouble[]> {
  const { project } = looking;
  const found: Trouble[] = [];
  for (const { name, sha } of await listRefs(project.git, 'refs/heads/runner-*/task-*')) {
    const branch = name.replace('refs/heads/', '') as BranchName;
    const id = branch.replace(/^.*\/task-/, '') as TaskId;
    const task = await getTask(project.store.db, id);
    if (task?.branch === branch) found.push(...(await leftBehind(looking, task, name, sha)));
    else if (task?.branch === null) found.push(adopt(looking, task, branch, sha));
    else found.push(await keep(looking, id, task, branch, sha));
  }
  return found;
}

function adopt({ project }: Looking, task: Task, branch: BranchName, sha: Sha): Trouble {
  const { store } = project;
  return trouble(
    'branch-unnoted',
    `${titled(task)} was never claimed, and git has ${branch} (${shortSha(sha)}) of it`,
    {
      action: 'its coder goes on from there',
      repair: () => store.write((trx) => adoptBranch(trx, task.id, branch)),
    },
  );
}

async function keep(
  { project, main }: Looking,
  id: string,
  task: Task | undefined,
  branch: string,
  sha: Sha,
): Promise<Trouble> {
  const { git } = project;
  const whose = task
    ? `is another than ${titled(task)} has (${task.branch})`
    : `belongs to no task of the store`;
  const sentence = `the branch ${branch} (${shortSha(sha)}) ${whose}`;
  const remedy = `look: git log ${project.main}..${branch}; land it: steroids merge enqueue ${branch}; or delete it: git branch -D ${branch}`;
  const kept = archiveRef(id, 'unknown', sha);
  if ((await resolveCommit(git, kept)) === sha || (await isAncestor(git, sha, main)))
    return trouble('branch-unknown', sentence, { remedy });
  return trouble('branch-unknown', sentence, {
    action: `it stays, and ${kept} keeps its commits`,
    remedy,
    repair: async () => (await archiveCommit(git, id, 'unknown', sha, main)) !== undefined,
  });
}

/** A branch goes after its task has ended, or after main has moved to it: who was killed between the two left it. */
async function leftBehind(looking: Looking, task: Task, ref: string, sha: Sha): Promise<Trouble[]> {
  const { project, main } = looking;
  const { git } = project;
  if (!ENDED.includes(task.status)) return [];
  if ((await listWorktrees(git)).some((worktree) => worktree.branch === ref)) return [];
  const whose = `the branch ${task.branch} of ${titled(task)} was left`;
  if (task.status !== 'completed')
    return [
      trouble('branch-left', `${whose} when it was ${task.status}`, {
        action: 'what is on it is archived, and it goes',
        repair: async () => {
          await putBranchAway(project, task.id);
          return (await resolveCommit(git, ref)) === undefined;
        },
      }),
    ];
  // What was added to it since is somebody's.
  if (task.landedCommit === null || (await resolveCommit(git, landedRef(task.id))) !== sha) return [];
  if (!(await isAncestor(git, task.landedCommit, main))) return [];
  const change = { kind: 'delete', ref, from: sha } as const;
  return [
    trouble('branch-left', `${whose} when it landed`, {
      action: `it goes; ${landedRef(task.id)} keeps its commits`,
      repair: async () => (await changeRefs(git, [change], 'steroids: landed')).kind === 'changed',
    }),
  ];
}
