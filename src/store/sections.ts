import { sql } from 'kysely';
import type { Section } from '../task/section.ts';
import { type Db, run, type Store, type Trx } from './open.ts';
import type { Schema } from './schema.ts';

export interface NewSection {
  readonly name: string;
  readonly paths: readonly string[];
  readonly exclusive: boolean;
  readonly maxRunners: number;
}

export async function insertSection(store: Store, trx: Trx, section: NewSection): Promise<string> {
  const id = store.newId();
  const { last } = await trx
    .selectFrom('sections')
    .select((select) => select.fn.max('created_at').as('last'))
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('sections')
    .values({
      id,
      name: section.name,
      paths: JSON.stringify(section.paths),
      exclusive: Number(section.exclusive),
      max_runners: section.maxRunners,
      skipped: 0,
      // They are listed by it, and many are made in one millisecond.
      created_at: Math.max(store.now(), (last ?? 0) + 1),
    })
    .execute();
  return id;
}

export async function updateSection(
  trx: Trx,
  id: string,
  edit: Partial<NewSection> & { readonly skipped?: boolean },
): Promise<void> {
  const set = {
    ...(edit.name === undefined ? {} : { name: edit.name }),
    ...(edit.paths === undefined ? {} : { paths: JSON.stringify(edit.paths) }),
    ...(edit.exclusive === undefined ? {} : { exclusive: Number(edit.exclusive) }),
    ...(edit.maxRunners === undefined ? {} : { max_runners: edit.maxRunners }),
    ...(edit.skipped === undefined ? {} : { skipped: Number(edit.skipped) }),
  };
  if (Object.keys(set).length > 0) await trx.updateTable('sections').set(set).where('id', '=', id).execute();
}

/** Tasks that have ended keep their history, without the section. */
export async function deleteSection(trx: Trx, id: string): Promise<void> {
  await trx.updateTable('tasks').set({ section_id: null }).where('section_id', '=', id).execute();
  await trx.updateTable('runners').set({ section_id: null }).where('section_id', '=', id).execute();
  await trx.deleteFrom('sections').where('id', '=', id).execute();
}

export interface SectionRow extends Section {
  /** Tasks in it that are not completed, skipped or cancelled, and all. */
  readonly openTasks: number;
  readonly tasks: number;
}

export async function listSections(db: Db): Promise<SectionRow[]> {
  const rows = await db
    .selectFrom('sections as s')
    .selectAll('s')
    .select((select) => [
      select
        .selectFrom('tasks as t')
        .whereRef('t.section_id', '=', 's.id')
        .select(sql<number>`count(*)`.as('count'))
        .as('tasks'),
      select
        .selectFrom('tasks as t')
        .whereRef('t.section_id', '=', 's.id')
        .where('t.status', 'not in', ['completed', 'skipped', 'cancelled'])
        .select(sql<number>`count(*)`.as('count'))
        .as('open'),
    ])
    .orderBy('s.created_at')
    .orderBy('s.name')
    .execute();
  return rows.map((row) => ({ ...toSection(row), tasks: row.tasks ?? 0, openTasks: row.open ?? 0 }));
}

/** Without their tasks, which cost: for every claim. */
export async function listBareSections(db: Db): Promise<Section[]> {
  const rows = await run<Schema['sections']>(db, 'select * from sections order by created_at, name');
  return rows.map(toSection);
}

function toSection(row: Schema['sections']): Section {
  return {
    id: row.id,
    name: row.name,
    paths: JSON.parse(row.paths),
    exclusive: row.exclusive === 1,
    maxRunners: row.max_runners,
    skipped: row.skipped === 1,
  };
}
