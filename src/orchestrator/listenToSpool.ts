import { listLog } from '../git/commits.ts';
import { resolveCommit } from '../git/refs.ts';
import { readSpool } from '../hooks/spool.ts';
import { registerCommit } from '../store/commits.ts';
import type { TaskId } from '../task/ids.ts';
import type { Project } from './project.ts';

const SPOOL_POLL_MS = 1_000;

/**
 * Registers commits while they are made. What git says when the coder ends replaces it.
 * @param also asked at each look
 */
export function listenToSpool(
  project: Project,
  taskId: TaskId,
  attempt: number,
  spool: string,
  also: () => Promise<void>,
): NodeJS.Timeout {
  const seen = new Set<string>();
  let busy = false;
  const look = async () => {
    await also();
    const fresh = (await readSpool(spool)).filter((hash) => !seen.has(hash));
    for (const hash of fresh) {
      seen.add(hash);
      if ((await resolveCommit(project.git, hash)) === undefined) continue;
      const [commit] = await listLog(project.git, ['-1', hash]);
      if (!commit) continue;
      await project.store.write((trx) => registerCommit(project.store, trx, taskId, attempt, commit));
    }
  };
  return setInterval(() => {
    if (busy) return;
    busy = true;
    // A commit that is not registered now is found when the coder ends.
    void look()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, SPOOL_POLL_MS);
}
