import { type Db, run, type Store } from './open.ts';

/** Writes a whole copy of the store, as it is at one moment, into a file that must not exist. Others may write meanwhile. */
export async function copyStore(store: Store, to: string): Promise<void> {
  await run(store.db, 'vacuum into ?', to);
}

/** What SQLite finds wrong with the file; empty for nothing. */
export async function findDamage(db: Db): Promise<string[]> {
  const rows = await run<{ quick_check: string }>(db, 'pragma quick_check(5)');
  return rows.map((row) => row.quick_check).filter((line) => line !== 'ok');
}

/** `wal`, unless the file system cannot do that. */
export async function readJournalMode(db: Db): Promise<string> {
  const [journal] = await run<{ journal_mode: string }>(db, 'pragma journal_mode');
  return journal?.journal_mode ?? '';
}
