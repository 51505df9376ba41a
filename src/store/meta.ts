import type { Db, Trx } from './open.ts';

/** Facts about the project as a whole. */
export type MetaKey = 'project' | 'main' | 'repository' | 'pause' | 'at-work' | 'conflicts';

export async function getMeta(db: Db, key: MetaKey): Promise<string | undefined> {
  return (await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst())?.value;
}

export async function setMeta(trx: Trx, key: MetaKey, value: string): Promise<void> {
  await trx
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

export async function deleteMeta(trx: Trx, key: MetaKey): Promise<void> {
  await trx.deleteFrom('meta').where('key', '=', key).execute();
}
