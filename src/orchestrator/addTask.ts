// Adding and editing tasks: everything is checked before anything is written.

import type { Trx } from '../store/open.ts';
import { addDependency, dependencyPath, insertTask, type NewTask } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { checkGlobs } from './checkGlobs.ts';
import { coderFor } from './coderFor.ts';
import { readGate } from './gate.ts';
import type { Project } from './project.ts';
import { guessFor } from './routeTask.ts';

export interface TaskToAdd extends NewTask {
  readonly after: readonly TaskId[];
}

export interface Added {
  readonly id: TaskId;
  /** What the person should know, in sentences. */
  readonly notes: readonly string[];
}

/** @throws Problem `empty-title`, `wrong-priority`, `unknown-coder` */
export async function addTask(project: Project, task: TaskToAdd): Promise<Added> {
  const notes = await checkTask(project, task);
  const guess = await guessFor(project, task);
  const { pathsInferred = guess.pathsInferred } = task;
  const id = await project.store.write((trx) =>
    insertWithDependencies(project, trx, { ...task, ...guess, pathsInferred }),
  );
  return { id, notes };
}

/** For a caller that adds several in one transaction; each was checked by `checkTask`. */
export async function insertWithDependencies(project: Project, trx: Trx, task: TaskToAdd): Promise<TaskId> {
  const id = await insertTask(project.store, trx, { ...task, title: task.title.trim() });
  await setDependencies(trx, id, task.after);
  return id;
}

/** @throws Problem `cyclic-after` that shows the way around */
export async function setDependencies(trx: Trx, id: TaskId, after: readonly TaskId[]): Promise<void> {
  for (const before of after) {
    const around = before === id ? [id] : await dependencyPath(trx, before, id);
    if (around) {
      throw new Problem(
        'user',
        'cyclic-after',
        `${id} after ${before} would go round in a circle: ${[id, ...around].join(' after ')}`,
        'Leave one of these dependencies out.',
      );
    }
    await addDependency(trx, id, before);
  }
}

/** @returns notes for the person. @throws Problem for what cannot be added */
export async function checkTask(
  project: Project,
  task: {
    readonly title?: string | undefined;
    readonly priority?: number | undefined;
    readonly coder?: string | null | undefined;
    readonly paths?: readonly string[] | undefined;
  },
): Promise<string[]> {
  if (task.title !== undefined && task.title.trim() === '')
    throw new Problem(
      'user',
      'empty-title',
      'a task needs a title',
      'steroids tasks add "What is to be done"',
    );
  if (task.title !== undefined && /[\n\r\0]/.test(task.title.trim()))
    throw new Problem(
      'user',
      'empty-title',
      'a title is one line',
      'Put the rest into the specification: --spec FILE',
    );
  if (task.priority !== undefined && !Number.isSafeInteger(task.priority))
    throw new Problem('user', 'wrong-priority', `--priority takes a whole number, not ${task.priority}`);
  checkGlobs('--paths', task.paths);
  const gate = await readGate(project).catch((error: unknown) => error);
  if (gate instanceof Problem) {
    if (gate.code !== 'config-not-committed') throw gate;
    // Tasks may be collected before the configuration is on main; `run` is what needs it.
    return [`${gate.message}; before \`steroids run\`: ${gate.hint}`];
  }
  if (gate instanceof Error) throw gate;
  if (task.coder) coderFor(gate as Awaited<ReturnType<typeof readGate>>, task.coder);
  return [];
}
