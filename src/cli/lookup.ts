// From what a person typed to the thing that is meant: unique prefixes of ids, names of sections, numbers of runners.

import { nearest, suggestion } from '../config/near.ts';
import { type Archive, listArchives } from '../orchestrator/archives.ts';
import type { Project } from '../orchestrator/project.ts';
import { type Entry, findEntries } from '../store/entries.ts';
import { listRunners, type Runner } from '../store/runners.ts';
import { listSections, type SectionRow } from '../store/sections.ts';
import { findTaskIds, getTask, listTasks } from '../store/tasks.ts';
import { keyOf } from '../structure/structureFile.ts';
import type { TaskId } from '../task/ids.ts';
import { Problem } from '../task/problem.ts';
import type { Task } from '../task/task.ts';

/** @throws Problem `unknown-task`, `ambiguous-task` */
export async function theTaskId(project: Project, prefix: string): Promise<TaskId> {
  const { db } = project.store;
  const found = prefix === '' ? [] : await findTaskIds(db, prefix.toLowerCase());
  const exact = found.find((id) => id === prefix.toLowerCase());
  const [first, second] = found;
  if (exact ?? (first !== undefined && second === undefined)) return exact ?? (first as TaskId);
  if (first === undefined) {
    const known = (await listTasks(db)).map((task) => task.id);
    const hint = suggestion(prefix, known) ?? 'Add a task first: steroids tasks add "Title"';
    throw new Problem('user', 'unknown-task', `there is no task "${prefix}"`, hint);
  }
  const names = await Promise.all(found.map(async (id) => `${id} "${(await getTask(db, id))?.title}"`));
  throw new Problem(
    'user',
    'ambiguous-task',
    `"${prefix}" begins more than one task's id: ${names.join(', ')}`,
    'Give more characters of it.',
  );
}

/** @throws Problem `unknown-task`, `ambiguous-task` */
export async function theTask(project: Project, prefix: string): Promise<Task> {
  const id = await theTaskId(project, prefix);
  const task = await getTask(project.store.db, id);
  if (!task) throw new TypeError(`task ${id} was found and is not there`);
  return task;
}

/** By name in any case (also as structure.yaml may spell it: `shared-types`), id, or a prefix of the id. @throws Problem `unknown-section`, `ambiguous-section` */
export async function theSection(project: Project, text: string): Promise<SectionRow> {
  const sections = await listSections(project.store.db);
  const named = sections.find(
    (section) => section.name.toLowerCase() === text.toLowerCase() || section.id === text,
  );
  const spelled = named ?? sections.find((section) => text !== '' && keyOf(section.name) === keyOf(text));
  if (spelled) return spelled;
  const found = text === '' ? [] : sections.filter((section) => section.id.startsWith(text));
  if (found.length === 1 && found[0]) return found[0];
  if (found.length > 1) {
    const names = found.map((section) => `${section.id} "${section.name}"`).join(', ');
    throw new Problem('user', 'ambiguous-section', `"${text}" begins more than one section's id: ${names}`);
  }
  const hint =
    suggestion(
      text,
      sections.map((section) => section.name),
    ) ?? `steroids sections add "${text}"`;
  throw new Problem('user', 'unknown-section', `there is no section "${text}"`, hint);
}

/** By id prefix, number or `runner-N`. @throws Problem `unknown-runner`, `ambiguous-runner` */
export async function theRunner(project: Project, text: string): Promise<Runner> {
  const runners = await listRunners(project.store.db, true);
  const number = /^(?:runner-)?(\d+)$/.exec(text)?.[1];
  const found = runners.filter((runner) =>
    number === undefined ? runner.id.startsWith(text) : runner.number === Number(number),
  );
  const active = found.filter((runner) => runner.state === 'active');
  const [first, ...rest] = active.length > 0 ? active : found;
  if (first && (rest.length === 0 || number !== undefined)) return first;
  if (first) {
    const names = found.map((runner) => `${runner.id} (runner-${runner.number})`).join(', ');
    throw new Problem('user', 'ambiguous-runner', `"${text}" begins more than one runner's id: ${names}`);
  }
  throw new Problem('user', 'unknown-runner', `there is no runner "${text}"`, 'steroids runners list');
}

/** By a prefix of its id or of its task's id; the newest of a task. @throws Problem `unknown-entry` */
export async function theEntry(project: Project, text: string): Promise<Entry> {
  const found = text === '' ? [] : await findEntries(project.store.db, text);
  const subjects = new Set(found.map((entry) => entry.taskId ?? entry.id));
  const [first] = found;
  if (first && subjects.size === 1) return first;
  if (!first)
    throw new Problem('user', 'unknown-entry', `there is no queue entry "${text}"`, 'steroids merge list');
  const names = found.map((entry) => `${entry.id} "${entry.title}"`).join(', ');
  throw new Problem('user', 'ambiguous-entry', `"${text}" begins more than one entry: ${names}`);
}

/** By a prefix of its id or of its commit, or by its ref. @throws Problem `unknown-archive`, `ambiguous-archive` */
export async function theArchive(project: Project, text: string): Promise<Archive> {
  const archives = await listArchives(project);
  const named = archives.filter((archive) => archive.id === text || archive.ref.endsWith(`/archive/${text}`));
  const begun = archives.filter(
    (archive) => archive.id.startsWith(text) || (text.length >= 4 && archive.commit.startsWith(text)),
  );
  const found = named.length > 0 ? named : text === '' ? [] : begun;
  const [first, second] = found;
  if (first && !second) return first;
  if (first) {
    const names = found.slice(0, 5).map((archive) => `${archive.id} (${archive.ref})`);
    throw new Problem(
      'user',
      'ambiguous-archive',
      `"${text}" begins more than one archive's id or commit: ${names.join(', ')}${found.length > 5 ? ', …' : ''}`,
      'Give more characters of its id.',
    );
  }
  const near = nearest(
    text,
    archives.map((archive) => archive.id),
  );
  const owned = archives.some((archive) => archive.owner === text);
  const list = owned ? `steroids archive list ${text}` : 'steroids archive list';
  const hint = near === undefined || owned ? list : `Did you mean "${near}"?`;
  throw new Problem('user', 'unknown-archive', `there is no archive "${text}"`, hint);
}
