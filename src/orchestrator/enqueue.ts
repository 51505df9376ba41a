// Any branch may go through the queue, without a task and without a review: whoever enqueues it vouches for it.

import { listLog, subjectOf } from '../git/commits.ts';
import { isBranchName, listRefs, mergeBase, resolveCommit } from '../git/refs.ts';
import { type Entry, getEntry, insertEntry, listEntries } from '../store/entries.ts';
import { branchRef, type Sha } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { type Project, readMain } from './project.ts';

/** @throws Problem `unknown-branch`, `nothing-to-land`, `task-branch`, `already-queued`, `unrelated-histories` */
export async function enqueueBranch(
  project: Project,
  branch: string,
  priority: number,
): Promise<{ readonly entry: Entry; readonly ahead: number }> {
  const { git, store } = project;
  if (!Number.isSafeInteger(priority))
    throw new Problem('user', 'wrong-priority', `--priority takes a whole number, not ${priority}`);
  const main = await readMain(project);
  const head = (await isBranchName(git, branch)) ? await resolveCommit(git, branchRef(branch)) : undefined;
  if (head === undefined) {
    const known = (await listRefs(git, 'refs/heads'))
      .map((ref) => ref.name.replace('refs/heads/', ''))
      .filter((name) => name !== project.main);
    throw new Problem(
      'user',
      'unknown-branch',
      `there is no local branch "${branch}"`,
      `Local branches: ${known.slice(0, 8).join(', ') || 'none but main'}`,
    );
  }
  if (branch === project.main)
    throw new Problem('user', 'nothing-to-land', `"${branch}" is the branch that things land on`);
  await refuseTaskBranch(project, branch);
  const commits = await listLog(git, [`${main}..${head}`]);
  if (commits.length === 0)
    throw new Problem('user', 'nothing-to-land', `everything on "${branch}" is on "${project.main}" already`);
  await refuseUnrelated(project, branch, main, head);
  const active = await listEntries(store.db);
  const there = active.find((entry) => entry.branch === branch);
  if (there?.head === head)
    throw new Problem('refused', 'already-queued', `"${branch}" is in the queue already, as ${there.id}`);
  if (there) {
    throw new Problem(
      'refused',
      'already-queued',
      `"${branch}" is in the queue already, as ${there.id}, at another commit`,
      `steroids merge cancel ${there.id}, then enqueue it again.`,
    );
  }
  const [first] = commits;
  const title = commits.length === 1 && first ? subjectOf(first.message) : branch;
  const id = await store.write((trx) =>
    insertEntry(store, trx, {
      target: project.main,
      branch,
      taskId: null,
      title,
      head,
      reviewedOn: null,
      priority,
    }),
  );
  const entry = await getEntry(store.db, id);
  if (!entry) throw new TypeError('an entry vanished');
  const ahead = (await listEntries(store.db)).findIndex((one) => one.id === id);
  return { entry, ahead };
}

async function refuseUnrelated(project: Project, branch: string, main: Sha, head: Sha): Promise<void> {
  const { git } = project;
  if ((await mergeBase(git, main, head)) !== undefined) return;
  const shallow = (await git.read(['rev-parse', '--is-shallow-repository'])) === 'true';
  throw new Problem(
    'user',
    'unrelated-histories',
    `"${branch}" has no commit in common with "${project.main}" here`,
    shallow ? 'This clone is shallow: git fetch --unshallow' : undefined,
  );
}

/** A task's branch lands by its approval, which is of a commit. */
async function refuseTaskBranch(project: Project, branch: string): Promise<void> {
  const task = await project.store.db
    .selectFrom('tasks')
    .select(['id', 'title'])
    .where('branch', '=', branch)
    .where('status', 'not in', ['completed', 'cancelled'])
    .executeTakeFirst();
  if (!task) return;
  throw new Problem(
    'user',
    'task-branch',
    `"${branch}" belongs to task ${task.id} "${task.title}", which lands when it is approved`,
    `steroids review approve ${task.id}`,
  );
}
