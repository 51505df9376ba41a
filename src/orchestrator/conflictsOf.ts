import type { BriefInput } from '../coder/brief.ts';
import { listConflicts } from '../store/conflicts.ts';
import { getTask } from '../store/tasks.ts';
import { mirrored } from '../task/clash.ts';
import type { TaskId } from '../task/ids.ts';
import { ENDED } from '../task/status.ts';
import type { Project } from './project.ts';

/** What a task's branch was seen to conflict with, for its next coder. With what has landed, the replay tells it. */
export async function conflictsOf(project: Project, id: TaskId): Promise<BriefInput['conflicts']> {
  const { db } = project.store;
  const told: BriefInput['conflicts'][number][] = [];
  for (const { one, other, since: _, ...clash } of await listConflicts(db)) {
    if (one !== id && other !== id) continue;
    const task = await getTask(db, one === id ? other : one);
    if (task && !ENDED.includes(task.status))
      told.push({ id: task.id, title: task.title, ...(one === id ? clash : mirrored(clash)) });
  }
  return told;
}
