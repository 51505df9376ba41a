import { type CommitObject, readCommits, writeCommit } from '../git/commits.ts';
import { changeRefs } from '../git/refs.ts';
import type { Replay } from '../git/replay.ts';
import { candidateRef } from '../merge/land.ts';
import type { TaskCommit, TaskEvent } from '../task/event.ts';
import { type Sha, shortSha } from '../task/ids.ts';
import type { Project } from './project.ts';
import { rememberConflict } from './reality.ts';

type Conflicted = Extract<Replay, { kind: 'conflicted' }>;

/**
 * What a replay that conflicted does to a task: back to its coder, with the conflict laid out.
 * @param id of the task, or of the queue entry without one
 */
export async function conflictSetback(
  project: Project,
  id: string,
  onto: Sha,
  head: Sha,
  commits: readonly TaskCommit[],
  tried: Conflicted,
): Promise<Extract<TaskEvent, { kind: 'setback' }>> {
  await keepLayout(project, id, tried);
  await rememberConflict(project, id, head, onto, tried.conflict.files);
  const files = tried.conflict.files.join(', ');
  const reason = `conflicts with ${project.main} in ${files}`;
  return {
    kind: 'setback',
    setback: 'conflicted',
    reason,
    feedback: `${shortSha(tried.conflict.commit)} does not replay onto ${project.main} (${shortSha(onto)}): conflicts in ${files}.`,
    layout: { onto, laid: tried.laid, head, conflict: tried.conflict },
    head,
    commits,
  };
}

/** Until the next attempt begins nothing else refers to the clean commits and to the files with markers. */
async function keepLayout(project: Project, id: string, tried: Conflicted): Promise<void> {
  const own = await project.own();
  const [laid] = await readCommits(own, [tried.laid]);
  if (!laid) throw new TypeError('a commit that was just written cannot be read');
  const kept: Omit<CommitObject, 'hash'> = {
    ...laid,
    tree: tried.conflict.tree,
    parents: [tried.laid],
    author: laid.committer,
    others: [],
    message: `Conflict in ${tried.conflict.files.join(', ')}\n`,
  };
  const ref = { kind: 'update', ref: candidateRef(id), to: await writeCommit(own, kept) } as const;
  await changeRefs(project.git, [ref], 'steroids: keep the conflict');
}
