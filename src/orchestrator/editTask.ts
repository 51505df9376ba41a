// Editing a task, and saying what that does to work that is under way or approved.

import { getTask, removeDependencies, type TaskEdit, updateTask } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { SHOWN_UNDER_WAY } from '../task/status.ts';
import type { Task } from '../task/task.ts';
import { checkTask, setDependencies } from './addTask.ts';
import { heldAnewText, holdsAnew } from './holdAnew.ts';
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
  const moved = edit.paths !== undefined || edit.sectionId !== undefined;
  // Also of one that waits: it may be claimed at this moment.
  const hold = moved ? await holdsAnew(project, task) : undefined;
  const { edited, held } = await store.write(async (trx) => {
    const before = await getTask(trx, task.id);
    if (after !== undefined) await removeDependencies(trx, task.id);
    await setDependencies(trx, task.id, [...(after ?? []), ...alsoAfter]);
    const orders = after !== undefined || alsoAfter.length > 0;
    await updateTask(store, trx, task.id, columns, orders ? ['after'] : []);
    const edited = await getTask(trx, task.id);
    if (!before || !edited) throw new TypeError('a task vanished');
    return { edited, held: hold && isUnderWay(before) ? await hold(trx, before, edited) : undefined };
  });
  const effects = [effectOf(edited, edit), held ? heldAnewText(held) : null];
  return { task: edited, effect: effects.filter((one) => one !== null).join('\n') || null };
}

const isUnderWay = ({ status }: Task) => SHOWN_UNDER_WAY.includes(status);

/** Whoever gives paths makes a guess needless; a new text makes another one. */
async function inferredBy(project: Project, task: Task, edit: Edit): Promise<TaskEdit> {
  const { title = task.title, spec = task.spec, paths = task.paths } = edit;
  if (edit.paths === undefined && title === task.title && spec === task.spec) return {};
  return await guessFor(project, { title, spec, paths });
}

/** What new words do to the attempt. */
function effectOf(task: Task, { title, spec, paths }: Edit): string | null {
  if (title === undefined && spec === undefined)
    return paths !== undefined && task.status === 'in_progress' && !task.takenOver
      ? 'Its coder was told the former paths.'
      : null;
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
