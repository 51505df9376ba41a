// Importing a list of tasks: all of them, or none.

import type { TaskItem } from '../config/taskFile.ts';
import { listSections } from '../store/sections.ts';
import { findTaskIds } from '../store/tasks.ts';
import type { TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import { checkTask, insertWithDependencies } from './addTask.ts';
import type { Project } from './project.ts';
import { guessAll, NO_GUESS } from './routeTask.ts';

export interface Imported {
  readonly ids: readonly { readonly id: TaskId; readonly title: string }[];
  readonly notes: readonly string[];
}

export interface ImportOptions {
  /** For items that name none. */
  readonly sectionId: string | null;
  /** A heading that is no section's name is only a heading. */
  readonly headings: boolean;
}

/** @throws Problem `unknown-section`, `unknown-task`, and those of adding; nothing is added then */
export async function importTasks(
  project: Project,
  items: readonly TaskItem[],
  options: ImportOptions,
): Promise<Imported> {
  const notes = new Set<string>();
  for (const [index, item] of items.entries()) {
    const said = await checkTask(project, item).catch((error: unknown) => {
      if (error instanceof Problem)
        throw new Problem(
          error.kind,
          error.code,
          `item ${index + 1} "${item.title}": ${error.message}`,
          error.hint,
        );
      throw error;
    });
    for (const note of said) notes.add(note);
  }
  const sections = await listSections(project.store.db);
  const byName = new Map(sections.map((section) => [section.name.toLowerCase(), section.id]));
  const sectionOf = (item: TaskItem): string | null => {
    if (item.section === null) return options.sectionId;
    const id = byName.get(item.section.toLowerCase());
    if (id !== undefined) return id;
    if (options.headings) return options.sectionId;
    throw new Problem(
      'user',
      'unknown-section',
      `"${item.title}": there is no section "${item.section}"`,
      `steroids sections add "${item.section}"`,
    );
  };
  const guesses = await guessAll(project, items);
  const ids = await project.store.write(async (trx) => {
    const byKey = new Map<string, TaskId>();
    const made: { id: TaskId; title: string }[] = [];
    for (const [index, item] of items.entries()) {
      const after: TaskId[] = [];
      for (const key of item.after) {
        const found = byKey.get(key) ?? (await findTaskIds(trx, key.toLowerCase()));
        if (typeof found === 'string') after.push(found);
        else if (found.length === 1 && found[0]) after.push(found[0]);
        else
          throw new Problem(
            'user',
            'unknown-task',
            `"${item.title}" comes after "${key}", which is ${found.length === 0 ? 'no key of an item above it and no task' : 'the beginning of more than one id'}`,
            'Give the item that it comes after a `key`, and put it first.',
          );
      }
      const { title, spec, priority, paths, coder } = item;
      const guess = paths.length > 0 ? NO_GUESS : (guesses[index] ?? NO_GUESS);
      const task = { title, spec, priority, paths, ...guess, coder, sectionId: sectionOf(item), after };
      const id = await insertWithDependencies(project, trx, task);
      if (item.key !== null) byKey.set(item.key, id);
      made.push({ id, title: title.trim() });
    }
    return made;
  });
  return { ids, notes: [...notes] };
}
