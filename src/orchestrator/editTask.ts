// Editing a task, and saying what that does to work that is under way or approved.

import { getTask, removeDependencies, type TaskEdit, updateTask } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Task } from '../task/task.ts';
import { checkTask, setDependencies } from './addTask.ts';
import type { Project } from './project.ts';
import { guessFor } from './routeTask.ts';

export interface Edit extends TaskEdit {
  /** All that it comes after. */
  readonly after?: readonly TaskId[];
  /** Besides these. */
  readonly alsoAfter?: readonly TaskId[];
}

/** @throws Problem `wrong-status`, and those of adding */
export async function editTask(
  project: Project,
  task: Task,
  edit: Edit,
): Promise<{ readonly task: Task; readonly effect: string | null }> {
  if (task.status === 'completed')
    throw new Problem(
      'user',
      'wrong-status',
      `task ${task.id} "${task.title}" has landed, so it cannot be edited`,
      'steroids tasks add "…"',
    );
  await checkTask(project, edit);
  const { after, alsoAfter = [], ...columns } = { ...edit, ...(await inferredBy(project, task, edit)) };
  const { store } = project;
  await store.write(async (trx) => {
    if (after !== undefined) await removeDependencies(trx, task.id);
    await setDependencies(trx, task.id, [...(after ?? []), ...alsoAfter]);
    const orders = after !== undefined || alsoAfter.length > 0;
    await updateTask(store, trx, task.id, columns, orders ? ['after'] : []);
  });
  const edited = await getTask(store.db, task.id);
  if (!edited) throw new TypeError('a task vanished');
  const said = edit.title !== undefined || edit.spec !== undefined;
  return { task: edited, effect: said ? effectOf(edited) : null };
}

/** Whoever gives paths makes a guess needless; a new text makes another one. */
async function inferredBy(project: Project, task: Task, edit: Edit): Promise<TaskEdit> {
  const { title = task.title, spec = task.spec, paths = task.paths } = edit;
  if (edit.paths === undefined && title === task.title && spec === task.spec) return {};
  return await guessFor(project, { title, spec, paths });
}

/** What a new text does to the attempt. */
function effectOf(task: Task): string | null {
  switch (task.status) {
    case 'in_progress':
      if (task.takenOver)
        return `${task.takenOver.person} works on it, and its reviewer will see the new text.`;
      return `It is being coded (attempt ${task.attempt}): this coder keeps the text that it began with; the reviewer and the next attempt see the new one. To begin again with it: steroids tasks cancel ${task.id}, then steroids tasks retry ${task.id} --fresh`;
    case 'review':
      return 'It waits for its review: the reviewer judges the commits by the new text.';
    case 'queued':
    case 'verifying':
      return `It is approved, and stays approved: it lands as it is. To have it coded again: steroids merge cancel ${task.id}, then steroids tasks retry ${task.id}`;
    default:
      return task.attempt > 0 ? 'The next attempt sees the new text.' : null;
  }
}
