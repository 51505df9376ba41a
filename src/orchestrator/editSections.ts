// Sections: what a person changes about them.

import {
  deleteSection,
  insertSection,
  listSections,
  type NewSection,
  type SectionRow,
  updateSection,
} from '../store/sections.ts';
import { Problem } from '../task/problem.ts';
import { isMaxRunners } from '../task/section.ts';
import { checkGlobs } from './checkGlobs.ts';
import type { Project } from './project.ts';

/** @throws Problem `empty-name`, `section-exists`, `wrong-number` */
export async function addSection(project: Project, section: NewSection): Promise<SectionRow> {
  await check(project, section);
  const id = await project.store.write((trx) =>
    insertSection(project.store, trx, { ...section, name: section.name.trim() }),
  );
  return await readSection(project, id);
}

/** @throws Problem `empty-name`, `section-exists`, `wrong-number` */
export async function editSection(
  project: Project,
  id: string,
  edit: Partial<NewSection> & { readonly skipped?: boolean },
): Promise<SectionRow> {
  await check(project, edit, id);
  await project.store.write((trx) => updateSection(trx, id, edit));
  return await readSection(project, id);
}

/** @throws Problem `section-in-use` */
export async function removeSection(project: Project, section: SectionRow): Promise<void> {
  if (section.openTasks > 0) {
    throw new Problem(
      'user',
      'section-in-use',
      `section "${section.name}" still has ${section.openTasks === 1 ? 'a task' : `${section.openTasks} tasks`} to do`,
      `steroids tasks list --section "${section.name}"; cancel them or move them with: steroids tasks edit ID --section OTHER`,
    );
  }
  const runner = await project.store.db
    .selectFrom('runners')
    .select(['id', 'number'])
    .where('section_id', '=', section.id)
    .where('state', '!=', 'stopped')
    .executeTakeFirst();
  if (runner) {
    throw new Problem(
      'refused',
      'section-in-use',
      `runner-${runner.number} (${runner.id}) works in section "${section.name}"`,
      `steroids runners stop ${runner.id}`,
    );
  }
  await project.store.write((trx) => deleteSection(trx, section.id));
}

async function check(project: Project, edit: Partial<NewSection>, id?: string): Promise<void> {
  if (edit.name !== undefined) {
    const name = edit.name.trim();
    if (name === '' || /[\n\r\0]/.test(name))
      throw new Problem('user', 'empty-name', 'a section needs a name of one line');
    const same = (await listSections(project.store.db)).find(
      (section) => section.name.toLowerCase() === name.toLowerCase() && section.id !== id,
    );
    if (same)
      throw new Problem(
        'user',
        'section-exists',
        `there is a section "${same.name}" already (${same.id})`,
        `steroids sections edit "${same.name}" …`,
      );
  }
  if (edit.maxRunners !== undefined && !isMaxRunners(edit.maxRunners))
    throw new Problem(
      'user',
      'wrong-number',
      `--max-runners takes a whole number from 1 to 100, not ${edit.maxRunners}`,
    );
  checkGlobs('--path', edit.paths);
}

async function readSection(project: Project, id: string): Promise<SectionRow> {
  const section = (await listSections(project.store.db)).find((one) => one.id === id);
  if (!section) throw new TypeError(`section ${id} vanished`);
  return section;
}
