import type { Replay } from '../git/replay.ts';
import type { TaskCommit, TaskEvent } from '../task/event.ts';
import { type Sha, shortSha } from '../task/ids.ts';

/** What a replay that conflicted does to a task: back to its coder, with the conflict laid out. */
export function conflictSetback(
  mainName: string,
  onto: Sha,
  head: Sha,
  commits: readonly TaskCommit[],
  tried: Extract<Replay, { kind: 'conflicted' }>,
): Extract<TaskEvent, { kind: 'setback' }> {
  const files = tried.conflict.files.join(', ');
  const reason = `conflicts with ${mainName} in ${files}`;
  return {
    kind: 'setback',
    setback: 'conflicted',
    reason,
    feedback: `${shortSha(tried.conflict.commit)} does not replay onto ${mainName} (${shortSha(onto)}): conflicts in ${files}.`,
    layout: { onto, laid: tried.laid, head, conflict: tried.conflict },
    head,
    commits,
  };
}
