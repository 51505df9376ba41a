// A store gets the tables that this version knows, or is refused.

import { CompiledQuery } from 'kysely';
import { Problem } from '../task/problem.ts';
import type { Sqlite } from './connection.ts';
import { lostProblem, noStore, openingProblem } from './damage.ts';
import type { Store, StoreOptions } from './open.ts';
import { patiently } from './patience.ts';
import { SCHEMA_VERSION } from './version.ts';

function versionOf(sqlite: Sqlite): number {
  return Number(sqlite.pragma('user_version', { simple: true }));
}

export async function migrate(sqlite: Sqlite, store: Store, options: StoreOptions): Promise<void> {
  const { file } = options;
  let version: number;
  try {
    version = await patiently(options, async () => versionOf(sqlite));
  } catch (error) {
    throw openingProblem(error, file);
  }
  if (version === SCHEMA_VERSION) return;
  if (version === 0) {
    const lost = lostProblem(file);
    if (lost) throw lost;
    if (!options.create) throw noStore(`${file} has nothing in it`);
  }
  if (version > SCHEMA_VERSION) {
    throw new Problem(
      'user',
      'newer-database',
      `the store ${file} was written by a newer steroids (its version is ${version}, this one knows ${SCHEMA_VERSION})`,
      'Update steroids, or use the version that wrote it.',
    );
  }
  const { migrations } = await import('./migrations/index.ts');
  await store.write(async (trx) => {
    // Another process may have been faster.
    for (let next = versionOf(sqlite); next < migrations.length; next++) {
      for (const text of migrations[next] ?? []) await trx.executeQuery(CompiledQuery.raw(text));
      await trx.executeQuery(CompiledQuery.raw(`pragma user_version = ${next + 1}`));
    }
  });
}
